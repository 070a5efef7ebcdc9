"""What must hold between the cells of a round's tables. A cell that could not be read is passed over, not judged."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from allocation.columns import Table
from allocation.messages import Fault
from allocation.persons import TWICE, mark, number_key, twice
from allocation.policy import Policy
from allocation.schema import TABLES, RoundHead, Tables, fold


@dataclass(frozen=True, slots=True)
class Record:
    """A row as read: ``values`` by column; None = blank; a column that is missing here could not be read."""

    row: int
    values: Mapping[str, Any]
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A table as read: where it stands, the heading the clerk used for each column, its records."""

    table: Table
    place: str
    headings: Mapping[str, str]
    records: tuple[Record, ...]

    def whole(self, *columns: str) -> bool:
        """Whether every cell of these columns could be read: else nothing can be said to be absent from them."""
        return all(column in record.values for record in self.records for column in columns)

    def fault(self, record: Record, column: str, code: str, value: object = "", **params: object) -> Fault:
        """A fault in a cell of ``record``."""
        heading = self.headings.get(column, "")
        if heading:
            params["heading"] = heading
        return Fault(
            table=self.table.name,
            code=code,
            place=self.place,
            row=record.row,
            column=column,
            value=_text(value),
            params=params,
        )

    def having(self, *columns: str) -> Iterator[tuple[Record, tuple[Any, ...]]]:
        """The records in which all these columns were read and filled, with their values."""
        for record in self.records:
            values = tuple([record.values.get(column) for column in columns])
            if None not in values:
                yield record, values


Round = Mapping[str, Filled]


def check_tables(tables: Tables, policy: Policy | None = None, head: RoundHead | None = None) -> list[Fault]:
    """
    All faults between the cells of a round's tables, sorted by table and row.

    ``row`` counts from 2, as if the rows stood below a heading; ``place`` is the table's Chinese title. ``policy``
    None leaves out what depends on it (greatest number of choices, given order numbers), ``head`` None the projects
    and the dates that must not lie after ``as_of``.
    """
    given = {}
    for table in TABLES:
        rows = getattr(tables, table.name)
        if rows or not table.optional:
            names = [column.name for column in table.columns]
            records = [Record(n, _values(row, names), row.extra) for n, row in enumerate(rows, 2)]
            given[table.name] = Filled(table=table, place=table.titles[0], headings={}, records=tuple(records))
    return check_records(given, policy, head)


def _values(row: Any, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: None if value == "" else value for name, value in values.items()}


def check_records(given: Round, policy: Policy | None, head: RoundHead | None) -> list[Fault]:
    """As ``check_tables``, over rows of which some cells could not be read."""
    faults = [fault for check in _CHECKS for fault in check(given)]
    if policy is not None:
        faults += _choices_within(given, policy.fairness.max_choices)
        if policy.order.rule == "given":
            faults += _given_order(given)
    if head is not None:
        faults += _against_head(given, head)
    rank = {table.name: n for n, table in enumerate(TABLES)}
    return sorted(faults, key=lambda f: (rank.get(f.table, -1), f.row or 0, f.column, f.code, f.value))


# -- one row, one only --------------------------------------------------------------------------------------------

KEYS = (
    ("households", "household_id"),
    ("units", "unit_id"),
    ("payments", "receipt_no"),
    ("objections", "objection_id"),
    ("measured", "unit_id"),
    ("allowances", "voucher_no"),
)


def _keys_once(given: Round) -> Iterator[Fault]:
    """
    An ID stands in one row. Two receipts of one household, one day and one amount under two numbers are no fault:
    equal instalments exist; the same number twice is one receipt entered twice.
    """
    for name, column in KEYS:
        if name in given:
            code = "row.receipt_twice" if column in ("receipt_no", "voucher_no") else "row.id_twice"
            yield from once(given[name], (column,), code)
    for name, columns in (("demand", ("household_id", "layout")), ("publications", ("document", "published_on"))):
        if name in given:
            yield from once(given[name], columns, "row.twice")


def once(filled: Filled, columns: tuple[str, ...], code: str) -> Iterator[Fault]:
    """A fault ``code`` wherever several rows have the same texts in ``columns``."""
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record, values in filled.having(*columns):
        groups[tuple(fold(_text(value)) for value in values)].append(record)
    for records in groups.values():
        if len(records) > 1:
            last = max(records, key=lambda record: record.row)
            yield filled.fault(
                last, columns[0], code, last.values[columns[0]], rows=_rows(r for r in records if r is not last)
            )


def _homes_once(given: Round) -> Iterator[Fault]:
    """A home with the same address stands in one row; without a room number an address says nothing."""
    if "units" in given:
        yield from once(given["units"], ("room", "floor", "entrance", "building", "project"), "row.home_twice")


def _people_once(given: Round) -> Iterator[Fault]:
    """
    One identity number is one person: in one household, and once among its members. A person in two households is
    passed over where an approved exception says why; ``params["mark"]`` names the exception that would.
    """
    seen: dict[str, list[tuple[Filled, Record]]] = defaultdict(list)
    for name in ("households", "members"):
        if name in given:
            for record, (number,) in given[name].having("id_number"):
                seen[fold(number)].append((given[name], record))
    entries = [
        (number, record.values["household_id"], record.values.get("name") or "")
        for number, found in seen.items()
        for _, record in found
        if record.values.get("household_id")
    ]
    across = {one.number: mark(TWICE, one.subject, one.facts) for one in twice(entries)}
    approved = _approved(given)
    for number, found in seen.items():
        filled, record = found[-1]
        mine = Counter((f.table.name, fold(r.values.get("household_id") or "")) for f, r in found)
        repeated = max(mine.values()) > 1
        wanted = across.get(number_key(number), "")
        if repeated or (wanted and wanted not in approved):
            other, first = found[0]
            where = {"other": other.place, "other_row": first.row, "mark": "" if repeated else wanted}
            yield filled.fault(record, "id_number", "row.person_twice", number, **where)


def _approved(given: Round) -> set[str]:
    """The marks of persons in two households for which reason, approver and day stand in the table of exceptions."""
    wanted = ("code", "mark", "reason", "approver", "decided_on")
    rows = given["exceptions"].having(*wanted) if "exceptions" in given else ()
    return {fold(values[1]) for _, values in rows if fold(values[0]) == TWICE}


# -- references ---------------------------------------------------------------------------------------------------


SLIPS_MAX = 20


def _households_known(given: Round) -> Iterator[Fault]:
    names = ("members", "demand", "choices", "payments", "allowances")
    yield from known(given, "households", "household_id", [(name, "household_id") for name in names])


def _filters_known(given: Round) -> Iterator[Fault]:
    for column in ("project", "building", "entrance", "layout", "orientation", "unit_id"):
        yield from known(given, "units", column, [("choices", column)])
    yield from known(given, "units", "unit_id", [("measured", "unit_id")])


def known(given: Round, target: str, column: str, users: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    """A fault wherever a column (table, column) of ``users`` names what the column of ``target`` does not hold."""
    there = _spellings(given, target, column)
    if there is None:
        return
    unknown = [
        (given[name], record, used, value)
        for name, used in users
        for record, (value,) in (given[name].having(used) if name in given else ())
        if fold(value) not in there
    ]
    # looking for what was meant is slow: worth it for a few slips, not where a whole column is of another round
    few = len({fold(value) for *_, value in unknown}) <= SLIPS_MAX
    for filled, record, used, value in unknown:
        is_id = column in ("household_id", "unit_id", "batch")
        near = (_same_but_marks(value, there) if is_id else nearest(fold(value), there)) if few else ""
        if near:
            yield filled.fault(
                record, used, "row.unknown_near", value, target_name=f"{target}.{column}", near=there[near]
            )
        else:
            yield filled.fault(record, used, "row.unknown", value, target_name=f"{target}.{column}")


def nearest(text: str, known: Iterable[str]) -> str:
    """The known text that looks most like ``text``, or "" when none does."""
    return next(iter(difflib.get_close_matches(text, sorted(known), n=1, cutoff=0.7)), "")


def _same_but_marks(text: str, known: Iterable[str]) -> str:
    """
    The one known ID that differs in case, marks or leading zeros only, or "". An ID with another digit is another
    household: to suggest it would lead a clerk to the wrong one.
    """
    found = [other for other in sorted(known) if _skeleton(other) == _skeleton(text)]
    return found[0] if len(found) == 1 else ""


def _skeleton(text: str) -> str:
    return re.sub(r"[\W_]+|(?<![0-9])0+(?=[0-9])", "", fold(text).casefold())


def _spellings(given: Round, target: str, column: str) -> dict[str, str] | None:
    """Folded value → one spelling (the first in order) of a column; None when it could not be read whole."""
    if target not in given or not given[target].whole(column):
        return None
    spelled = sorted({values[0] for _, values in given[target].having(column)}, reverse=True)
    return {fold(value): value for value in spelled}


def _subjects_known(given: Round) -> Iterator[Fault]:
    households = _spellings(given, "households", "household_id")
    units = _spellings(given, "units", "unit_id")
    if "objections" not in given or households is None or units is None:
        return
    for record, (subject,) in given["objections"].having("subject"):
        if subject != "*" and fold(subject) not in households | units:
            yield given["objections"].fault(record, "subject", "row.subject_unknown", subject)


# -- between columns ----------------------------------------------------------------------------------------------


def _persons_agree(given: Round) -> Iterator[Fault]:
    if "members" not in given or "households" not in given:
        return
    members, households = given["members"], given["households"]
    if not members.records:  # headings alone: a sheet of the template that was not needed
        return
    if not members.whole("household_id", "counted") or not households.whole("household_id"):
        return
    counts: dict[str, int] = defaultdict(int)
    for record, (household_id,) in members.having("household_id"):
        counts[fold(household_id)] += record.values["counted"] is not False
    # whose members they are cannot be said where two rows have one ID; that is told as a fault of its own
    once = Counter(fold(household_id) for _, (household_id,) in households.having("household_id"))
    for record, (household_id, persons) in households.having("household_id", "persons"):
        counted = counts[fold(household_id)]
        if once[fold(household_id)] == 1 and counted != persons:
            yield households.fault(record, "persons", "row.persons", persons, counted=counted)


def _in_order(given: Round) -> Iterator[Fault]:
    """Pairs of one row of which the second must not lie before or below the first."""
    pairs = (
        ("publications", "published_on", "withdrawn_on", "row.withdrawn_early"),
        ("objections", "filed_on", "resolved_on", "row.resolved_early"),
        ("choices", "floor_min", "floor_max", "row.floors_crossed"),
        ("units", "floor", "floors_in_building", "row.floor_above_roof"),
    )
    for name, low, high, code in pairs:
        for record, (first, second) in given[name].having(low, high) if name in given else ():
            if second < first:
                yield given[name].fault(record, high, code, second, other=_text(first))


def _choices_count(given: Round) -> Iterator[Fault]:
    """A household's choices are numbered 1, 2, 3 … without gap or repetition."""
    if "choices" not in given or not given["choices"].whole("household_id", "choice"):
        return
    choices = given["choices"]
    numbered: dict[str, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record, (household_id, number) in choices.having("household_id", "choice"):
        numbered[fold(household_id)][number].append(record)
    for numbers in numbered.values():
        for number, records in numbers.items():
            if len(records) > 1:
                last = max(records, key=lambda record: record.row)
                others = _rows(r for r in records if r is not last)
                yield choices.fault(last, "choice", "row.choice_twice", number, rows=others)
        top = max(numbers)
        missing = [n for n in range(1, top) if n not in numbers][:5]
        if missing:
            household_id = numbers[top][0].values["household_id"]
            yield choices.fault(
                numbers[top][0],
                "choice",
                "row.choice_gap",
                top,
                household_id=household_id,
                missing=", ".join(map(str, missing)),
            )


def _choices_within(given: Round, most: int) -> Iterator[Fault]:
    for record, (number,) in given["choices"].having("choice") if "choices" in given else ():
        if number > most:
            yield given["choices"].fault(record, "choice", "row.choice_beyond", number, most=most)


def _given_order(given: Round) -> Iterator[Fault]:
    """Where the policy takes order numbers as given, every household has its own."""
    if "households" not in given:
        return
    households = given["households"]
    for record in households.records:
        if record.values.get("order_no", 0) is None:
            yield households.fault(record, "order_no", "row.order_missing")
    yield from once(households, ("order_no",), "row.order_twice")


def _against_head(given: Round, head: RoundHead) -> Iterator[Fault]:
    projects = _spellings(given, "units", "project")
    for project in head.projects if projects is not None else ():
        if fold(project) not in (projects or {}):
            yield Fault(table="round", code="round.project_unknown", column="projects", value=project)
    for record, (born,) in given["members"].having("birth_date") if "members" in given else ():
        if born > head.as_of:
            yield given["members"].fault(record, "birth_date", "row.born_later", born, as_of=head.as_of)


_CHECKS: tuple[Callable[[Round], Iterator[Fault]], ...] = (
    _keys_once,
    _homes_once,
    _people_once,
    _households_known,
    _filters_known,
    _subjects_known,
    _persons_agree,
    _in_order,
    _choices_count,
)


# -- one spelling -------------------------------------------------------------------------------------------------

Families = tuple[tuple[tuple[str, str], ...], ...]
FAMILIES: Families = (
    (
        ("households", "household_id"),
        ("members", "household_id"),
        ("demand", "household_id"),
        ("choices", "household_id"),
        ("payments", "household_id"),
        ("allowances", "household_id"),
        ("objections", "subject"),
    ),
    (("units", "unit_id"), ("choices", "unit_id"), ("measured", "unit_id"), ("objections", "subject")),
    *((("units", column), ("choices", column)) for column in ("project", "building", "entrance", "orientation")),
    (("units", "layout"), ("choices", "layout"), ("demand", "layout")),
    (("households", "village"),),
    (("households", "together"),),
)


def one_spelling(given: Round, families: Families = FAMILIES) -> dict[str, Filled]:
    """The same tables with one spelling for texts that differ only in blanks or width: that of the first table."""
    result = dict(given)
    for family in families:
        spelled: dict[str, str] = {}
        for name, column in family:
            if name in result:
                for text in sorted({values[0] for _, values in result[name].having(column)}):
                    spelled.setdefault(fold(text), text)
        kept = set(spelled.values())
        for name, column in family:
            if name in result:
                result[name] = _respelled(result[name], column, spelled, kept)
    return result


def spelling(given: Round, table: str, column: str, text: str) -> str:
    """``text`` as the table spells it, or unchanged where the table does not know it."""
    return (_spellings(given, table, column) or {}).get(fold(text), text)


def _respelled(filled: Filled, column: str, spelled: Mapping[str, str], kept: set[str]) -> Filled:
    if all(text in kept for _, (text,) in filled.having(column)):
        return filled
    records = tuple(
        Record(r.row, {**r.values, column: spelled[fold(r.values[column])]}, r.extra) if r.values.get(column) else r
        for r in filled.records
    )
    return Filled(table=filled.table, place=filled.place, headings=filled.headings, records=records)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _rows(records: Iterable[Record], most: int = 20) -> str:
    rows = sorted(record.row for record in records)
    return ", ".join(map(str, rows[:most])) + (" …" if len(rows) > most else "")
