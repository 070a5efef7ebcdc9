"""The checker passes what is true, and refuses every change by the check that should."""

import copy
import os
import random
import subprocess
import sys
import time
import tomllib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from bundles import counting, forge, forged, plain_round, read_parts, root_of, wide_round, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import MADE_ANEW, OPERATORS, STILL_TRUE, all_mutants, changed_by
from test_allocate import random_round

from allocation import bundle, verify
from allocation.allocate import _statements, allocate, pair
from allocation.policy import parse
from allocation.round import judge
from allocation.tables import RoundInput, read_round
from solver.duality import totals
from solver.problem import stage_names

from round_oracle import Oracle

ROOT = Path(__file__).resolve().parent.parent


def publish(allocation, folder, seconds_max=20.0):
    return bundle.write_bundle(allocation, folder, salt=counting(), seconds_max=seconds_max)


def outcomes(checks):
    return {check["name"]: check["outcome"] for check in checks}


def failed(checks):
    return {check["name"].split()[0] for check in checks if check["outcome"] == "FAIL"}


@pytest.fixture(scope="module")
def dafeng(tmp_path_factory):
    """The Dafeng round, published: (round, output folder, fingerprint)."""
    folder = tmp_path_factory.mktemp("dafeng")
    round_ = judge(read_round(ROOT / "data" / "dafeng"))
    said = publish(allocate(round_), folder)
    return round_, folder, said["root"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What a small round with nothing private says, every stage proved."""
    folder = tmp_path_factory.mktemp("plain")
    said = publish(allocate(plain_round()), folder)
    assert set(said["stages"].values()) == {"proved"}
    return read_parts(folder / "bundle")


# -- what is true passes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", range(4))
def test_untouched_bundles_of_every_objective_pass(tmp_path, block):
    for seed in range(block * 16, block * 16 + 16):
        folder = tmp_path / str(seed)
        folder.mkdir()
        said = publish(allocate(random_round(seed)), folder)
        for path in (folder / "bundle", folder / "bundle" / "bundle.json"):
            checks = verify.check_bundle(path, root=said["root"])
            assert failed(checks) == set(), (seed, checks)


@pytest.mark.parametrize("block", range(4))
def test_untouched_bundles_of_every_published_shape_pass(tmp_path, block):
    for seed in range(block * 20, block * 20 + 20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        said = publish(allocate(wide_round(seed)), folder)
        checks = verify.check_bundle(folder / "bundle", root=said["root"])
        assert failed(checks) == set(), (seed, checks)


def test_the_wide_rounds_reach_every_outcome_reason_and_item(tmp_path):
    found, reasons, items = Counter(), set(), set()
    for seed in range(80):
        folder = tmp_path / str(seed)
        folder.mkdir()
        publish(allocate(wide_round(seed)), folder)
        parts = read_parts(folder / "bundle")
        reasons |= {code for row in parts["left_out"] for code in row["reasons"]}
        items |= {line["item"].split()[0] for unit in parts["units"] for line in unit["lines"]}
        found.update((check["name"].split()[0], check["outcome"]) for check in verify.check_bundle(folder / "bundle"))
    assert {outcome for _, outcome in found} == {"PASS", "PRIVATE", "CLAIMED", "UNCHECKED"}
    assert {("V7", "UNCHECKED"), ("V8", "UNCHECKED"), ("V14", "PRIVATE"), ("V17", "CLAIMED")} <= set(found)
    assert reasons == {"publicity", "objection", "prepayment", "other_project", "reserved", "joint_self_built"}
    assert items == {"floor", "top_floor", "base_price", "orientation", "layout", "fee", "deposit"}


@pytest.mark.parametrize("policy", sorted((ROOT / "data" / "policies").glob("*.toml")), ids=lambda path: path.stem)
def test_every_sample_policy_is_checked_or_said_to_be_beyond(tmp_path, policy):
    rules = parse(tomllib.loads(policy.read_text(encoding="utf-8")), policy.name)
    round_ = plain_round()
    households = tuple(
        replace(h, original_area_m2=Decimal(90), homestead_m2=Decimal(120), order_no=n)
        for n, h in enumerate(round_.tables.households, 1)
    )
    units = tuple(replace(u, floor=3, floors_in_building=6, orientation="南") for u in round_.tables.units)
    tables = replace(round_.tables, households=households, units=units)
    order = rules.order.model_copy(update={"rule": "given"}) if rules.order.rule == "signed_at" else rules.order
    rules = rules.model_copy(update={"order": order})
    allocation = allocate(judge(RoundInput(head=round_.head, policy=rules, tables=tables, path=Path("t"))))
    said = publish(allocation, tmp_path)
    checks = verify.check_bundle(tmp_path / "bundle", root=said["root"])
    assert failed(checks) == set(), checks
    without = read_parts(tmp_path / "bundle")["rules"]["without"]
    told = outcomes(checks)
    assert (told["V9 entitlement"] == "UNCHECKED") == any(name.startswith("entitlement") for name in without)
    assert (told["V7 order"] == "UNCHECKED") == any(name.startswith("order") for name in without)


def test_prepayments_by_date_leave_every_other_reason_checked(tmp_path):
    tried = Counter()
    for seed in (6, 7, 14, 15, 22, 23, 30, 31):
        folder = tmp_path / str(seed)
        folder.mkdir()
        publish(allocate(wide_round(seed)), folder)
        parts = read_parts(folder / "bundle")
        assert "gate" not in parts["rules"]
        said = next(c for c in verify.check_bundle(folder / "bundle") if c["name"].startswith("V8"))
        assert said["outcome"] == "UNCHECKED"
        assert "prepayment.gates" in said["zh"]
        for row in parts["left_out"]:
            kept = row["reasons"]
            for reasons in ([*kept, "defective"], [], [r for r in kept if r == "prepayment"]):
                row["reasons"] = reasons
                forge(folder, parts)
                if reasons != kept:
                    assert "V8" in failed(verify.check_bundle(folder / "bundle.json")), (seed, row)
                    tried.update(kept)
            row["reasons"] = kept
    assert {"publicity", "prepayment"} <= tried.keys()


def test_no_sentence_of_a_check_shows_a_list_or_a_nought_for_nothing(dafeng):
    _, folder, _ = dafeng
    code = (folder / "receipts.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[-1]
    for check in verify.check_bundle(folder / "bundle", receipt=code):
        assert "[" not in check["zh"] + check["en"], check
        assert not check["en"].endswith(": 0"), check


def test_the_dafeng_round_passes_and_says_what_it_cannot_know(dafeng):
    _, folder, root = dafeng
    checks = verify.check_bundle(folder / "bundle", root=root)
    assert "FAIL" not in outcomes(checks).values()
    assert outcomes(checks)["V14 access"] == "PRIVATE"
    assert Counter(check["outcome"] for check in checks if check["name"] == "V17 best") == {"PASS": 8}


def test_the_dafeng_draw_is_bound_to_its_frozen_roster_and_its_events(dafeng):
    round_, folder, _ = dafeng
    told = {c["name"].split()[0]: c for c in verify.check_bundle(folder / "bundle", pool=round_.head.draw.pool_root)}
    assert [told["V5"]["outcome"], told["V6"]["outcome"]] == ["PASS", "PASS"]
    assert "演示指数" not in told["V6"]["zh"]
    assert round_.head.draw.sealed[1].who in told["V6"]["zh"]
    told = {c["name"].split()[0]: c for c in verify.check_bundle(folder / "bundle", pool="0" * 64)}
    assert told["V5"]["outcome"] == "FAIL"


def test_without_the_fingerprint_the_checker_asks_for_it(dafeng):
    _, folder, root = dafeng
    check = next(c for c in verify.check_bundle(folder / "bundle") if c["name"] == "V3 fingerprint")
    assert check["outcome"] == "UNCHECKED"
    assert root in check["zh"]
    assert verify.in_words(root) in check["zh"]


def test_the_fingerprint_may_be_typed_as_digits_or_characters_with_blanks(plain, tmp_path):
    root = forge(tmp_path, plain)
    words = verify.in_words(root)
    for typed in (root, root.upper(), f" {root[:20]} {root[20:]}", words, words.replace(" ", ""), words + "\n"):
        assert outcomes(verify.check_bundle(tmp_path, root=typed))["V3 fingerprint"] == "PASS"
    for typed in (root[:-1], "0" * 64, "", words[:-1], words[1:] + words[0]):
        assert outcomes(verify.check_bundle(tmp_path, root=typed))["V3 fingerprint"] == "FAIL"


def test_nothing_private_of_the_dafeng_roster_is_published(dafeng):
    round_, folder, _ = dafeng
    tables = round_.tables
    private = {value for h in tables.households for value in (h.name, h.id_number, h.phone, h.together)}
    private |= {value for m in tables.members for value in (m.name, m.id_number)}
    private |= {p.receipt_no for p in tables.payments} | {o.outcome for o in tables.objections}
    private |= {text for h in tables.households for text in h.extra.values()}
    for path in (folder / "bundle").iterdir():
        data = path.read_bytes()
        assert not [value for value in private if len(value) > 1 and value.encode() in data], path.name


# -- mutants ------------------------------------------------------------------------------------------------------


def test_two_thousand_mutants_are_found_each_one(plain, tmp_path):
    file, root, tried = tmp_path / "bundle.json", root_of(plain), Counter()
    for mutant in all_mutants(forged(plain)):
        file.write_bytes(mutant.data)
        alone = failed(verify.check_bundle(file))
        if not alone:
            assert mutant.needs_root, mutant.name
            assert failed(verify.check_bundle(file, root=root)) == {"V3"}, mutant.name
        tried["alone" if alone else "by the fingerprint"] += 1
    assert sum(tried.values()) > 2000
    assert tried["alone"] > 1700
    file.write_bytes(forged(plain))
    assert not failed(verify.check_bundle(file, root=root))


@pytest.mark.parametrize("seed", [1, 3, 4, 5, 6, 7, 11, 12, 17, 19])  # rounds in which somebody is served
def test_a_forged_claim_of_any_shape_of_round_is_found(tmp_path, seed):
    publish(allocate(wide_round(seed)), tmp_path)
    parts = read_parts(tmp_path / "bundle")
    assert parts["allocation"]
    tried = 0
    for operator in OPERATORS:
        changed = changed_by(operator, parts)
        if changed is None:
            continue
        (tmp_path / "bundle.json").write_bytes(forged(changed))
        assert failed(verify.check_bundle(tmp_path / "bundle.json")), operator.__name__
        tried += 1
    assert tried > 30


EXPECTED = {
    "swapped_homes": {"V10", "V13", "V15", "V16"}, "forged_price": {"V10"}, "forged_line": {"V10"},
    "reordered_draw": {"V7"}, "other_seed": {"V7", "V15"}, "left_out_for_nothing": {"V8", "V12"},
    "unit_given_twice": {"V10", "V12", "V13", "V15"}, "unit_reserved": {"V8"}, "smaller_unit": {"V10"},
    "later_publication": {"V8"}, "more_persons": {"V9"}, "cheaper_rules": {"V10"}, "other_demand": {"V13"},
    "forged_rank": {"V16"}, "another_of_the_same_class": {"V15"}, "left_unserved": {"V17"}, "better_value": {"V17"},
    "no_certificate": {"V17"}, "negative_price": {"V17"}, "half_a_tree": {"V17"}, "stage_left_out": {"V17"},
    "certificate_without_prices": {"V17"}, "unknown_key": {"V1"}, "fraction": {"V1"}, "row_twice": {"V1"},
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_a_forged_claim_is_refused_by_its_own_check(plain, tmp_path, name):
    parts = copy.deepcopy(plain)
    next(operator for operator in (*OPERATORS, *STILL_TRUE) if operator.__name__ == name)(parts)
    forge(tmp_path, parts)
    assert failed(verify.check_bundle(tmp_path)) & EXPECTED[name]


def test_what_only_the_fingerprint_can_tell_is_said_to_need_it(plain, tmp_path):
    for operator in MADE_ANEW:
        parts = copy.deepcopy(plain)
        operator(parts)
        forge(tmp_path, parts)
        assert not failed(verify.check_bundle(tmp_path))
        assert failed(verify.check_bundle(tmp_path, root=root_of(plain))) == {"V3"}


def test_a_flipped_bit_of_a_paper_is_found(dafeng, tmp_path):
    _, folder, _ = dafeng
    for path in (folder / "bundle").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert not failed(verify.check_bundle(tmp_path))
    for path in sorted(tmp_path.iterdir()):
        data = path.read_bytes()
        path.write_bytes(data[:50] + bytes([data[50] ^ 4]) + data[51:])
        assert failed(verify.check_bundle(tmp_path)) == {"V1"}, path.name
        path.write_bytes(data)
    (tmp_path / "extra.json").write_bytes(b"{}")
    assert failed(verify.check_bundle(tmp_path)) == {"V1"}
    (tmp_path / "extra.json").unlink()
    (tmp_path / "README.txt").unlink()
    assert failed(verify.check_bundle(tmp_path)) == {"V1"}


# -- leaves and weights -------------------------------------------------------------------------------------------

YES, NO, OTHER = ("H0", 1, True), ("H0", 1, False), ("H1", 1, True)
TREES = (
    [()], [(YES,), (NO,)], [(NO,), (YES, OTHER), (YES, ("H1", 1, False))],
    [(YES,), (NO, ("H0", 2, True)), (NO, ("H0", 2, False))],
)  # fmt: skip
BROKEN_TREES = (
    [], [(YES,)], [(YES,), (YES,)], [(YES,), (NO,), (NO,)], [(), ()], [(), (YES,)], [(YES,), (OTHER,)],
    [(YES,), (("H0", 2, False),)], [(YES,), (("H1", 1, False),)], [(YES, OTHER), (NO,)],
    [(YES, OTHER), (YES, OTHER), (NO,)], [(YES, OTHER), (YES,), (NO,)],
)  # fmt: skip


def limits(tree):
    return [[{"household_id": own, "rank": rank, "at_most": most} for own, rank, most in leaf] for leaf in tree]


def covered(tree):
    try:
        return verify.covers(limits(tree), 0)
    except IndexError:
        return False  # a leaf that ends before its neighbours: the check that meets this fails too


def test_leaves_that_split_everything_in_two_are_a_proof_and_no_others():
    assert all(covered(tree) for tree in TREES)
    assert not any(covered(tree) for tree in BROKEN_TREES)


@pytest.mark.parametrize(
    ("stage", "weights"),
    [("rank_3_or_worse", {4: 1}), ("rank_3_or_worse", {0: 1}), ("unserved", {2: 1}), ("sum_of_ties", {1: 1})],
)
def test_a_leaf_weighs_its_own_stages_only(plain, tmp_path, stage, weights):
    parts = copy.deepcopy(plain)
    size = len(parts["certificate"][0]["leaves"][0]["weights"])
    prices = len(parts["certificate"][0]["leaves"][0]["prices"])
    leaf = {"weights": [weights.get(at, 0) for at in range(size)], "prices": [0] * prices, "limits": []}
    parts["certificate"].append({"stage": stage, "leaves": [leaf]})
    forge(tmp_path, parts)
    assert failed(verify.check_bundle(tmp_path)) == {"V17"}


def test_a_joint_leaf_must_weigh_a_stage_more_than_all_that_comes_after(plain, tmp_path):
    parts = copy.deepcopy(plain)
    joint = next(p for p in parts["certificate"] if sum(map(bool, p["leaves"][0]["weights"])) > 2)
    forge(tmp_path, parts)
    assert not failed(verify.check_bundle(tmp_path))
    joint["leaves"][0]["weights"][2] = joint["leaves"][0]["weights"][3]
    parts["certificate"] = [joint]
    forge(tmp_path, parts)
    assert failed(verify.check_bundle(tmp_path)) == {"V17"}


@pytest.mark.parametrize("told", [None, "lower"])
def test_a_stage_that_is_not_proved_is_called_so_with_its_gap(plain, tmp_path, told):
    parts = copy.deepcopy(plain)
    zero = [p for p in parts["certificate"] if not any(p["leaves"][0]["prices"])]
    parts["certificate"] = zero if told else []
    for row in parts["stages"]:
        row["status"] = "bounded" if told else "claimed"
        row.pop("bound")
    last = next(row for row in parts["stages"] if row["stage"] == "sum_of_ties")
    if told:
        last["bound"] = 0
        weights = [0] * len(zero[0]["leaves"][0]["weights"][:-1]) + [1]
        leaf = {"weights": weights, "prices": [0] * len(zero[0]["leaves"][0]["prices"]), "limits": []}
        parts["certificate"].append({"stage": "sum_of_ties", "leaves": [leaf]})
    forge(tmp_path, parts)
    checks = verify.check_bundle(tmp_path)
    assert checks[-1]["outcome"] == ("BOUNDED" if told else "CLAIMED")
    last["bound"] = last["reached"] - 1 if told else last["reached"] + 1
    forge(tmp_path, parts)
    assert failed(verify.check_bundle(tmp_path)) == {"V17"}


@pytest.mark.parametrize("block", range(3))
def test_no_worse_allocation_passes_as_proved(tmp_path, block, monkeypatch):
    """Every figure of a worse allocation made right, its stages claimed proved, with the best one's certificate."""
    tried = 0
    for seed in range(block * 16, block * 16 + 16):
        best = allocate(random_round(seed))
        monkeypatch.undo()
        stages, certificate = bundle._proof(best, bundle._public(best.problem), 20.0)
        if {row["status"] for row in stages} != {"proved"}:
            continue  # access needs keep the public from proving this one
        for worse in others(best, random.Random(seed), most=12):
            claim = stages_of(worse), certificate
            monkeypatch.setattr(bundle, "_proof", lambda *_, claim=claim: claim)
            folder = tmp_path / f"{seed}-{tried}"
            folder.mkdir()
            publish(worse, folder)
            assert failed(verify.check_bundle(folder / "bundle")) == {"V17"}, (seed, worse.homes)
            tried += 1
    assert tried > 40


def others(best, rng, most):
    """Allocations of the same round that keep every rule and are not the best one."""
    round_, fairness = best.round, best.round.policy.fairness
    class_of = {unit.unit_id: c for c, group in enumerate(best.alike) for unit in group.units}
    slot_of = {h.household_id: slot for slot, h in enumerate(round_.households)}
    ids = {unit_id: best.alike[c].class_id for unit_id, c in class_of.items()}
    everything = list(Oracle(round_, ids, fairness.principle, fairness.per).all_results())
    for chosen in rng.sample(everything, min(len(everything), most)):
        counts = np.zeros_like(best.solution.counts)
        for own, units in chosen.items():
            for unit in units:
                counts[slot_of[own], class_of[unit.unit_id]] += 1
        if (counts != best.solution.counts).any():
            yield worse_allocation(best, counts)


def worse_allocation(best, counts):
    solution = replace(best.solution, counts=counts, served=counts.any(axis=1), certificate=None)
    homes = pair(best.round, best.alike, best.problem, solution)
    unserved = tuple(h.household_id for h, on in zip(best.round.households, solution.served, strict=True) if not on)
    return replace(best, solution=solution, homes=homes, statements=_statements(best.round, homes), unserved=unserved)


def stages_of(allocation):
    problem, solution = allocation.problem, allocation.solution
    rows = []
    reached = totals(problem, solution.counts, solution.served)
    for name, value in zip(stage_names(problem), map(bundle.whole, reached), strict=True):
        if name != "earliest" or not solution.served.all():
            name = bundle.public_name(name)
            rows.append({"stage": name, "reached": value, "bound": value, "status": "proved"})
    return rows


# -- hostile files ------------------------------------------------------------------------------------------------

HOSTILE = {
    "nothing": b"", "null": b"null", "an array": b"[]", "a number": b"1", "text": b'"x"', "truncated": b'{"a":',
    "a fraction": b'{"a":1.5}', "an exponent": b'{"a":1e400}', "NaN": b'{"a":NaN}', "Infinity": b'{"a":-Infinity}',
    "minus zero": b'{"a":-0}', "a key twice": b'{"a":1,"a":1}', "blanks": b'{"a": 1}', "a line end": b'{"a":1}\n',
    "keys unsorted": b'{"b":1,"a":1}', "escapes": b'{"a":"\\u0041"}', "a BOM": b'\xef\xbb\xbf{"a":1}',
    "UTF-16": '{"a":1}'.encode("utf-16"), "GBK": '{"a":"王"}'.encode("gbk"), "bad UTF-8": b'{"a":"\xc3"}',
    "a lone surrogate": b'{"a":"\\ud800"}', "a huge number": b'{"a":' + b"9" * 100_000 + b"}",
    "2**53": b'{"a":9007199254740992}', "deep": b"[" * 200_000, "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "NUL": b"\0" * 1000,
    "a zip": b"PK\x03\x04" + b"\0" * 5000,
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(plain, tmp_path, data):
    inside = {"manifest": {"format": "anju/bundle/2", "papers": {}, "root": "0" * 64}, "parts": plain}
    for whole in (data, written(inside).replace(b'"stages":[', b'"stages":[' + data + b",", 1)):
        (tmp_path / "bundle.json").write_bytes(whole)
        checks = verify.check_bundle(tmp_path / "bundle.json")
        assert [check["outcome"] for check in checks] == ["FAIL"]
        assert checks[0]["zh"].startswith("格式：")
        assert "Traceback" not in checks[0]["found"]


def test_a_file_larger_than_any_bundle_is_not_read(plain, tmp_path):
    with (tmp_path / "bundle.json").open("wb") as file:
        file.truncate(2**30)  # 1 GiB, and nothing on the disk
    start = time.monotonic()
    assert failed(verify.check_bundle(tmp_path / "bundle.json")) == {"V1"}
    assert time.monotonic() - start < 10


def test_what_is_no_plain_file_is_not_opened(plain, tmp_path):
    path = tmp_path / "bundle.json"
    assert failed(verify.check_bundle(path)) == {"V1"}
    os.mkfifo(path)
    assert failed(verify.check_bundle(path)) == {"V1"}
    path.unlink()
    path.mkdir()
    assert failed(verify.check_bundle(tmp_path)) == {"V1"}
    path.rmdir()
    path.symlink_to("/dev/zero")
    assert failed(verify.check_bundle(path)) == {"V1"}


def huge_choices(parts):
    parts["rules"]["max_choices"] = 2**52


def huge_count(parts):
    parts["households"][0]["demand"] = {"50": 2**52}
    parts["rules"]["share"] = "0.6"


def huge_units_max(parts):
    parts["rules"]["reach"] = {"max_units": 2**52, "under_m2": 10**7, "over_m2": 10**7}
    for row in parts["households"]:
        row.pop("demand", None)


def huge_period(parts):
    parts["publications"][0]["days"] = 2**52


def huge_proof(parts):
    for row in parts["certificate"]:
        row["leaves"] = row["leaves"] * 3000


def huge_weights(parts):
    for row in parts["certificate"]:
        row["leaves"][0]["weights"] = ["9" * 299] * len(row["leaves"][0]["weights"])


@pytest.mark.parametrize("hostile", [huge_choices, huge_count, huge_units_max, huge_period, huge_proof, huge_weights])
def test_hostile_figures_neither_crash_nor_hang_the_checker(plain, tmp_path, hostile):
    parts = copy.deepcopy(plain)
    hostile(parts)
    forge(tmp_path, parts)
    start = time.monotonic()
    checks = verify.check_bundle(tmp_path)
    assert time.monotonic() - start < 60
    assert failed(checks) or "UNCHECKED" in {c["outcome"] for c in checks if c["name"] == "V17 best"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_json_for_any_part_is_judged_and_never_crashes(plain, tmp_path, data):
    parts = copy.deepcopy(plain)
    inner, key = parts, data.draw(st.sampled_from(sorted(parts)))
    while True:
        child = inner[key]
        deeper = list(child) if isinstance(child, dict) else list(range(len(child))) if isinstance(child, list) else []
        if deeper and data.draw(st.integers(0, 5)):
            inner, key = child, data.draw(st.sampled_from(deeper))
            continue
        inner[key] = data.draw(JSON)
        break
    (tmp_path / "bundle.json").write_bytes(forged(parts))
    for check in verify.check_bundle(tmp_path / "bundle.json"):
        assert check["outcome"] in ("PASS", "FAIL", "PRIVATE", "BOUNDED", "CLAIMED", "UNCHECKED")
        assert "Traceback" not in check["found"]


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_are_judged_and_never_crash(plain, tmp_path, data):
    whole = bytearray(forged(plain))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole)))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    (tmp_path / "bundle.json").write_bytes(bytes(whole))
    assert verify.check_bundle(tmp_path / "bundle.json")


# -- what mathematics cannot see ----------------------------------------------------------------------------------


def test_a_round_made_anew_without_a_household_is_found_only_by_fingerprint_and_receipt(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
    allocation = allocate(plain_round())
    root = publish(allocation, before)["root"]
    round_ = allocation.round
    gone = round_.tables.households[0]
    tables = replace(
        round_.tables,
        households=round_.tables.households[1:],
        **{
            name: tuple(row for row in getattr(round_.tables, name) if row.household_id != gone.household_id)
            for name in ("payments", "demand", "choices")
        },
    )
    anew = judge(RoundInput(head=round_.head, policy=round_.policy, tables=tables, path=Path("t")))
    bundle.write_bundle(allocate(anew), after, salt=counting(50))
    assert not failed(verify.check_bundle(after / "bundle"))
    assert failed(verify.check_bundle(after / "bundle", root=root)) == {"V3"}
    assert failed(verify.check_bundle(after / "bundle", receipt=bundle.receipt_code((1).to_bytes(16)))) == {"V22"}


# -- the command --------------------------------------------------------------------------------------------------


def test_the_checker_alone_in_an_empty_folder(plain, tmp_path):
    forge(tmp_path / "good", plain)
    bad = copy.deepcopy(plain)
    bad["statements"][0]["amount"] -= 1
    forge(tmp_path / "bad", bad)
    (tmp_path / "alone").mkdir()
    alone = tmp_path / "alone" / "verify.py"
    alone.write_bytes(Path(verify.__file__).read_bytes())

    def run(*arguments):
        command = [sys.executable, "-I", "-S", str(alone), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=alone.parent)

    good = run(tmp_path / "good")
    assert (good.returncode, good.stderr) == (0, "")
    assert "公示" in good.stdout
    assert "计算不能证明" in good.stdout
    refused = run(tmp_path / "bad", "--lang", "en")
    assert (refused.returncode, refused.stderr) == (1, "")
    assert "FAIL      V10  price: statements.0.amount is wrong" in refused.stdout
    nothing = run(tmp_path / "none")
    assert (nothing.returncode, nothing.stderr) == (1, "")
    assert sorted(path.name for path in alone.parent.iterdir()) == ["verify.py"]


def test_the_checker_stays_one_short_file_of_the_standard_library():
    source = Path(verify.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 600
    lines = [line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert {line.partition(".")[0] for line in lines} <= set(sys.stdlib_module_names)
    for forbidden in ("socket", "urllib", "subprocess", "os", "http", "pickle", "importlib"):
        assert forbidden not in lines


def test_every_sentence_is_there_in_both_languages(plain, tmp_path):
    for zh, en in verify.WORDS.values():
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in en)
        assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
        assert sorted(part.split("}")[0] for part in zh.split("{")[1:]) == sorted(
            part.split("}")[0] for part in en.split("{")[1:]
        )
    forge(tmp_path, plain)
    for check in verify.check_bundle(tmp_path):
        assert check["zh"]
        assert check["en"]
        assert "{" not in check["zh"] + check["en"]


def test_the_characters_are_those_of_bip_39_each_once():
    assert len(verify.CHARACTERS) == len(set(verify.CHARACTERS)) == 2048
    # all bits 0: eleven zero bits make the first character; the check byte is the hash's own first byte
    words = verify.in_words("0" * 64).replace(" ", "")
    assert words[:23] == "的" * 23
    assert verify.CHARACTERS.index(words[23]) == 0x66  # SHA-256 of 32 zero bytes begins with 66
