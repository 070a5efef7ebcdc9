"""
Many rounds at once: every round of a folder solved by its own, one that fails stopping none of the others.

A folder of rounds holds neither ``round.toml`` nor tables of its own. Its rounds are its folders that hold
``round.toml`` or a workbook, and its workbooks. Passed over: what ``anju`` wrote (``summary.json``), what is hidden.
"""

from __future__ import annotations

import stat
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocation.columns import Column, id_column, label_column, text_column, whole_column, word_column
from allocation.console import fault_row
from allocation.messages import Fault, Faults, Lang, sentence
from allocation.outputs import MARK, to_json
from allocation.reading import READERS
from allocation.results import refuse, written
from allocation.round import judge
from allocation.tables import ROUND, RoundInput, read_round
from allocation.workers import Done, spread
from allocation.writers import write_sheets
from solver.problem import Per, Principle

OUTCOMES = ("done", "unserved", "refused", "broken")
"""All served; some left unserved; faults in its input; a fault of the program."""
OUTCOME_WORDS = {"done": ("完成",), "unserved": ("有户未得到住房",), "refused": ("资料有错",), "broken": ("程序出错",)}
_MANY = 10**9
COLUMNS: tuple[Column, ...] = (
    label_column("name", "文件夹"),
    word_column("outcome", "情况", words=OUTCOME_WORDS),
    id_column("round", "批次编号"),
    text_column("title", "批次名称"),
    whole_column("households_in", "参加户数", low=0, high=_MANY),
    whole_column("households_served", "得到住房户数", low=0, high=_MANY),
    whole_column("persons_served", "得到住房人数", low=0, high=_MANY),
    whole_column("units_allocated", "分配套数", low=0, high=_MANY),
    whole_column("left_out", "未参加项数", low=0, high=_MANY),
    whole_column("faults", "错误数", low=0, high=_MANY),
)
_FIGURES = ("round", "title", "households_in", "households_served", "persons_served", "units_allocated")

File = tuple[str, int, bytes | None]
"""Path below the result's folder, mode, content; None for a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one round: its figures (``anju allocate --json``), its faults, or where the program broke."""

    name: str
    figures: Mapping[str, Any] | None = None
    faults: tuple[Fault, ...] = ()
    broken: str = ""

    @property
    def outcome(self) -> str:
        """One of ``OUTCOMES``."""
        if self.figures is not None:
            return "unserved" if self.figures["unserved"] else "done"
        return "broken" if self.broken else "refused"


def rounds_in(folder: Path) -> dict[str, Path]:
    """Name → round, sorted by name; empty where ``folder`` is a round itself, a result, or none."""
    if not folder.is_dir() or (folder / ROUND.head_file).exists() or (folder / MARK).exists():
        return {}
    there = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    if any(path.is_file() and path.suffix.lower() in READERS for path in there):
        return {}
    books = [path for path in there if _is_book(path)]
    folders = [path for path in there if path.is_dir() and _is_round(path)]
    if not folders and len(books) < 2:
        return {}
    found = {path.name: path for path in folders}
    taken = {name.casefold() for name in found} | {MARK.casefold()}
    for book in books:
        name = book.name if book.stem.casefold() in taken else book.stem
        found[name] = book
        taken.add(name.casefold())
    return dict(sorted(found.items()))


def _is_book(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() == ".xlsx"


def _is_round(folder: Path) -> bool:
    if (folder / MARK).exists():
        return False
    return (folder / ROUND.head_file).exists() or any(map(_is_book, folder.iterdir()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Solving:
    """The work on one round, wherever it is done: called with its input, it gives the result's files as bytes."""

    lang: Lang
    principle: Principle | None
    per: Per | None
    seconds_max: float | None

    def __call__(self, given: tuple[str, RoundInput]) -> tuple[Tried, tuple[File, ...]]:
        name, round_input = given
        try:
            round_ = judge(round_input)
            refuse(round_, self.principle, self.per)
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                _, figures = written(
                    round_, folder, self.lang, principle=self.principle, per=self.per, seconds_max=self.seconds_max
                )
                return Tried(name=name, figures=figures), _files(folder)
        except Faults as faults:
            return Tried(name=name, faults=tuple(faults.faults)), ()
        except Exception:  # noqa: BLE001 - a bug in one round keeps its traceback and stops none of the others
            return Tried(name=name, broken=traceback.format_exc()), ()


def _files(folder: Path) -> tuple[File, ...]:
    found = []
    for path in sorted(folder.rglob("*")):
        content = None if path.is_dir() else path.read_bytes()
        found.append((path.relative_to(folder).as_posix(), stat.S_IMODE(path.stat().st_mode), content))
    return tuple(found)


def _unpack(files: Sequence[File], folder: Path) -> None:
    folder.mkdir()
    for name, mode, content in files:
        path = folder / name
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
            path.chmod(mode)
    for name, mode, content in files:
        if content is None:
            (folder / name).chmod(mode)


def solve_rounds(
    rounds: Mapping[str, Path],
    folder: Path,
    lang: Lang,
    *,
    principle: Principle | None = None,
    per: Per | None = None,
    seconds_max: float | None = None,
    workers: int | None = None,
    ray: str | None = None,
    on_done: Callable[[Tried], None] | None = None,
) -> list[Tried]:
    """
    Every round solved; the result of each that could be is a folder of its name in ``folder``, which exists.

    Rounds are read here, so that whoever solves them needs nothing of this machine. ``on_done``: called for every round
    as it comes. Sorted by name.
    """
    refused: dict[str, Tried] = {}
    given: list[tuple[str, RoundInput]] = []
    for name, path in rounds.items():
        try:
            given.append((name, read_round(path)))
        except Faults as faults:
            refused[name] = Tried(name=name, faults=tuple(faults.faults))
            if on_done is not None:
                on_done(refused[name])

    def take(done: Done[tuple[Tried, tuple[File, ...]]]) -> None:
        tried, files = done.value
        if tried.figures is not None:
            _unpack(files, folder / tried.name)
        if on_done is not None:
            on_done(tried)

    work = Solving(lang=lang, principle=principle, per=per, seconds_max=seconds_max)
    solved = [tried for tried, _ in spread(work, given, workers=workers, ray=ray, on_done=take)]
    return sorted([*solved, *refused.values()], key=lambda tried: tried.name)


# -- what is said of them together --------------------------------------------------------------------------------


def many_figures(tried: Sequence[Tried], place: Path, lang: Lang) -> dict[str, Any]:
    """All rounds as one JSON object."""
    counts = Counter(one.outcome for one in tried)
    return {
        "folder": place.name,
        "outcomes": {name: counts[name] for name in OUTCOMES},
        "rounds": [_figures(one, lang) for one in tried],
    }


def _figures(tried: Tried, lang: Lang) -> dict[str, Any]:
    found = tried.figures or {}
    return {
        "name": tried.name,
        "outcome": tried.outcome,
        **{name: found.get(name) for name in _FIGURES},
        "left_out": len(found["left_out"]) if found else None,
        "unserved": found.get("unserved", []),
        "root": found.get("root"),
        "faults": [fault_row(fault, lang) for fault in tried.faults],
    }


def write_many(figures: Mapping[str, Any], folder: Path, lang: Lang) -> None:
    """The summary of all rounds and the table of it, beside their results in ``folder``."""
    names = [column.name for column in COLUMNS]
    rows = [{name: row[name] for name in names[:-1]} | {"faults": len(row["faults"])} for row in figures["rounds"]]
    for form in ("csv", "parquet"):
        write_sheets(folder, form, [("rounds", COLUMNS, names, rows)], head=None, book="")
    titled = [(sentence("many.sheet", lang), COLUMNS, names, rows)]
    write_sheets(folder, "xlsx", titled, head=None, book="rounds.xlsx", heading="zh" if lang == "zh" else "code")
    (folder / MARK).write_text(to_json(figures) + "\n", encoding="utf-8")
