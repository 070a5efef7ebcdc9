"""
What may stand on a public paper: a type that only this module can make, and only out of what may be published.

``Public`` is text for everybody. It is made from fields of records that the duty to publish needs, never from a bare
text, number, date or sum of money: there is no function here that takes an ID number, a telephone, a bank account, an
access need, a member of a household or a payment. A ``PublicPaper`` takes ``Public`` and nothing else, and checks it
when it is made; joining two texts by hand gives a plain ``str``, which it refuses.

Source: domain.md §6.4 (PIPL arts. 6, 13, 25, 28–29, 34, 51: minimum necessary, no sensitive information, nothing of
persons under 14); spec §8 (masking).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from allocation.allocate import Home
from allocation.messages import Fault, Faults, Lang, Reason, reason_sentence, sentence
from allocation.paper import Code, Grid, Paper, Text
from allocation.policy import Policy
from allocation.pricing import band_price, floor_addition
from allocation.publicity import CalendarUnknown, last_day
from allocation.round import LeftOut, Round
from allocation.schema import Document, Unit
from allocation.wording import (
    BLANK,
    Occasion,
    addresses,
    day_in_characters,
    day_in_words,
    exact,
    example_note,
    mask,
    moment_in_words,
    private_numbers,
    without_private,
)

_KEY = object()
PUBLIC_REASONS = re.compile(
    r"publicity\.\w+|objection\.open|unit\.other_project|unit\.status\.\w+|unit\.joint_self_built"
)
"""Reasons a notice may print with their values; every other one is told without figures."""


class Public(str):
    """Text for everybody. Only the functions of this module make it; ``TypeError`` for anybody else."""

    __slots__ = ()

    def __new__(cls, text: str, key: object = None) -> Public:
        if key is not _KEY:
            raise TypeError("public text is made by allocation.public from what may be published, never from a text")
        return super().__new__(cls, text)


def _public(text: str) -> Public:
    return Public(text, _KEY)


def told(code: str, lang: Lang, /, **values: Public | int) -> Public:
    """
    The sentence of ``code`` with values that are public.

    Raises
    ------
    TypeError
        For a value that is no ``Public`` and no count: a plain text, a date, a sum of money.
    """
    for name, value in values.items():
        if not isinstance(value, Public) and type(value) is not int:
            raise TypeError(f"{name} of {code} is a {type(value).__name__}; expected Public or a count")
    return _public(sentence(code, lang, **values))


def count(number: int) -> Public:
    """A count of households, persons, homes or rows."""
    if type(number) is not int:
        raise TypeError(f"a count is a whole number, not {type(number).__name__}")
    return _public(str(number))


def listed(parts: Iterable[Public], lang: Lang, *, mark: str = "、") -> Public:
    """Several public texts as one."""
    separator = mark if lang == "zh" else {"；": "; ", "": " ", "、": ", "}[mark]
    given = list(parts)
    for part in given:
        if not isinstance(part, Public):
            raise TypeError(f"a part is a {type(part).__name__}; expected Public")
    return _public(separator.join(given))


OFFICE = (
    "office", "office_phone", "office_place", "office_hours", "supervision_phone",
    "selection_at", "selection_place", "handover_on", "handover_place",
)  # fmt: skip
"""What a round says of the office that issues its papers."""
BLANK_LINE = _public(BLANK)
NOTHING = _public("")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHousehold:
    """What may be said of a household: its number, its head's name masked, village, heads, entitlement, order."""

    household_id: Public
    name: Public
    village: Public
    persons: int
    heads: int
    entitlement: Public
    demand: Public
    order_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUnit:
    """A home; ``area`` in m², ``price`` in yuan per m² (first band and floor's addition), blank where there is none."""

    unit_id: Public
    home: Public
    layout: Public
    building: Public
    entrance: Public
    floor: Public
    room: Public
    orientation: Public
    area: Public
    price: Public
    status: Public


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPeriod:
    """How long a document stands: the day it is put up, its length in days, and the last day (blank if unknown)."""

    published: Public
    sentence: Public


class Disclosure:
    """What of one round may be published, record by record. Numbers of the roster that strayed are hidden."""

    def __init__(self, round_: Round, occasion: Occasion) -> None:
        self.round, self.occasion, self.lang = round_, occasion, occasion.lang
        self._numbers = private_numbers(round_)
        self._units = {unit.unit_id: unit for unit in round_.tables.units}
        self._households = {h.household_id: h for h in round_.tables.households}

    def _safe(self, text: str) -> Public:
        return _public(without_private(text, self._numbers))

    # -- rows

    def household(self, household_id: str) -> PublicHousehold:
        """One household of the roster."""
        row, entitled = self._households[household_id], self.round.entitlements[household_id]
        wanted = sorted(self.round.demand.get(household_id, {}).items())
        times = "{layout}×{count}"
        return PublicHousehold(
            household_id=self._safe(row.household_id),
            name=self._safe(mask(row.name)),
            village=self._safe(row.village),
            persons=row.persons,
            heads=entitled.area_heads,
            entitlement=_public(f"{entitled.m2:.2f}"),
            demand=self._safe("、".join(times.format(layout=layout, count=number) for layout, number in wanted)),
            order_no=self.round.order[household_id],
        )

    def units(self, unit_ids: Iterable[str]) -> dict[str, PublicUnit]:
        """unit_id → what may be said of it; addresses are as short as they can be among these."""
        rows = [self._units[unit_id] for unit_id in unit_ids]
        where = addresses(rows, self.lang)
        return {row.unit_id: self._unit(row, where[row.unit_id]) for row in rows}

    def _unit(self, row: Unit, home: str) -> PublicUnit:
        return PublicUnit(
            unit_id=self._safe(row.unit_id),
            home=self._safe(home),
            layout=self._safe(row.layout),
            building=self._safe(row.building),
            entrance=self._safe(row.entrance),
            floor=_public(str(row.floor)),
            room=self._safe(row.room),
            orientation=self._safe(row.orientation),
            area=_public(f"{row.area_m2:.2f}"),
            price=_public(_list_price(row, self.round.policy)),
            status=self._status(row),
        )

    def _status(self, row: Unit) -> Public:
        if self.round.head.projects and row.project not in self.round.head.projects:
            return told("notice.status.other_project", self.lang)
        kind = "joint_self_built" if row.construction == "joint_self_built" else row.status
        return told(f"notice.status.{kind}", self.lang)

    def area(self, unit_ids: Iterable[str]) -> Public:
        """The area of homes together, in m²."""
        return _public(f"{sum((self._units[i].area_m2 for i in unit_ids), Decimal('0.00')):.2f}")

    def entitlements(self, household_ids: Iterable[str]) -> Public:
        """The entitlements of households together, in m²."""
        return _public(f"{sum((self.round.entitlements[i].m2 for i in household_ids), Decimal('0.00')):.2f}")

    def homes(self, homes: Iterable[Home]) -> dict[str, list[PublicUnit]]:
        """household_id → its homes."""
        found: dict[str, list[PublicUnit]] = {}
        given = list(homes)
        units = self.units(home.unit_id for home in given)
        for home in given:
            found.setdefault(home.household_id, []).append(units[home.unit_id])
        return found

    # -- the round

    @property
    def title(self) -> Public:
        """The round's title."""
        return self._safe(self.round.head.title)

    @property
    def head(self) -> Mapping[str, Public]:
        """id, as_of, seed, and of the policy: name, source, fingerprint."""
        head, policy = self.round.head, self.round.policy
        return {
            "round": self._safe(head.id),
            "as_of": _public(day_in_words(head.as_of, self.lang)),
            "seed": self._safe(head.seed),
            "policy": self._safe(policy.name),
            "source": self._safe(policy.source),
            "policy_hash": _public(policy.fingerprint()),
        }

    @property
    def example(self) -> Public:
        """The sentence that says the policy's figures are examples; blank where they are not."""
        return _public(example_note(self.round, self.lang))

    def office(self, key: str) -> Public:
        """What the round says of the office (``office``, ``office_phone`` …), or a line to be filled in."""
        if key not in OFFICE:
            raise KeyError(key)
        value = getattr(self.round.head, key)
        if value is None or value == "":
            return BLANK_LINE
        if isinstance(value, datetime):
            return _public(moment_in_words(value, self.lang))
        return _public(day_in_words(value, self.lang) if isinstance(value, date) else str(value))

    @property
    def day(self) -> Public:
        """The day the paper is issued, as it stands beside the seal."""
        return _public(day_in_characters(self.occasion.issued_on, self.lang))

    def reasons(self, entry: LeftOut) -> Public:
        """Why a household or a home is left out, as the public may read it."""
        return listed((self.reason(reason) for reason in entry.reasons), self.lang, mark="；")

    def reason(self, reason: Reason) -> Public:
        """A reason as the public may read it: what one household paid, or what ails it, is its own affair."""
        if PUBLIC_REASONS.fullmatch(reason.code):
            return self._safe(reason_sentence(reason, self.lang).rstrip("。."))
        kind = reason.code.partition(".")[0]
        code = "notice.reason.prepayment" if kind == "prepayment" else "notice.reason.other"
        return _public(sentence(code, self.lang).rstrip("。."))

    def period(self, document: Document) -> PublicPeriod:
        """How long a document put up on the day of issue must stand, by the policy."""
        period, lang, published_on = self.round.policy.publicity.period(document), self.lang, self.occasion.issued_on
        published = _public(day_in_words(published_on, lang))
        about: dict[str, Any] = {"days": period.days, "on": published}
        about["calendar"] = told(f"notice.calendar.{period.calendar}", lang)
        try:
            last = last_day(
                published_on,
                period.days,
                period.calendar,
                moves_on_holiday=period.moves_on_holiday,
                announced=self.round.announced,
            )
        except CalendarUnknown as unknown:
            said = told("notice.period_unknown", lang, **about, year=unknown.year, blank=BLANK_LINE)
        else:
            said = told("notice.period", lang, **about, last=_public(day_in_words(last, lang)))
        return PublicPeriod(published=published, sentence=said)

    def fingerprint(self) -> PublicCode | None:
        """The fingerprint of the bundle, where there is one: 64 hexadecimal digits, and the same in 24 characters."""
        root, words = self.occasion.root, self.occasion.words
        if not root:
            return None
        if not re.fullmatch(r"[0-9a-f]{64}", root):
            raise ValueError("a fingerprint has 64 hexadecimal digits")
        lines = [told("notice.root", self.lang), _public(" ".join(re.findall(".{16}", root)))]
        if words:
            lines += [told("notice.root_words", self.lang), _public(words)]
        return PublicCode(data=_public(root), lines=tuple(lines))

    # -- the rules

    def bands(self) -> list[tuple[Public, Public]]:
        """The price bands in words, with yuan per m² each (— where no area may reach)."""
        rows = []
        pricing = self.round.policy.pricing
        for number, band in enumerate(pricing.bands, 1):
            if band.over_m2 is not None:
                upto = told("notice.band.over", self.lang, area=_public(f"{band.over_m2:.2f}"))
            elif band.up_to is not None and number < len(pricing.bands):
                upto = told(f"notice.band.{band.up_to}", self.lang)
            else:
                upto = told("notice.band.rest" if number > 1 else "notice.band.all", self.lang)
            rows.append((upto, _public("—" if band.forbidden else exact(band_price(band, pricing)))))
        return rows

    def seconds(self, name: str) -> int:
        """A figure of the rules of the selection day."""
        value = getattr(self.round.policy.selection_day, name)
        return value if type(value) is int else 0


def _list_price(unit: Unit, policy: Policy) -> str:
    """Yuan per m² within the entitlement: the first band's price or the home's own, with its floor's addition."""
    if not policy.pricing.bands or unit.construction == "joint_self_built":
        return ""
    try:
        floor = floor_addition(unit, policy.pricing) or Decimal(0)
    except ValueError:
        return ""
    base = band_price(policy.pricing.bands[0], policy.pricing) if unit.base_price is None else unit.base_price
    return exact(base + floor)


class PublicCode(Code):
    """A QR code whose text and lines are public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPaper(Paper):
    """
    A paper for everybody: every title, text, heading and cell must be ``Public``.

    Raises
    ------
    TypeError
        When one is not, with its place.
    """

    def __post_init__(self) -> None:
        for place, said in _texts(self):
            if said is not None and not isinstance(said, Public):
                raise TypeError(f"{place} of a public paper is a {type(said).__name__}; expected Public: {said[:20]!r}")


def _texts(paper: Paper) -> Iterable[tuple[str, str | None]]:
    yield "title", paper.title
    yield "subtitle", paper.subtitle
    for number, block in enumerate(paper.blocks, 1):
        if isinstance(block, Text):
            yield f"block {number}", block.text
        elif isinstance(block, Code):
            yield from ((f"block {number}", said) for said in (block.data, *block.lines))
        else:
            yield from _cells(f"block {number}", block)
    yield from (("closing", line) for line in paper.closing)


def _cells(place: str, grid: Grid) -> Iterable[tuple[str, str | None]]:
    for column in grid.columns:
        yield f"{place}, heading", column.heading
    for y, row in enumerate(grid.rows, 1):
        for x, said in enumerate(row, 1):
            yield f"{place}, row {y}, column {x}", said


def refuse_leaks(paper: Paper, round_: Round) -> None:
    """
    The last guard: no whole name of the roster, no ID number and no telephone stands anywhere in a public paper.

    Raises
    ------
    Faults
        With what was found, its middle hidden.
    """
    people = {h.name for h in round_.tables.households} | {m.name for m in round_.tables.members}
    names = {name for name in people if len(name) > 2 and not name.isascii()}
    numbers = private_numbers(round_)
    said = "\n".join(text for _, text in _texts(paper) if text)
    found = {run for run in re.findall(r"\d{7,}[Xx]?", said) if {run.upper(), run.upper().rstrip("X")} & numbers}
    found |= {name for name in names if name in said}
    if found:
        hidden = [f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}" for value in sorted(found)]
        raise Faults(Fault(table="out", code="paper.private_value", place=paper.title, value=one) for one in hidden)
