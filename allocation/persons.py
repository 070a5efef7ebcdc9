"""
Who is the same person, and which households are one family: by identity number, by name and birth, by what they share.

Spellings are compared folded (full-width, composed and invisible forms are one) and kept as they were for display.
Source: domain.md §2.3 and §8; trust.md §2 row 42.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric

from allocation.schema import Household, Member, Tables, fold

DOTS = re.compile("[·•・‧∙.]")
"""The dot between the parts of a name is typed in many ways (买买提·艾力)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of a household; ``number`` is comparable (18 characters where it can be), "" when not given."""

    household_id: str
    name: str
    village: str
    number: str = ""
    birth: date | None = None
    counted: bool = True
    relation: str = ""
    joined_on: date | None = None

    @property
    def named(self) -> str:
        """The name as it is compared."""
        return name_key(self.name)


def name_key(name: str) -> str:
    """How names are compared."""
    return DOTS.sub("", fold(name)).casefold()


def number_key(number: str) -> str:
    """How identity numbers are compared: one of 15 digits, as issued until 1999, as the 18 it became."""
    text = fold(number).upper()
    if re.fullmatch(r"\d{15}", text, re.ASCII):
        text = f"{text[:6]}19{text[6:]}"
        text += str(ric.calc_check_digit(text + "0"))
    return text


def born(number: str) -> date | None:
    """The birth date inside an identity number; None when there is none."""
    found = re.fullmatch(r"\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dX]", number_key(number), re.ASCII)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def people(tables: Tables) -> list[Person]:
    """Every person the tables name: the members, and the heads of households without members; sorted."""
    villages = {h.household_id: h.village for h in tables.households}
    with_members = {m.household_id for m in tables.members}
    heads = [_of_head(h) for h in tables.households if h.household_id not in with_members]
    return sorted(
        [_of_member(m, villages.get(m.household_id, "")) for m in tables.members] + heads,
        key=lambda p: (p.household_id, p.named, p.number, repr(p)),
    )


def _of_member(member: Member, village: str) -> Person:
    return Person(
        household_id=member.household_id,
        name=member.name,
        village=village,
        number=number_key(member.id_number),
        birth=born(member.id_number) or member.birth_date,
        counted=member.counted,
        relation=member.relation,
        joined_on=member.joined_on,
    )


def _of_head(household: Household) -> Person:
    return Person(
        household_id=household.household_id,
        name=household.name,
        village=household.village,
        number=number_key(household.id_number),
        birth=born(household.id_number),
    )


# -- one person, two households -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """One identity number in several households."""

    number: str
    household_ids: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The households, as the list of exceptions names them."""
        return joined(self.household_ids)

    @property
    def facts(self) -> dict[str, object]:
        """What the mark of the exception is made from."""
        return {"names": joined(self.names), "number": self.number}


TWICE = "person.twice"
"""The code of that exception; ``checks`` asks whether one of it was approved."""


def twice(entries: Iterable[tuple[str, str, str]]) -> list[Twice]:
    """From (identity number, household_id, name): the numbers that stand in several households, sorted."""
    households: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for number, household_id, name in entries:
        key = number_key(number)
        households[key].add(household_id)
        names[key].add(fold(name))
    return [
        Twice(number=key, household_ids=tuple(sorted(found)), names=tuple(sorted(names[key])))
        for key, found in sorted(households.items())
        if key and len({fold(one) for one in found}) > 1
    ]


def numbers_of(tables: Tables) -> list[tuple[str, str, str]]:
    """Every identity number with its household and name, of heads and members."""
    heads = [(h.id_number, h.household_id, h.name) for h in tables.households]
    return heads + [(m.id_number, m.household_id, m.name) for m in tables.members]


def joined(texts: Iterable[str]) -> str:
    """Several names or IDs as one text."""
    return "、".join(texts)


def mark(code: str, subject: str, facts: Mapping[str, object]) -> str:
    """
    Eight hex digits that stand for exactly what was found: an approval given for it does not cover something else
    found later about the same subject.
    """
    text = json.dumps([code, fold(subject), {key: str(facts[key]) for key in sorted(facts)}], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


# -- families -----------------------------------------------------------------------------------------------------

SHARED_HEADINGS = frozenset(
    fold(text)
    for text in (
        "地址", "住址", "家庭住址", "联系地址", "旧房地址", "原住址", "房屋坐落", "坐落", "宅基地坐落", "户口所在地",
        "银行账号", "银行账户", "收款账号", "账号", "卡号", "银行卡号", "开户账号", "address", "account",
    )
)  # fmt: skip
"""Columns of the office's own whose equal values tie two households together: domain.md §6.3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Households that share a person, a telephone, an address or an account; ``ties``: (kind, what is shared)."""

    household_ids: tuple[str, ...]
    ties: tuple[tuple[str, str], ...]


def families(tables: Tables, persons: Sequence[Person]) -> list[Family]:
    """Groups of two or more households that hang together by what they share, sorted."""
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    shown: dict[tuple[str, str], str] = {}

    def share(kind: str, key: str, text: str, household_id: str) -> None:
        if key:
            shared[kind, key].add(household_id)
            shown[kind, key] = min(text, shown.get((kind, key), text))

    for number, household_id, name in numbers_of(tables):
        share("person", number_key(number), name, household_id)
    for group in namesakes(persons):
        for person in group:
            share("person", f"{person.named} {person.birth}", person.name, person.household_id)
    for household in tables.households:
        share("phone", re.sub(r"\D", "", fold(household.phone)), household.phone, household.household_id)
        for heading, text in household.extra.items():
            if fold(heading).casefold() in SHARED_HEADINGS:
                share(heading, fold(text), text, household.household_id)
    ties = {key: ids for key, ids in shared.items() if len(ids) > 1}
    return [
        Family(
            household_ids=group,
            ties=tuple(sorted((kind, shown[kind, key]) for (kind, key), ids in ties.items() if ids & set(group))),
        )
        for group in _groups(ties.values())
    ]


def _groups(links: Iterable[set[str]]) -> list[tuple[str, ...]]:
    """Connected groups of the linked IDs, sorted."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for link in links:
        first, *others = sorted(link)
        for other in others:
            parent[top(other)] = top(first)
    groups: dict[str, list[str]] = defaultdict(list)
    for one in sorted(parent):
        groups[top(one)].append(one)
    return sorted(tuple(group) for group in groups.values())


def namesakes(persons: Sequence[Person]) -> list[list[Person]]:
    """
    Persons of one name and one birth date in several households, whom their identity numbers do not tell apart: at
    least one of them has none. Two with different numbers are two people.
    """
    groups: dict[tuple[str, date], list[Person]] = defaultdict(list)
    for person in persons:
        if person.birth:
            groups[person.named, person.birth].append(person)
    found = []
    for _, group in sorted(groups.items()):
        without = [person for person in group if not person.number]
        households = {fold(person.household_id) for person in group}
        if without and len(households) > 1:
            found.append(group)
    return found
