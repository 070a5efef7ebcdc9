"""The ten documents in three forms: each says what the record says, whole, visibly, and nothing else."""

import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pypdfium2
import pytest
from docx.oxml.ns import qn

from allocation import typeset
from allocation.documents import BY_NAME, DOCUMENTS, FORMS, only, papers, write, write_sheets
from allocation.messages import Faults
from allocation.paper import Column, Grid, Paper, Text, clean
from allocation.procedure import Gate
from allocation.settling import settle
from allocation.typeset import write_pdf
from allocation.webpage import write_html
from allocation.word import write_docx
from allocation.wording import Occasion, day_in_characters, mask

from paper_readers import (
    Page,
    crossing,
    digits,
    docx_grids,
    docx_text,
    filled_down,
    grids,
    numbers,
    page_numbers,
    pdf_text,
    texts,
    undrawn,
)
from paper_round import DAY, HOSTILE, given_out, made_round, measured_later

CI = bool(os.environ.get("CI"))
ROOT = "0123456789abcdef" * 4
ON = date(2022, 10, 10)
NAMES = [document.name for document in DOCUMENTS]
PRINTED = ("plan", "reply")
HEAD = {
    "office": "测试区安置办公室", "office_phone": "0731-2200", "office_place": "测试路 1 号",
    "office_hours": "工作日 9:00-17:00", "handover_place": "测试家园物业服务中心", "handover_on": date(2022, 9, 30),
}  # fmt: skip


@pytest.fixture(scope="module")
def allocation():
    """Fourteen households with every kind of name, the last one without a home; measured, objected, with an office."""
    made = measured_later(given_out(made_round(HOSTILE), unserved=1))
    return replace(made, round=replace(made.round, head=replace(made.round.head, **HEAD)))


@pytest.fixture(scope="module")
def issued(allocation, tmp_path_factory):
    """name → its papers, the folder with all of them in three forms, and the characters no font here has."""
    folder = tmp_path_factory.mktemp("issued")
    occasion = Occasion(issued_on=ON, root=ROOT, words="步尺炮怕沉热下助宫叔把飘遇函谱民燥蒋爸然永开热保")
    found, missing = {}, set()
    for document in DOCUMENTS:
        found[document.name] = papers(document, allocation, occasion, ["zh"])
        missing |= set(write(document, found[document.name], folder, occasion)[1])
    assert missing <= {"\ue000", "\U000323b0"}
    return found, folder, missing


# -- the same content in three forms -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_word_and_page_hold_every_table_cell_by_cell(issued, name):
    expected = [rows for paper in issued[0][name] for rows in grids(paper)]
    assert docx_grids(issued[1] / f"{name}.docx") == expected
    assert Page(issued[1] / f"{name}.html").grids == expected


@pytest.mark.parametrize("name", NAMES)
def test_all_three_forms_say_every_text_and_every_number(issued, name):
    given, folder, lacking = issued
    said = [text for paper in given[name] for text in texts(paper)]
    forms = {
        "docx": docx_text(folder / f"{name}.docx"),
        "html": "\n".join(Page(folder / f"{name}.html").text),
        "pdf": pdf_text(folder / f"{name}.pdf"),
    }
    for form in ("docx", "html"):
        assert numbers(forms[form]) == numbers("\n".join(said)), form
    assert digits(forms["pdf"]) - page_numbers(forms["pdf"]) == digits("".join(said))
    for form, found in forms.items():
        whole = re.sub(r"\s", "", found)
        for text, times in Counter(re.sub(r"\s", "", text) for text in said).items():
            shown = "".join("〓" if form == "pdf" and c in lacking else c for c in text)
            assert whole.count(shown) >= times, (form, text)


def test_names_of_all_kinds_stand_whole_on_papers_for_their_households(issued, allocation):
    given, folder, lacking = issued
    names = {h.household_id: clean(h.name) for h in allocation.round.tables.households}
    page = "\n".join(Page(folder / "confirmation.html").text)
    word = docx_text(folder / "confirmation.docx")
    printed = re.sub(r"\s", "", pdf_text(folder / "confirmation.pdf"))
    for paper in given["confirmation"]:
        name = names[paper.key]
        assert name in page
        assert name in word
        shown = "".join("〓" if c in lacking else c for c in name)
        assert re.sub(r"\s", "", shown) in printed
    assert {"𠮷野家", "㛃", "张" * 40, "<script>alert(1)</script>", "{{ 7*7 }}", "王 小 明"} <= set(names.values())
    assert "𠮷野家" in printed
    if "\U000323b0" in lacking:
        assert "〓*乙" in re.sub(r"\s", "", pdf_text(folder / "demand.pdf"))


def test_a_page_runs_nothing_and_fetches_nothing(issued):
    for name in NAMES:
        page = Page(issued[1] / f"{name}.html")
        assert page.alive == []
        assert page.metas["anju-root"] == ROOT
        assert "default-src 'none'" in (issued[1] / f"{name}.html").read_text(encoding="utf-8")


# -- what they say is what the record says -----------------------------------------------------------------------


def table(issued, document, grid, paper=0):
    return next(g for g in issued[0][document][paper].grids if g.name == grid)


def test_the_demand_holds_the_whole_roster(issued, allocation):
    rows = table(issued, "demand", "households").rows
    tables = allocation.round.tables
    expected = sorted((h.household_id, mask(h.name), h.village, str(h.persons)) for h in tables.households)
    assert [(r[1].replace("****", "990001198001019999"), *r[2:5]) for r in rows[:-1]] == expected
    assert [r[6] for r in rows[:-1]] == [f"{int(r[4]) * 50}.00" for r in rows[:-1]]
    assert rows[-1][4] == str(sum(h.persons for h in tables.households))


def test_the_homes_hold_every_home_with_area_state_and_price(issued, allocation):
    rows = table(issued, "units", "units").rows
    units = {u.unit_id: u for u in allocation.round.tables.units}
    assert {r[1] for r in rows[:-1]} == set(units)
    for row in rows[:-1]:
        unit = units[row[1]]
        assert (row[2], row[4], row[5], row[8]) == (unit.building, str(unit.floor), unit.room, f"{unit.area_m2:.2f}")
        price = 1500 + (-20 if unit.floor == 1 else 0 if unit.floor < 7 else 35)
        assert row[9] == ("" if unit.construction == "joint_self_built" else f"{price:,}.00")
        assert row[10] == {"available": "可分配", "reserved": "预留"}[unit.status] or row[10] == "联建"
    assert rows[-1][8] == f"{sum(u.area_m2 for u in units.values()):.2f}"


def test_the_call_lists_who_takes_part_by_order_and_the_rules_of_the_policy(issued, allocation):
    rows = table(issued, "call", "order").rows
    round_ = allocation.round
    assert [int(r[0]) for r in rows] == sorted(round_.order[h.household_id] for h in round_.households)
    said = [b.text for b in issued[0]["call"][0].blocks if isinstance(b, Text) and b.name == "rule"]
    assert any("每户选房时间为 10 分钟" in text for text in said)
    assert any("连续叫号 3 次" in text for text in said)
    rules = round_.policy.selection_day.model_copy(
        update={
            "seconds": 190, "on_timeout": "assign", "extensions_max": 2, "extension_seconds": 30, "late": "void",
            "companion_from_age": 70, "written_request": True, "households_a_session": 5, "agents": "sealed",
        }
    )  # fmt: skip
    changed = replace(round_, policy=round_.policy.model_copy(update={"selection_day": rules}))
    (paper,) = papers(BY_NAME["call"], changed, Occasion(issued_on=ON), ["zh"])
    told = "".join(b.text for b in paper.blocks if isinstance(b, Text))
    for words in (
        "3 分 10 秒",
        "由系统按其志愿",
        "每次 30 秒，最多 2 次",
        "迟到的户，本次选房顺序号作废",
        "年满 70 周岁",
        "书面申请",
        "盖章",
    ):
        assert words in told
    order = next(g for g in paper.grids if g.name == "order")
    assert [row[-1] for row in order.rows] == [f"第 {n // 5 + 1} 场" for n in range(len(order.rows))]


def test_confirmation_and_hand_over_hold_each_households_own_homes_and_sums(issued, allocation):
    units = {u.unit_id: u for u in allocation.round.tables.units}
    given = issued[0]
    for confirmation, handover in zip(given["confirmation"], given["handover"], strict=True):
        own = sorted(h.unit_id for h in allocation.homes if h.household_id == confirmation.key)
        for paper in (confirmation, handover):
            rows = next(g for g in paper.grids if g.name == "homes").rows
            assert [(r[3], r[6]) for r in rows[:-1]] == [(i, f"{units[i].area_m2:.2f}") for i in own]
            assert rows[-1][6] == f"{sum(units[i].area_m2 for i in own):.2f}"
        household = next(h for h in allocation.round.households if h.household_id == confirmation.key)
        about = filled_down(confirmation.grids[0])
        assert about[1][3] == "*" * 14 + household.id_number[-4:]
        assert household.id_number not in str(confirmation)
        assert household.phone not in str(confirmation) + str(handover)
        due = (
            allocation.statements[household.household_id].price_yuan - allocation.round.received[household.household_id]
        )
        balance = next(b.text for b in handover.blocks if getattr(b, "name", "") == "balance")
        assert f"{abs(due):,.2f}" in balance
        assert ("尚应补缴" in balance) is (due > 0)


def test_keys_wait_for_what_the_policy_asks_for(allocation):
    gate = Gate(before="keys", share=Decimal(1))
    paid = allocation.round.policy.prepayment.model_copy(update={"gates": (gate,)})
    changed = replace(allocation.round, policy=allocation.round.policy.model_copy(update={"prepayment": paid}))
    made = papers(BY_NAME["handover"], replace(allocation, round=changed), Occasion(issued_on=ON), ["zh"])
    for paper in made:
        short = allocation.statements[paper.key].price_yuan - allocation.round.received[paper.key]
        keys = [b.text for b in paper.blocks if getattr(b, "name", "") == "keys"]
        assert (f"{short:,.2f}" in keys[0]) if short > 0 else keys == []


def test_a_settlement_prints_every_figure_that_was_settled(issued, allocation):
    for found, paper in zip(settle(allocation, ON), issued[0]["settlement"], strict=True):
        assert paper.key == found.household.household_id
        by_name = {g.name: g.rows for g in paper.grids}
        assert [r[2:5] for r in by_name["areas"][:-1]] == [
            (f"{h.unit.area_m2:.2f}", f"{h.measured_m2:.2f}", f"{h.measured_m2 - h.unit.area_m2:+.2f}")
            for h in found.homes
        ]
        lines = by_name["lines"]
        for column, statement in ((5, found.settled.forecast), (7, found.settled.measured)):
            printed = [Decimal(r[column].replace(",", "")) for r in lines[:-1]]
            assert sorted(a for a in printed if a) == sorted(x.amount_yuan for x in statement.lines if x.amount_yuan)
            assert sum(printed) == statement.price_yuan == Decimal(lines[-1][column].replace(",", ""))
        sums = [Decimal(r[1].replace(",", "")) for r in by_name["sums"]]
        assert sums[:-1] == list(found.sums.values())
        assert sums[-1] == abs(sum(sums[:-1])) == abs(found.balance_yuan)


def test_a_reply_says_outcome_and_reason_and_only_of_what_is_resolved(issued, allocation):
    (paper,) = issued[0]["reply"]
    said = [b.text for b in paper.blocks if isinstance(b, Text)]
    assert "经复核，异议不成立 <b>{{ 1 }}</b>" in said
    assert "已核对户口簿" in said
    assert paper.closing == ("测试区安置办公室（盖章）", "二〇二二年十月十日")
    early = Occasion(issued_on=date(2021, 5, 5))
    for objection_id, code in (("", "reply.none"), ("YY-1", "reply.open"), ("YY-9", "reply.unknown")):
        with pytest.raises(Faults) as found:
            BY_NAME["reply"].early(allocation.round, early, objection_id)
        assert [f.code for f in found.value.faults] == [code]


def test_periods_and_contact_come_from_the_policy_and_the_round(issued):
    for name in ("demand", "units", "plan", "result"):
        said = "".join(texts(issued[0][name][0]))
        assert "公示期为 7 日，自 2022年10月10日 公示的次日起算，至 2022年10月17日 止" in said
        for value in ("测试区安置办公室", "0731-2200", "测试路 1 号", "工作日 9:00-17:00", "监督电话：____________"):
            assert value in said
        assert issued[0][name][0].closing == ("测试区安置办公室（盖章）", "二〇二二年十月十日")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2021, 5, 28), "二〇二一年五月二十八日"), (date(2030, 10, 10), "二〇三〇年十月十日"),
        (date(2026, 12, 31), "二〇二六年十二月三十一日"), (date(2000, 11, 20), "二〇〇〇年十一月二十日"),
    ],
)  # fmt: skip
def test_the_day_beside_the_seal_is_in_characters(day, words):
    assert day_in_characters(day) == words


def test_one_household_gets_its_own_paper_alone(issued, tmp_path):
    (mine,) = only(issued[0]["statement"], "H003")
    assert mine.key == "H003"
    with pytest.raises(Faults, match=r"paper\.no_key"):
        only(issued[0]["statement"], "H999")


def test_a_document_of_a_result_is_not_made_of_a_round(allocation):
    with pytest.raises(TypeError, match="made of a result"):
        papers(BY_NAME["plan"], allocation.round, Occasion(issued_on=ON), ["zh"])


@pytest.mark.parametrize("name", NAMES)
def test_english_follows_chinese_where_both_are_asked_for(allocation, tmp_path, name):
    occasion = Occasion(issued_on=ON)
    given = papers(BY_NAME[name], allocation, occasion, ["zh", "en"])
    chinese, english = given[: len(given) // 2], given[len(given) // 2 :]
    assert {p.lang for p in chinese} == {"zh"}
    assert {p.lang for p in english} == {"en"}
    assert [p.key for p in chinese] == [p.key for p in english]
    assert [(g.name, len(g.rows)) for p in chinese for g in p.grids] == [
        (g.name, len(g.rows)) for p in english for g in p.grids
    ]
    write_html([chinese[0], english[0]], tmp_path / "a.html")
    said = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '<a href="#en">English</a>' in said
    assert 'lang="en" id="en"' in said


def test_worksheets_of_settlements_hold_every_household(issued, allocation, tmp_path):
    (path,) = write_sheets(BY_NAME["settlement"], allocation, tmp_path, Occasion(issued_on=ON))
    book = openpyxl.load_workbook(path)
    summary, lines = book.worksheets
    found = settle(allocation, ON)
    assert [row[0] for row in summary.iter_rows(min_row=4, values_only=True)][:-1] == [
        f.household.household_id for f in found
    ]
    balances = [Decimal(str(row[-1])) for row in summary.iter_rows(min_row=4, values_only=True)]
    assert balances[:-1] == [f.balance_yuan for f in found]
    assert sum(balances[:-1]) == balances[-1]
    measured = sum(Decimal(str(row[9])) for row in lines.iter_rows(min_row=4, values_only=True))
    assert measured == sum(f.settled.measured.price_yuan for f in found)
    assert write_sheets(BY_NAME["plan"], allocation, tmp_path, Occasion(issued_on=ON)) == []


# -- how they look -----------------------------------------------------------------------------------------------


def ink(page, scale=1.0) -> np.ndarray:
    """Where a page is dark."""
    return np.asarray(page.render(scale=scale, grayscale=True).to_pil()) < 128


def check_page(dark: np.ndarray, where: str) -> None:
    """A page is not empty, and nothing stands in its margins but the page number."""
    width = dark.shape[1]
    per_mm = width / 210
    assert dark.sum() > 400, f"{where} is empty"
    left, right, top = int(24 * per_mm), int((210 - 22) * per_mm), int(33 * per_mm)
    for name, part in (("left", dark[:, :left]), ("right", dark[:, right:]), ("top", dark[:top])):
        assert not part.any(), f"{where}: something stands in the {name} margin"
    assert not dark[int(282 * per_mm) :].any(), f"{where}: something stands at the very bottom"
    body = dark[: int(263 * per_mm)]
    assert body.any(), f"{where} holds a page number only"


@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_the_pdf_is_filled_within_its_margins_and_every_character_drawn_in_its_cell(issued, name):
    path = issued[1] / f"{name}.pdf"
    assert undrawn(path) == 0
    for number, page in enumerate(pypdfium2.PdfDocument(path), 1):
        check_page(ink(page), f"{name} page {number}")
        assert crossing(page) == [], f"{name} page {number}"


@pytest.mark.parametrize("name", NAMES)
def test_english_papers_fit_their_cells_too(allocation, tmp_path, name):
    given = papers(BY_NAME[name], allocation, Occasion(issued_on=ON, root=ROOT), ["en"])
    write_pdf(given[:3], tmp_path / "a.pdf", made_on=ON)
    for number, page in enumerate(pypdfium2.PdfDocument(tmp_path / "a.pdf"), 1):
        check_page(ink(page), f"{name} page {number}")
        assert crossing(page) == [], f"{name} page {number}"


def test_the_seal_stands_at_the_right_four_signs_from_the_edge(issued):
    for name in ("plan", "reply", "handover"):
        page = list(pypdfium2.PdfDocument(issued[1] / f"{name}.pdf"))[-1]
        found = page.get_textpage()
        at = found.search("二〇二二年十月十日").get_next()
        left, _, right, _ = found.get_rect(found.count_rects(*at) - 1)
        edge = (210 - 26) / 25.4 * 72
        assert edge - 6 * 16 < right <= edge - 4 * 16 + 1, name
        assert left > 595 * 0.45


def test_the_checks_of_pictures_find_what_they_are_for(tmp_path, monkeypatch):
    monkeypatch.setattr(typeset, "_longest_mm", lambda said: 0)
    columns = (Column(heading="号", width_mm=10), Column(heading="名", width_mm=20))
    overflowing = Paper(title="题", blocks=(Grid(columns=columns, rows=(("A12345678901234567890", "x"),)),))
    write_pdf([overflowing], tmp_path / "a.pdf", made_on=DAY)
    page = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0]
    assert crossing(page)
    with pytest.raises(AssertionError, match="empty"):
        check_page(np.zeros((842, 595), dtype=bool), "a page")
    spilled = ink(page)
    spilled[300, 580] = True
    with pytest.raises(AssertionError, match="right margin"):
        check_page(spilled, "a page")
    text = typeset.SOURCE.read_text(encoding="utf-8").replace("font: fang,", 'font: "DejaVu Sans", fallback: false,')
    monkeypatch.setattr(typeset, "SOURCE", tmp_path / "other.typ")
    typeset.SOURCE.write_text(text, encoding="utf-8")
    monkeypatch.setattr(typeset, "STANDARD", "1.7")
    write_pdf([Paper(title="题", blocks=(Text(text="字"),))], tmp_path / "b.pdf", made_on=DAY)
    assert undrawn(tmp_path / "b.pdf") == 1


@pytest.mark.parametrize("rows", [3, 500])
def test_tables_of_3_and_of_500_rows_look_right(tmp_path, rows):
    columns = (
        Column(heading="序号", width_mm=16, name="number"), Column(heading="户主", width_mm=30, name="name"),
        Column(heading="房屋", width_mm=80, align="left", name="home"),
        Column(heading="面积 m²", width_mm=30, align="right", name="area"),
    )  # fmt: skip
    said = []
    for n in range(rows):
        first = n % 3 == 0
        said.append((str(n) if first else None, "王*" if first else None, f"{n}栋1单元702室", f"{n}.25"))
    paper = Paper(title="表", blocks=(Grid(columns=columns, rows=(*said, ("合计", "", "", "9.99")), total=True),),
                  closing=("____（盖章）", "二〇二一年五月二十八日"))  # fmt: skip
    write_pdf([paper], tmp_path / "a.pdf", made_on=DAY)
    write_docx([paper], tmp_path / "a.docx", made_on=DAY)
    pdf = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    assert len(pdf) == (1 if rows == 3 else len(pdf))
    for number, page in enumerate(pdf, 1):
        text = page.get_textpage().get_text_range()
        check_page(ink(page), f"page {number}")
        if "栋1单元" in text:
            assert text.count("户主") == 1, f"page {number} has no heading row"
            homes = [int(n) for n in re.findall(r"(\d+)栋1单元", text)]
            assert min(homes) % 3 == 0, f"page {number} begins in the middle of a household"
            assert homes == list(range(min(homes), min(homes) + len(homes)))
        assert page_numbers(text) == digits(str(number))
    assert "盖章" in pdf[len(pdf) - 1].get_textpage().get_text_range()
    (head, *_), *others = [docx_grids(tmp_path / "a.docx")]
    assert head[0] == ["序号", "户主", "房屋", "面积 m²"]
    assert len(head) == rows + 2
    assert not others


def missing(program: str) -> None:
    """A laptop goes on without it and says so; CI does not."""
    (pytest.fail if CI else pytest.skip)(f"{program} is not installed")


@pytest.fixture(scope="module")
def office_pdfs(issued, tmp_path_factory):
    """The .docx files as an office suite shows them."""
    program = shutil.which("soffice")
    if not program:
        missing("LibreOffice")
    folder = tmp_path_factory.mktemp("office")
    words = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    files = [issued[1] / f"{name}.docx" for name in NAMES]
    subprocess.run([*words, "--outdir", folder, *files], check=False, capture_output=True, timeout=300)
    if not (folder / f"{NAMES[0]}.pdf").exists():
        missing("LibreOffice Writer")
    return folder


def test_every_page_of_the_word_file_is_filled_within_its_margins(office_pdfs, issued):
    for name in NAMES:
        path = office_pdfs / f"{name}.pdf"
        pdf = pypdfium2.PdfDocument(path)
        assert len(pdf) >= len(issued[0][name])
        for number, page in enumerate(pdf, 1):
            check_page(ink(page), f"{name}.docx page {number}")
        said = "\n".join(text for paper in issued[0][name] for text in texts(paper))
        found = pdf_text(path)
        assert digits(found) - page_numbers(found) == digits(said), name


def test_pages_read_on_a_telephone_and_print_on_paper(issued, tmp_path):
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if not program:
        missing("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        heard = []
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("console", lambda message: heard.append(message.text))
        page.on("request", lambda request: heard.append(request.url) if not request.url.startswith("file:") else None)
        for name in NAMES:
            page.set_viewport_size({"width": 390, "height": 844})
            page.goto((issued[1] / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
            sizes = page.evaluate("[...document.querySelectorAll('td')].map(td => td.scrollWidth - td.clientWidth)")
            assert max(sizes) <= 1, f"{name}: a cell is cut on a telephone"
            page.set_viewport_size({"width": 1100, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= 1100, name
            if name in PRINTED:
                page.pdf(path=tmp_path / f"{name}.pdf", prefer_css_page_size=True)
        browser.close()
    assert heard == []
    for name in PRINTED:
        pdf = pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")
        assert [round(side / 72 * 25.4) for side in pdf[0].get_size()] == [210, 297]
        assert all(ink(page).sum() > 300 for page in pdf), f"{name} prints an empty page"


# -- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plan", "statement"])
def test_a_pdf_has_its_fonts_no_author_no_clock_and_the_same_bytes_each_time(issued, tmp_path, name):
    path = issued[1] / f"{name}.pdf"
    write_pdf(issued[0][name], tmp_path / "again.pdf", made_on=ON)
    assert (tmp_path / "again.pdf").read_bytes() == path.read_bytes()
    pdf = pypdfium2.PdfDocument(path)
    about = pdf.get_metadata_dict()
    assert about["Author"] == ""
    assert about["CreationDate"].startswith("D:20221010000000")
    data = path.read_bytes()
    assert b"<pdfaid:part>2" in data
    assert b"pdfaid:conformance>U" in data
    assert data.count(b"/FontFile3") + data.count(b"/FontFile2") >= 2


def test_a_print_run_is_bound_of_parts_without_a_clock(issued, tmp_path, monkeypatch):
    monkeypatch.setattr(typeset, "RUN", 7)
    for name in ("a.pdf", "b.pdf"):
        lacking = write_pdf(issued[0]["confirmation"], tmp_path / name, made_on=ON)
        assert set(lacking) <= issued[2]
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert digits(pdf_text(tmp_path / "a.pdf")) == digits(pdf_text(issued[1] / "confirmation.pdf"))
    about = pypdfium2.PdfDocument(tmp_path / "a.pdf").get_metadata_dict()
    assert about["CreationDate"].startswith("D:20221010000000")
    assert not about["Author"]


def test_no_file_tells_of_its_maker_and_public_ones_of_nobody(issued, allocation):
    tables = allocation.round.tables
    people = {clean(h.name) for h in tables.households if len(clean(h.name)) > 2} | {m.name for m in tables.members}
    people |= {h.phone for h in tables.households} | {h.id_number for h in tables.households}
    for document in DOCUMENTS:
        path = issued[1] / f"{document.name}.docx"
        with zipfile.ZipFile(path) as archive:
            whole = b"\n".join(archive.read(name) for name in archive.namelist())
            core = archive.read("docProps/core.xml").decode()
        assert "2022-10-10T00:00:00Z" in core
        assert b"python-docx" not in whole
        assert not docx.Document(path).core_properties.author
        if document.public:
            others = [(issued[1] / f"{document.name}.{form}").read_bytes() for form in ("html", "pdf")]
            printed = pdf_text(issued[1] / f"{document.name}.pdf")
            for value in people:
                assert value.encode() not in whole, value
                assert all(value.encode() not in data for data in others), value
                assert value not in printed, value


def test_nothing_is_left_half_written(issued, tmp_path, monkeypatch):
    monkeypatch.setattr("allocation.documents.write_html", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(BY_NAME["plan"], issued[0]["plan"], tmp_path, Occasion(issued_on=ON))
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_chinese_fonts_is_told_so(monkeypatch, tmp_path):
    typeset._fonts.cache_clear()
    monkeypatch.setattr(typeset, "FAMILIES", {"fang": ("No Such Font",)})
    with pytest.raises(Faults) as found:
        write_pdf([Paper(title="题")], tmp_path / "a.pdf", made_on=DAY)
    typeset._fonts.cache_clear()
    assert [fault.code for fault in found.value.faults] == ["paper.no_font"]


def test_papers_know_their_page_numbers_and_no_list_is_empty(tmp_path):
    for writer in (write_pdf, write_docx):
        with pytest.raises(ValueError, match="at least one"):
            writer([], tmp_path / "a", made_on=DAY)
    with pytest.raises(ValueError, match="at least one"):
        write_html([], tmp_path / "a")
    write_pdf([Paper(title="甲"), Paper(title="乙")], tmp_path / "a.pdf", made_on=DAY)
    assert page_numbers(pdf_text(tmp_path / "a.pdf")) == digits("11")
    assert FORMS == ("docx", "pdf", "html")


def test_a_grid_wider_than_the_page_is_a_bug_told_at_once():
    with pytest.raises(ValueError, match="157 mm wide"):
        Grid(columns=(Column(heading="", width_mm=157),), rows=())


def test_the_page_numbers_of_a_word_file_start_anew_with_each_paper(issued):
    document = docx.Document(issued[1] / "confirmation.docx")
    assert len(document.sections) == len(issued[0]["confirmation"])
    for section in document.sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_the_shown_paths_are_the_files(issued, tmp_path):
    paths, _ = write(BY_NAME["plan"], issued[0]["plan"], tmp_path, Occasion(issued_on=ON), name="甲")
    assert paths == [tmp_path / f"甲.{form}" for form in FORMS]
    assert all(isinstance(path, Path) and path.is_file() for path in paths)
