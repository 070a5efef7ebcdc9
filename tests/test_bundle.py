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
from bundles import counting, days, read_parts, wide_round, written

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


def test_the_folder_holds_what_it_lists_and_nothing_else(published):
    for _, folder, said in published.values():
        names = {path.name for path in (folder / "bundle").iterdir()}
        assert names == {*said["files"], "manifest.json", "bundle.json"}
        assert {path.name for path in folder.iterdir()} == {"bundle", "receipts.csv", "opening.json"}
        assert all((folder / name).stat().st_mode & 0o077 == 0 for name in ("receipts.csv", "opening.json"))
        for name, digest in said["files"].items():
            assert hashlib.sha256((folder / "bundle" / name).read_bytes()).hexdigest() == digest


def test_the_fingerprint_is_made_of_the_hashes_of_all_files_under_its_label(published):
    for _, folder, said in published.values():
        assert said["root"] == hashlib.sha256(b"anju/root/1\0" + written(said["files"])).hexdigest()
        assert json.loads((folder / "bundle" / "manifest.json").read_text())["root"] == said["root"]


def test_every_file_is_in_its_one_written_form_of_whole_numbers(published):
    def leaves(value):
        if isinstance(value, dict):
            assert all(key.isascii() for key in value)
            yield from (leaf for inner in value.values() for leaf in leaves(inner))
        elif isinstance(value, list):
            yield from (leaf for inner in value for leaf in leaves(inner))
        else:
            yield value

    for _, folder, _ in published.values():
        for path in (folder / "bundle").glob("*.json"):
            assert path.read_bytes() == written(json.loads(path.read_bytes()))
        for name, part in read_parts(folder / "bundle").items():
            if name != "policy":
                assert all(type(leaf) in (int, str, bool) for leaf in leaves(part)), name
                assert all(abs(leaf) < 2**53 for leaf in leaves(part) if type(leaf) is int), name


def test_the_policy_file_is_the_text_whose_hash_every_notice_prints(published):
    for allocation, folder, _ in published.values():
        data = (folder / "bundle" / "policy.json").read_bytes()
        assert hashlib.sha256(data).hexdigest() == allocation.round.policy.fingerprint()


def test_the_one_file_says_what_the_files_say(published):
    for _, folder, _ in published.values():
        one = json.loads((folder / "bundle" / "bundle.json").read_bytes())
        assert {name.removesuffix(".json"): part for name, part in one["files"].items()} == read_parts(
            folder / "bundle"
        )


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
        certificate = (folder / "bundle" / "certificate.json").read_text()
        assert "low_floor" not in certificate
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


def test_a_receipt_finds_its_own_row_and_opens_its_commitment(published, tmp_path):
    _, folder, said = published[5]
    for row in receipts(folder):
        code = row["安置户编号"] if "安置户编号" in row else row["household_id"]
        (tmp_path / "private").write_text(row["private"], encoding="utf-8")
        spoken = row["code"].lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
        for text in (row["code"], spoken):
            checks = verify.check_bundle(
                folder / "bundle", root=said["root"], receipt=text, private=tmp_path / "private"
            )
            assert checks[-1].name == "V22 receipt"
            assert checks[-1].outcome == "PASS"
            assert f'"household_id": "{code}"' in checks[-1].zh


def test_a_wrong_receipt_is_refused(published, tmp_path):
    _, folder, _ = published[5]
    rows = receipts(folder)

    def outcome(code, private=None):
        (tmp_path / "private").write_text(private or "", encoding="utf-8")
        given = {"receipt": code, "private": tmp_path / "private" if private else None}
        return verify.check_bundle(folder / "bundle", **given)[-1]

    first = rows[0]["code"]
    typo = ("A" if first[0] != "A" else "C") + first[1:]
    assert "mistyped" in outcome(typo).en
    assert "28" in outcome(first[:-1]).en
    assert "not in this bundle" in outcome(bundle.receipt_code(secrets.token_bytes(16))).en
    assert outcome(first, rows[1]["private"]).outcome == "FAIL"
    assert outcome(first, rows[0]["private"].replace('"none"', '"step_free"')).outcome == "FAIL"


def test_the_salt_is_no_function_of_what_the_commitment_hides():
    row = {"household_id": "H1", "name": "张三", "access_need": "none", "together": ""}
    salts = [secrets.token_bytes(16) for _ in range(50)]
    assert len({bundle.commitment(salt, row) for salt in salts}) == 50
    assert len({bundle.tag(salt) for salt in salts}) == 50
    assert all(re.fullmatch("([A-Z2-7]{4}-){6}[A-Z2-7]{4}", bundle.receipt_code(salt)) for salt in salts)


# -- calendar and papers ------------------------------------------------------------------------------------------


def test_the_calendar_published_is_the_one_the_periods_were_counted_by():
    for seed in SEEDS:
        round_ = wide_round(seed)
        calendar = bundle._calendar(round_)
        if calendar is None:
            continue
        first, last = (bundle.date.fromisoformat(calendar[key]) for key in ("from", "to"))
        for day in days(first, last):
            text = day.isoformat()
            works = text in calendar["working_weekends"] or (day.weekday() < 5 and text not in calendar["holidays"])
            assert works == bundle.is_working_day(day)
        assert last >= max(standing.last_day for standing in round_.standings.values() if standing.last_day)


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
