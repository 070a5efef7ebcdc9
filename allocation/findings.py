"""
What in a round an auditor would ask about: people, roll, freeze date, families, officers, homes.

Each check takes a ``Case`` and yields findings. None of them refuses anything; ``allocation.exceptions`` puts them into
one list with their reasons and approvers. What real audits and courts found, and so what is looked for: domain.md §8.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from allocation.entitlement import area_band
from allocation.persons import (
    TWICE,
    Family,
    Person,
    families,
    joined,
    mark,
    name_key,
    namesakes,
    number_key,
    numbers_of,
    people,
    twice,
)
from allocation.policy import Policy
from allocation.round import Round, demanded_m2, smallest_m2
from allocation.schema import Household, OfficerRelative, SurveyPerson, Tables, Unit, fold

BEFORE_FREEZE = timedelta(days=365)
"""How long before the freeze date a move is looked at: this project's choice."""
HEADS = frozenset({"户主", "本人", "被腾退人", "head", "self"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing found: ``code`` of its sentence; ``subject`` (household_id, several joined by 、, unit_id, project,
    village or ``*``); ``facts`` make the sentence and the mark; ``context`` says more but may change without
    reopening it; ``concerned`` are names of people who may not approve it.
    """

    code: str
    subject: str
    facts: Mapping[str, object] = field(default_factory=dict)
    context: Mapping[str, object] = field(default_factory=dict)
    table: str = "households"
    household_ids: tuple[str, ...] = ()
    village: str = ""
    concerned: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Stands for exactly this finding."""
        return mark(self.code, self.subject, self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result to be looked at: homes and prices (yuan) by household_id, and the sums of its statements' lines."""

    homes: Mapping[str, tuple[str, ...]]
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    A round with what it is compared with: the round before the seed was known, the fingerprint then published with
    the one the round has now, and a result.
    """

    round_: Round
    frozen: tuple[Tables, Policy] | None = None
    pools: tuple[str, str] | None = None
    result: Result | None = None

    @property
    def tables(self) -> Tables:
        """The round's tables."""
        return self.round_.tables

    @cached_property
    def persons(self) -> list[Person]:
        """Everybody the round names."""
        return people(self.tables)

    @cached_property
    def households(self) -> dict[str, Household]:
        """household_id → its row."""
        return {h.household_id: h for h in self.tables.households}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """unit_id → its row."""
        return {u.unit_id: u for u in self.tables.units}

    @cached_property
    def families(self) -> list[Family]:
        """Households that hang together."""
        return families(self.tables, self.persons)

    def homes(self, household_id: str) -> int:
        """Homes given by the result; before one, homes declared, one where nothing was declared."""
        if self.result:
            return len(self.result.homes.get(household_id, ()))
        return sum(self.round_.demand.get(household_id, {"": 1}).values())

    def at(self, code: str, person: Person, facts: Mapping[str, object], table: str = "members") -> Finding:
        """A finding about one person of a household."""
        return Finding(
            code=code, subject=person.household_id, facts={"name": person.name, **facts}, table=table,
            household_ids=(person.household_id,), village=person.village, concerned=(person.name,),
        )  # fmt: skip

    def together(self, code: str, ids: Sequence[str], facts: Mapping[str, object], **more: object) -> Finding:
        """A finding about several households."""
        villages = sorted({self.households[i].village for i in ids if i in self.households})
        return Finding(
            code=code, subject=joined(ids), facts=facts, household_ids=tuple(ids), village=joined(villages),
            context=more, concerned=tuple(self.households[i].name for i in ids if i in self.households),
        )  # fmt: skip


Check = Callable[[Case], Iterator[Finding]]

# -- the same person ----------------------------------------------------------------------------------------------


def same_person(case: Case) -> Iterator[Finding]:
    """One person in two households: by identity number, or by name and birth where a number is missing."""
    for one in twice(numbers_of(case.tables)):
        tail = {"tail": one.number[-4:]}
        yield case.together(TWICE, one.household_ids, one.facts, **tail)
    for group in namesakes(case.persons):
        ids = sorted({person.household_id for person in group})
        yield case.together("person.namesake", ids, {"name": group[0].name, "birth": group[0].birth})


def resettled_before(case: Case) -> Iterator[Finding]:
    """Persons on the list of those resettled before, here or elsewhere."""
    by_name = _grouped(case.persons)
    by_number = {number: list(found) for number, found in _numbered(case.persons).items()}
    for row in sorted(case.tables.resettled, key=lambda r: (fold(r.name), repr(r))):
        facts = {"listed": row.name, "project": row.project or "—", "on": row.resettled_on or "—"}
        number = number_key(row.id_number)
        surely = by_number.get(number, []) if number else []
        for person in surely:
            yield case.at("person.resettled", person, facts)
        for person in by_name.get(name_key(row.name), []):
            if person in surely or (number and person.number):
                continue
            if row.birth_date and person.birth:
                if row.birth_date == person.birth:
                    yield case.at("person.resettled", person, facts)
            else:
                yield case.at("person.resettled_name", person, facts)


def _grouped(persons: Sequence[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        found[person.named].append(person)
    return found


def _numbered(persons: Sequence[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        if person.number:
            found[person.number].append(person)
    return found


# -- names and numbers against the survey roll --------------------------------------------------------------------


def on_the_roll(case: Case) -> Iterator[Finding]:
    """Every person who counts stands on the roll of the survey, under the same name, number and household."""
    roll = _roll(case)
    by_number = {number_key(row.id_number): row for row in sorted(roll, key=_roll_key) if row.id_number}
    by_name: dict[str, list[SurveyPerson]] = defaultdict(list)
    for row in sorted(roll, key=_roll_key):
        by_name[name_key(row.name)].append(row)
    for person in case.persons if roll else ():
        if person.counted:
            yield from _roll_findings(case, person, by_number, by_name)


def _roll(case: Case) -> list[SurveyPerson]:
    """The roll; without its household numbers where it has a numbering of its own, of which the round knows none."""
    known = {fold(household_id) for household_id in case.households}
    if any(fold(row.household_id) in known for row in case.tables.survey if row.household_id):
        return list(case.tables.survey)
    return [replace(row, household_id="") for row in case.tables.survey]


def _roll_key(row: SurveyPerson) -> tuple[str, str]:
    return fold(row.name), repr(row)


def _roll_findings(
    case: Case, person: Person, by_number: Mapping[str, SurveyPerson], by_name: Mapping[str, Sequence[SurveyPerson]]
) -> Iterator[Finding]:
    row = by_number.get(person.number) if person.number else None
    if row is None:
        named = by_name.get(person.named, [])
        alike = [r for r in named if _agrees(r, person)]
        # of those with this name, first the one whose number does not speak against the person
        row = next((r for r in alike if not (r.id_number and person.number)), alike[0] if alike else None)
        if row is None:
            yield case.at("survey.missing", person, {})
            return
        if row.id_number and person.number:
            yield case.at("survey.number", person, {"tail": person.number[-4:], "roll": number_key(row.id_number)[-4:]})
    elif name_key(row.name) != person.named:
        yield case.at("survey.name", person, {"roll": row.name, "tail": person.number[-4:]})
    if row.household_id and fold(row.household_id) != fold(person.household_id):
        yield case.at("survey.household", person, {"roll": row.household_id})


def _agrees(row: SurveyPerson, person: Person) -> bool:
    """Whether a row of the same name can be this person: birth dates and, without them, households agree."""
    if row.birth_date and person.birth:
        return row.birth_date == person.birth
    if row.household_id:
        return fold(row.household_id) == fold(person.household_id)
    return not row.village or fold(row.village) == fold(person.village)


def more_than_the_roll(case: Case) -> Iterator[Finding]:
    """More people in the draw than the survey found: in a household, a village, in all."""
    roll, heads = _roll(case), {i: h.persons for i, h in case.households.items()}
    if not roll:
        return
    own = Counter(fold(row.household_id) for row in roll if row.household_id)
    for household_id, household in sorted(case.households.items()):
        listed = own.get(fold(household_id))
        if listed is not None and heads[household_id] > listed:
            facts = {"persons": heads[household_id], "roll": listed}
            yield Finding(
                code="survey.more_household", subject=household_id, facts=facts, table="survey",
                household_ids=(household_id,), village=household.village, concerned=(household.name,),
            )  # fmt: skip
    villages = Counter(fold(row.village) for row in roll if row.village)
    present: Counter[str] = Counter()
    for household_id, household in case.households.items():
        present[household.village] += heads[household_id]
    for village, count in sorted(present.items()):
        if villages and count > villages[fold(village)]:
            facts = {"persons": count, "roll": villages[fold(village)]}
            yield Finding(code="survey.more_village", subject=village, facts=facts, table="survey", village=village)
    if sum(heads.values()) > len(roll):
        facts = {"persons": sum(heads.values()), "roll": len(roll)}
        yield Finding(code="survey.more", subject="*", facts=facts, table="survey")


def numbers_fit(case: Case) -> Iterator[Finding]:
    """A member's birth date is the one in the number; the head stands among the members, under one number."""
    by_household: dict[str, list[Person]] = defaultdict(list)
    stated = {(m.household_id, number_key(m.id_number)): m.birth_date for m in case.tables.members}
    for person in case.persons:
        by_household[person.household_id].append(person)
        told = stated.get((person.household_id, person.number)) if person.number else None
        if told and person.birth and told != person.birth:
            yield case.at("person.birth", person, {"told": told, "number": person.birth})
    members = {m.household_id for m in case.tables.members}
    for household_id, household in sorted(case.households.items()):
        if household_id in members:
            yield from _head_findings(case, household, by_household[household_id])


def _head_findings(case: Case, household: Household, persons: Sequence[Person]) -> Iterator[Finding]:
    named = [p for p in persons if p.named == name_key(household.name)]
    number = number_key(household.id_number)
    if not named:
        heads = joined(p.name for p in persons if fold(p.relation) in HEADS) or "—"
        yield case.together("person.head_missing", [household.household_id], {"name": household.name, "listed": heads})
    elif number and all(p.number and p.number != number for p in named):
        facts = {"name": household.name, "tail": number[-4:], "listed": named[0].number[-4:]}
        yield case.together("person.head_number", [household.household_id], facts)


# -- the freeze date ----------------------------------------------------------------------------------------------


def joined_late(case: Case) -> Iterator[Finding]:
    """Persons who came after the freeze date, by birth or by registration, and those who came shortly before it."""
    freeze = case.round_.head.freeze_on
    if freeze is None:
        return
    shortly: dict[str, list[Person]] = defaultdict(list)
    for person in case.persons:
        if not person.counted:
            continue
        if person.birth and person.birth > freeze:
            yield case.at("person.born_late", person, {"on": person.birth, "freeze": freeze})
        elif person.joined_on and person.joined_on > freeze:
            yield case.at("person.joined_late", person, {"on": person.joined_on, "freeze": freeze})
        elif _shortly_before(person, freeze):
            shortly[person.household_id].append(person)
    villages = Counter(person.village for group in shortly.values() for person in group)
    for household_id, group in sorted(shortly.items()):
        facts = {"names": joined(f"{p.name} {p.joined_on}" for p in group), "freeze": freeze}
        yield case.together("person.joined_before", [household_id], facts, count=villages[group[0].village])


def _shortly_before(person: Person, freeze: date) -> bool:
    """Moved in within a year before the freeze, and not by being born then."""
    joined_on = person.joined_on
    if joined_on is None or joined_on < freeze - BEFORE_FREEZE:
        return False
    return person.birth is None or person.birth < joined_on - timedelta(days=60)


# -- families and officers ----------------------------------------------------------------------------------------


def one_family(case: Case) -> Iterator[Finding]:
    """Households that hang together; of another kind where together they have more homes than one may have."""
    most = case.round_.policy.area.max_units
    for family in case.families:
        homes = sum(case.homes(i) for i in family.household_ids)
        ties = joined(dict.fromkeys(f"{kind} {text}" for kind, text in family.ties))
        if homes > most:
            facts = {"ties": ties, "households": len(family.household_ids), "homes": homes, "most": most}
            yield case.together("family.homes", family.household_ids, facts)
        else:
            yield case.together("family.linked", family.household_ids, {"ties": ties}, homes=homes)


def officers_relatives(case: Case) -> Iterator[Finding]:
    """Households of those who work on the round and of their declared relatives; homes gathered around one of them."""
    reached: dict[str, set[str]] = defaultdict(set)
    shown: dict[str, str] = {}
    by_name, by_number = _grouped(case.persons), _numbered(case.persons)
    for row in sorted(case.tables.officers, key=lambda r: (fold(r.officer), fold(r.name), repr(r))):
        shown.setdefault(name_key(row.officer), row.officer)
        for finding in _officer_findings(case, row, by_name, by_number):
            reached[name_key(row.officer)].update(finding.household_ids)
            yield finding
    of_family = {i: family.household_ids for family in case.families for i in family.household_ids}
    most = case.round_.policy.area.max_units
    for key, own in sorted(reached.items()):
        ids = sorted({other for i in own for other in of_family.get(i, (i,))})
        homes = sum(case.homes(i) for i in ids)
        if homes > most:
            facts = {"officer": shown[key], "households": joined(ids), "homes": homes, "most": most}
            yield Finding(
                code="officer.homes", subject=shown[key], facts=facts, table="officers", household_ids=tuple(ids),
                concerned=(shown[key], *(case.households[i].name for i in ids if i in case.households)),
            )  # fmt: skip


def _officer_findings(
    case: Case,
    row: OfficerRelative,
    by_name: Mapping[str, Sequence[Person]],
    by_number: Mapping[str, Sequence[Person]],
) -> Iterator[Finding]:
    number, phone = number_key(row.id_number), fold(row.phone)
    facts = {"listed": row.name, "officer": row.officer, "relation": row.relation, "post": row.post or "—"}
    surely = by_number.get(number, []) if number else []
    perhaps = [p for p in by_name.get(name_key(row.name), []) if p not in surely and not (number and p.number)]
    for code, persons in (("officer.number", surely), ("officer.name", perhaps)):
        for person in persons:
            found = case.at(code, person, facts)
            yield _by_officer(case, found, row)
    told = {p.household_id for p in (*surely, *perhaps)}
    for household_id, household in sorted(case.households.items()):
        if phone and fold(household.phone) == phone and household_id not in told:
            found = case.together("officer.phone", [household_id], {"name": household.name, **facts})
            yield _by_officer(case, found, row)


def _by_officer(case: Case, found: Finding, row: OfficerRelative) -> Finding:
    """With the household's homes and order number, and the officer among those who may not approve it."""
    (household_id,) = found.household_ids
    context = {"homes": case.homes(household_id), "order_no": case.round_.order.get(household_id, "—")}
    return Finding(
        code=found.code, subject=found.subject, facts=found.facts, context=context, table="officers",
        household_ids=found.household_ids, village=found.village, concerned=(*found.concerned, row.officer, row.name),
    )  # fmt: skip


# -- more than the rules give -------------------------------------------------------------------------------------


def beyond_the_rules(case: Case) -> Iterator[Finding]:
    """Households with more homes, or more m², than the policy's own measure: declared demand may lawfully exceed it."""
    policy, smallest = case.round_.policy, smallest_m2(case.tables.units)
    for household_id in sorted(case.households):
        homes = case.homes(household_id)
        if homes > policy.area.max_units:
            yield case.together("homes.above", [household_id], {"homes": homes, "most": policy.area.max_units})
        entitled = case.round_.entitlements[household_id]
        _, greatest = area_band(entitled, policy.area)
        if case.result:
            given = case.result.homes.get(household_id, ())
            area = sum((case.units[i].area_m2 for i in given if i in case.units), Decimal(0))
        else:
            area = demanded_m2(case.round_.demand.get(household_id), Decimal(0), smallest)
        if area > greatest:
            facts = {"area": area, "entitled": entitled.m2, "greatest": greatest}
            yield case.together("area.above", [household_id], facts)


PEOPLE_CHECKS: tuple[Check, ...] = (
    same_person,
    resettled_before,
    on_the_roll,
    more_than_the_roll,
    numbers_fit,
    joined_late,
    one_family,
    officers_relatives,
    beyond_the_rules,
)
