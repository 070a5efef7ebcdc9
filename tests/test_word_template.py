"""Word templates of the office: what they may say, what they may not, and what comes of them."""

import importlib.util
import io
import time
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from allocation.documents import DOCUMENTS, papers
from allocation.messages import LANGS, Faults
from allocation.paper import Grid, Text, clean
from allocation.placeholders import ALL_TEXTS, VOCABULARY
from allocation.schema import fault_sentence
from allocation.word_template import SAME, fill
from allocation.wording import Occasion, mask

from paper_readers import docx_grids, docx_text, grids, numbers
from paper_round import HOSTILE, given_out, made_round, measured_later

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "allocation" / "templates"
spec = importlib.util.spec_from_file_location("templates", ROOT / "docs" / "templates.py")
templates = importlib.util.module_from_spec(spec)
spec.loader.exec_module(templates)
ON = date(2022, 10, 10)
NAMES = [document.name for document in DOCUMENTS]


@pytest.fixture(scope="module")
def given():
    """name → its papers, for households with every kind of name."""
    allocation = measured_later(given_out(made_round(HOSTILE), unserved=1))
    occasion = Occasion(issued_on=ON, root="0123456789abcdef" * 4, words="步尺炮怕")
    return {document.name: papers(document, allocation, occasion, ["zh"]) for document in DOCUMENTS}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_shipped_templates_and_their_page_are_what_the_program_makes():
    for name, data in templates.templates().items():
        assert parts((TEMPLATES / name).read_bytes()) == parts(data), f"{name}: run python docs/templates.py"
    page = (ROOT / "docs" / "placeholders.md").read_text(encoding="utf-8")
    assert page == templates.placeholders_page(), "run: python docs/templates.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_named_part_of_a_paper_is_in_the_vocabulary_and_every_name_is_said_by_some_paper(given, name):
    words = VOCABULARY[name]
    texts = {b.name for p in given[name] for b in p.blocks if isinstance(b, Text) and b.name}
    tables = {g.name: {c.name for c in g.columns} for p in given[name] for g in p.grids}
    assert texts <= {*words.texts, *ALL_TEXTS}
    sample = templates.samples()[name]
    assert {b.name for b in sample.blocks if isinstance(b, Text) and b.name} | texts >= set(words.texts)
    assert set(tables) | {g.name for g in sample.grids} == set(words.grids)
    for grid in sample.grids:
        assert [column.name for column in grid.columns] == list(words.grids[grid.name])


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_template_says_what_the_own_layout_says(given, name, tmp_path):
    fill(TEMPLATES / f"{name}.docx", name, given[name], tmp_path / "a.docx", made_on=ON)
    expected = [rows for paper in given[name] for rows in grids(paper)]
    if name == "call":  # its template has a column for sessions, which this policy has not
        expected = [[[*row, "场次" if y == 0 else ""] if len(row) == 5 else row for y, row in enumerate(rows)]
                    for rows in expected]  # fmt: skip
    assert docx_grids(tmp_path / "a.docx") == expected
    said = "\n".join(clean(b.text) for p in given[name] for b in p.blocks if isinstance(b, Text))
    found = docx_text(tmp_path / "a.docx")
    for line in said.splitlines():
        assert line in found
    assert SAME not in found
    assert not numbers(said) - numbers(found)
    document = docx.Document(tmp_path / "a.docx")
    assert len(document.sections) == len(given[name])
    assert not document.core_properties.author
    marks = [t._tbl.find(f".//{qn('w:tblHeader')}") is not None for t in document.tables]
    assert any(marks) or name == "reply"


def test_the_same_papers_and_template_give_the_same_bytes(given, tmp_path):
    for file in ("a.docx", "b.docx"):
        fill(TEMPLATES / "plan.docx", "plan", given["plan"], tmp_path / file, made_on=ON)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def made(tmp_path, *paragraphs, cell="", header="", footer="") -> Path:
    """A template as an office would type it."""
    document = docx.Document()
    document.core_properties.author = "张三"
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        table = document.add_table(rows=2, cols=2)
        table.cell(1, 1).text = cell
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = footer
    document.save(tmp_path / "t.docx")
    return tmp_path / "t.docx"


def faults(tmp_path, given, *args, **kwargs):
    with pytest.raises(Faults) as found:
        fill(made(tmp_path, *args, **kwargs), "plan", given["plan"], tmp_path / "out.docx", made_on=ON)
    assert not (tmp_path / "out.docx").exists()
    for lang in LANGS:
        assert all(fault_sentence(fault, lang) for fault in found.value.faults)
    return [(fault.code, fault.place, fault.value) for fault in found.value.faults]


def test_an_office_changes_words_and_order_and_keeps_its_letterhead(given, tmp_path):
    path = made(tmp_path, "{{ title }}", "本区说明：{{ facts }}", "{%p if warning %}", "{{ warning }}", "{%p endif %}",
                header="测试区公文纸", footer="{{ subtitle }}")  # fmt: skip
    document = docx.Document(path)
    run = document.paragraphs[0].runs[0]
    run.text = "{{ ti"
    document.paragraphs[0].add_run("tle }}").bold = True  # Word splits what a clerk types over several runs
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text, table.cell(2, 0).text = "{%tr for r in homes %}", "{%tr endfor %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ r.name }}", "{{ r.home }}"
    document.save(path)
    fill(path, "plan", given["plan"], tmp_path / "out.docx", made_on=ON)
    out = docx.Document(tmp_path / "out.docx")
    said = [p.text for p in out.paragraphs if p.text]
    assert said[0] == "安置房分配方案公示"
    assert said[1].startswith("本区说明：参加本次分配的安置户")
    assert said[2].startswith("示例：")
    assert out.sections[0].header.paragraphs[0].text == "测试区公文纸"
    assert out.sections[0].footer.paragraphs[0].text == "测试家园选房"
    assert out.core_properties.author == ""
    (homes,) = [g for g in given["plan"][0].grids if g.name == "homes"]
    names = [row[1] for row in homes.rows[:-1] if row[1] is not None]
    shown = [row.cells[0].text for row in out.tables[0].rows]
    assert list(dict.fromkeys(shown)) == list(dict.fromkeys(names))
    assert mask("{{ 7*7 }}") in shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ no_such }}", "template.unknown"),
        ("{{ homes_total.no_such }}", "template.unknown"),
        ("{{ nobody.home }}", "template.unknown"),
        ("{%tr for r in no_such %}", "template.unknown"),
        ("{{ title", "template.broken"),
        ("title }}", "template.broken"),
        ("{{ }}", "template.broken"),
        ("{{ title title }}", "template.broken"),
        ("{% if %}", "template.broken"),
        ("{%p endif %}", "template.unopened"),
        ("{%p else %}", "template.unopened"),
        ("{%p if title %}", "template.unclosed"),
        ("{{ title.__class__ }}", "template.unknown"),
        ("{{ ''.__class__.__mro__ }}", "template.not_allowed"),
        ("{{ title.upper() }}", "template.not_allowed"),
        ("{{ title|e }}", "template.not_allowed"),
        ("{{ range(10**9) }}", "template.not_allowed"),
        ("{{ 7 * 7 }}", "template.not_allowed"),
        ("{{ homes[0] }}", "template.not_allowed"),
        ("{% for i in range(1000000000) %}", "template.not_allowed"),
        ("{% set x = title %}", "template.not_allowed"),
        ("{% include 'a' %}", "template.not_allowed"),
        ("{% macro m() %}", "template.not_allowed"),
        ("{% vm %}", "template.not_allowed"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "template.not_allowed"),
    ],
)
def test_what_a_template_may_not_say_is_refused_with_its_place(tmp_path, given, text, code):
    found = faults(tmp_path, given, "公示", text)
    assert found[0][0] == code, found
    assert {place for _, place, _ in found} == {"t.docx，第 2 段 (paragraph 2)"}
    assert found[0][2][:8] == text[:8]
    ((_, place, _), *_) = faults(tmp_path, given, "公示", cell=text)
    assert place == "t.docx，第 1 个表第 2 行第 2 格 (table 1, row 2, cell 2)"
    assert faults(tmp_path, given, header=text)[0][1].startswith("t.docx，页眉 header")


def test_all_faults_of_a_template_are_told_at_once(tmp_path, given):
    found = faults(tmp_path, given, "{{ one }}", "{{ two }}", cell="{{ three }}", footer="{{ four }}")
    assert [value for _, _, value in found] == ["{{ one }}", "{{ two }}", "{{ three }}", "{{ four }}"]


def test_a_name_of_another_document_is_unknown_here(tmp_path, given):
    assert faults(tmp_path, given, "{{ rounding }}")[0][0] == "template.unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: p.write_bytes(b"no zip"), "template.unreadable"),
        (lambda p: p.unlink(), "template.unreadable"),
        (lambda p: added(p, "word/vbaProject.bin", b"x"), "template.macro"),
        (
            lambda p: added(
                p, "word/_rels/more.rels",
                b'<Relationships><Relationship Id="r" Type="x/image" Target="http://a" TargetMode="External"/>',
            ),
            "template.external",
        ),
        (lambda p: added(p, "word/big.bin", b"0" * 21_000_000), "template.too_large"),
        (lambda p: added(p, "word/document.xml", b"<w:document"), "template.unreadable"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_harmless_word_file_is_refused(tmp_path, given, change, code):
    path = made(tmp_path, "{{ title }}")
    change(path)
    with pytest.raises(Faults) as found:
        fill(path, "plan", given["plan"], tmp_path / "out.docx", made_on=ON)
    assert [fault.code for fault in found.value.faults] == [code]


def added(path: Path, name: str, data: bytes) -> None:
    kept = parts(path.read_bytes()) | {name: data}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, body in kept.items():
            archive.writestr(part, body)


def test_a_name_that_looks_like_a_template_is_text(tmp_path, given):
    path = made(tmp_path, "{{ title }}")
    document = docx.Document(path)
    table = document.add_table(rows=3, cols=1)
    table.cell(0, 0).text, table.cell(2, 0).text = "{%tr for r in household %}", "{%tr endfor %}"
    table.cell(1, 0).text = "{{ r.fourth }}"
    document.save(path)
    fill(path, "confirmation", given["confirmation"], tmp_path / "out.docx", made_on=ON)
    said = docx_text(tmp_path / "out.docx")
    for name in ("{{ 7*7 }}", "<script>alert(1)</script>", "&amp;]]>", "张" * 40, "王 小 明", "𠮷野家"):
        assert name in said.split("\n")
    assert "49" not in said.split("\n")


def test_hundreds_of_papers_are_filled_in_seconds(given, tmp_path):
    start = time.process_time()
    fill(TEMPLATES / "statement.docx", "statement", given["statement"] * 20, tmp_path / "a.docx", made_on=ON)
    assert time.process_time() - start < 20
    assert isinstance(given["statement"][0].blocks[1], Grid)
