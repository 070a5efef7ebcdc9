"""Beyond the bundle itself: the office's signature, an earlier bundle, the auditor's opening, the policy's own file."""

import copy
import json
import shutil
import stat
import zipfile

import docx
import pytest
from bundles import counting, forge, forged, plain_round, read_parts, wide_round, written
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from docx.oxml.ns import qn
from test_allocate import random_round

from allocation import bundle, verify
from allocation.allocate import allocate
from allocation.documents import BY_NAME, papers
from allocation.messages import Faults
from allocation.recheck import audit
from allocation.signature import new_key, sign
from allocation.webpage import write_html
from allocation.word import write_docx
from allocation.wording import Occasion


def outcome(checks, code):
    return next(check["outcome"] for check in checks if check["name"].startswith(f"{code} "))


@pytest.fixture
def plain(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    said = bundle.write_bundle(allocate(plain_round()), folder, salt=counting())
    return folder, said["root"]


# -- signature ----------------------------------------------------------------------------------------------------


def test_a_signed_bundle_passes_by_the_key_published_and_no_other(plain, tmp_path):
    folder, root = plain
    public = new_key(tmp_path / "office.pem")
    assert stat.S_IMODE((tmp_path / "office.pem").stat().st_mode) == 0o600
    assert outcome(verify.check_bundle(folder / "bundle"), "V4") == "UNCHECKED"
    assert sign(folder / "bundle", tmp_path / "office.pem") == public
    checks = verify.check_bundle(folder / "bundle", root=root, key=public)
    assert "FAIL" not in {check["outcome"] for check in checks}
    assert outcome(checks, "V4") == "PASS"
    assert outcome(verify.check_bundle(folder / "bundle"), "V4") == "UNCHECKED"
    other = new_key(tmp_path / "other.pem")
    assert outcome(verify.check_bundle(folder / "bundle", key=other), "V4") == "FAIL"
    signed = json.loads((folder / "bundle" / "bundle.json").read_bytes())["manifest"]["signature"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["key"]))
    key.verify(bytes.fromhex(signed["signed"]), f"anju/signature/1:{root}".encode())


def test_a_signature_of_something_else_is_refused(plain, tmp_path):
    folder, _ = plain
    new_key(tmp_path / "office.pem")
    sign(folder / "bundle", tmp_path / "office.pem")
    whole = json.loads((folder / "bundle" / "bundle.json").read_bytes())
    changed = json.loads(forged({**whole["parts"], "round": {**whole["parts"]["round"], "title": "另一批次"}}))
    changed["manifest"]["signature"] = whole["manifest"]["signature"]
    (tmp_path / "one.json").write_bytes(written(changed))
    assert outcome(verify.check_bundle(tmp_path / "one.json"), "V4") == "FAIL"
    changed["manifest"]["signature"]["signed"] = "zz"
    (tmp_path / "one.json").write_bytes(written(changed))
    assert outcome(verify.check_bundle(tmp_path / "one.json"), "V4") == "FAIL"


def test_a_bundle_without_the_signature_its_office_gives_is_refused(plain):
    assert outcome(verify.check_bundle(plain[0] / "bundle", key="0" * 64), "V4") == "FAIL"


def test_keys_and_bundles_that_will_not_do_are_refused_and_nothing_is_written(plain, tmp_path):
    folder, _ = plain
    before = (folder / "bundle" / "bundle.json").read_bytes()
    new_key(tmp_path / "office.pem")
    (tmp_path / "no.pem").write_text("no key")
    inside = folder / "bundle" / "office.pem"
    inside.write_bytes((tmp_path / "office.pem").read_bytes())
    broken = tmp_path / "broken.json"
    broken.write_bytes(before[:-1])
    for code, work in (
        ("sign.key_exists", lambda: new_key(tmp_path / "office.pem")),
        ("sign.no_key", lambda: sign(folder / "bundle" / "bundle.json", tmp_path / "no.pem")),
        ("sign.no_key", lambda: sign(folder / "bundle" / "bundle.json", tmp_path / "nowhere.pem")),
        ("sign.key_inside", lambda: sign(folder / "bundle", inside)),
        ("sign.no_bundle", lambda: sign(broken, tmp_path / "office.pem")),
    ):
        with pytest.raises(Faults) as told:
            work()
        assert [fault.code for fault in told.value.faults] == [code]
    assert (folder / "bundle" / "bundle.json").read_bytes() == before


# -- an earlier bundle --------------------------------------------------------------------------------------------


def withdrawn(parts):
    parts["publications"][0]["withdrawn_on"] = "2021-12-31"


def resolved(parts):
    pass


def publication_gone(parts):
    parts["publications"].pop()


def choice_changed(parts):
    parts["households"][0]["choices"][0]["building"] = "B"


def home_changed(parts):
    parts["units"][0]["area"] += 1


def household_gone(parts):
    parts["households"].pop()


def seed_changed(parts):
    parts["round"]["seed"] += "!"


def not_named(parts):
    parts["round"]["earlier"] = []


def other_round(parts):
    parts["round"]["id"] = "other"


@pytest.mark.parametrize("change", [withdrawn, resolved])
def test_a_later_bundle_may_say_more_of_what_was_published(plain, tmp_path, change):
    assert against_old(plain, tmp_path, change)["outcome"] == "PASS"


@pytest.mark.parametrize(
    "change",
    [publication_gone, choice_changed, home_changed, household_gone, seed_changed, not_named, other_round],
)
def test_a_later_bundle_that_unsays_an_earlier_one_is_found(plain, tmp_path, change):
    assert against_old(plain, tmp_path, change)["outcome"] == "FAIL"


def against_old(plain, tmp_path, change):
    folder, root = plain
    parts = copy.deepcopy(read_parts(folder / "bundle"))
    parts["round"]["earlier"] = [root]
    change(parts)
    forge(tmp_path / "new", parts)
    return audit(tmp_path / "new", prev=folder / "bundle")[-1]


# -- opening and policy -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def needy(tmp_path_factory):
    for seed in range(200):
        allocation = allocate(random_round(seed))
        served = {home.household_id for home in allocation.homes}
        kinds = {str(h.access_need) for h in allocation.round.households if h.household_id in served}
        if "step_free" in kinds and len(served) > 1:
            folder = tmp_path_factory.mktemp("needy")
            bundle.write_bundle(allocation, folder, salt=counting())
            return folder, allocation
    raise AssertionError("no such round")


def forged_need(opening):
    opening["households"][0]["private"]["access_need"] += "!"


def forged_salt(opening):
    opening["households"][0]["salt"] = "0" * 32


def rows_exchanged(opening):
    one, other = opening["households"][:2]
    one["private"], other["private"] = other["private"], one["private"]


def household_left_out(opening):
    opening["households"].pop()


@pytest.mark.parametrize("change", [forged_need, forged_salt, rows_exchanged, household_left_out])
def test_a_forged_opening_is_refused_and_the_true_one_opens_all(needy, tmp_path, change):
    folder, _ = needy
    checks = audit(folder / "bundle", opening=folder / "opening.json")
    assert outcome(checks, "A2") == "PASS"
    opening = json.loads((folder / "opening.json").read_bytes())
    change(opening)
    (tmp_path / "opening.json").write_text(json.dumps(opening))
    assert outcome(audit(folder / "bundle", opening=tmp_path / "opening.json"), "A2") == "FAIL"


def test_an_opened_need_that_is_not_met_is_found(needy, tmp_path):
    folder, _ = needy
    parts = copy.deepcopy(read_parts(folder / "bundle"))
    for unit in parts["units"]:
        unit["step_free"], unit["floor"] = False, 9
    forge(tmp_path, parts)
    assert outcome(audit(tmp_path, opening=folder / "opening.json"), "A2") == "FAIL"


def test_the_policy_given_must_be_the_one_named(needy):
    folder, allocation = needy
    policy = allocation.round.policy
    assert outcome(audit(folder / "bundle", policy=policy), "A3") == "PASS"
    other = policy.model_copy(update={"name": "另一份"})
    assert outcome(audit(folder / "bundle", policy=other), "A3") == "FAIL"


def test_earlier_roots_are_written_into_the_bundle(tmp_path):
    roots = ["1" * 64, "2" * 64]
    bundle.write_bundle(allocate(plain_round()), tmp_path, salt=counting(), earlier=roots)
    assert read_parts(tmp_path / "bundle")["round"]["earlier"] == roots


# -- the notice that was put up -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def put_up(tmp_path_factory):
    """A round of many shapes, published: its bundle and its plan notice in both languages, .docx and .html."""
    folder = tmp_path_factory.mktemp("put_up")
    allocation = allocate(wide_round(11))
    assert allocation.homes
    assert allocation.round.left_out
    said = bundle.write_bundle(allocation, folder, salt=counting())
    occasion = Occasion(issued_on=allocation.round.head.as_of, root=said["root"], words=verify.in_words(said["root"]))
    found = papers(BY_NAME["plan"], allocation, occasion, ("zh", "en"))
    write_docx(found, folder / "plan.docx", made_on=occasion.issued_on)
    write_html(found, folder / "plan.html", root=said["root"])
    return folder


def posted(folder, name):
    return next(c for c in audit(folder / "bundle", notice=folder / name) if c["name"].startswith("A4 "))


@pytest.mark.parametrize("name", ["plan.docx", "plan.html"])
def test_the_notice_of_a_bundle_agrees_with_it(put_up, name):
    check = posted(put_up, name)
    assert check["outcome"] == "PASS", check


def test_each_cell_of_a_notice_in_word_that_was_changed_is_found_and_named(put_up, tmp_path):
    tried = 0
    count = len(list(cells_of(docx.Document(put_up / "plan.docx"))))
    shutil.copytree(put_up / "bundle", tmp_path / "bundle")
    for at in range(count):
        document = docx.Document(put_up / "plan.docx")
        name, cell = list(cells_of(document))[at]
        text = next(iter(cell.iter(qn("w:t"))), None)
        if text is None:
            continue
        text.text = f"{text.text}9"
        document.save(tmp_path / "plan.docx")
        check = posted(tmp_path, "plan.docx")
        assert check["outcome"] == "FAIL", (name, text.text)
        assert check["zh"].split("：")[1].startswith(name), check
        assert text.text.endswith(check["found"]), check
        tried += 1
    assert tried > 40


def cells_of(document):
    """(table, cell) of what is compared: the plan whole, of the rest what the bundle holds too."""
    for table in document.element.body.iter(qn("w:tbl")):
        name = table.find(qn("w:tblPr")).find(qn("w:tblCaption"))
        name = "" if name is None else name.get(qn("w:val"))
        for number, row in enumerate(table.iter(qn("w:tr"))):
            cells = list(row.iter(qn("w:tc")))
            if name == "homes":
                yield from ((name, cell) for cell in cells)
            elif name == "left_out" and number:
                yield name, cells[0]
            elif name == "checks" and number in (0, 2):
                yield name, cells[1]


def test_a_notice_of_another_bundle_or_with_a_row_less_is_found(put_up, tmp_path):
    shutil.copytree(put_up / "bundle", tmp_path / "bundle")
    page, root = (put_up / "plan.html").read_text(encoding="utf-8"), read_root(put_up)
    start = page.index("<tr", page.index("<tbody>", page.index('data-grid="homes"')))
    for changed in (
        page.replace(root, "0" * 64, 1),
        page.replace(root[:16], "0" * 16),
        page[:start] + page[page.index("</tr>", start) + 5 :],
        page.replace('data-grid="left_out"', ""),
    ):
        assert changed != page
        (tmp_path / "plan.html").write_text(changed, encoding="utf-8")
        assert posted(tmp_path, "plan.html")["outcome"] == "FAIL"
    (tmp_path / "plan.html").write_text(page.replace(' data-grid="homes"', ""), encoding="utf-8")
    assert posted(tmp_path, "plan.html")["outcome"] == "UNCHECKED"


def read_root(folder):
    return json.loads((folder / "bundle" / "bundle.json").read_bytes())["manifest"]["root"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"<html>"])
@pytest.mark.parametrize("name", ["plan.docx", "plan.html", "plan.pdf"])
def test_what_is_no_notice_is_said_to_be_none(put_up, tmp_path, name, data):
    shutil.copytree(put_up / "bundle", tmp_path / "bundle")
    (tmp_path / name).write_bytes(data)
    assert posted(tmp_path, name)["outcome"] in ("FAIL", "UNCHECKED")


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_a_notice_in_word_that_would_blow_up_when_read_is_refused(put_up, tmp_path, coding):
    shutil.copytree(put_up / "bundle", tmp_path / "bundle")
    bomb = f'<?xml version="1.0" encoding="{coding}"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode(coding)
    for data in (bomb, b"<a>" + bytes(70 * 2**20)):
        with zipfile.ZipFile(tmp_path / "plan.docx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", data)
        assert posted(tmp_path, "plan.docx")["outcome"] == "FAIL"
