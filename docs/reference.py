"""Writes docs/tables.md and docs/policy.md from the program itself: ``python docs/reference.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from allocation.columns import Column, Table
from allocation.messages import sentence
from allocation.policy import policy_keys
from allocation.schema import HEAD, TABLES

HERE = Path(__file__).resolve().parent
COLUMN_HEADINGS = ("column", "中文表头", "★", "what it is · 填什么", "expected · 应为")
NOTE = "<!-- Written by docs/reference.py; change the program, not this page. -->\n\n"


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def column_row(table: Table, column: Column) -> tuple[str, str, str, str, str]:
    """One column: code, headings, whether it is required, what it is for, what is expected."""
    code = f"column.{table.name}.{column.name}"
    words = " · ".join(f"`{code}` {'/'.join(names)}" for code, names in column.words.items())
    chinese, english = column.expected
    return (
        f"`{column.name}`",
        " / ".join(column.headings),
        "★" if column.required else "",
        f"{sentence(code)}<br>{sentence(code, 'en')}",
        words or f"{chinese}<br>{english}",
    )


def tables_page() -> str:
    """Every table of a round with its columns."""
    parts = [
        NOTE,
        "# A round's tables · 批次的各张表\n\n",
        "One `.xlsx` workbook with these sheets, or a folder of `.csv` or `.parquet` files with these names, and the\n"
        "round's own data in a sheet `round` or a file `round.toml`. Names and headings in Chinese or English; the\n"
        "first Chinese heading is the one anju writes. ★ = required. Columns not named here are kept as they are.\n\n"
        "一个工作簿（各表为工作表），或一个 CSV、Parquet 文件夹；批次本身的资料在工作表“批次”或 `round.toml` 中。"
        "表名、表头中英文均可。★ 为必填。这里没有列出的列原样保留。\n",
    ]
    for table in (*TABLES, HEAD):
        parts.append(
            f"\n## `{table.name}` · {' / '.join(table.titles)}{' (optional · 可缺)' if table.optional else ''}\n\n"
        )
        parts.append(grid(COLUMN_HEADINGS, [column_row(table, column) for column in table.columns]))
    return "".join(parts)


def policy_page() -> str:
    """Every key of a policy."""
    rows = [
        (f"`{key}`", kind, f"`{default}`" if default else "★", meaning) for key, kind, default, meaning in policy_keys()
    ]
    return (
        NOTE + "# What a policy can say · 政策文件的键\n\n"
        "A policy is a TOML file; unknown keys are refused. ★ = required within its section. Money is text\n"
        '(`"1500.00"`, yuan), areas are m². Worked examples: `data/policies/`.\n\n'
        "政策是 TOML 文件，不认识的键会被拒绝。金额写成文字（元），面积为平方米。例子见 `data/policies/`。\n\n"
        + grid(("key", "type", "default", "meaning · 含义"), rows)
    )


PAGES = {"tables.md": tables_page, "policy.md": policy_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
