"""What every command shares: its options, its two streams, one JSON object or words, faults told to a clerk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Annotated, Any, TypeVar, cast

import typer
from rich.console import Console

from allocation.messages import Fault, Faults, Lang, sentence
from solver.problem import Stage

Result = TypeVar("Result")
EXIT_OK, EXIT_FAILED_CHECK, EXIT_FAULTS, EXIT_UNSERVED, EXIT_BUG, EXIT_INTERRUPTED = 0, 1, 2, 3, 70, 130

RoundPath = Annotated[
    Path, typer.Argument(metavar="ROUND", help="批次文件夹或 Excel 工作簿 · a round's folder or workbook")
]
AsJson = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 · print one JSON object and nothing else")]
Language = Annotated[str, typer.Option("--lang", metavar="zh|en", help="语言 · language")]
Seconds = Annotated[
    float | None, typer.Option("--time-limit", metavar="S", min=0.1, help="求解时限（秒） · seconds for the solve")
]

Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="K", help="进程数，默认为全部核心 · processes, by default one a core"),
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray", metavar="ADDRESS",
        help="Ray 集群：主机:端口、auto，或 local 在本机启动 · a Ray cluster: HOST:PORT, auto, or local (its own)",
    ),
]  # fmt: skip

PAGE_WIDTH = None if sys.stdout.isatty() else 120
out = Console(soft_wrap=True, highlight=False, width=PAGE_WIDTH)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def say(as_json: bool, figures: object, in_words: Callable[[], None]) -> None:
    if as_json:
        print_json(figures)
    else:
        in_words()


def print_json(value: object) -> None:
    from allocation.outputs import to_json

    sys.stdout.write(to_json(value) + "\n")


def tell_faults(faults: Sequence[Fault]) -> int:
    from allocation.schema import fault_sentence

    lang = language_asked()
    if "--json" in sys.argv:
        rows = [fault_row(fault, lang) for fault in faults]
        print_json({"faults": rows})
    else:
        for fault in faults:
            err.print(fault_sentence(fault, lang), markup=False)
        err.print(sentence("cli.faults", lang, count=len(faults)), markup=False)
    return EXIT_FAULTS


def fault_row(fault: Fault, lang: Lang) -> dict[str, Any]:
    """A fault as one JSON object."""
    from allocation.schema import fault_sentence

    names = ("table", "place", "row", "column", "value", "code")
    return {**{name: getattr(fault, name) for name in names}, "text": fault_sentence(fault, lang)}


def language_asked() -> Lang:
    """The language asked for on the command line, for messages that come before options are read."""
    words = sys.argv
    asked = next((w.partition("=")[2] or "".join(words[i + 1 : i + 2]) for i, w in enumerate(words)
                  if w.partition("=")[0] == "--lang"), "zh")  # fmt: skip
    return "en" if asked == "en" else "zh"


def checked_lang(lang: str) -> Lang:
    return cast("Lang", one_of("--lang", lang, ("zh", "en")))


def one_of(option: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        params = {"allowed": ", ".join(allowed)}
        raise Faults([Fault(table="command", code="cli.not_one_of", column=option, value=value, params=params)])
    return value


def workers_faults(workers: int | None) -> list[Fault]:
    """A number of processes that makes no sense."""
    if workers is None or 1 <= workers <= 4096:
        return []
    return [Fault(table="command", code="workers.number", column="--workers", value=str(workers))]


@contextmanager
def progress(lang: Lang) -> Iterator[Callable[..., None]]:
    """A display on stderr for what takes time: the stage just finished, with its value; gone when done."""
    with err.status(sentence("cli.solving", lang)) as status:

        def tell(stage: Stage, principle: str = "") -> None:
            done = sentence("cli.stage.done", lang, name=f"{principle} {stage.name}".strip(), value=stage.value)
            status.update(done)
            if not err.is_terminal and stage.seconds > 1:
                err.print(done)

        yield tell


def heard(work: Callable[[], Result]) -> Result:
    """Do long work in a thread, so that Ctrl-C is heard at once and not when the solver comes back."""
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as failure:  # noqa: BLE001 - raised again below, where the command stands
            failures.append(failure)

    thread = Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
    if failures:
        raise failures[0]
    return results[0]


def print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        out.print(line, markup=False)
