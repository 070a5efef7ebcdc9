"""A district's rules as data: a validated TOML file with a hash that every notice prints."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]
"""Yuan, written as text in TOML (``"1500.00"``), exact to the fen."""
Area = Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
"""m², exact to 0.01."""
Share = Annotated[Decimal, Field(ge=0, le=1)]


class Rules(BaseModel):
    """Base of every section: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Entitlement(Rules):
    """安置房分配指标: m² a household may take."""

    m2_per_person: Area = Decimal(0)


class AreaBand(Rules):
    """How far a set of units may miss the entitlement, and how many units it may have."""

    under_m2: Area = Decimal(0)
    over_m2: Area = Decimal(0)
    max_units: Annotated[int, Field(ge=1, le=20)] = 4


class Band(Rules):
    """One consecutive band of the household's total area."""

    up_to: Literal["entitlement"] | None = None
    over_m2: Area | None = None
    price: Money | None = None
    up_percent: Decimal | None = None


class Floors(Rules):
    """What a floor adds to (or takes from) the price of a m²."""

    unit: Literal["yuan", "percent"] = "yuan"
    table: dict[str, Decimal] = Field(default_factory=dict)


class Pricing(Rules):
    """房款计价."""

    bands: tuple[Band, ...] = ()
    floors: Floors = Floors()


class Prepayment(Rules):
    """房款预缴: a share of the price, or yuan per m² demanded, paid by ``due_on``; neither = no gate."""

    share: Share | None = None
    per_m2: Money | None = None
    due_on: date | None = None


class Publicity(Rules):
    """公示: days each publication must stand."""

    calendar: Literal["natural", "working"] = "natural"
    demand: int = 7
    units: int = 7
    plan: int = 7
    result: int = 7


class Order(Rules):
    """选房顺序: how order numbers are made."""

    rule: Literal["signed_on", "draw", "given"] = "draw"
    priority_first: bool = False


class Fairness(Rules):
    """The principle of the allocation."""

    principle: Literal["leximin", "rank_maximal", "utilitarian", "order"] = "leximin"
    per: Literal["household", "unit"] = "household"
    max_choices: Annotated[int, Field(ge=1, le=100)] = 5


class Access(Rules):
    """What meets an access need."""

    low_floor_max: int = 3


class Policy(Rules):
    """One district's rules. ``name`` and ``source`` say whose they are; ``example`` = values are invented."""

    name: str = ""
    source: str = ""
    example: bool = False
    entitlement: Entitlement = Entitlement()
    area: AreaBand = AreaBand()
    pricing: Pricing = Pricing()
    prepayment: Prepayment = Prepayment()
    publicity: Publicity = Publicity()
    order: Order = Order()
    fairness: Fairness = Fairness()
    access: Access = Access()
