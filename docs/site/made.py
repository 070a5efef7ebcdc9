"""Pages of the site that are made from the program and its tests whenever the site is built."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from typer.main import get_command

from allocation.cli import app
from allocation.sentences import exceptions, hall, odds, office, picking, plans, record, rules, tables

ROOT = Path(__file__).resolve().parent.parent.parent
beside = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
if beside is None or beside.loader is None:
    raise FileNotFoundError(ROOT / "docs" / "reference.py")
reference = importlib.util.module_from_spec(beside)
beside.loader.exec_module(reference)
grid = reference.grid
TOLD = (
    ("资料的错误 · Faults of a round's files", tables.ROWS),
    ("政策的错误，不参加的理由 · Faults of a policy, reasons to be left out", rules.ROWS),
    ("疑点 · Exceptions", exceptions.ROWS),
    ("记录库 · The record", record.ROWS),
    ("办公室各项 · Acts of the office", office.ROWS),
    ("选房 · Choosing homes", picking.ROWS),
    ("选房日 · The selection day", hall.ROWS),
    ("计划 · Plans", plans.ROWS),
    ("机会和集群 · Chances, many workers", odds.ROWS),
)
"""Heading → the sentences under it."""


def messages_page() -> str:
    """Every sentence by which anju tells a clerk what is wrong or why not, by its code."""
    parts = [
        "# 提示语 · What anju says, by code\n\n",
        "每条提示都有代码，`--json` 输出里的 `code` 就是它。`…` 是程序填入的内容。本页由程序生成。\n\n",
        "Every sentence has a code, the `code` of `--json`. `…` is filled in by the program, which made this page.\n",
    ]
    for heading, sentences in TOLD:
        rows = [(f"`{code}`", *(_said(words) for words in both)) for code, both in sentences.items()]
        parts.append(f"\n## {heading}\n\n" + grid(("代码 code", "中文", "English"), rows))
    return "".join(parts)


def _said(words: str) -> str:
    """A sentence as a cell of a table, with its values left open."""
    opened = re.sub(r"\{\w*(?::[^}]*)?\}", "…", words)
    return re.sub(r"([*_<\\])", r"\\\1", opened).replace("\n", "<br>")


def commands(group: Any, above: Sequence[str] = ("anju",)) -> Iterator[tuple[str, Any]]:
    """Every command there is with its words, those of groups too."""
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from commands(command, (*above, name))
        else:
            yield " ".join((*above, name)), command


def commands_page() -> str:
    """Every command with its arguments and options."""
    parts = [
        "# 命令 · Commands\n\n",
        "`anju 命令 --help` 说的也是这些。本页由程序生成。 What `anju COMMAND --help` says; made from the program.\n",
    ]
    for words, command in commands(get_command(app)):
        parts.append(f"\n## `{words}`\n\n{_said(command.help or '')}\n\n")
        rows = []
        for parameter in command.params:
            names = (*parameter.opts, *parameter.secondary_opts) if parameter.param_type_name == "option" else ()
            name = " ".join(f"`{one}`" for one in names or [(parameter.metavar or parameter.name).upper()])
            required = "★" if parameter.required else ""
            rows.append((name, required, _said(getattr(parameter, "help", "") or "")))
        parts.append(grid(("参数 option", "★", "含义 · meaning"), rows))
    return "".join(parts)


def policies_page() -> str:
    """The policies that come with anju, as they are."""
    parts = [
        "# 各地政策的例子 · Policies of districts\n\n",
        "`data/policies/` 里的文件，按公开规定整理，每个数字注明出处；键的含义见 [policy.md](policy.md)。\n\n",
        "The files of `data/policies/`, rebuilt from published rules; the keys: [policy.md](policy.md).\n",
    ]
    for path in sorted((ROOT / "data" / "policies").glob("*.toml")):
        text = path.read_text(encoding="utf-8").rstrip()
        parts.append(f"\n## `{path.name}`\n\n```toml\n{text}\n```\n")
    return "".join(parts)


def behaviours_page() -> str:
    """Every test by the behaviour it protects, read from the tests themselves."""
    files, count, parts = 0, 0, []
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        files, count = files + 1, count + len(named)
        about = _about(path)
        listed = "".join(f"- {name.removeprefix('test_').replace('_', ' ')}\n" for name in named)
        parts.append(f"\n## `{path.name}`\n\n{_said(about)}\n\n{listed}")
    return (
        "# 测试保护什么 · What the tests protect\n\n"
        f"{files} 个文件，{count} 个测试，每个以它所保护的行为命名；带参数的测试一个名字下有许多例。"
        "本页读自测试本身。\n\n"
        f"{files} files, {count} tests, each named after the behaviour it protects; a name may stand for many cases.\n"
        "How they work: [testing.md](testing.md).\n" + "".join(parts)
    )


def _about(path: Path) -> str:
    """What a module says of itself in its first paragraph."""
    whole = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return whole.strip().partition("\n\n")[0].replace("\n", " ")


PAGES: dict[str, Callable[[], str]] = {
    "messages.md": messages_page,
    "commands.md": commands_page,
    "policies.md": policies_page,
    "behaviours.md": behaviours_page,
}


def modules() -> dict[str, Path]:
    """Every module a reader may import, by its dotted name."""
    found = [*ROOT.glob("allocation/*.py"), *ROOT.glob("solver/*.py")]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(found) if path.stem[0] != "_"
    }


def api_pages() -> dict[str, Callable[[], str]]:
    """A page a module, written from its docstrings, and the list of them."""
    pages = {f"api/{name}.md": _api_page(name) for name in modules()}
    return {"api/index.md": api_index, **pages}


def _api_page(name: str) -> Callable[[], str]:
    return lambda: f"---\nsearch:\n  boost: 0.3\n---\n\n::: {name}\n"


def api_index() -> str:
    """The modules with what each is for."""
    parts = [
        "# 程序接口 · API reference\n\n",
        "`solver` 是数学：数组进，数组和证明出，不认识人、钱和法。`allocation` 是办公室的业务。哪个在上、哪个在下见\n"
        "[architecture.md](../architecture.md)。\n\n",
        "`solver` is mathematics and knows no person, yuan or law; `allocation` is the office's trade. Written from\n"
        "the docstrings.\n",
    ]
    for package in ("solver", "allocation"):
        rows = []
        for name, path in modules().items():
            if name.startswith(package):
                rows.append((f"[`{name}`]({name}.md)", _said(_about(path))))
        parts.append(f"\n## `{package}`\n\n" + grid(("module", "what it is for"), rows))
    return "".join(parts)
