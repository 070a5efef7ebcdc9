"""Files that are broken, mislabeled or made to hurt: one clear refusal each, within 10 s and 512 MB, no traceback."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bad_rounds import Book

HEADING = "objection_id,document,filed_on,subject,resolved_on,outcome\n"
SECONDS, MEGABYTES = 10, 512

# reads every path named on standard input as `anju check` does, and tells of each what a clerk would see
PEAK = """
import re
def peak():
    # megabytes at most since the program began, of its own and not of the process that started it
    with open("/proc/self/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\\s+([0-9]+) kB", status.read())[1]) / 1024
"""
CHILD = """
import contextlib, io, json, sys, time
from allocation import cli
for path in json.load(sys.stdin):
    sys.argv, told, began = ["anju", "check", path, "--json"], io.StringIO(), time.process_time()
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    text = told.getvalue()
    faults = json.loads(text)["faults"] if text.startswith("{") else []
    print(json.dumps([code, sorted({f["code"] for f in faults}), time.process_time() - began, peak(),
                      "Traceback" in text, all(f["text"] for f in faults)]))
"""


def csv_round(folder: Path, data: bytes, name: str = "异议.csv") -> Path:
    path = Book().write(folder, "csv")
    (path / name).write_bytes(data)
    return path


def parquet_round(folder: Path, table: pa.Table) -> Path:
    path = Book().write(folder, "csv")
    (path / "异议.csv").unlink()
    pq.write_table(table, path / "异议.parquet")
    return path


def book(folder: Path, change=None, last=None, level: int = 1) -> Path:
    """A workbook with its bytes changed, or the XML of its last sheet, or with parts added."""
    path = Book().write(folder, "xlsx")
    if last:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))[-1]
        parts[sheet] = last(parts[sheet])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    if change:
        change(path)
    return path


def _formatted_rows(xml: bytes) -> bytes:
    rows = (b'<row r="%d">%s</row>' % (n, b"".join(b'<c r="%c%d" s="0"/>' % (65 + c, n) for c in range(8)))
            for n in range(100, 200_100))  # fmt: skip
    return xml.replace(b"</sheetData>", b"".join(rows) + b"</sheetData>")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet99.xml", bytes(220 * 1024 * 1024))


def _many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for n in range(5_001):
            archive.writestr(f"../../part{n}", b"")


def _cut(share: float):
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def _open_document(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")


def _shared_million() -> pa.Table:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 100_000]))
    return pa.table({"objection_id": text})


CORPUS = {
    "a bomb of zeros": (lambda f: book(f, _bomb), ["file.too_large"]),
    "200,000 formatted rows without content": (lambda f: book(f, last=_formatted_rows), []),
    "thousands of parts that climb out of their folder": (lambda f: book(f, _many_parts), ["file.too_large"]),
    "cut off at the start": (lambda f: book(f, _cut(0.1)), ["file.xlsx_broken"]),
    "cut off before the end": (lambda f: book(f, _cut(0.99)), ["file.xlsx_broken"]),
    "an OpenDocument file called .xlsx": (lambda f: book(f, _open_document), ["file.xlsx_broken"]),
    "a text file called .xlsx": (lambda f: book(f, lambda p: p.write_text(HEADING)), ["file.not_xlsx"]),
    "a workbook called .csv": (lambda f: csv_round(f, b"PK\x03\x04" + bytes(60)), ["file.csv_is_workbook"]),
    "an old workbook called .csv": (lambda f: csv_round(f, b"\xd0\xcf\x11\xe0" + bytes(60)), ["file.csv_is_workbook"]),
    "Windows text of the West, not decodable": (
        lambda f: csv_round(f, (HEADING + "Y1,plan,2021-05-03,*,,señor\n").encode("cp1252")), ["file.not_utf8"]),
    "Windows text of the West that could be Chinese": (
        lambda f: csv_round(f, (HEADING + "Y1,plan,2021-05-03,*,,Müller\n").encode("cp1252")), ["file.not_utf8"]),
    "UTF-16 as Excel's 'Unicode text'": (lambda f: csv_round(f, HEADING.encode("utf-16")), ["file.not_utf8"]),
    "zero bytes": (lambda f: csv_round(f, (HEADING + "Y\0,plan,2021-05-03,*,,\n").encode()), ["cell.control"]),
    "one endless line": (lambda f: csv_round(f, HEADING.encode() + b"x" * 30_000_000), ["file.too_wide"]),
    "one line of separators": (lambda f: csv_round(f, HEADING.encode() + b"," * 30_000_000), ["file.too_wide"]),
    "millions of empty lines": (lambda f: csv_round(f, HEADING.encode() + b"\n" * 9_000_000), ["file.too_many_rows"]),
    "a quote that never ends": (
        lambda f: csv_round(f, HEADING.encode() + b'"' + b"x\n" * 900_000), ["file.csv_broken"]),
    "more rows than are read": (
        lambda f: csv_round(f, "户编号,志愿序号\n".encode() + b"H001,1\n" * 300_001, "志愿.csv"),
        ["file.too_many_rows"]),
    "one long text in every row of a Parquet file": (
        lambda f: parquet_round(f, _shared_million()), ["file.too_large"]),
    "nested values in a Parquet file": (
        lambda f: parquet_round(f, pa.table({"objection_id": [[["x"]]]})), ["file.parquet_broken"]),
    "brackets without end in round.toml": (
        lambda f: csv_round(f, b"a = " + b"[" * 200_000, "round.toml"), ["file.toml_broken"]),
    "a round.toml of megabytes": (
        lambda f: csv_round(f, b"".join(b"a%d = 1\n" % n for n in range(400_000)), "round.toml"), ["file.too_large"]),
}  # fmt: skip


LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by /proc, on Linux only")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Name → what the command said of the file, all of them read one after another by one process."""
    paths = {name: str(make(tmp_path_factory.mktemp("bad"))) for name, (make, _) in CORPUS.items()}
    run = subprocess.run(
        [sys.executable, "-c", PEAK + CHILD], input=json.dumps(list(paths.values())), capture_output=True, text=True,
        check=False, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return dict(zip(paths, map(json.loads, run.stdout.splitlines()), strict=True))


@LINUX
@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_file_is_one_clear_refusal_in_time_and_memory(outcomes, name):
    code, codes, seconds, megabytes, traceback, told = outcomes[name]
    assert code == (2 if CORPUS[name][1] else 0)
    assert codes == CORPUS[name][1]
    assert told
    assert not traceback
    assert seconds <= SECONDS
    assert megabytes <= MEGABYTES, "or one before it in the same process"


@LINUX
def test_the_measure_of_memory_sees_the_childs_own_memory_and_nothing_else():
    bytearray(b"x" * 300_000_000)  # this process's own peak, which a child must not inherit
    for taken, low, high in ((200, 190, 480), (0, 0, 100)):
        taking = f"{PEAK}\nx = bytearray(b'x' * {taken}_000_000)\nprint(peak())"
        run = subprocess.run([sys.executable, "-c", taking], capture_output=True, text=True, check=True)
        assert low < float(run.stdout) < high


def test_few_chinese_characters_in_gb18030_are_still_read(tmp_path):
    from allocation.tables import read_round

    path = csv_round(tmp_path, (HEADING + "Y1,plan,2021-05-03,*,,经复核，喆字属实\n").encode("gb18030"))
    assert read_round(path).tables.objections[0].outcome == "经复核，喆字属实"


def test_a_fault_found_in_very_many_rows_names_the_first_of_them(tmp_path):
    from allocation.messages import Faults
    from allocation.schema import fault_sentence
    from allocation.tables import read_round

    path = csv_round(tmp_path, "户编号,志愿序号\n".encode() + b"H001,1\n" * 3000, "志愿.csv")
    with pytest.raises(Faults) as raised:
        read_round(path)
    assert len(fault_sentence(raised.value.faults[0])) < 300
