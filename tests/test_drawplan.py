"""The draw by commitment: frozen first, drawn once, and found out whenever something moved in between."""

import copy
import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bundles import counting, forge, label, plain_round, read_parts, tree_of, written
from mutants import OPERATORS, changed_by

from allocation import bundle, verify
from allocation.allocate import allocate
from allocation.drawing import drawn, frozen
from allocation.drawplan import plan_seed, read_plan, sealed_commitment
from allocation.messages import Faults
from allocation.publicrows import changed_since_freeze, pool_root
from allocation.results import solved
from allocation.round import judge
from allocation.tables import RoundInput, read_round

NONCE = "00112233445566778899aabbccddeeff"
PLAN = {
    "frozen_on": date(2021, 5, 12),
    "take": 3,
    "sources": [
        {"name": f"双色球 第20210{n}期", "kind": "ssq", "text": "红球由小到大，再蓝球",
         "occurred_on": date(2021, 5, n - 40), "value": value}
        for n, value in enumerate(["03 07 11 18 22 30 + 09", "", "22,1,5,8,9,33+16", "02 07 08 14 26 31 + 01"], 56)
    ],
    "sealed": [
        {"who": "东村代表", "commitment": sealed_commitment("4711", NONCE), "number": "4711", "nonce": NONCE},
        {"who": "西村代表", "commitment": sealed_commitment("12", NONCE)},
    ],
}  # fmt: skip
OPERATORS_OF_THE_DRAW = [
    "pool_changed", "drawn_before_the_freeze", "other_lottery_result", "result_in_another_spelling",
    "source_called_off", "too_little_chance", "seal_opened_as_another", "seal_kept_back", "other_seed",
    "reordered_draw",
]  # fmt: skip


def planned(**changes) -> RoundInput:
    """The plain round with a draw by commitment, frozen and drawn."""
    round_ = plain_round()
    plan = read_plan({**PLAN, **changes}, "round.toml")
    given = RoundInput(head=round_.head, policy=round_.policy, tables=round_.tables, path=Path("t"))
    plan = replace(plan, pool_root=pool_root(judge(given), plan))
    return replace(given, head=replace(given.head, seed=plan_seed(plan), draw=plan))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    said = bundle.write_bundle(allocate(judge(planned())), folder, salt=counting())
    return folder / "bundle", said["root"]


def outcomes(checks):
    return {check["name"].split()[0]: check["outcome"] for check in checks}


def test_a_frozen_and_drawn_round_passes_with_both_fingerprints(published):
    folder, root = published
    parts = read_parts(folder)
    pool = parts["round"]["draw"]["pool_root"]
    for given in (pool, verify.in_words(pool)):
        checks = verify.check_bundle(folder, root=root, pool=given)
        assert {outcomes(checks)[code] for code in ("V3", "V5", "V6", "V7")} == {"PASS"}
    seed = next(check for check in checks if check["name"] == "V6 seed")
    assert "双色球 第2021057期" in seed["zh"]  # passed over: it did not take place
    assert "西村代表" in seed["zh"]  # sealed and not opened
    assert "72" in seed["zh"]  # bits
    assert outcomes(verify.check_bundle(folder, root=root))["V5"] == "UNCHECKED"
    assert outcomes(verify.check_bundle(folder, pool="0" * 64))["V5"] == "FAIL"


def test_the_seed_and_the_fingerprint_are_those_of_the_documented_formulas(published):
    parts = read_parts(published[0])
    head, later = parts["round"], {"order", "paid", "tag", "commit", "status", "lines"}
    draw = head["draw"]

    def frozen_rows(rows):
        return [{key: row[key] for key in row if key not in later} for row in rows]

    pool = {
        "format": "anju/pool/1", "frozen_on": "2021-05-12", "take": 3, "rules": tree_of(parts["rules"]),
        "households": tree_of(frozen_rows(parts["households"])), "units": tree_of(frozen_rows(parts["units"])),
        "sealed": [[row["who"], row["commitment"]] for row in draw["sealed"]],
        "sources": [{key: row[key] for key in row if key != "value"} for row in draw["sources"]],
    }  # fmt: skip
    assert draw["pool_root"] == label("anju/pool/1", written(pool))
    used = [{"kind": "ssq", "name": row["name"], "value": row["value"]} for row in draw["sources"] if "value" in row]
    assert used[1]["value"] == "01 05 08 09 22 33 + 16"  # one written form, whatever was typed
    residents = [{"kind": "resident", "name": "东村代表", "value": "4711"},
                 {"kind": "resident", "name": "西村代表", "value": ""}]  # fmt: skip
    text = draw["pool_root"].encode() + b"\0" + written(used + residents)
    assert head["seed"] == hashlib.sha256(b"anju/seed/1\0" + text).hexdigest()


@pytest.mark.parametrize("name", OPERATORS_OF_THE_DRAW)
def test_what_a_forger_does_to_the_draw_is_found(published, tmp_path, name):
    operator = next(operator for operator in OPERATORS if operator.__name__ == name)
    changed = changed_by(operator, read_parts(published[0]))
    assert changed is not None
    forge(tmp_path, changed)
    found = outcomes(verify.check_bundle(tmp_path))
    assert "FAIL" in {found["V5"], found["V6"], found["V7"]}


def test_a_second_draw_with_another_roster_is_found(published, tmp_path):
    """The office adds a person after the events, and makes every hash right: the posted fingerprint tells."""
    parts = read_parts(published[0])
    pool = parts["round"]["draw"]["pool_root"]
    parts = copy.deepcopy(parts)
    parts["households"][0]["village"] = "南村"
    forge(tmp_path, parts)
    assert outcomes(verify.check_bundle(tmp_path, pool=pool))["V5"] == "FAIL"


def test_the_house_refuses_to_publish_a_roster_changed_since_the_freeze(tmp_path):
    given = planned()
    first = replace(given.tables.households[0], persons=3)
    tables = replace(given.tables, households=(first, *given.tables.households[1:]))
    moved = replace(given, tables=tables)
    with pytest.raises(Faults) as told:
        bundle.write_bundle(allocate(judge(moved)), tmp_path, salt=counting())
    assert [fault.code for fault in told.value.faults] == ["draw.changed"]
    assert list(tmp_path.iterdir()) == []
    for command in (frozen, drawn):
        with pytest.raises(Faults) as told:
            command(moved)
        assert [fault.code for fault in told.value.faults] == ["draw.changed"]


def test_a_frozen_round_is_refused_another_principle_before_any_solving(tmp_path):
    """And told as such: the roster is as it was."""
    judged = judge(planned())
    other = "order" if judged.policy.fairness.principle != "order" else "leximin"
    with pytest.raises(Faults) as told, solved(judged, tmp_path / "out", "en", principle=other):
        pytest.fail("a result was written")
    assert [fault.code for fault in told.value.faults] == ["draw.other_fairness"]
    assert list(tmp_path.iterdir()) == []
    assert changed_since_freeze(judged, principle=judged.policy.fairness.principle) == []


def test_money_that_comes_in_later_is_no_change_of_what_was_frozen(tmp_path):
    given = planned()
    paid = tuple(replace(payment, amount=payment.amount + 1) for payment in given.tables.payments)
    later = replace(given, tables=replace(given.tables, payments=paid))
    bundle.write_bundle(allocate(judge(later)), tmp_path, salt=counting())
    assert "FAIL" not in outcomes(verify.check_bundle(tmp_path / "bundle")).values()


def test_what_is_posted_says_the_fingerprint_the_events_and_the_seals_in_both_languages():
    figures = frozen(planned())
    text = "\n".join(figures["announcement"])
    assert figures["pool_root"] in text
    assert figures["words"] in text
    for row in (*figures["sources"], *figures["sealed"]):
        assert text.count(row.get("name") or row["who"]) == 2
    assert "value" not in json.dumps(figures["sources"])


def test_before_enough_events_have_taken_place_there_is_no_seed():
    sources = [{**row, "value": ""} if n else row for n, row in enumerate(PLAN["sources"])]
    given = planned(sources=sources)
    assert given.head.seed == ""
    with pytest.raises(Faults) as told:
        drawn(given)
    assert [fault.code for fault in told.value.faults] == ["draw.not_drawn"]


WRONG = {
    "draw.missing": {"sources": [{"kind": "ssq", "name": "", "text": "x", "occurred_on": date(2021, 5, 16)}] * 3},
    "draw.unknown": {"seed": "x"},
    "draw.day": {"frozen_on": "2021-05-12"},
    "draw.take": {"take": 1},
    "draw.kind": {"sources": [{**PLAN["sources"][0], "kind": "horse"}, *PLAN["sources"][1:]]},
    "draw.not_before": {"frozen_on": date(2021, 5, 16)},
    "draw.source.ssq": {"sources": [{**PLAN["sources"][0], "value": "1 2 3"}, *PLAN["sources"][1:]]},
    "draw.sealed": {"sealed": [{**PLAN["sealed"][0], "number": "4712"}]},
    "draw.pool_root": {"pool_root": "abc"},
    "draw.table": {"sources": "x"},
}


@pytest.mark.parametrize("code", WRONG)
def test_a_plan_that_cannot_be_is_refused_with_its_reason(code):
    with pytest.raises(Faults) as told:
        read_plan({**PLAN, **WRONG[code]}, "round.toml")
    assert code in {fault.code for fault in told.value.faults}


def test_an_outcome_after_the_day_judged_is_refused():
    with pytest.raises(Faults) as told:
        read_plan(PLAN, "round.toml", date(2021, 5, 17))
    assert {fault.code for fault in told.value.faults} == {"draw.not_yet"}


def test_a_round_on_disk_is_frozen_drawn_and_published(tmp_path):
    source = Path(__file__).resolve().parent.parent / "data"
    shutil.copytree(source / "dafeng", tmp_path / "dafeng", ignore=shutil.ignore_patterns("*.xlsx", "*.py"))
    shutil.copytree(source / "policies", tmp_path / "policies")
    file = tmp_path / "dafeng" / "round.toml"
    head = file.read_text(encoding="utf-8").partition("[draw]")[0].splitlines()
    sources = [
        f'[[draw.sources]]\nname = "{row["name"]}"\nkind = "ssq"\ntext = "{row["text"]}"\n'
        f'occurred_on = {row["occurred_on"]}\nvalue = "{row["value"]}"\n'
        for row in PLAN["sources"]
    ]
    plan = ["[draw]", "frozen_on = 2021-05-12", "take = 3"]
    file.write_text("\n".join([*head, *plan, *sources]), encoding="utf-8")
    before = read_round(tmp_path / "dafeng")
    assert before.head.seed == ""
    root = frozen(before)["pool_root"]
    file.write_text("\n".join([*head, *plan, f'pool_root = "{root}"', *sources]), encoding="utf-8")
    after = read_round(tmp_path / "dafeng")
    assert frozen(after)["pool_root"] == root
    assert drawn(after)["seed"] == after.head.seed == plan_seed(after.head.draw)
    assert len(after.head.seed) == 64
    file.write_text("\n".join([*head, 'seed = "x"', *plan, f'pool_root = "{root}"', *sources]), encoding="utf-8")
    with pytest.raises(Faults) as told:
        read_round(tmp_path / "dafeng")
    assert {fault.code for fault in told.value.faults} == {"draw.seed_too"}
