"""Small selection days for tests: a round of a few households, its clock, and its acts as short words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from allocation import policy
from allocation.messages import Reason, reason_sentence
from allocation.picking import Act, Day, Opening, opening
from allocation.procedure import Order, SelectionDay
from allocation.round import Round, judge
from allocation.schema import Demand, Household, Member, Publication, RoundHead, Tables, Unit
from allocation.tables import RoundInput

CASES = Path(__file__).parent / "cases"
MORNING = datetime(2021, 5, 28, 9, 0, 0)


def small_round(
    case: str = "", *, households: int = 4, homes: int = 0, each: int = 1, order: dict[str, object] | None = None,
    reserved: int = 0, low: tuple[int, ...] = (), demand: bool = True, **rules: object,
) -> Round:  # fmt: skip
    """A round as `round_input` describes it, judged."""
    return judge(round_input(case, households=households, homes=homes, each=each, order=order, reserved=reserved,
                             low=low, demand=demand, **rules))  # fmt: skip


def round_input(
    case: str = "", *, households: int = 4, homes: int = 0, each: int = 1, order: dict[str, object] | None = None,
    reserved: int = 0, low: tuple[int, ...] = (), demand: bool = True, **rules: object,
) -> RoundInput:  # fmt: skip
    """
    Households H1, H2, … in that order, each with ``each`` homes of layout 80 to choose, out of ``homes`` (as many as
    are wanted) U01, U02, …, floor by floor; then ``reserved`` homes R1, …. ``low``: who needs a low floor (U01–U03).
    """
    rulebook = policy.load(CASES / f"{case}.toml") if case else policy.parse({}, "")
    day = {**rulebook.selection_day.model_dump(), **rules}
    settings: dict[str, object] = {"rule": "given", "priority_first": False, **(order or {})}
    rulebook = rulebook.model_copy(
        update={"order": Order.model_validate(settings), "selection_day": SelectionDay.model_validate(day)}
    )
    ids = [f"H{n}" for n in range(1, households + 1)]
    tables = Tables(
        households=tuple(
            Household(household_id=own, name=own, village="村", persons=2, order_no=n + 1,
                      signed_on=date(2021, 5, 1) - timedelta(days=n),
                      access_need="low_floor" if n + 1 in low else "none")
            for n, own in enumerate(ids)
        ),
        units=tuple(
            Unit(unit_id=unit_id, project="苑", building="1", floor=floor, layout="80", area_m2=Decimal("80.00"),
                 status=status)
            for status, names in (
                ("available", [f"U{n:02}" for n in range(1, (homes or households * each) + 1)]),
                ("reserved", [f"R{n}" for n in range(1, reserved + 1)]),
            )
            for floor, unit_id in enumerate(names, 1)
        ),
        payments=(),
        publications=tuple(Publication(document=d, published_on=date(2021, 5, 1), days=7) for d in ("demand", "units")),
        objections=(),
        demand=tuple(Demand(household_id=own, layout="80", count=each) for own in ids if demand),
        members=(Member(household_id="H1", name="老", relation="户主", birth_date=date(1950, 1, 1)),),
        choices=(),
    )  # fmt: skip
    head = RoundHead(id="t", title="t", as_of=date(2021, 5, 28), seed="s")
    return RoundInput(head=head, policy=rulebook, tables=tables, path=Path("t"))


class Hall:
    """A day with its clock: every act goes one second on, ``later`` lets time pass."""

    def __init__(self, given: Round | Opening, *, sessions_a_day: int | None = None) -> None:
        begun = given if isinstance(given, Opening) else opening(given, sessions_a_day=sessions_a_day)
        self.day, self.at = Day(begun), MORNING

    def later(self, **time: int) -> None:
        self.at += timedelta(**time)

    def refused(self, act: str, household_id: str = "", *units: str, **more: object) -> str:
        """Do an act; the code of its refusal, blank when it is done. The sentence is filled in both languages."""
        self.later(seconds=1)
        found = self.day.do(Act(act=act, at=self.at, household_id=household_id, units=units, **more))  # type: ignore[arg-type]  # acts come as plain words
        for reason in found:
            said(reason)
        return found[0].code if found else ""

    def do(self, act: str, household_id: str = "", *units: str, **more: object) -> None:
        assert self.refused(act, household_id, *units, **more) == ""

    def seat(self, household_id: str) -> None:
        self.do("call", household_id)
        self.do("arrive", household_id)

    def choose(self, household_id: str, *units: str) -> None:
        """Called, here, picks, confirms."""
        self.seat(household_id)
        self.do("pick", household_id, *units)
        self.do("confirm", household_id)

    def nobody_comes(self, household_id: str) -> None:
        """Called as often as the rules say, and skipped."""
        for _ in range(self.day.rules.calls):
            self.do("call", household_id)
        self.do("skip", household_id)

    @property
    def next(self) -> str:
        return next(iter(self.day.turns.queue()), "")

    def homes(self) -> dict[str, list[str]]:
        return {own: sorted(units) for own, units in sorted(self.day.given.items()) if units}


def said(reason: Reason) -> None:
    for lang in ("zh", "en"):
        text = reason_sentence(reason, lang)
        assert text
        assert "{" not in text
