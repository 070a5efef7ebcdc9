"""The tutorial, followed as a clerk would: its tables typed into the workbook, its files written, its commands run."""

import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"工作表“(?P<sheet>[^”]+)”.*?\n\n(?P<table>(?:\|[^\n]*\n)+)"
    r"|文件 `(?P<file>[^`]+)`：\n\n```toml\n(?P<content>.*?)```"
    r"|```powershell\n(?P<typed>.*?)```(?:\n\n```text\n(?P<said>.*?)```)?",
    re.DOTALL,
)
HOME = "C:\\anju"


class Desk:
    """A clerk's desk: a folder in the place of ``C:\\anju``, and the commands of PowerShell that the tutorial uses."""

    def __init__(self, anju, monkeypatch):
        self.anju, self.monkeypatch = anju, monkeypatch

    def type_in(self, sheet, table):
        """A table of the tutorial typed into its sheet; a row whose first cell is there already is corrected."""
        rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        book = openpyxl.load_workbook("练习/批次.xlsx")
        page = book[sheet]
        if sheet == "批次":
            given = dict(rows[2:])
            for name, cell in page.iter_rows(max_col=2):
                cell.value = given.pop(name.value.removeprefix("★"), cell.value)
            assert not given
        else:
            headings = [cell.value.removeprefix("★") for cell in page[1]]
            for row in rows[2:]:
                own = [cell.value for cell in page["A"]]
                at = own.index(row[0]) + 1 if rows[0][1] == "建筑面积" else [*own, None].index(None) + 1
                for heading, value in zip(rows[0], row, strict=True):
                    page.cell(at, headings.index(heading) + 1).value = value
        book.save("练习/批次.xlsx")

    def run(self, line):
        """One line of PowerShell; what it said."""
        if setting := re.fullmatch(r'\$env:(ANJU_\w+) = "(.*)"', line):
            self.monkeypatch.setenv(setting[1], setting[2].replace("\\", "/"))
        elif line.startswith(("py -3 -m venv", ".venv\\", "$env:PATH", "cd ")):
            assert line in KNOWN, line
        elif line.startswith("mkdir "):
            Path(line.split()[1]).mkdir()
        elif line.startswith("Copy-Item "):
            shutil.copy(*(word.replace("\\", "/") for word in line.split()[1:]))
        else:
            word, *words = shlex.split(line.replace("\\", "/"))
            assert word == "anju", line
            code, out, err = self.anju(*words)
            assert code in (0, 2, 4), (line, out, err)
            return code, out + err
        return 0, ""


makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
KNOWN = {
    f"cd {HOME}",
    f'$env:PATH = "{HOME}\\.venv\\Scripts;$env:PATH"',
    "py -3 -m venv .venv",
    *(
        f".venv\\Scripts\\python -m pip install {words}"
        for words in re.findall(r"^\t\$\(INSTALL\) (--.*)$", makefile.partition("setup: ")[2], re.MULTILINE)
    ),
}
"""What only Windows can do; what pip is asked is what ``make setup`` asks it, which continuous integration runs."""


def test_every_step_of_the_tutorial_does_what_it_says(tmp_path, anju, monkeypatch):
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path / "anchors"))
    desk, done, refused = Desk(anju, monkeypatch), 0, []
    for step in STEP.finditer(PAGE):
        if step["sheet"]:
            desk.type_in(step["sheet"], step["table"])
        elif step["file"]:
            Path(step["file"].replace("\\", "/")).write_text(step["content"], encoding="utf-8")
        else:
            told = [(line, *desk.run(line)) for line in step["typed"].splitlines()]
            done += len(told)
            refused += [line for line, code, _ in told if code]
            compared("".join(said for *_, said in told), step["said"] or "")
    assert done == len(re.findall(r"^(?:anju [^…]|py|cd|\$env|mkdir|Copy|\.venv).*$", PAGE, re.MULTILINE))
    # what the tutorial lets the clerk see refused, and nothing else
    assert [line.split()[-2:][0] for line in refused] == ["check", "--plan", "--plan", "练习-1"]
    assert "已交房" in anju("office", "status", "练习-1")[1]


def compared(said, shown):
    """Every line that is shown was said, in this order; … stands for anything."""
    at, lines = 0, said.splitlines()
    for line in shown.splitlines():
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        found = next((i for i in range(at, len(lines)) if pattern.fullmatch(lines[i])), None)
        assert found is not None, f"not said: {line}\n\n{said}"
        at = found + 1


def test_the_tutorial_is_found_wrong_when_a_word_of_it_is():
    with pytest.raises(AssertionError, match="not said: 已办：摇号（…"):
        compared("已办：摇号（第 1 条）\n未办\n", "未办\n已办：摇号（…\n")
    compared("甲\n已办：摇号（第 1 条）\n", "已办：摇号（…\n")
