"""The policy's sections on 预缴, 公示, 选房顺序 and 选房日: what they take, what they refuse, what is one rule."""

from pathlib import Path

import pytest

from allocation import policy
from allocation.messages import Faults, sentence
from allocation.procedure import Order, Period, Prepayment, Publicity

CASES = Path(__file__).parent / "cases"


def told(data):
    """(dotted key, code) of every fault of a policy; each has its sentence in both languages."""
    with pytest.raises(Faults) as refused:
        policy.parse(data, "district.toml")
    for fault in refused.value.faults:
        for lang in ("zh", "en"):
            assert sentence(fault.code, lang, value=fault.value, **fault.params)
    return [(fault.column, fault.code) for fault in refused.value.faults]


def same(one, other):
    return policy.parse(one, "a.toml").fingerprint() == policy.parse(other, "b.toml").fingerprint()


# -- publicity ---


def test_a_section_wide_calendar_is_the_same_rule_as_one_written_at_each_document():
    wide = {"publicity": {"calendar": "working", "moves_on_holiday": True, "plan": 10}}
    single = {"calendar": "working", "moves_on_holiday": True}
    days = {"demand": 7, "units": 7, "plan": 10, "result": 7}
    each = {"publicity": {document: {**single, "days": n} for document, n in days.items()}}
    assert same(wide, each)
    assert not same(wide, {"publicity": {"calendar": "working", "plan": 10}})
    assert not same(wide, {"publicity": {**wide["publicity"], "calendar": "natural"}})


def test_a_document_may_have_a_calendar_of_its_own():
    section = {"calendar": "working", "demand": 30, "plan": {"calendar": "natural"}}
    rules = policy.parse({"publicity": section}, "").publicity
    assert rules.period("demand") == Period(days=30, calendar="working")
    assert rules.period("plan") == Period(days=7, calendar="natural")
    assert rules.period("result") == Period(days=7, calendar="working")


def test_a_policy_made_in_python_may_use_the_values_themselves():
    assert Publicity(plan=Period(days=9)).period("plan").days == 9


def test_each_fault_of_the_publicity_section_is_told_once():
    section = {"calendar": "lunar", "moves_on_holiday": "yes", "demand": True, "units": -1, "plan": {"day": 7}}
    assert told({"publicity": section}) == [
        ("publicity.calendar", "policy.choice"),
        ("publicity.moves_on_holiday", "policy.true_false"),
        ("publicity.demand", "policy.section"),
        ("publicity.units.days", "policy.least"),
        ("publicity.plan.day", "policy.unknown_key"),
    ]
    assert told({"publicity": 7}) == [("publicity", "policy.section")]
    restarts = {"publicity": {"restarts": {"demand": ["price"]}}}
    assert told(restarts) == [("publicity.restarts.demand.1", "policy.choice")]


# -- prepayment ---


def test_a_prepayment_of_nothing_is_no_gate():
    assert same({"prepayment": {"share": 0}}, {})
    assert same({"prepayment": {"per_m2": "0.00"}}, {})
    assert Prepayment(share="0.00").share is None


def test_a_prepayment_is_measured_one_way():
    priced = {"pricing": {"bands": [{"price": "1500.00"}]}}
    both = {"share": 0.5, "per_m2": "9.00"}
    assert told({**priced, "prepayment": both}) == [("prepayment.share", "policy.one_measure")]
    for gate in ({"before": "keys"}, {"before": "keys", "share": 1, "per_m2": "9.00"}):
        found = told({**priced, "prepayment": {"gates": [gate]}})
        assert found == [("prepayment.gates.1.share", "policy.one_measure")]


def test_before_the_draw_there_is_no_price_to_take_a_share_of():
    gates = {"prepayment": {"gates": [{"before": "draw", "share": 0.1}]}, "pricing": {"bands": [{"price": "1500.00"}]}}
    assert told(gates) == [("prepayment.gates.1.share", "policy.gate_no_price_yet")]


@pytest.mark.parametrize("days", [[30, 30], [30, 10], [None, 30], [None, None]])
def test_late_steps_rise_and_only_the_last_is_open(days):
    steps = [{"per_10000": 1} if d is None else {"per_10000": 1, "up_to_day": d} for d in days]
    assert told({"prepayment": {"late": {"steps": steps}}}) == [("prepayment.late.steps", "policy.late_steps")]


# -- order ---


@pytest.mark.parametrize(
    ("key", "value", "rules"),
    [
        ("within", "given", ("phases", "villages")),
        ("cross", [{"village": "A", "count": 1}], ("villages",)),
        ("start", 3, ("start_number",)),
    ],
)
def test_a_key_that_says_nothing_with_the_rule_is_refused(key, value, rules):
    for rule in ("draw", "signed_on", "phases", "villages", "start_number"):
        section = {"order": {"rule": rule, key: value}}
        if rule in rules:
            assert policy.parse(section, "").order.rule == rule
        else:
            assert told(section) == [(f"order.{key}", "policy.order_needless")]


def test_every_order_survives_being_written_and_read_again():
    order = Order(rule="phases", within="points", priority_first=True, later_rounds=["same", "reverse", "given"])
    assert Order.model_validate(order.model_dump()) == order
    assert Publicity.model_validate(Publicity(calendar="working").model_dump()) == Publicity(calendar="working")


# -- selection day ---


def test_the_published_selection_days_can_be_said():
    """domain.md §10 cases 23 and 24, from the policy files; the machine that follows them is tested where it stands."""
    xiamen = policy.load(CASES / "selection_xiamen.toml").selection_day
    assert (xiamen.seconds, xiamen.on_timeout, xiamen.passed, xiamen.calls) == (300, "pass", "end_of_session", 3)
    assert (xiamen.written_request, xiamen.absent, xiamen.after_fault) == (True, "later_session", "void_after_fault")
    dapeng = policy.load(CASES / "selection_dapeng.toml").selection_day
    assert (dapeng.seconds, dapeng.on_timeout, dapeng.late, dapeng.absent) == (180, "assign", "end_of_slot", "void")


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ({"extensions_max": 2}, ("extensions_max", "policy.extension")),
        ({"extension_seconds": 60}, ("extensions_max", "policy.extension")),
        ({"seconds": 9}, ("seconds", "policy.least")),
        ({"seconds": 90000}, ("seconds", "policy.greatest")),
        ({"seconds": 300.5}, ("seconds", "policy.whole")),
        ({"on_timeout": "wait"}, ("on_timeout", "policy.choice")),
        ({"calls": 0}, ("calls", "policy.least")),
        ({"reserve_share": 1.5}, ("reserve_share", "policy.greatest")),
        ({"written_request": "是"}, ("written_request", "policy.true_false")),
    ],
)
def test_a_selection_day_that_cannot_be_held_is_refused(section, fault):
    assert told({"selection_day": section}) == [(f"selection_day.{fault[0]}", fault[1])]
    assert policy.parse({"selection_day": {"extensions_max": 2, "extension_seconds": 60}}, "").selection_day
