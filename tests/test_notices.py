"""What is published says what it must, hides what it must, and its files say what the allocation says."""

import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.allocate import Allocation
from allocation.documents import write_notices
from allocation.messages import LANGS, SENTENCES, Reason
from allocation.notices import plan_notice
from allocation.paper import Column, Grid, clean
from allocation.pricing import StatementLine
from allocation.public import Disclosure
from allocation.round import judge
from allocation.schema import Payment, Unit
from allocation.slips import household_statement, household_statements, item_in_words
from allocation.tables import RoundInput, read_round
from allocation.word import write_docx
from allocation.wording import Occasion, addresses, capital, exact, mask
from allocation.workbook import Sheet, SheetColumn, write_xlsx
from solver.problem import Stage

from paper_round import DAY, HOSTILE, NEEDS, given_out, made_round


@pytest.fixture(scope="module")
def allocation() -> Allocation:
    return given_out(made_round(), unserved=1)


@pytest.fixture(scope="module")
def folder(allocation, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("out")
    write_notices(allocation, place)
    return place / "notices"


def filled(table) -> list[list[str]]:
    """The rows of a Word table as text; a merged cell reads as the cell above it."""
    rows: list[list[str]] = []
    for tr in table._tbl.findall(qn("w:tr")):
        row = []
        for place, tc in enumerate(tr.findall(qn("w:tc"))):
            merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and merge.get(qn("w:val")) == "continue"
            row.append(rows[-1][place] if goes_on else "".join(t.text or "" for t in tc.iter(qn("w:t"))))
        rows.append(row)
    return rows


def every_byte(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return path.read_bytes() + b"\n".join(archive.read(name) for name in archive.namelist())


# -- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王*明"), ("王明", "王*"), ("王", "*"), ("", "*"), ("欧阳小明", "欧*明"), ("𠮷野家", "𠮷*家"),
        ("㛃𬭎", "㛃*"), ("王 明", "王*"), ("王\n明\u3000华", "王*华"), ("葛\U000e0100城", "葛\U000e0100*"),
        ("阿依·古丽", "阿*丽"), ("\u202e王小明", "王*明"), ("张" * 40, "张*张"),
    ],
)  # fmt: skip
def test_a_masked_name_keeps_the_first_and_of_three_or_more_the_last_character(name, shown):
    assert mask(name) == shown


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Mc", "Me")),
               min_size=1, max_size=40))  # fmt: skip
@settings(deadline=None)
def test_a_mask_never_shows_more_than_two_characters_nor_how_many_are_hidden(name):
    shown = mask(name)
    assert len(shown) == min(len(name), 3)
    assert shown.count("*") - name[:1].count("*") - name[2:][-1:].count("*") <= 1
    if len(name) > 1:
        assert shown[0] == name[0]
        assert shown[1] == "*"
    assert mask(f"{name}某{name}") == mask(f"{name}某某某{name}")


def capitals_by_hand(fen: int) -> str:
    """An independent way: digit by digit; 零 where zeros lie between two digits, the upper place among them."""
    digits, places = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    said = ""
    for group, name in ((yuan // 10**8, "亿"), (yuan // 10**4 % 10**4, "万"), (yuan % 10**4, "")):
        gap = bool(said) and (said[-1] == "亿" and not name and not yuan // 10**4 % 10**4)
        written = ""
        for power in (3, 2, 1, 0):
            if digit := group // 10**power % 10:
                written += ("零" if gap else "") + digits[digit] + places[power]
            gap = not digit and bool(said + written)
        said += written + (name if group else "")
    said += "元" if said else ""
    if not jiao and not rest:
        return (said or "零元") + "整"
    if jiao:
        return said + digits[jiao] + "角" + (digits[rest] + "分" if rest else "整")
    return said + ("零" if said else "") + digits[rest] + "分"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"), ("0", "零元整"), ("0.05", "伍分"), ("0.50", "伍角整"), ("10.00", "壹拾元整"),
        ("100000.10", "壹拾万元壹角整"), ("1409.50", "壹仟肆佰零玖元伍角整"), ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"), ("448770.00", "肆拾肆万捌仟柒佰柒拾元整"), ("-12.30", "负壹拾贰元叁角整"),
        ("-0.05", "负伍分"), ("100000000.00", "壹亿元整"), ("-0.00", "零元整"),
    ],
)  # fmt: skip
def test_capital_amounts_are_those_on_a_cheque(amount, words):
    assert capital(Decimal(amount)) == words
    assert capitals_by_hand(abs(int(Decimal(amount) * 100))) == words.removeprefix("负")


@given(st.integers(0, 10**12) | st.integers(0, 10**7) | st.sampled_from([10**k for k in range(12)]))
@settings(deadline=None, max_examples=200)
def test_capital_amounts_agree_with_a_second_way_to_say_them(fen):
    amount = Decimal(fen).scaleb(-2)
    assert capital(amount) == capitals_by_hand(fen)
    assert capital(-amount) == ("负" if fen else "") + capitals_by_hand(fen)


def test_what_is_finer_than_a_fen_has_no_capitals():
    with pytest.raises(ValueError, match=r"0\.005 yuan is finer than a fen"):
        capital(Decimal("0.005"))


def test_prices_show_all_their_decimals():
    assert [exact(Decimal(p)) for p in ("1500", "-20.00", "1800.075", "1E+3")] == [
        "1,500.00", "-20.00", "1,800.075", "1,000.00",
    ]  # fmt: skip


def test_two_homes_never_read_the_same():
    def home(unit_id: str, **more: str) -> Unit:
        about = {"project": "甲", "building": "1", "room": "101", **more}
        return Unit(unit_id=unit_id, floor=1, layout="80", area_m2=Decimal(80), **about)

    same = addresses([home("A"), home("B"), home("C", room="")])
    assert same == {"A": "1栋101室（A）", "B": "1栋101室（B）", "C": "1 1 层 C"}
    assert addresses([home("A", entrance="2"), home("B", project="乙")])["A"] == "甲1栋2单元101室"
    assert addresses([home("A", building="1号楼", entrance="二单元")])["A"] == "1号楼二单元101室"


@given(st.text())
@settings(deadline=None)
def test_a_clean_text_is_one_line_that_xml_can_carry(text):
    said = clean(text)
    assert clean(said) == said
    assert said.isprintable() or any(c == "\u3000" or ord(c) > 127 for c in said)
    assert not set(said) & {chr(n) for n in (*range(32), 127, 0xFFFE, 0xFFFF, 0x2028, 0x2029, 0x202E)}


# -- the plan notice ----------------------------------------------------------------------------------------------


def test_the_plan_in_word_says_every_number_of_the_allocation(allocation, folder):
    round_ = allocation.round
    homes = filled(docx.Document(folder / "plan.docx").tables[0])
    units = {u.unit_id: u for u in round_.units}
    expected = []
    for household in sorted(round_.households, key=lambda h: round_.order[h.household_id]):
        mine = [units[home.unit_id] for home in allocation.homes if home.household_id == household.household_id]
        expected += [
            [
                str(round_.order[household.household_id]),
                mask(household.name),
                household.household_id,
                household.village,
                str(household.persons),
                f"{household.persons * 50}.00",
                f"{unit.building}1单元{unit.room}室",
                unit.layout,
                str(unit.area_m2),
                str(sum(u.area_m2 for u in mine)),
            ]
            for unit in mine
        ]
    assert homes[1:-1] == expected
    area = sum(units[home.unit_id].area_m2 for home in allocation.homes)
    persons = sum(h.persons for h in round_.households if h.household_id not in allocation.unserved)
    assert homes[-1] == ["合计", "2 户", "", "", str(persons), "", f"{len(allocation.homes)} 套", "", "", str(area)]


def test_the_heading_row_repeats_and_no_row_breaks(folder):
    for name in ("plan.docx", "statements.docx"):
        headed = 0
        for table in docx.Document(folder / name).tables:
            rows = table._tbl.findall(qn("w:tr"))
            assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
            marks = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
            assert not any(marks[1:])
            headed += marks[0]
        assert headed >= 2


def test_the_seal_never_stands_alone_on_a_page(folder):
    body = docx.Document(folder / "plan.docx").element.body
    *before, seal, day, _ = list(body)
    last_rows = [before[-2].findall(qn("w:tr"))[-1], before[-1], seal]
    assert all(part.find(f".//{qn('w:keepNext')}") is not None for part in last_rows)
    assert day.find(f".//{qn('w:keepNext')}") is None


def test_pages_are_a4_with_the_official_margins_styles_and_page_numbers(folder):
    document = docx.Document(folder / "plan.docx")
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 37, 28, 26]
    for footer in (section.footer, section.even_page_footer):
        assert 'w:instr=" PAGE "' in footer._element.xml
        assert footer.paragraphs[0].text == "—  —"
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert used == {"Title", "Subtitle", "Body Text", "Example Note", "Heading 1", "Table Text", "Signature"}
    assert "方正小标宋简体" in document.styles["Title"].element.xml
    for table in document.tables:
        assert sum(int(c.get(qn("w:w"))) for c in table._tbl.tblGrid) <= round(156 * 1440 / 25.4) + 10


def test_nothing_private_is_in_any_byte_of_the_plan(allocation, folder):
    data = every_byte(folder / "plan.docx")
    tables = allocation.round.tables
    private = {h.name for h in tables.households} | {m.name for m in tables.members} | set(NEEDS)
    private |= {h.id_number for h in tables.households} | {h.phone for h in tables.households}
    private |= {m.id_number for m in tables.members} | {m.birth_date.isoformat() for m in tables.members}
    private |= {str(p.amount) for p in tables.payments} | {f"{p.amount:,.2f}" for p in tables.payments} | {"无障碍"}
    assert len(private) > 20
    for value in sorted(private):
        for encoding in ("utf-8", "utf-16-le"):
            assert value.encode(encoding) not in data, value


def test_nothing_private_of_the_dafeng_roster_is_in_its_plan(tmp_path):
    round_ = judge(read_round(Path(__file__).resolve().parent.parent / "data" / "dafeng"))
    assert len(round_.tables.households) >= 66
    write_notices(given_out(round_), tmp_path)
    data = every_byte(tmp_path / "notices" / "plan.docx")
    private = {h.name for h in round_.tables.households} | {m.name for m in round_.tables.members}
    private |= {row.id_number for row in (*round_.tables.households, *round_.tables.members)}
    private |= {h.phone for h in round_.tables.households} | {p.receipt_no for p in round_.tables.payments}
    assert not [value for value in sorted(private) if value and value.encode() in data]


def test_slips_show_a_household_no_number_of_its_members(allocation, folder):
    data = every_byte(folder / "statements.docx") + every_byte(folder / "statements.xlsx")
    for row in (*allocation.round.households, *allocation.round.tables.members):
        assert row.id_number.encode() not in data
    for household in allocation.round.households:
        assert household.phone.encode() not in data


def test_everyone_and_everything_left_out_is_listed_with_the_reason_in_words(allocation, folder):
    rows = filled(docx.Document(folder / "plan.docx").tables[1])
    assert ["****　赵*款", "预缴房款未达到规定数额"] in rows
    assert ["H002　李*", "参加分配，未分得房屋"] in rows
    listed = "".join(f"{homes}|{reason};" for homes, reason in rows)
    units = {u.unit_id: u for u in allocation.round.tables.units}
    out = [units[entry.unit_id] for entry in allocation.round.left_out if entry.unit_id]
    assert len(out) == 3
    for unit in out:
        assert f"{unit.building}1单元{unit.room}室" in listed
    assert "YY-1" in listed
    assert sum(homes.startswith("房源 1 套") for homes, _ in rows) == 3


@pytest.mark.parametrize("code", ["prepayment.short", "prepayment.anything", "health.unheard_of"])
def test_a_reason_that_is_not_known_to_be_public_is_told_without_its_figures(code):
    known = Disclosure(made_round(), Occasion(issued_on=DAY))
    told = known.reason(Reason(code=code, params={"paid": "1234.56"}))
    assert "1234.56" not in told
    assert told


def test_a_number_of_the_roster_in_a_wrong_column_is_hidden(allocation):
    number = allocation.round.households[0].id_number
    tables = allocation.round.tables
    strayed = replace(tables, households=tuple(replace(h, village=f"村{number}") for h in tables.households))
    text = str(plan_notice(replace(allocation, round=replace(allocation.round, tables=strayed))).grids)
    assert number not in text
    assert "村****" in text


def test_the_notice_says_unmistakably_that_the_policy_is_an_example(allocation):
    said = [block.text for block in plan_notice(allocation).blocks if getattr(block, "style", "") == "warning"]
    assert said == ["示例：本文所用价格、面积等标准为示例，并非株洲市或任何地方的规定。"]
    real = replace(allocation, round=made_round(example=False))
    assert not [block for block in plan_notice(real).blocks if getattr(block, "style", "") == "warning"]
    partly = replace(allocation, round=made_round(example=False, examples=["pricing.fees"]))
    assert [block for block in plan_notice(partly).blocks if getattr(block, "style", "") == "warning"]


def test_the_period_is_the_policys_counted_from_the_day_after(allocation):
    def said(published_on: date | None = None, **plan: object) -> str:
        rules = {"demand": 7, "units": 7, "plan": {"days": 7, **plan}}
        changed = replace(allocation, round=made_round(publicity=rules))
        occasion = Occasion(issued_on=published_on or DAY)
        return "".join(getattr(block, "text", "") for block in plan_notice(changed, occasion).blocks)

    assert "公示期为 7 日，自 2021年5月28日 公示的次日起算，至 2021年6月4日 止" in said()
    assert "至 2021年6月8日 止" in said(calendar="working")
    assert "至 2021年10月8日 止" in said(date(2021, 9, 24), moves_on_holiday=True)
    assert "2031 年放假安排尚未公布" in said(date(2031, 5, 1), calendar="working")


def test_seed_round_and_policy_hash_are_printed(allocation, folder):
    cells = [cell for row in filled(docx.Document(folder / "plan.docx").tables[-1]) for cell in row]
    assert allocation.round.head.seed in cells
    assert allocation.round.head.id in cells
    assert allocation.round.policy.fingerprint() in cells


def test_a_notice_claims_no_more_proof_than_its_weakest_stage_has(allocation):
    def told(*proofs: str) -> str:
        stages = tuple(Stage(name="served", value=1, bound=1, proof=proof) for proof in proofs)  # type: ignore[arg-type]  # words of the table above
        return str(plan_notice(replace(allocation, solution=replace(allocation.solution, stages=stages))))

    assert "证书证明为最优" in told("proved", "proved")
    assert "没有可供他人验算的证书" in told("proved", "claimed")
    assert "尚未证明" in told("claimed", "bounded", "proved")
    for proofs in (("claimed",), ("bounded",), ("proved", "claimed")):
        assert "证书证明为最优" not in told(*proofs)


@pytest.mark.parametrize("principle", ["leximin", "rank_maximal", "utilitarian", "order"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_principle_is_told_in_both_languages(allocation, principle, lang):
    paper = plan_notice(replace(allocation, principle=principle), Occasion(issued_on=DAY, lang=lang))
    assert SENTENCES[f"notice.principle.{principle}"][LANGS.index(lang)] in str(paper)


# -- the statements -----------------------------------------------------------------------------------------------


def figure(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if text else None


def test_each_slip_says_the_lines_of_its_statement_and_starts_a_page(allocation, folder):
    document = docx.Document(folder / "statements.docx")
    titles = [p for p in document.paragraphs if p.style.name == "Title"]
    assert len(titles) == len(document.sections) == len(allocation.statements)
    starts = [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in document.sections]
    assert set(starts) == {"1"}
    tables = [filled(table) for table in document.tables]
    assert len(tables) == 3 * len(allocation.statements)
    for n, (household_id, found) in enumerate(sorted(allocation.statements.items())):
        who, lines, sums = tables[3 * n : 3 * n + 3]
        assert who[0][1] == household_id
        assert figure(who[2][3]) == found.entitlement_m2
        assert [(figure(r[3]), figure(r[4]), figure(r[5])) for r in lines[1:-1]] == [
            (line.area_m2, line.price_yuan_per_m2, line.amount_yuan) for line in found.lines
        ]
        assert (figure(lines[-1][3]), figure(lines[-1][5])) == (found.allocated_m2, found.price_yuan)
        prepaid = allocation.round.paid[household_id]
        balance = found.price_yuan - prepaid
        assert [figure(r[1]) for r in sums[1:]] == [found.price_yuan, prepaid, abs(balance)]
        assert sums[-1][0] == ("应退" if balance < 0 else "应补缴")
        assert [r[2] for r in sums[1:]] == [capitals_by_hand(int(figure(r[1]) * 100)) for r in sums[1:]]


def test_money_received_after_the_due_date_is_not_asked_for_again(allocation):
    late = Payment(receipt_no="L1", household_id="H000", paid_on=date(2021, 5, 25), amount=Decimal("100.05"))
    later = replace(late, receipt_no="L2", paid_on=date(2021, 5, 29))
    tables = allocation.round.tables
    paid = replace(allocation.round, tables=replace(tables, payments=(*tables.payments, late, later)))
    before, after = (household_statement(a, "H000") for a in (allocation, replace(allocation, round=paid)))
    assert (before.later_yuan, after.later_yuan) == (0, Decimal("100.05"))
    assert after.balance_yuan == before.balance_yuan - Decimal("100.05")
    assert after.prepaid_yuan == before.prepaid_yuan


def test_a_household_without_a_home_has_no_statement(allocation):
    assert [s.household.household_id for s in household_statements(allocation)] == ["H000", "H001"]
    with pytest.raises(KeyError, match="H002"):
        household_statement(allocation, "H002")


def test_the_workbook_holds_exact_numbers_and_text_ids(allocation, folder):
    book = openpyxl.load_workbook(folder / "statements.xlsx")
    summary, lines = book["结算汇总"], book["结算明细"]
    rows = list(summary.iter_rows(min_row=4, values_only=True))
    expected = [
        (
            i, found.entitlement_m2, found.allocated_m2, found.price_yuan, allocation.round.paid[i], Decimal(0),
            found.price_yuan - allocation.round.paid[i],
        )
        for i, found in sorted(allocation.statements.items())
    ]  # fmt: skip
    assert [(row[0], *(Decimal(str(v)) for v in row[7:])) for row in rows[:-1]] == expected
    totals = [sum(column) for column in list(zip(*expected, strict=True))[1:]]
    assert [Decimal(str(v)) for v in rows[-1][7:]] == totals
    found_lines = [
        (Decimal(str(row[6])) if row[6] is not None else None,
         Decimal(str(row[7])) if row[7] is not None else None, Decimal(str(row[8])))
        for row in lines.iter_rows(min_row=4, max_row=lines.max_row - 1, values_only=True)
    ]  # fmt: skip
    assert found_lines == [
        (line.area_m2, line.price_yuan_per_m2, line.amount_yuan)
        for _, s in sorted(allocation.statements.items())
        for line in s.lines
    ]
    for sheet in (summary, lines):
        assert sheet["A4"].data_type == "s"
        assert sheet["A4"].number_format == "@"
        assert sheet.freeze_panes == "C4"
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.print_title_rows == "$1:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert summary["J4"].number_format == "#,##0.00"


def test_a_number_that_a_worksheet_would_falsify_is_written_as_text(tmp_path):
    columns = (SheetColumn(heading="单价", kind="price", width=20),)
    amounts = tuple(Decimal(a) for a in ("0.10", "99999999999.99", "123456789012345678.91", "1.005"))
    sheet = Sheet(name="表", title="", notes=(), columns=columns, rows=tuple((a,) for a in amounts))
    write_xlsx([sheet], tmp_path / "a.xlsx", made_on=DAY)
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    found = [page.cell(row, 1).value for row in range(3, 7)]
    assert found == [0.1, 99999999999.99, "123456789012345678.91", 1.005]
    assert page.cell(6, 1).number_format == "#,##0.00######"


def test_each_kind_of_line_is_told_in_words():
    def said(item: str, **more: object) -> str:
        return item_in_words(StatementLine(item=item, amount_yuan=Decimal(0), **more))

    assert said("band", band=2) == "分段房款（第 2 段）"
    assert said("floor", params={"floor": 17}) == "楼层差价（17 层）"
    assert said("orientation", params={"orientation": "南北"}) == "朝向差价（南北）"
    assert said("fee", params={"name": "污水入网费"}) == "污水入网费"
    assert said("storeroom") == "储藏室"


# -- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_names_are_text_in_every_file(tmp_path, lang):
    allocation = given_out(made_round(HOSTILE))
    write_notices(allocation, tmp_path, lang)
    place = tmp_path / "notices"
    slips = docx.Document(place / "statements.docx")
    shown = [filled(table)[0][3] for table in slips.tables[::3]]
    assert shown == [clean(name) for name in HOSTILE]
    book = openpyxl.load_workbook(place / "statements.xlsx")
    cells = [row[1] for row in book.worksheets[0].iter_rows(min_row=4)][:-1]
    assert [cell.value for cell in cells] == [clean(name) for name in HOSTILE]
    assert {cell.data_type for cell in cells} == {"s"}
    masked = {row[1] for row in filled(docx.Document(place / "plan.docx").tables[0])[1:-1]}
    assert masked == {mask(name) for name in HOSTILE}


def test_the_same_allocation_gives_the_same_bytes_whatever_the_order_of_rows(folder, tmp_path):
    round_ = made_round()
    tables = round_.tables
    turned = replace(
        tables,
        households=tables.households[::-1],
        units=tables.units[::-1],
        members=tables.members[::-1],
        payments=tables.payments[::-1],
    )
    again = judge(RoundInput(head=round_.head, policy=round_.policy, tables=turned, path=Path()))
    paths = write_notices(given_out(again, unserved=1), tmp_path)
    forms = ("docx", "pdf", "html")
    assert [p.name for p in paths] == [f"{n}.{f}" for n in ("plan", "statements") for f in forms] + ["statements.xlsx"]
    for path in paths:
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_files_carry_no_clock_and_no_author(folder):
    for path in sorted([*folder.glob("*.docx"), *folder.glob("*.xlsx")]):
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = archive.read("docProps/core.xml").decode()
            whole = b"".join(archive.read(name) for name in archive.namelist()).lower()
        assert "2021-05-28T00:00:00Z" in core
        assert "2026" not in core
        assert b"python-docx" not in whole
        assert b"thumbnail" not in whole
        book = docx.Document(path) if path.suffix == ".docx" else openpyxl.load_workbook(path)
        properties = book.core_properties if path.suffix == ".docx" else book.properties
        assert not (properties.author if path.suffix == ".docx" else properties.creator)


def test_without_a_home_given_only_the_plan_is_written(allocation, tmp_path):
    round_ = allocation.round
    nobody = replace(allocation, homes=(), statements={}, unserved=tuple(h.household_id for h in round_.households))
    assert [path.name for path in write_notices(nobody, tmp_path)] == ["plan.docx", "plan.pdf", "plan.html"]
    rows = filled(docx.Document(tmp_path / "notices" / "plan.docx").tables[0])
    assert rows[1:] == [["合计", "0 户", "", "", "0", "", "0 套", "", "", "0.00"]]


def test_a_row_of_the_wrong_length_is_a_bug_told_at_once():
    with pytest.raises(ValueError, match="2 cells; expected 1"):
        Grid(columns=(Column(heading="一", width_mm=10),), rows=(("a", "b"),))


def test_an_empty_list_of_papers_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one"):
        write_docx([], tmp_path / "a.docx", made_on=DAY)
