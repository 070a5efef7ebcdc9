"""The states of a round: the only ways between them, whatever is tried, and the earliest day of each refusal."""

import shutil
import tempfile
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from test_office import by_hand

from allocation.acts import Done
from allocation.audit import audit
from allocation.homes import hand_over, settle
from allocation.ledger import Decimal, pay
from allocation.office import allocate, draw, freeze, move
from allocation.policy import parse
from allocation.publishing import hear, object_to, publish, resolve, withdraw
from allocation.roster import round_row
from allocation.schema import Publication
from allocation.states import LEADS, MAY, STATES, Facts, earliest_of, is_move, next_acts, unmet

from records import MONDAY, POLICY, ROUND, codes, day, done, imported, new_office

DOCUMENTS = ("demand", "units", "plan", "result")
PERIODS = {"demand": 7, "units": 7, "plan": 5, "result": 3}
CLERKS = ("甲", "乙")


class RoundMachine(RuleBasedStateMachine):
    """
    Acts in any order against a model of a dozen lines: where the round is, what is up since when, what is open.
    """

    @initialize()
    def begin(self):
        self.folder = tempfile.mkdtemp(prefix="anju-round-")
        self.office = imported(new_office(f"sqlite:///{self.folder}/office.db"))
        self.today, self.state = MONDAY, "draft"
        self.up, self.open, self.doer = {}, {}, {}

    def stood(self, document):
        return document in self.up and self.today > self.up[document] + timedelta(days=PERIODS[document])

    def agrees(self, outcome, allowed):
        assert isinstance(outcome, Done) == allowed, (self.state, outcome)
        if not allowed:
            assert outcome.earliest is None or outcome.earliest >= self.today

    @precondition(lambda self: self.today < day(90))
    @rule(days=st.sampled_from([1, 3, 4, 6, 8]))
    def time_passes(self, days):
        self.today += timedelta(days=days)
        self.office.days.set(self.today)

    @rule(times=st.integers(1, 4))
    def goes_on_as_it_should(self, times):
        """The usual way, so that the late states are reached too."""
        for _ in range(times):
            one, other = CLERKS if self.doer.get("freeze") != "乙" else CLERKS[::-1]
            if self.state in ("units_published", "plan_published", "result_published") and self.today < day(90):
                self.time_passes(8)
            steps = {
                "draft": lambda one=one: self.publishes("demand", one),
                "demand_published": lambda one=one: self.publishes("units", one),
                "units_published": lambda one=one: self.freezes(one),
                "frozen": lambda other=other: self.draws(other),
                "drawn": self.allocates,
                "allocated": lambda one=one: self.publishes("plan", one),
                "plan_published": lambda one=one: self.publishes("result", one),
                "result_published": self.confirms,
                "confirmed": self.settles_and_hands_over,
            }
            if self.state in steps:
                steps[self.state]()
            seen[self.state] += 1

    @rule(document=st.sampled_from(DOCUMENTS), who=st.sampled_from(CLERKS))
    def publishes(self, document, who):
        needed = {"demand": "draft", "units": "demand_published", "plan": "allocated", "result": "plan_published"}
        allowed = self.state == needed[document]
        if document == "plan":
            allowed = allowed and self.doer.get("draw") != who
        if document == "result":
            allowed = allowed and self.stood("plan") and "plan" not in self.open.values()
        self.agrees(publish(self.office.clerk(who), ROUND, document), allowed)
        if allowed:
            self.up[document] = self.today
            self.state = f"{document}_published"
            if document == "demand" and "units" in self.up:
                self.state = "units_published"

    @rule(document=st.sampled_from(DOCUMENTS))
    def withdraws(self, document):
        allowed = {
            "demand": self.state in ("demand_published", "units_published"),
            "units": self.state in ("units_published", "draft") and "units" in self.up,
            "plan": self.state == "plan_published",
            "result": self.state == "result_published",
        }[document]
        self.agrees(withdraw(self.office.clerk(), ROUND, document, reason="更正"), allowed)
        if allowed:
            self.took_down(document)

    def took_down(self, document):
        back = {"demand": "draft", "units": "demand_published", "plan": "allocated", "result": "plan_published"}
        del self.up[document]
        self.state = "draft" if self.state == "draft" else back[document]

    @precondition(lambda self: len(self.open) < 2)
    @rule(document=st.sampled_from(DOCUMENTS))
    def objects(self, document):
        allowed = {
            "demand": self.state in ("demand_published", "units_published"),
            "units": self.state == "units_published",
            "plan": self.state == "plan_published",
            "result": self.state == "result_published",
        }[document]
        outcome = object_to(self.office.clerk(), ROUND, document, "H001", said="异议")
        self.agrees(outcome, allowed)
        if allowed:
            self.open[outcome.figures["objection_id"]] = document

    @precondition(lambda self: self.open)
    @rule(upheld=st.booleans())
    def resolves(self, upheld):
        own, document = next(iter(self.open.items()))
        done(hear(self.office.clerk(), ROUND, own, minutes="听取"))
        outcome = done(resolve(self.office.clerk(), ROUND, own, upheld=upheld, reason="理由"))
        del self.open[own]
        where = {"demand": ("demand_published", "units_published"), "units": ("units_published", "draft")}
        reopens = upheld and self.state in where.get(document, (f"{document}_published",))
        assert (outcome.figures["reopened"] == document) == reopens
        if reopens and document in self.up:
            self.took_down(document)

    @rule(who=st.sampled_from(CLERKS))
    def freezes(self, who):
        early = {"demand", "units"} & set(self.open.values())
        allowed = (
            self.state == "units_published" and self.stood("demand") and self.stood("units") and not early
            and self.today > POLICY["prepayment"]["due_on"]
        )  # fmt: skip
        self.agrees(freeze(self.office.clerk(who), ROUND), allowed)
        if allowed:
            self.state, self.doer["freeze"] = "frozen", who

    @rule(who=st.sampled_from(CLERKS))
    def draws(self, who):
        allowed = self.state == "frozen" and self.doer["freeze"] != who
        self.agrees(draw(self.office.clerk(who), ROUND, demo=True), allowed)
        if allowed:
            self.state, self.doer["draw"] = "drawn", who

    @rule()
    def allocates(self):
        allowed = self.state in ("drawn", "allocated")
        self.agrees(allocate(self.office.clerk(), ROUND, by_hand), allowed)
        self.state = "allocated" if allowed else self.state

    @rule()
    def confirms(self):
        allowed = self.state == "result_published" and self.stood("result") and "result" not in self.open.values()
        self.agrees(move(self.office.clerk(), ROUND, "confirm"), allowed)
        self.state = "confirmed" if allowed else self.state

    @precondition(lambda self: self.state in ("plan_published", "confirmed"))
    @rule()
    def settles_and_hands_over(self):
        allowed = self.state == "confirmed"
        for n in range(1, 5):
            self.agrees(settle(self.office.clerk(), ROUND, f"H{n:03}", {}), allowed)
        if allowed:
            for n in range(1, 5):
                done(pay(self.office.clerk(), ROUND, f"H{n:03}", Decimal("20500.00"), f"REST{n}"))
                done(hand_over(self.office.clerk(), ROUND, f"U{n:03}"))
            self.state = "handed_over"

    @invariant()
    def the_record_says_what_the_model_says(self):
        if hasattr(self, "office"):
            with self.office.store.reading() as connection:
                assert round_row(connection, ROUND)["state"] == self.state

    def teardown(self):
        if hasattr(self, "office"):
            assert audit(self.office.store).findings == []
            self.office.store.close()
            shutil.rmtree(self.folder)


def test_a_round_is_its_model_whatever_is_tried_and_the_trials_reach_every_state():
    run_state_machine_as_test(RoundMachine, settings=TRIALS)
    assert set(seen) >= set(STATES) - {"draft", "picking", "settled"}


seen: Counter[str] = Counter()
"""How often the trials were in each state: a model that never leaves the first states proves nothing."""
TRIALS = settings(max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


def facts(state="units_published", today=MONDAY, **more):
    put_up = [Publication(document=name, published_on=MONDAY, days=days) for name, days in PERIODS.items()]
    known = {"publications": tuple(put_up), "policy": parse(POLICY, "p")} | more
    same = dict.fromkeys(DOCUMENTS, "h")
    return Facts(state=state, today=today, **({"published_hash": same, "content_hash": same} | known))


def test_what_may_be_done_and_where_it_leads_are_of_one_mind():
    assert set(LEADS) <= set(MAY)
    for act, after in LEADS.items():
        assert any(is_move(act, before, after) for before in MAY[act]), act
    for states in MAY.values():
        assert set(states) <= set(STATES)


def test_every_state_but_the_last_leads_on_and_none_back_before_the_draw():
    for state in STATES[:-1]:
        assert next_acts(state), state
    assert next_acts("handed_over") == ()
    drawn = STATES.index("drawn")
    for act in MAY:
        for before in STATES[drawn:]:
            for after in STATES[:drawn]:
                assert not is_move(act, before, after)


@pytest.mark.parametrize(
    ("act", "state", "changed", "code", "earliest"),
    [
        ("freeze", "units_published", {}, "publicity.running", day(8)),
        ("freeze", "units_published", {"content_hash": {"units": "h"}, "today": day(9)}, "office.changed", day(17)),
        ("freeze", "units_published", {"publications": ()}, "publicity.never", day(8)),
        ("publish.result", "plan_published", {}, "publicity.running", day(6)),
        ("confirm", "result_published", {}, "publicity.running", day(4)),
        ("draw", "frozen", {"doers": {"freeze": "w"}}, "office.same_person", day(0)),
        ("publish.plan", "picking", {"undecided": 3}, "office.undecided", day(0)),
        ("draw", "drawn", {}, "office.state", None),
        ("freeze", "confirmed", {}, "office.state", None),
        ("hand-over", "drawn", {}, "office.state", day(0 + 6 + 4)),
    ],
)  # fmt: skip
def test_every_condition_is_told_with_the_first_day_it_can_be_met(act, state, changed, code, earliest):
    given = {"publications": ()} if state == "drawn" and act == "hand-over" else {}
    found = unmet(act, facts(state, **(given | changed)), "w")
    assert code in [condition.reason.code for condition in found]
    assert earliest_of(found) == earliest


def test_a_refusal_is_never_earlier_than_the_act_can_really_be_done(office):
    """On the day named, with nothing else in between, the act is done; a day before, it is not."""
    imported(office)
    done(publish(office.clerk(), ROUND, "demand"))
    office.days.set(day(2))
    done(publish(office.clerk(), ROUND, "units"))
    earliest = freeze(office.clerk(), ROUND).earliest
    office.days.set(earliest - timedelta(days=1))
    assert codes(freeze(office.clerk(), ROUND))
    office.days.set(earliest)
    done(freeze(office.clerk(), ROUND))
