"""
Writes the Word templates that are shipped and docs/placeholders.md, which lists what a template may name:
``python docs/templates.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from allocation.allocate import Allocation, Home, build_problem, classes, price_of
from allocation.documents import DOCUMENTS, papers
from allocation.messages import sentence
from allocation.paper import Paper
from allocation.placeholders import ALL_TEXTS, OPTIONAL, TOTAL, VOCABULARY
from allocation.procedure import Gate
from allocation.round import judge
from allocation.tables import read_round
from allocation.word_template import shipped
from allocation.wording import Occasion
from solver.problem import Solution

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "allocation" / "templates"
DAFENG = HERE.parent / "data" / "dafeng"
DAY = date(2021, 5, 28)
NOTE = "<!-- Written by docs/templates.py; change the program, not this page. -->\n\n"


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def placeholders_page() -> str:
    """What a Word template may name."""
    always = [
        (f"`{{{{ {name} }}}}`", chinese, english, "✓" if name in OPTIONAL else "")
        for name, (chinese, english) in ALL_TEXTS.items()
    ]
    heads = ("placeholder · 占位符", "内容", "what it is", "可能为空 may be blank")
    parts = [
        NOTE,
        "# Word 模板的占位符 · Placeholders of Word templates\n\n"
        "用法见 [notices.md](notices.md)。 How templates are used: the same page.\n\n"
        "## 各种文书都有 · Every document\n\n",
        grid(heads, always),
    ]
    for document in DOCUMENTS:
        words = VOCABULARY[document.name]
        rows = []
        for name, (chinese, english) in words.texts.items():
            said = f"`{{%p for one in {name} %}}` `{{{{ one.text }}}}` `{{%p endfor %}}`"
            shown = said if name in words.lists else f"`{{{{ {name} }}}}`"
            rows.append((shown, chinese, english, "✓" if name in words.optional else ""))
        for name, columns in words.grids.items():
            inside = " ".join(f"`{{{{ row.{column} }}}}`" for column in columns)
            total = f"；合计行 total row `{{{{ {name}{TOTAL}.{columns[0]} }}}}` …"
            rows.append(
                (f"`{{%tr for row in {name} %}}` … `{{%tr endfor %}}`", inside + total, "table, a row each",
                 "✓" if name in words.optional else "")
            )  # fmt: skip
        title = " · ".join(sentence(f"notice.name.{document.name}", lang) for lang in ("zh", "en"))
        parts.append(f"\n## `{document.name}` · {title}\n\n" + grid(heads, rows))
    return "".join(parts)


# -- the shipped Word templates -----------------------------------------------------------------------------------


def samples() -> dict[str, Paper]:
    """A paper of every document that has every part a paper of it can have; only its parts matter, not its figures."""
    given = read_round(DAFENG)
    paid = given.policy.prepayment.model_copy(update={"gates": (Gate(before="keys", share=Decimal(1)),)})
    day = given.policy.selection_day.model_copy(update={"households_a_session": 30})
    nobody_paid = replace(given.tables, payments=())
    rules = given.policy.model_copy(update={"prepayment": paid, "selection_day": day})
    round_ = judge(replace(given, policy=rules, tables=nobody_paid))
    household, unit = round_.households[0], round_.units[0]
    alike = classes(round_)
    nothing = np.zeros((len(round_.households), len(alike)), dtype=np.int64)
    own = household.household_id
    allocation = Allocation(
        round=round_,
        principle="leximin",
        per="household",
        alike=alike,
        problem=build_problem(round_, alike),
        solution=Solution(counts=nothing, served=np.zeros(len(nothing), dtype=np.bool_), stages=()),
        homes=(Home(household_id=own, unit_id=unit.unit_id, rank=1),),
        statements={own: price_of(round_, own, [unit])},
        unserved=(),
    )
    occasion = Occasion(issued_on=date(2022, 10, 10), root="0" * 64, words="字" * 24)
    return {document.name: papers(document, allocation, occasion, ["zh"])[0] for document in DOCUMENTS}


def templates() -> dict[str, bytes]:
    """File name → the Word template that is shipped."""
    return {f"{name}.docx": shipped(name, paper, made_on=DAY) for name, paper in samples().items()}


if __name__ == "__main__":
    (HERE / "placeholders.md").write_text(placeholders_page(), encoding="utf-8")
    for name, data in templates().items():
        (TEMPLATES / name).write_bytes(data)
