"""The values of a round's rows: one class a table, and the tables together. How a cell becomes one: ``schema``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

AccessNeed = Literal["none", "low_floor", "step_free"]
Construction = Literal["government", "joint_self_built"]
UnitStatus = Literal["available", "reserved", "defective", "allocated"]
Document = Literal["demand", "units", "plan", "result"]
PaymentKind = Literal["cash", "compensation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """安置户. Areas in m², exact to 0.01. ``extra`` keeps the columns anju does not know."""

    household_id: str
    name: str
    village: str
    persons: int
    signed_on: date
    id_number: str = ""
    phone: str = ""
    bonus_persons: int = 0
    access_need: AccessNeed = "none"
    order_no: int | None = None
    together: str = ""
    priority_class: int | None = None
    signed_at: datetime | None = None
    handed_over_on: date | None = None
    original_area_m2: Decimal | None = None
    homestead_m2: Decimal | None = None
    compensation_yuan: Decimal | None = None
    points: Decimal | None = None
    phase: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """安置人口: one person of a household. ``joined_on``: when the person's registration moved there, if known."""

    household_id: str
    name: str
    relation: str
    birth_date: date
    id_number: str = ""
    only_child: bool = False
    disabled: bool = False
    counted: bool = True
    person_class: str = ""
    joined_on: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """房源: one home. ``base_price`` in yuan per m², blank = the policy's first band."""

    unit_id: str
    project: str
    building: str
    floor: int
    layout: str
    area_m2: Decimal
    entrance: str = ""
    room: str = ""
    orientation: str = ""
    step_free: bool = False
    construction: Construction = "government"
    status: UnitStatus = "available"
    base_price: Decimal | None = None
    floors_in_building: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """安置需求: how many homes of a layout a household declared."""

    household_id: str
    layout: str
    count: int
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """志愿: filters that all must match; blank or None = any."""

    household_id: str
    choice: int
    project: str = ""
    building: str = ""
    entrance: str = ""
    floor_min: int | None = None
    floor_max: int | None = None
    layout: str = ""
    orientation: str = ""
    unit_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A receipt of 房款预缴 in yuan; a refund is negative."""

    receipt_no: str
    household_id: str
    paid_on: date
    amount: Decimal
    kind: PaymentKind = "cash"
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """公示: what was published, when, for how many days; withdrawn or not."""

    document: Document
    published_on: date
    days: int
    withdrawn_on: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """
    异议: filed against a household_id, a unit_id or ``*``; open while ``resolved_on`` is None. ``outcome`` and
    ``reason`` are what the office answers.
    """

    objection_id: str
    document: Document
    filed_on: date
    subject: str
    resolved_on: date | None = None
    outcome: str = ""
    reason: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """实测面积: a home's area in the register in m², the day it was handed over, and the kind of building it is in."""

    unit_id: str
    measured_m2: Decimal
    handed_over_on: date | None = None
    building_type: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowancePaid:
    """过渡安置费 paid out to a household, in yuan; what is taken back is negative."""

    voucher_no: str
    household_id: str
    paid_on: date
    amount: Decimal
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """
    One public event of the draw, as announced before it: ``text`` says how its outcome is read and written.

    ``value`` is blank until it has taken place. ``kind``: see ``draw.DrawSource``.
    """

    kind: str
    name: str
    text: str
    occurred_on: date
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A resident's number, committed to before the draw; ``number`` and ``nonce`` are blank until it is opened."""

    who: str
    commitment: str
    number: str = ""
    nonce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPlan:
    """
    How a round's seed is made, ``[draw]`` in round.toml: frozen first, drawn afterwards.

    The first ``take`` sources that took place are used, in their order. ``pool_root`` is blank until the freeze.
    """

    frozen_on: date
    take: int
    sources: tuple[Announced, ...]
    sealed: tuple[Sealed, ...] = ()
    pool_root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundHead:
    """
    round.toml: ``projects`` empty = all projects of the units table; ``as_of`` is the day the round is judged on;
    ``freeze_on`` the day from which persons who join are looked at (冻结日期).

    The rest is what papers print: the office that issues them and takes objections, where and when homes are chosen
    and handed over. What is blank is printed as a line to be filled in by hand.
    """

    id: str
    title: str
    as_of: date
    seed: str
    projects: tuple[str, ...] = ()
    draw: DrawPlan | None = None
    freeze_on: date | None = None
    office: str = ""
    office_phone: str = ""
    office_place: str = ""
    office_hours: str = ""
    supervision_phone: str = ""
    selection_at: datetime | None = None
    selection_place: str = ""
    handover_on: date | None = None
    handover_place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPerson:
    """调查底册: one person as the survey before the round found them."""

    name: str
    id_number: str = ""
    birth_date: date | None = None
    household_id: str = ""
    village: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resettled:
    """已安置人员: one person who was resettled before, here or elsewhere."""

    name: str
    id_number: str = ""
    birth_date: date | None = None
    project: str = ""
    resettled_on: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRelative:
    """工作人员及亲属: one declared person; ``officer`` is whose relative, ``relation`` how (本人 = the officer)."""

    name: str
    officer: str
    relation: str
    id_number: str = ""
    phone: str = ""
    post: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """疑点核实: why one exception stands, and who approved it; ``mark`` ties it to exactly what was found."""

    code: str
    subject: str
    mark: str = ""
    found: str = ""
    reason: str = ""
    approver: str = ""
    decided_on: date | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables of one round, rows as read; every rule sorts before it picks."""

    households: tuple[Household, ...]
    units: tuple[Unit, ...]
    payments: tuple[Payment, ...]
    publications: tuple[Publication, ...]
    objections: tuple[Objection, ...]
    members: tuple[Member, ...] = ()
    demand: tuple[Demand, ...] = ()
    choices: tuple[Choice, ...] = ()
    measured: tuple[Measured, ...] = ()
    allowances: tuple[AllowancePaid, ...] = ()
    survey: tuple[SurveyPerson, ...] = ()
    resettled: tuple[Resettled, ...] = ()
    officers: tuple[OfficerRelative, ...] = ()
    exceptions: tuple[Disposition, ...] = ()
