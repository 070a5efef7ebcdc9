"""
The states of a round, the only ways between them, and what each way asks for. Pure: facts in, conditions out.

    draft → demand_published → units_published → frozen → drawn → allocated | picking → plan_published
          → result_published → confirmed → settled → handed_over

``frozen`` is where the prepayment ends: the list of who takes part, and why others do not, is fixed, and its
fingerprint can be posted before the seed is drawn. From ``drawn`` on there is no way back before it: a roster never
changes, and a draw is never held again, once the seed is known (trust.md §2 rows 1–3). Only a plan can be withdrawn
and made anew. Source: spec §5; domain.md §§1, 4, 6.1; trust.md §6 (8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from allocation.messages import Reason
from allocation.policy import Policy
from allocation.procedure import DOCUMENTS
from allocation.publicity import Announced, last_day, open_objections, standing
from allocation.schema import Document, Objection, Publication

State = Literal[
    "draft",
    "demand_published",
    "units_published",
    "frozen",
    "drawn",
    "allocated",
    "picking",
    "plan_published",
    "result_published",
    "confirmed",
    "settled",
    "handed_over",
]
STATES: tuple[State, ...] = get_args(State)
ONE_DAY = timedelta(days=1)
OPEN: tuple[State, ...] = ("draft", "demand_published", "units_published")
"""Before the list of who takes part is frozen."""

MAY: Mapping[str, tuple[State, ...]] = MappingProxyType(
    {
        "revise": OPEN,
        "publish.demand": ("draft",),
        "publish.units": ("demand_published",),
        "withdraw.demand": ("demand_published", "units_published"),
        "withdraw.units": ("units_published", "draft"),
        "freeze": ("units_published",),
        "draw": ("frozen",),
        "allocate": ("drawn", "allocated"),
        "open-picking": ("drawn",),
        "hall": ("picking",),
        "pick": ("picking",),
        "pick-confirm": ("picking",),
        "pick-undo": ("picking",),
        "waive": ("picking",),
        "void": ("picking",),
        "publish.plan": ("allocated", "picking"),
        "withdraw.plan": ("plan_published",),
        "publish.result": ("plan_published",),
        "withdraw.result": ("result_published",),
        "confirm": ("result_published",),
        "settle": ("confirmed",),
        "hand-over": ("confirmed", "settled"),
        "object.demand": ("demand_published", "units_published"),
        "object.units": ("units_published",),
        "object.plan": ("plan_published",),
        "object.result": ("result_published",),
    }
)
"""
Act → the states it is open in. What is not named (payments, hearings, reading) is open in every state.
A hand-over is judged household by household: one that is settled need not wait for the others.
"""
LEADS: Mapping[str, State] = MappingProxyType(
    {
        "publish.demand": "demand_published",
        "publish.units": "units_published",
        "withdraw.demand": "draft",
        "withdraw.units": "demand_published",
        "freeze": "frozen",
        "draw": "drawn",
        "allocate": "allocated",
        "open-picking": "picking",
        "publish.plan": "plan_published",
        "withdraw.plan": "allocated",
        "publish.result": "result_published",
        "withdraw.result": "plan_published",
        "confirm": "confirmed",
    }
)
"""
Act → the state it leads to. ``withdraw.plan`` leads back to where the plan was made; ``settle`` and ``hand-over`` lead
on with the last household; ``publish.demand`` to ``units_published`` where the units still stand published.
"""
STOOD: Mapping[str, tuple[Document, ...]] = MappingProxyType(
    {"freeze": ("demand", "units"), "publish.result": ("plan",), "confirm": ("result",)}
)
"""Act → the publications that must have stood their period, without an open objection, and unchanged."""
NOT_THE_SAME: Mapping[str, str] = MappingProxyType({"draw": "freeze", "publish.plan": "draw"})
"""Act → the act that another person must have done (trust.md §2 row 40)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What the record knows about a round on ``today``.

    ``published_hash``: document → hash of what its publication that is up shows; ``content_hash``: of the same as it
    stands now. ``carved_out``: objections the office has said keep their subjects out of this round instead of
    stopping it. ``doers``: act → who did it last. ``undecided``: households that have neither chosen nor waived.
    """

    state: State
    today: date
    policy: Policy
    publications: tuple[Publication, ...] = ()
    objections: tuple[Objection, ...] = ()
    announced: Announced = field(default_factory=dict)
    published_hash: Mapping[str, str] = field(default_factory=dict)
    content_hash: Mapping[str, str] = field(default_factory=dict)
    carved_out: frozenset[str] = frozenset()
    doers: Mapping[str, str] = field(default_factory=dict)
    undecided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that is not met, and the first day it can be; None = never by waiting or by any act in order."""

    reason: Reason
    earliest: date | None


def unmet(act: str, facts: Facts, who: str) -> tuple[Condition, ...]:
    """
    Every condition of ``act`` that is not met on ``facts.today``; empty = it may be done.

    Raises
    ------
    CalendarUnknown
        A period cannot be counted because the holidays of a year are not announced: refused, not guessed.
    """
    if facts.state not in MAY.get(act, STATES):
        return (_wrong_state(act, facts),)
    found = [condition for document in STOOD.get(act, ()) for condition in _stood(document, facts)]
    if act == "freeze":
        found += _paid_in(facts)
    before = NOT_THE_SAME.get(act)
    if before and facts.doers.get(before) == who:
        params = {"who": who, "act": act, "first_act": before}
        found.append(_now("office.same_person", facts, **params))
    if act == "publish.plan" and facts.state == "picking" and facts.undecided:
        found.append(_now("office.undecided", facts, count=facts.undecided))
    return tuple(found)


def earliest_of(conditions: Iterable[Condition]) -> date | None:
    """The first day all of them can be met; None when one never can."""
    days = [condition.earliest for condition in conditions]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def next_acts(state: State) -> tuple[str, ...]:
    """The acts that lead on from a state, in the order of a round."""
    back = ("withdraw.demand", "withdraw.units", "withdraw.plan", "withdraw.result")
    leading = [*LEADS, "settle", "hand-over"]
    return tuple(act for act in leading if state in MAY[act] and act not in back)


def is_move(act: str, before: State, after: State) -> bool:
    """Whether an act may take a round from one state to another: the audit asks it of every change of state."""
    if before not in MAY.get(act, ()):
        return False
    if act == "publish.demand":
        return after in ("demand_published", "units_published")
    if act == "withdraw.plan":
        return after in ("allocated", "picking")
    if act in ("settle", "hand-over"):
        return after == ("settled" if act == "settle" else "handed_over")
    return LEADS.get(act) == after


# -- conditions ---------------------------------------------------------------------------------------------------


def _now(code: str, facts: Facts, **params: object) -> Condition:
    """A condition that an act of today can meet."""
    return Condition(reason=Reason(code=code, params=params), earliest=facts.today)


def _wrong_state(act: str, facts: Facts) -> Condition:
    """The round is not where the act belongs; the earliest day is counted along the way there."""
    needed = MAY[act]
    reason = Reason(code="office.state", params={"act": act, "state": facts.state, "needed": list(needed)})
    here = STATES.index(facts.state)
    if max(STATES.index(state) for state in needed) < here:
        return Condition(reason=reason, earliest=None)
    back = act.startswith("withdraw.")
    target = STATES.index(needed[0] if back else LEADS.get(act, needed[0]))
    return Condition(reason=reason, earliest=_along(here, target, facts))


def _along(here: int, target: int, facts: Facts) -> date:
    """The first day a round in state number ``here`` can be in ``target``, each publication standing its period."""
    day = facts.today
    frozen = STATES.index("frozen")
    if here < frozen <= target:
        ends = [_end(document, facts) for document in ("demand", "units")]
        day = max(day, *(end + ONE_DAY for end in ends), *(due + ONE_DAY for due in _due_days(facts)))
    for document, reached in (("plan", "result_published"), ("result", "confirmed")):
        if here < STATES.index(reached) <= target:
            day = max(day, _end(document, facts, day) + ONE_DAY)
    return day


def _end(document: str, facts: Facts, day: date | None = None) -> date:
    """The last day of a document's period: of the publication that is up, or of one put up on ``day``."""
    found = next(name for name in DOCUMENTS if name == document)
    judged = standing(facts.publications, found, facts.policy.publicity, facts.today, facts.announced)
    if judged.last_day is not None and (judged.stood or judged.reason is None or "restarted" not in judged.reason.code):
        return judged.last_day
    period = facts.policy.publicity.period(found)
    return last_day(
        day or facts.today,
        period.days,
        period.calendar,
        moves_on_holiday=period.moves_on_holiday,
        announced=facts.announced,
    )


def _stood(document: Document, facts: Facts) -> list[Condition]:
    """The publication stood, shows what the record holds, and no objection to it is open."""
    found = []
    judged = standing(facts.publications, document, facts.policy.publicity, facts.today, facts.announced)
    if judged.reason:
        found.append(Condition(reason=judged.reason, earliest=_end(document, facts) + ONE_DAY))
    elif facts.published_hash.get(document) != facts.content_hash.get(document):
        params: dict[str, object] = {"document": document, "published_on": judged.published_on}
        period = facts.policy.publicity.period(document)
        end = last_day(facts.today, period.days, period.calendar, announced=facts.announced)
        found.append(Condition(reason=Reason(code="office.changed", params=params), earliest=end + ONE_DAY))
    for objection in open_objections(facts.objections, facts.today):
        if objection.document == document and objection.objection_id not in facts.carved_out:
            about = {"document": document, "objection_id": objection.objection_id, "subject": objection.subject}
            code = "office.objection_carve" if document in ("demand", "units") else "office.objection_open"
            found.append(_now(code, facts, **about))
    return found


def _due_days(facts: Facts) -> list[date]:
    """The last days of payments that count for the draw or the choice."""
    prepayment = facts.policy.prepayment
    days = [gate.due_on for gate in prepayment.gates if gate.before in ("draw", "choice")]
    if prepayment.share is not None or prepayment.per_m2 is not None:
        days.append(prepayment.due_on)
    return [day for day in days if day is not None]


def _paid_in(facts: Facts) -> list[Condition]:
    """Money may still come in time: who takes part is not settled before the day after."""
    return [
        Condition(reason=Reason(code="office.payments_open", params={"due_on": due}), earliest=due + ONE_DAY)
        for due in sorted(set(_due_days(facts)))
        if facts.today <= due
    ]
