"""The page that checks a bundle, in a real Chromium: its arithmetic is Python's, its verdicts those of verify.py."""

import base64
import csv
import hashlib
import json
import random
import re
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bundles import counting, forged, plain_round, wide_round
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mutants import all_mutants
from test_allocate import random_round

from allocation import bundle, signature, verify, verify_page
from allocation.allocate import allocate
from allocation.round import judge
from allocation.tables import read_round

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "build" / "screens"
SIZES = {"phone": (360, 740), "laptop": (1280, 800)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="module")
def empty(browser, tmp_path_factory):
    """The page without a bundle, opened as by a double click."""
    file = tmp_path_factory.mktemp("page") / "verify.html"
    file.write_bytes(verify_page.page())
    page = browser.new_page()
    page.goto(file.as_uri())
    yield page
    page.close()


# -- what every check stands on -----------------------------------------------------------------------------------


def test_its_hashes_are_those_of_the_standard(empty):
    rng = random.Random(1)
    texts = [rng.randbytes(n) for n in (*range(260), 1000, 4096, 65_537)]
    found = empty.evaluate("texts => texts.map(text => hexOf(sha256(bytesOf(text))))", [text.hex() for text in texts])
    assert found == [hashlib.sha256(text).hexdigest() for text in texts]
    found = empty.evaluate("texts => texts.map(text => hexOf(sha512(bytesOf(text))))", [t.hex() for t in texts[:260]])
    assert found == [hashlib.sha512(text).hexdigest() for text in texts[:260]]


def test_it_takes_a_signature_only_from_the_key_that_made_it(empty):
    rng, cases = random.Random(2), []
    for _ in range(8):
        key, text = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)), rng.randbytes(rng.randrange(90))
        good, public = key.sign(text), key.public_key().public_bytes_raw()
        at, bit = rng.randrange(64), 1 << rng.randrange(8)
        bad = good[:at] + bytes([good[at] ^ bit]) + good[at + 1 :]
        order = 2**252 + 27742317777372353535851937790883648493
        again = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
        cases += [(public, text, good), (public, text, bad), (public, text + b"x", good), (public, text, again)]
        cases.append((bytes(32), text, good))
    given = [[part.hex() for part in case] for case in cases]
    found = empty.evaluate("cases => cases.map(parts => signedBy(...parts.map(bytesOf)))", given)
    assert found == [True, False, False, False, False] * 8


def test_its_numbers_are_exact(empty):
    rng = random.Random(3)

    def number():
        whole = f"{rng.choice(['', '-'])}{rng.randrange(10 ** rng.randrange(1, 16))}"
        return whole + rng.choice(["", f".{rng.randrange(10**6):06}", ".5", ".50"])

    pairs = [(number(), number()) for _ in range(2000)]
    found = empty.evaluate(
        """pairs => pairs.map(([one, other]) => {
             const n = Ratio.of(one).times(other);
             return [String(n.rounded()), String(n), n.compare(one), String(ceiling(n.top, -100n))];
           })""",
        pairs,
    )
    for (one, other), said in zip(pairs, found, strict=True):
        n = Fraction(one) * Fraction(other)
        compared = (n > Fraction(one)) - (n < Fraction(one))
        assert said == [str(verify.rounded(n)), str(n), compared, str(-(n.numerator // 100))]


def test_its_calendar_is_pythons(empty):
    rng = random.Random(4)
    days = [date.fromordinal(n) for n in (1, 2, 3652059, *(rng.randrange(1, 3652060) for _ in range(1500)))]
    found = empty.evaluate(
        "days => days.map(day => [dayOf(day), dayText(dayOf(day)), isWeekend(dayOf(day))])",
        [day.isoformat() for day in days],
    )
    assert found == [[day.toordinal(), day.isoformat(), day.weekday() >= 5] for day in days]
    never = ["2021-02-29", "1900-02-29", "0000-01-01", "2021-13-01", "2021-04-31", "2021-00-10", "2021-01-00"]
    assert empty.evaluate("days => days.every(day => Number.isNaN(dayOf(day)))", never)


def strange_text(rng):
    ranges = ((32, 127), (0x20, 0x3000), (0xD000, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x2FFFF))
    return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randrange(6)))


def test_it_sorts_by_code_point_as_python_does(empty):
    rng = random.Random(5)
    texts = [strange_text(rng) for _ in range(3000)]
    assert empty.evaluate("texts => texts.sort(byCodePoint)", texts) == sorted(texts)


def test_it_reads_and_writes_base32_as_python_does(empty):
    rng = random.Random(6)
    data = [rng.randbytes(n % 40 + 1) for n in range(200)]
    texts = [base64.b32encode(one).decode().rstrip("=") for one in data]
    assert empty.evaluate("data => data.map(one => base32(bytesOf(one)))", [one.hex() for one in data]) == texts
    assert empty.evaluate("texts => texts.map(one => hexOf(fromBase32(one)))", texts) == [one.hex() for one in data]


def strange_value(rng, depth=0):
    kind = rng.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return rng.choice([0, 1, -1, 2**53 - 1, 1 - 2**53, rng.randrange(-(10**9), 10**9)])
    if kind == 1:
        return rng.choice([True, False, None])
    if kind < 5:
        return strange_text(rng) + rng.choice(["", '"', "\\", "\n", "\x01\x1f\x7f", "</script>", "\u2028", "__proto__"])
    if kind == 5:
        return [strange_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = [
        rng.choice(["__proto__", "constructor", "1", "10", "2", strange_text(rng)]) for _ in range(rng.randrange(5))
    ]
    return {key: strange_value(rng, depth + 1) for key in keys}


def test_it_writes_every_value_as_python_does(empty):
    rng = random.Random(7)
    texts = [verify.canonical(strange_value(rng)).decode() for _ in range(1500)]
    assert empty.evaluate("texts => texts.map(text => canonical(JSON.parse(text)))", texts) == texts


# -- the page as a citizen has it ---------------------------------------------------------------------------------


def publish(round_, folder):
    """Writes a round's bundle; what the office keeps: household_id → (code, full name)."""
    folder.mkdir(parents=True, exist_ok=True)
    bundle.write_bundle(allocate(round_), folder, salt=counting(), seconds_max=2.0)
    with (folder / "receipts.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["household_id"]: (row["code"], row["name"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def dafeng(tmp_path_factory):
    """The Dafeng round, published: (folder of the bundle, receipts)."""
    folder = tmp_path_factory.mktemp("dafeng")
    receipts = publish(judge(read_round(ROOT / "data" / "dafeng")), folder)
    return folder / "bundle", receipts


@pytest.fixture
def visit(browser):
    """Opens a page from the disk; a dialog, a fault of a script, or anything fetched fails the test."""
    complaints, contexts = [], []

    def go(file, size="phone", lang="zh", wait="#results", before="", **more):
        width, height = SIZES[size]
        look = {"viewport": {"width": width, "height": height}, "locale": LOCALES[lang], **more}
        contexts.append(browser.new_context(**look))
        page = contexts[-1].new_page()
        page.add_init_script(before or "0")
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "blob:null/")) or complaints.append(f"left: {request.url}")
            ),
        )
        page.goto(file.as_uri())
        page.locator(wait).wait_for(timeout=60_000)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


def show(page, code, name=""):
    page.locator("#household").evaluate("one => { one.textContent = ''; }")
    page.fill("#code", code)
    page.fill("#name", name)
    page.click("#own-form button")
    page.locator("#household .answer").wait_for()
    return page.locator("#household").inner_text()


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("size", SIZES)
def test_a_double_click_shows_the_outcome_at_once_and_everybody_can_read_it(visit, dafeng, size, lang):
    folder, receipts = dafeng
    page = visit(folder / "verify.html", size, lang)
    page.locator(".verdict.fair").wait_for()
    box = page.locator("#headline").bounding_box()
    assert box["y"] + box["height"] < SIZES[size][1], "the outcome stands on the first screen"
    show(page, *receipts["DF-005"])
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0], "nothing is cut off at the side"
    small = page.evaluate(
        """() => [...document.querySelectorAll("main *, footer *")].filter(one => one.innerText && !one.children.length
                 && parseFloat(getComputedStyle(one).fontSize) < 14).map(one => one.outerHTML)"""
    )
    assert small == [], "text too small for old eyes"
    assert Axe().run(page).response["violations"] == []
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"verify_{size}_{lang}.png", full_page=True)


def test_the_language_changes_with_everything_that_is_shown(visit, dafeng):
    folder, receipts = dafeng
    page = visit(folder / "verify.html")
    show(page, *receipts["DF-005"])
    page.get_by_role("button", name="English").click()
    text = page.locator("body").inner_text()
    assert "Check the allocation yourself" in text
    assert "Why not an earlier choice" in text
    assert page.evaluate("document.documentElement.lang") == "en"
    fixed = page.evaluate("[...document.querySelectorAll('[data-word]')].map(one => one.textContent)")
    assert [text for text in fixed if re.search("[一-龥]", text)] == []
    page.get_by_role("button", name="中文").click()
    assert "为什么不是更靠前的志愿" in page.locator("body").inner_text()


def test_the_fingerprint_typed_in_either_form_is_compared(visit, dafeng):
    folder, _ = dafeng
    root = json.loads((folder / "bundle.json").read_bytes())["manifest"]["root"]
    page = visit(folder / "verify.html")
    signs = page.locator("#words").inner_text().replace("\n", "")
    for text in (signs, " ".join(signs), root, root.upper(), f" {root} "):
        page.fill("#given", text)
        page.click("#compare-form button")
        page.locator(".verdict.good").wait_for()
        page.fill("#given", signs[::-1])
        page.click("#compare-form button")
        page.locator(".verdict.bad").wait_for()


@pytest.mark.parametrize("household", ["DF-005", "DF-001", "DF-066"])
def test_a_receipt_shows_its_own_household_and_nobody_elses_row(visit, dafeng, household):
    folder, receipts = dafeng
    parts = json.loads((folder / "bundle.json").read_bytes())["parts"]
    rows = {row["household_id"]: row for row in parts["households"]}
    page = visit(folder / "verify.html", "laptop")
    text = show(page, *receipts[household])
    own = rows[household]
    assert str(own["order"]) in text
    assert own["name"] in text
    assert own["village"] in text
    assert not [other for other in rows if other != household and other in text]
    assert not [name for _, name in receipts.values() if len(name) > 2 and name in text]
    statement = next(row for row in parts["statements"] if row["household_id"] == household)
    units = {row["unit_id"]: row for row in parts["units"]}
    mine = [units[row["unit_id"]] for row in parts["allocation"] if row["household_id"] == household]
    cells = [
        Decimal(cell.replace(",", "")) * 100 for cell in page.locator("#household tbody .amount").all_inner_texts()
    ]
    lines = [line["amount"] for unit in mine for line in unit["lines"]]
    assert cells[-len(lines) :] == lines
    total = page.locator("#household tfoot .amount").first.inner_text()
    assert Decimal(total.replace(",", "")) * 100 == statement["amount"] == sum(cells)


def test_every_line_of_a_price_is_named_in_words(visit, tmp_path):
    named = set()
    for seed in (0, 4, 6, 8):
        receipts = publish(wide_round(seed), tmp_path / str(seed))
        page = visit(tmp_path / str(seed) / "bundle" / "verify.html")
        for receipt in receipts.values():
            text = show(page, *receipt)
            assert not re.search(r"undefined|NaN|\b(line|own|why|reason|need|stage|principle)\.[a-z]", text)
            named |= {what[:2] for what in page.locator("#household tbody .what").all_inner_texts()}
    assert named >= {"第 ", "楼层", "初装", "押金", "房屋"}


def test_a_wrong_code_or_name_is_refused_and_shows_nothing(visit, dafeng):
    folder, receipts = dafeng
    code, name = receipts["DF-005"]
    page = visit(folder / "verify.html")
    typo = ("A" if code[0] != "A" else "C") + code[1:]
    for wrong in ("", "hello", typo, code[:-1], bundle.receipt_code(bytes(range(16)))):
        show(page, wrong)
        assert page.locator("#household .facts").count() == 0
    show(page, code, name)
    assert page.locator("#household .answer.good").count() == 1
    show(page, code, name + "x")
    assert page.locator("#household .answer.bad").count() == 1


def test_a_chosen_file_is_checked_like_the_one_inside(visit, dafeng, tmp_path):
    folder, _ = dafeng
    inside = visit(folder / "verify.html").locator("#results").inner_text()
    bare = tmp_path / "verify.html"
    bare.write_bytes(verify_page.page())
    page = visit(bare, wait="#choose")
    assert page.locator("#own").is_hidden()
    page.set_input_files("#file", folder / "bundle.json")
    page.locator("#results").wait_for()
    assert page.locator("#results").inner_text() == inside


def test_where_no_worker_can_start_the_page_does_the_work_itself(visit, dafeng):
    folder, _ = dafeng
    inside = visit(folder / "verify.html").locator("#results").inner_text()
    for broken in (
        "delete window.Worker",
        "window.Worker = function () { throw new Error('not here') }",
        """window.Worker = function () {
             setTimeout(() => this.onerror({}), 9);
             this.postMessage = this.terminate = () => 0;
           }""",
    ):
        assert visit(folder / "verify.html", before=broken).locator("#results").inner_text() == inside


def test_without_scripts_or_in_an_old_browser_the_page_says_so(visit, dafeng):
    folder, _ = dafeng
    assert visit(folder / "verify.html", wait="#old", java_script_enabled=False).locator("#old").is_visible()
    assert visit(folder / "verify.html").locator("#old").is_hidden()


def test_the_page_may_fetch_nothing_and_run_nothing_but_itself(browser, dafeng):
    folder, _ = dafeng
    text = (folder / "verify.html").read_text(encoding="utf-8")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in text.partition("<script")[0].replace("http-equiv", "")
    page = browser.new_page()
    page.goto((folder / "verify.html").as_uri())
    tried = page.evaluate(
        """async () => {
             const tried = [];
             for (const address of ["https://example.org/", "bundle.json"]) {
               await fetch(address).then(() => tried.push(address), () => 0);
             }
             const script = document.createElement("script");
             script.textContent = "window.ran = true";
             document.body.append(script);
             return [tried, window.ran === true];
           }"""
    )
    page.close()
    assert tried == [[], False]


def test_a_page_that_is_not_the_published_one_is_found_by_the_other_checker(dafeng, tmp_path):
    folder, _ = dafeng
    for name in ("bundle.json", "verify.py", "README.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    data = (folder / "verify.html").read_bytes()
    assert data.count((folder / "bundle.json").read_bytes()) == 1
    for old, new in ((b"", b""), (b"FAIL", b"PASS"), (b'"order":46', b'"order":47'), (b"</html>", b"</html> ")):
        (tmp_path / "verify.html").write_bytes(data.replace(old, new, 1) if old else data)
        first = verify.check_bundle(tmp_path)[0]
        assert first["outcome"] == ("FAIL" if old else "PASS"), old


# -- the same verdicts in the same words --------------------------------------------------------------------------


def words_of(checks):
    """Name, outcome and both sentences of every check."""
    return [(check["name"], check["outcome"], check["zh"], check["en"]) for check in checks]


def both(page, bundles, folder, **given):
    """What verify.py says of each of some bundles, and what the page says."""
    file = folder / "bundle.json"
    python, found = [], []
    for data in bundles:
        file.write_bytes(data)
        python.append(words_of(verify.check_bundle(file, **given)))
    for at in range(0, len(bundles), 200):
        found += page.evaluate(
            """([bundles, given]) => bundles
                 .map(one => check(Uint8Array.from(atob(one), sign => sign.charCodeAt(0)), given))
                 .map(checks => checks.map(({code, names, outcome, zh, en}) => (
                   {name: code + " " + names[1], outcome, zh, en})))""",
            [[base64.b64encode(data).decode() for data in bundles[at : at + 200]], given],
        )
    return python, [words_of(checks) for checks in found]


def bundle_of(round_, folder):
    """The bytes of a round's bundle.json, and the receipts."""
    receipts = publish(round_, folder)
    return (folder / "bundle" / "bundle.json").read_bytes(), receipts


def test_every_sentence_of_every_sound_bundle_is_that_of_the_other_checker(empty, dafeng, tmp_path):
    bundles = [(dafeng[0] / "bundle.json").read_bytes()]
    bundles += [bundle_of(wide_round(seed), tmp_path / f"wide{seed}")[0] for seed in range(40)]
    bundles += [bundle_of(random_round(seed), tmp_path / f"random{seed}")[0] for seed in range(24)]
    python, page = both(empty, bundles, tmp_path)
    assert page == python
    outcomes = {check[1] for checks in python for check in checks}
    assert outcomes == {"PASS", "UNCHECKED", "PRIVATE", "CLAIMED"}


def test_what_is_given_beside_the_bundle_is_judged_alike(empty, tmp_path):
    data, receipts = bundle_of(plain_round(), tmp_path / "plain")
    root = json.loads(data)["manifest"]["root"]
    (code, name), *_ = receipts.values()
    for given in (
        {"root": root}, {"root": root[::-1]}, {"root": verify.in_words(root)}, {"root": "x"}, {"key": "0" * 64},
        {"pool": root}, {"receipt": code}, {"receipt": code, "name": name}, {"receipt": code, "name": "x"},
        {"receipt": code.lower().replace("-", " ")}, {"receipt": "ABC"}, {"receipt": ""}, {"receipt": code[:-1] + "7"},
    ):  # fmt: skip
        python, page = both(empty, [data], tmp_path, **given)
        assert page == python, given


def test_a_signed_bundle_is_judged_alike_and_its_page_holds_the_signature(empty, visit, tmp_path):
    publish(plain_round(), tmp_path / "plain")
    folder, key = tmp_path / "plain" / "bundle", tmp_path / "office.pem"
    public = signature.new_key(key)
    assert signature.sign(folder, key) == public
    assert verify.check_bundle(folder)[0]["outcome"] == "PASS"
    data = (folder / "bundle.json").read_bytes()
    signed = json.loads(data)["manifest"]["signature"]["signed"]
    forged_once = data.replace(signed.encode(), (signed[:-2] + ("00" if signed[-2:] != "00" else "01")).encode())
    for given in ({}, {"key": public}, {"key": public[::-1]}):
        python, page = both(empty, [data, forged_once], tmp_path, **given)
        assert page == python, given
    text = visit(folder / "verify.html").locator("#results").inner_text()
    assert public in text


@pytest.mark.parametrize("kind", ["plain", "wide"])
def test_every_mutant_is_judged_alike_and_found(empty, tmp_path, kind):
    data, _ = bundle_of(plain_round() if kind == "plain" else wide_round(5), tmp_path / kind)
    root = json.loads(data)["manifest"]["root"]
    mutants = list(all_mutants(data) if kind == "plain" else all_mutants(data, bytes_changed=0, rows_changed=300))
    assert kind == "wide" or len(mutants) > 2000
    python, page = both(empty, [mutant.data for mutant in mutants], tmp_path, root=root)
    for mutant, one, other in zip(mutants, python, page, strict=True):
        assert other == one, mutant.name
        assert "FAIL" in [check[1] for check in other], mutant.name


def broken(rng, data):
    """A bundle changed by a hand that knows what parsers trip over."""
    at = rng.randrange(len(data) + 1)
    extra = [
        b" ", b"-0", b"01", b"1.0", b"1e2", b"9007199254740992", b"NaN", b'"a":1,', b"\\u0041", b"\\ud800", b"\\/",
        b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x00", b"[" * 40, b"\xc0\xaf", b"Infinity", b",", b"}", b"null", b"\xff",
        b"\\u001F", b"\\u001f", b"-", b"12345678901234567", b"\xf4\x90\x80\x80", b"\\x", b"'", b"//", b"\n", b"1e400",
        b"-Infinity", b".5", b"1E5", b"1.50", b"-1.5e-7", b"123456789012345678901234567890.0",
    ]  # fmt: skip
    return data[:at] + rng.choice(extra) + data[at + rng.randrange(3) :]


def test_every_kind_of_broken_text_is_judged_alike(empty, tmp_path):
    data, _ = bundle_of(plain_round(), tmp_path / "plain")
    rng = random.Random(9)
    python, page = both(empty, [broken(rng, data) for _ in range(800)], tmp_path)
    assert page == python


HOSTILE = ("nothing", "truncated", "deep", "latin", "huge number", "list", "too large", "picture")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_time(visit, dafeng, tmp_path, kind):
    data = (dafeng[0] / "bundle.json").read_bytes()
    hostile = {
        "nothing": b"", "truncated": data[: len(data) // 2], "deep": b"[" * 3_000_000,
        "latin": data[:99] + b"\xe9" + data[99:],
        "huge number": b'{"manifest":' + b"9" * 2_000_000 + b"}", "list": b"[" + b"0," * 3_000_000 + b"0]",
        "too large": data + b" " * (verify.SIZE_MAX + 1), "picture": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    }  # fmt: skip
    file, bare = tmp_path / "bundle.json", tmp_path / "verify.html"
    file.write_bytes(hostile[kind])
    bare.write_bytes(verify_page.page())
    page, begun = visit(bare, wait="#choose"), time.monotonic()
    page.set_input_files("#file", file)
    page.locator(".verdict.bad").wait_for(timeout=30_000)
    assert time.monotonic() - begun < 30
    assert page.locator("#headline").inner_text() == "这不是一份完整的公开包"
    assert page.locator("#own").is_hidden()


def test_names_are_shown_as_they_are_and_never_run(visit, tmp_path):
    data, receipts = bundle_of(plain_round(), tmp_path / "plain")
    parts = json.loads(data)["parts"]
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u202e"
    parts["round"]["title"] = evil
    for row in parts["households"]:
        row["name"] = row["village"] = evil
    for row in parts["units"]:
        row["room"] = evil
    file = tmp_path / "verify.html"
    file.write_bytes(verify_page.page(forged(parts)))
    page = visit(file, "laptop")
    assert evil in page.locator("#about").text_content()
    show(page, next(iter(receipts.values()))[0])
    assert page.locator("#household").text_content().count(evil) >= 2
    assert page.locator("main img, main script").count() == 0
