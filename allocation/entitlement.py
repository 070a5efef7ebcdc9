"""
安置房分配指标: who counts, and how many m² a household may take, with one line a rule.

Source: spec §4 (entitlement shapes); domain.md §2 (published rules of each shape).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from allocation.messages import Fault
from allocation.policy import Policy
from allocation.rules import span_of
from allocation.schema import Household, Member
from allocation.tariff import AreaBand, ExtraHeads, HouseholdSize

HUNDREDTH = Decimal("0.01")
SPOUSES = frozenset({"配偶", "妻", "妻子", "夫", "丈夫", "spouse", "wife", "husband"})
CHILDREN = frozenset(
    {"子", "女", "子女", "儿子", "女儿", "长子", "次子", "三子", "长女", "次女", "三女"}
    | {"独生子", "独生女", "养子", "养女", "继子", "继女", "child", "son", "daughter"}
)
"""Relations to the head of the household that make a couple, or end its being without children."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementLine:
    """How the figure came about, one rule a line: m² after the rule, and the values it used."""

    code: str
    m2: Decimal
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """
    What a household may take, in m².

    ``area_heads`` count for the area, ``allowance_heads`` for the transitional allowance. ``standard_m2`` is the area
    before the recognised original area was looked at, ``original_m2`` that area (0 = none recognised). ``limit_m2`` is
    the greatest total area where one of its persons sets a limit of its own, otherwise None.
    """

    m2: Decimal
    area_heads: int
    allowance_heads: int
    lines: tuple[EntitlementLine, ...]
    standard_m2: Decimal = Decimal(0)
    original_m2: Decimal = Decimal(0)
    limit_m2: Decimal | None = None

    @property
    def marks(self) -> dict[str, Decimal]:
        """The areas a price may turn on, by the name the policy gives them, and the ``limit`` where there is one."""
        marks = {"standard": self.standard_m2, "original": self.original_m2, "entitlement": self.m2}
        return marks if self.limit_m2 is None else {**marks, "limit": self.limit_m2}


def entitlement(household: Household, members: Sequence[Member], policy: Policy) -> Entitlement:
    """
    What a household may take.

    Parameters
    ----------
    household
        The row as read; ``persons`` counts where no members are given.
    members
        The members of this household only, in any order; may be empty.
    policy
        The base (heads × m², by household size, homestead × ratio, original area, compensation ÷ price) gives an
        area; then, in this order: not less than the original area, floor and cap by household size, least and
        greatest area of a household. Each result is rounded half up to 0.01 m², a division of money down.

    Raises
    ------
    ValueError
        When the policy needs what the household does not have; ``entitlement_faults`` tells so beforehand.

    Source: spec §4 "entitlement"; domain.md §2.1–2.2.
    """
    rules = policy.entitlement
    counting = [member for member in members if member.counted]
    persons = len(counting) if members else household.persons
    extra, extra_allowance = _extra_heads(household, counting, rules.extra)
    heads = persons + extra
    code, area, params = BASES[rules.base](household, counting, heads, policy)
    standard = _round(area)
    lines = [EntitlementLine(code=code, m2=standard, params={"persons": persons, "extra": extra, **params})]
    original = household.original_area_m2 or Decimal(0)

    def bounded(code: str, limit: Decimal | None, *, up: bool) -> None:
        """The area raised to a floor, or lowered to a cap, with its line where that changes it."""
        before = lines[-1].m2
        if limit is not None and (before < limit if up else before > limit):
            lines.append(EntitlementLine(code=code, m2=_round(limit), params={"before": before, "heads": heads}))

    if rules.original_at_least:
        bounded("entitlement.original", original, up=True)
    if row := _size(heads, rules.sizes):
        bounded("entitlement.floor", _limit(row.floor_m2, row.floor_m2_per_person, heads), up=True)
        bounded("entitlement.cap", _limit(row.cap_m2, row.cap_m2_per_person, heads), up=False)
    bounded("entitlement.min", rules.min_m2, up=True)
    bounded("entitlement.max", rules.max_m2, up=False)
    m2 = lines[-1].m2
    limits = {row.name: row.over_m2_max for row in rules.classes if row.over_m2_max is not None}
    own = [limits[member.person_class] for member in counting if member.person_class in limits]
    return Entitlement(
        m2=m2,
        area_heads=heads,
        allowance_heads=persons + extra_allowance,
        lines=tuple(lines),
        standard_m2=standard,
        original_m2=original,
        limit_m2=m2 + min(own) if own else None,
    )


def area_band(found: Entitlement, band: AreaBand) -> tuple[Decimal, Decimal]:
    """The least and the greatest total area in m² a household with open demand may take. Source: spec §4 ``[area]``."""
    greatest = found.m2 + band.over_m2
    if found.limit_m2 is not None:
        greatest = min(greatest, found.limit_m2)
    return max(found.m2 - band.under_m2, Decimal(0)), greatest


def homestead_payment(household: Household, policy: Policy) -> Decimal:
    """
    Yuan paid for the part of the homestead above the policy's threshold; 0 where the policy pays none.

    Source: domain.md §10 case 12.
    """
    rule = policy.entitlement.homestead
    if rule is None or rule.paid_above_m2 is None or household.homestead_m2 is None:
        return Decimal("0.00")
    above = max(household.homestead_m2 - rule.paid_above_m2, Decimal(0))
    return (above * rule.paid_yuan_per_m2).quantize(HUNDREDTH, ROUND_HALF_UP)


def entitlement_faults(
    households: Iterable[Household], members: Mapping[str, Sequence[Member]], policy: Policy
) -> list[Fault]:
    """
    What the policy needs of a round's households and does not find: a missing area or sum, a household size that no
    row of the policy names, a class of persons the policy does not know, members where classes or extra heads ask for
    them. ``members``: household_id → its members.
    """
    rules = policy.entitlement
    faults = []
    for household in sorted(households, key=lambda h: h.household_id):
        own = members.get(household.household_id, ())
        column = NEEDS.get(rules.base)
        if column and getattr(household, column) is None:
            faults.append(_fault("households", "entitlement.needs", column, household.household_id, base=rules.base))
        counting = [member for member in own if member.counted]
        persons = len(counting) if own else household.persons
        heads = persons + _extra_heads(household, counting, rules.extra)[0]
        if rules.sizes and _size(heads, rules.sizes) is None:
            faults.append(_fault("households", "entitlement.no_size", "persons", household.household_id, heads=heads))
        known = {""} | {row.name for row in rules.classes} | {row.person_class for row in rules.extra}
        faults += [
            _fault("members", "entitlement.unknown_class", "person_class", household.household_id, found=m.person_class)
            for m in counting
            if m.person_class not in known
        ]
    return faults


def _fault(table: str, code: str, column: str, household_id: str, **params: object) -> Fault:
    return Fault(table=table, code=code, column=column, value=household_id, params=params)


def _extra_heads(household: Household, members: Sequence[Member], rules: Sequence[ExtraHeads]) -> tuple[int, int]:
    """Extra heads for area and for allowance; of rules that exclude each other the largest, of equals the first."""
    best: dict[str, tuple[int, ExtraHeads]] = {}
    for number, rule in enumerate(rules):
        found = rule.heads * _times(rule, household, members)
        found = found if rule.at_most is None else min(found, rule.at_most)
        group = f"={rule.exclusive}" if rule.exclusive else str(number)
        if group not in best or found > best[group][0]:
            best[group] = (found, rule)
    return sum(n for n, _ in best.values()), sum(n for n, rule in best.values() if rule.allowance)


def _times(rule: ExtraHeads, household: Household, members: Sequence[Member]) -> int:
    """How often the case of a rule is met in a household."""
    if rule.when == "declared":
        return household.bonus_persons
    if rule.when == "only_child":
        return sum(member.only_child for member in members)
    if rule.when == "person_class":
        return sum(member.person_class == rule.person_class for member in members)
    relations = {member.relation for member in members}
    return int(bool(relations & SPOUSES) and not relations & CHILDREN)


def _size(heads: int, rows: Sequence[HouseholdSize]) -> HouseholdSize | None:
    found = span_of(heads, [row.heads for row in rows])
    return next((row for row in rows if row.heads == found), None)


def _limit(fixed: Decimal | None, per_person: Decimal | None, heads: int) -> Decimal | None:
    """A limit given in m², or in m² a head; None = there is none."""
    return fixed if per_person is None else per_person * heads


def _round(m2: Decimal) -> Decimal:
    return m2.quantize(HUNDREDTH, ROUND_HALF_UP)


Based = tuple[str, Decimal, dict[str, object]]


def _by_persons(household: Household, members: Sequence[Member], heads: int, policy: Policy) -> Based:
    rules = policy.entitlement
    own = {row.name: row.m2 for row in rules.classes}
    special = [own[m.person_class] for m in members if m.person_class in own]
    area = rules.m2_per_person * (heads - len(special)) + sum(special, Decimal(0))
    return "entitlement.persons", area, {"m2_per_person": rules.m2_per_person, "special": len(special)}


def _by_sizes(household: Household, members: Sequence[Member], heads: int, policy: Policy) -> Based:
    row = _size(heads, policy.entitlement.sizes)
    if row is None or row.m2 is None:
        raise ValueError(f"household {household.household_id}: no area for {heads} heads in entitlement.sizes")
    return "entitlement.sizes", row.m2, {"heads": row.heads}


def _by_homestead(household: Household, members: Sequence[Member], heads: int, policy: Policy) -> Based:
    rule = policy.entitlement.homestead
    area = _known(household, "homestead_m2")
    ratio = rule.ratio if rule else Decimal(1)
    return "entitlement.homestead", area * ratio, {"homestead_m2": area, "ratio": ratio}


def _by_original(household: Household, members: Sequence[Member], heads: int, policy: Policy) -> Based:
    area = _known(household, "original_area_m2")
    return "entitlement.recognised", area, {"original_m2": area}


def _by_compensation(household: Household, members: Sequence[Member], heads: int, policy: Policy) -> Based:
    """Compensation ÷ the first band's price, rounded down so that the compensation covers it."""
    paid = _known(household, "compensation_yuan")
    price = policy.pricing.bands[0].price or Decimal(0)
    area = (paid / price).quantize(HUNDREDTH, ROUND_DOWN)
    return "entitlement.compensation", area, {"compensation_yuan": paid, "price": price}


def _known(household: Household, column: str) -> Decimal:
    value: Decimal | None = getattr(household, column)
    if value is None:
        raise ValueError(f"household {household.household_id}: the policy needs {column}")
    return value


BASES: dict[str, Callable[[Household, Sequence[Member], int, Policy], Based]] = {
    "persons": _by_persons,
    "sizes": _by_sizes,
    "homestead": _by_homestead,
    "original": _by_original,
    "compensation": _by_compensation,
}
NEEDS = {"homestead": "homestead_m2", "original": "original_area_m2", "compensation": "compensation_yuan"}
"""The column of the households table that a base reads."""
