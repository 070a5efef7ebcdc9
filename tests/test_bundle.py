"""What is published: one written form, nothing private, the same bytes each time, receipts that open."""

import csv
import hashlib
import json
import re
import secrets
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from bundles import counting, days, read_parts, root_of, wide_round, written

from allocation import bundle, verify
from allocation.allocate import allocate
from allocation.messages import Faults
from allocation.round import judge
from allocation.tables import RoundInput

ROOT = Path(__file__).resolve().parent.parent
SEEDS = range(0, 60, 5)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """seed → (allocation, output folder, what write_bundle said)."""
    found = {}
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"round{seed}")
        allocation = allocate(wide_round(seed))
        found[seed] = (allocation, folder, bundle.write_bundle(allocation, folder, salt=counting()))
    return found


def rejudged(round_, **tables):
    changed = replace(round_.tables, **tables)
    return judge(RoundInput(head=round_.head, policy=round_.policy, tables=changed, path=Path("t")))


def paper(folder, name):
    """A paper's bytes; verify.html without the bundle inside it."""
    inside = (folder / "bundle.json").read_bytes().replace(b"<", rb"\u003c")
    return (folder / name).read_bytes().replace(inside, b"")


def test_the_folder_holds_one_file_its_papers_and_nothing_else(published):
    for _, folder, said in published.values():
        names = {path.name for path in (folder / "bundle").iterdir()}
        assert names == {*said["papers"], "bundle.json"}
        assert names >= {"verify.py", "README.txt"}
        assert {path.name for path in folder.iterdir()} == {"bundle", "receipts.csv", "opening.json"}
        assert all((folder / name).stat().st_mode & 0o077 == 0 for name in ("receipts.csv", "opening.json"))
        for name, digest in said["papers"].items():
            assert hashlib.sha256(paper(folder / "bundle", name)).hexdigest() == digest


def test_the_fingerprint_is_that_of_all_rows_by_their_trees(published):
    for _, folder, said in published.values():
        whole = json.loads((folder / "bundle" / "bundle.json").read_bytes())
        assert said["root"] == whole["manifest"]["root"] == root_of(whole["parts"], said["papers"])


def test_the_file_is_in_its_one_written_form_of_whole_numbers(published):
    def leaves(value):
        if isinstance(value, dict):
            yield from (leaf for inner in value.values() for leaf in leaves(inner))
        elif isinstance(value, list):
            yield from (leaf for inner in value for leaf in leaves(inner))
        else:
            yield value

    for _, folder, _ in published.values():
        data = (folder / "bundle" / "bundle.json").read_bytes()
        assert data == written(json.loads(data))
        found = list(leaves(json.loads(data)))
        assert all(type(leaf) in (int, str, bool) for leaf in found)
        assert all(abs(leaf) < 2**53 for leaf in found if type(leaf) is int)


def test_the_hash_of_the_policy_is_the_one_every_notice_prints(published):
    for allocation, folder, _ in published.values():
        assert read_parts(folder / "bundle")["round"]["policy_hash"] == allocation.round.policy.fingerprint()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_round_gives_the_same_bytes_whatever_the_order_of_its_rows(published, tmp_path, seed):
    allocation, folder, said = published[seed]
    tables = {
        name: tuple(reversed(getattr(allocation.round.tables, name)))
        for name in ("households", "units", "payments", "publications", "objections", "demand", "choices")
    }
    again = bundle.write_bundle(allocate(rejudged(allocation.round, **tables)), tmp_path, salt=counting())
    assert again == said
    for name in ("receipts.csv", "opening.json"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_salts_change_tags_and_commitments_and_nothing_else(published, tmp_path):
    allocation, folder, _ = published[0]
    bundle.write_bundle(allocation, tmp_path, salt=counting(500))
    one, other = read_parts(folder / "bundle"), read_parts(tmp_path / "bundle")
    assert all(one[name] == other[name] for name in one if name != "households")
    for row, changed in zip(one["households"], other["households"], strict=True):
        assert {key for key in row if row[key] != changed[key]} == {"tag", "commit"}


def test_salts_come_from_the_machine_and_not_from_ids():
    assert bundle.new_salt() != bundle.new_salt()
    assert len(bundle.new_salt()) == 16
    assert bundle.write_bundle.__kwdefaults__["salt"] is bundle.new_salt


# -- what stays private -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_no_private_value_of_the_roster_is_in_any_byte_of_the_bundle(published, seed):
    allocation, folder, _ = published[seed]
    tables = allocation.round.tables
    private = {value for h in tables.households for value in (h.name, h.id_number, h.phone, h.together)}
    private |= {o.outcome for o in tables.objections} | {p.receipt_no for p in tables.payments}
    for path in (folder / "bundle").iterdir():
        data = path.read_bytes()
        assert not [value for value in private if value and value.encode() in data], path.name


def test_a_households_public_row_does_not_tell_whether_it_has_an_access_need(published):
    seen = set()
    for allocation, folder, _ in published.values():
        rows = read_parts(folder / "bundle")["households"]
        needy = {h.household_id for h in allocation.round.tables.households if h.access_need != "none"}
        seen |= needy
        for row in rows:
            assert not {"access_need", "need", "private"} & set(row)
            assert "low_floor" not in json.dumps(row)
        assert "low_floor" not in json.dumps(read_parts(folder / "bundle")["certificate"])
    assert seen


def test_the_public_certificate_is_the_one_made_without_access_needs():
    for seed in range(200):
        round_ = wide_round(seed)
        if any(h.access_need != "none" for h in round_.households):
            break
    with_needs = allocate(round_)
    calm = tuple(replace(h, access_need="none") for h in round_.tables.households)
    without = allocate(rejudged(round_, households=calm))
    salts = {h.household_id: bytes(16) for h in round_.tables.households}
    one, other = (bundle.public_parts(a, salts) for a in (with_needs, without))
    if with_needs.homes == without.homes and [a.class_id for a in with_needs.alike] == [
        a.class_id for a in without.alike
    ]:
        assert one["certificate"] == other["certificate"]
    assert set(one["households"][0]) == set(other["households"][0])


def test_a_private_value_in_a_public_column_stops_the_bundle(tmp_path):
    round_ = wide_round(0)
    household = replace(round_.tables.households[0], name="欧阳小甲", id_number="990001198001010010")
    for leak in ({"village": "990001198001010010"}, {"village": "欧阳小甲组"}):
        first = replace(household, **leak)
        leaky = allocate(rejudged(round_, households=(first, *round_.tables.households[1:])))
        with pytest.raises(Faults) as told:
            bundle.write_bundle(leaky, tmp_path, salt=counting())
        assert [fault.code for fault in told.value.faults] == ["bundle.private_value"]
        assert "欧阳小甲" not in str(told.value.faults)
        assert list(tmp_path.iterdir()) == []


# -- receipts -----------------------------------------------------------------------------------------------------


def receipts(folder):
    with (folder / "receipts.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def code_of(row):
    return row["code"] if "code" in row else row["回执码"]


def test_a_receipt_finds_its_own_row_and_with_the_name_opens_its_commitment(published):
    _, folder, said = published[5]
    for row in receipts(folder):
        own = row.get("household_id") or row["安置户编号"]
        name = row.get("name") or row["户主姓名"]
        spoken = code_of(row).lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
        for text in (code_of(row), spoken):
            found = verify.check_bundle(folder / "bundle", root=said["root"], receipt=text)[-1]
            assert (found["name"], found["outcome"]) == ("V22 receipt", "UNCHECKED")
            assert f"您是 {own}，" in found["zh"]
            opened = verify.check_bundle(folder / "bundle", receipt=text, name=name)[-1]
            assert opened["outcome"] == "PASS"
            assert "access need" in opened["en"]


def test_a_wrong_receipt_or_name_is_refused(published):
    _, folder, _ = published[5]
    rows = receipts(folder)
    first, other = code_of(rows[0]), code_of(rows[1])
    name = rows[1].get("name") or rows[1]["户主姓名"]

    def outcome(code, name=None):
        return verify.check_bundle(folder / "bundle", receipt=code, name=name)[-1]["outcome"]

    typo = ("A" if first[0] != "A" else "C") + first[1:]
    for code in (typo, first[:-1], "", "1" * 28, bundle.receipt_code(secrets.token_bytes(16))):
        assert outcome(code) == "FAIL"
    assert outcome(other, name) == "PASS"
    assert outcome(first, name) == "FAIL"
    assert outcome(other, name + "。") == "FAIL"


def test_the_salt_is_no_function_of_what_the_commitment_hides():
    row = {"household_id": "H1", "name": "张三", "access_need": "none", "together": ""}
    salts = [secrets.token_bytes(16) for _ in range(50)]
    assert len({bundle.commitment(salt, row) for salt in salts}) == 50
    assert len({bundle.tag(salt) for salt in salts}) == 50
    assert all(re.fullmatch("([A-Z2-7]{4}-){6}[A-Z2-7]{4}", bundle.receipt_code(salt)) for salt in salts)


# -- calendar and papers ------------------------------------------------------------------------------------------


def test_the_working_days_published_are_those_the_periods_were_counted_by():
    seen = 0
    for seed in SEEDS:
        round_ = wide_round(seed)
        found = bundle._working_days(round_)
        if not found:
            continue
        seen += 1
        first = min(p.published_on for p in round_.tables.publications)
        last = max(standing.last_day for standing in round_.standings.values() if standing.last_day)
        assert found == [day.isoformat() for day in days(first, last) if bundle.is_working_day(day)]
    assert seen


def test_the_checker_in_the_bundle_runs_alone_and_passes_its_own_bundle(published, tmp_path):
    _, folder, said = published[10]
    alone = tmp_path / "verify.py"
    alone.write_bytes((folder / "bundle" / "verify.py").read_bytes())
    for target in (folder / "bundle", folder / "bundle" / "bundle.json"):
        run = subprocess.run(
            [sys.executable, "-I", "-S", str(alone), str(target), "--root", said["root"], "--lang", "en"],
            capture_output=True, encoding="utf-8", check=False, cwd=tmp_path,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        assert run.stderr == ""
        assert "FAIL" not in run.stdout
        assert "No computation can show" in run.stdout


def test_the_readme_says_in_both_languages_how_to_check():
    for lang in ("zh", "en"):
        text = bundle.sentence("bundle.readme", lang)
        assert "python verify.py ." in text
        assert "--root" in text
        assert "--receipt" in text
