"""
安置小区: what each community has of what it is due, what is overdue, and how many there are, all as of one day.

Two tables of the programme's folder (``communities``, ``community_items``), read whole or refused; the day is the
``as_of`` of its ``programme.toml``. Source: spec §1 (communities already lived in) and §9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from allocation.cells import Cell, Unreadable, read_cell
from allocation.checks import Filled, known, once, one_spelling
from allocation.columns import Column
from allocation.messages import Fault, Faults
from allocation.programme_tables import (
    COMMUNITY_TABLES,
    ITEMS,
    PROGRAMME_HEAD,
    Community,
    CommunityItem,
    CommunityKind,
    Item,
)
from allocation.reading import Kit, built, head_items, head_values, missing_tables, open_source, read_table

State = Literal["done", "late", "overdue", "due", "unrecorded"]
"""Done in time, done late, not done and overdue, not yet due, or without a row: then nothing is known of it."""
STATES: tuple[State, ...] = ("done", "late", "due", "overdue", "unrecorded")

COMMUNITIES = Kit(tables=COMMUNITY_TABLES, head=PROGRAMME_HEAD)
HEAD_KEYS = ("as_of", "note")
_NAMES = (("communities", "community"), ("community_items", "community"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Communities:
    """Every community with its items, as of a day; both sorted, the lived-in ones first."""

    as_of: date
    note: str
    communities: tuple[Community, ...]
    items: Mapping[tuple[str, Item], CommunityItem]

    def state(self, community: str, item: Item) -> State:
        """How an item of a community stands on the day."""
        row = self.items.get((community, item))
        if row is None:
            return "unrecorded"
        if row.done_on is not None:
            return "done" if row.done_on <= row.due_on else "late"
        return "overdue" if row.due_on < self.as_of else "due"

    def of_kind(self, kind: CommunityKind) -> tuple[Community, ...]:
        """The communities that are lived in, or the new ones."""
        return tuple(one for one in self.communities if one.kind == kind)

    def counts(self, item: Item, kind: CommunityKind) -> dict[State, int]:
        """How many communities of a kind have the item in each state; they add up to how many there are."""
        found = [self.state(one.community, item) for one in self.of_kind(kind)]
        return {state: found.count(state) for state in STATES}

    def overdue(self) -> tuple[tuple[CommunityItem, int], ...]:
        """What is overdue and by how many days, the longest first."""
        rows = [row for row in self.items.values() if self.state(row.community, row.item) == "overdue"]
        late = [(row, (self.as_of - row.due_on).days) for row in rows]
        order = list(ITEMS)
        return tuple(sorted(late, key=lambda one: (-one[1], one[0].community, order.index(one[0].item))))


def read_communities(path: Path) -> Communities:
    """
    The communities in a programme's folder or workbook.

    Raises
    ------
    Faults
        Every fault of both tables and of the day at once.
    """
    source = open_source(path, COMMUNITIES)
    faults = [*source.faults, *missing_tables(source)]
    given: Mapping[str, Filled] = {
        table.name: read_table(table, source.grids[table.name], faults)
        for table in COMMUNITIES.tables
        if table.name in source.grids
    }
    given = one_spelling(given, (_NAMES,))
    head: dict[str, Any] = {}
    if found := head_items(source, faults):
        place, items = found
        told: list[Fault] = []
        head = head_values(COMMUNITIES, place, items, told, _head_value)
        faults += [fault for fault in told if fault.column in HEAD_KEYS]
    faults += _check(given, head.get("as_of"))
    if faults:
        rank = {table.name: at for at, table in enumerate((PROGRAMME_HEAD, *COMMUNITY_TABLES))}
        raise Faults(sorted(faults, key=lambda f: (rank.get(f.table, -1), f.row or 0, f.column, f.code)))
    rows = {name: built(filled) for name, filled in given.items()}
    return Communities(
        as_of=head["as_of"],
        note=head.get("note") or "",
        communities=tuple(sorted(rows["communities"], key=lambda one: (one.kind, one.community))),
        items={(row.community, row.item): row for row in rows["community_items"]},
    )


def _head_value(column: Column, cell: Any) -> Any:
    if column.name not in HEAD_KEYS:
        return None  # the plan's to read
    if not isinstance(cell, Cell):
        raise Unreadable("cell.not_text")
    return read_cell(cell, column)


def _check(given: Mapping[str, Filled], as_of: date | None) -> Iterator[Fault]:
    """One row a community, one an item of it; nothing is done on a day to come; who lives there since is known."""
    for name, columns, code in (
        ("communities", ("community",), "row.id_twice"),
        ("community_items", ("community", "item"), "row.twice"),
    ):
        if name in given:
            yield from once(given[name], columns, code)
    yield from known(given, "communities", "community", _NAMES[1:])
    if "communities" in given:
        for record in given["communities"].records:
            kind, since = record.values.get("kind"), record.values.get("lived_in_since", "")
            if kind == "lived_in" and since is None:
                yield given["communities"].fault(record, "lived_in_since", "community.since_missing")
            if kind == "new" and isinstance(since, date):
                yield given["communities"].fault(record, "lived_in_since", "community.new_lived_in", since)
    for name, column in (("communities", "lived_in_since"), ("community_items", "done_on")):
        for record, (day,) in given[name].having(column) if name in given and as_of else ():
            if as_of and day > as_of:
                yield given[name].fault(record, column, "community.later", day, as_of=as_of)
