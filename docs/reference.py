"""Writes the pages of docs/ that are made from the program itself, see PAGES: ``python docs/reference.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from allocation.columns import Column, Table
from allocation.communities import COMMUNITIES
from allocation.messages import SENTENCES, sentence
from allocation.policy import policy_keys
from allocation.programme_input import PROGRAMME
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
        "# 批次的各张表 · A round's tables\n\n",
        "一个工作簿（各表为工作表），或一个 CSV、Parquet 文件夹；批次本身的资料在工作表“批次”或 `round.toml` 中。"
        "表名、表头中英文均可。★ 为必填。这里没有列出的列原样保留。\n\n"
        "One `.xlsx` workbook with these sheets, or a folder of `.csv` or `.parquet` files with these names, and the\n"
        "round's own data in a sheet `round` or a file `round.toml`. Names and headings in Chinese or English; the\n"
        "first Chinese heading is the one anju writes. ★ = required. Columns not named here are kept as they are.\n\n"
        "```sh\n"
        "anju office template 模板.xlsx              # 空白模板：中文表头、下拉选项、格式、每列说明和例子\n"
        "anju office convert 批次.xlsx 文件夹 --form csv   # 换成 CSV、xlsx 或 parquet，一字不丢，写完读回核对\n"
        "```\n\n"
        "`template` 写出空白工作簿：橙色为必填，鼠标停在标题上有说明；编号、身份证号已设为文本，不会丢零丢位。"
        "`convert` 按文字原样换形式：列的先后、自己加的列和表、日期和编号的写法、`round.toml` 的注释、政策文件、"
        "`calendar/` 都带上；带不上的会写明。工作簿的颜色、批注、公式不带。\n\n"
        "`template` writes the empty workbook with headings, drop-downs, formats and explanations. `convert` carries\n"
        "a round into another form cell by cell, with columns and sheets of your own, comments of `round.toml`,\n"
        "policy and holiday notices; it reads back what it wrote before it appears, and names what it left behind\n"
        "(looks, comments in cells and formulas of a workbook are not carried). No cell it writes is a formula: in\n"
        "CSV a quote stands before texts that begin with `= + - @`, and is taken off again on reading.\n",
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
        NOTE + "# 政策文件的键 · What a policy can say\n\n"
        "政策是 TOML 文件，不认识的键会被拒绝。★ 在其所在的节内必填。金额写成文字（元），面积为平方米。"
        "例子见 [data/policies](../data/policies)。\n\n"
        "A policy is a TOML file; unknown keys are refused. ★ = required within its section. Money is text\n"
        '(`"1500.00"`, yuan), areas are m². Worked examples: the same folder.\n\n'
        + grid(("key", "type", "default", "meaning · 含义"), rows)
    )


CASES = (
    (
        "涡阳 2009 · Guoyang",
        "44 人名单中 33 人冒名 · 33 of 44 names were impostors",
        "news.sina.com.cn/c/2010-01-27/175219559883.shtml",
    ),
    (
        "永嘉新桥 2011 · Yongjia",
        "569 套中 316 套在干部家属名下 · 316 of 569 homes in officials' families",
        "zs-bk.com/r/2011-08/16/content_5614596.htm",
    ),
    (
        "合肥方广云 · Hefei",
        "约 300 名村民，500 多人摇号 · some 300 villagers, over 500 in the draw",
        "jiaxigo.com/sy/yw/2014/10/05/387922.shtml",
    ),
    (
        "武汉 2009 · Wuhan",
        "六连号，6 份申请伪造 · six numbers in a row, six forged applications",
        "business.sohu.com/20090624/n264717139.shtml",
    ),
    (
        "海淀 2008 · Haidian",
        "前 13 名中 6 名为审核单位职工 · 6 of the first 13 worked for the reviewing bureau",
        "lunwentd.com/webdiceng.php?id=2158",
    ),
    (
        "转塘、历城、贵阳 · Zhuantang, Licheng, Guiyang",
        "为面积结婚、离婚、迁户口 · marriages, divorces and moves for area",
        "mip.zhentan.la/news/40151.html, icbw.com.cn/thread-198629-1-1.html, app.71.cn/print.php?contentid=775531",
    ),
    (
        "历城（判决）· Licheng, the judgment",
        "签约后撤销“重复安置”败诉 · a duplicate cancelled after signing, lost in court",
        "github.com/LawRefBook/Laws 案例/行政协议诉讼/赵某某",
    ),
    (
        "杭州条例（2014）第 7 条 · Hangzhou 2014, art. 7",
        "冻结期，新生儿计入 · freeze period, newborns count",
        "github.com/LawRefBook/Laws 杭州市征收集体所有土地房屋补偿条例(2014-04-11)",
    ),
    (
        "审计 · audits",
        "逐例追查超标准，重算合同 · chase every case above the standard, add contracts up again",
        "www.audit.gov.cn/n6/n1558/c112679/content.html, www.wenku365.com/p-2042812.html",
    ),
)
"""What the reasons rest on: domain.md §13."""


def exceptions_page() -> str:
    """The auditor's list: how it is used, every code, and what it rests on."""
    rows = [
        (
            f"`{code}`",
            *(_blanks(f"{sentence_of[at]}<br><small>{SENTENCES[f'why.{code}'][at]}</small>") for at in (0, 1)),
        )
        for code, sentence_of in SENTENCES.items()
        if f"why.{code}" in SENTENCES
    ]
    return (
        NOTE + EXCEPTIONS
        + "\n## 查什么 · What is looked for\n\n" + grid(("代码 code", "发现与缘由", "found, and why it matters"), rows)
        + "\n## 依据 · What it rests on\n\n" + RESTS + grid(("出处 source", "事实 fact", "address"), CASES)
    )  # fmt: skip


def _blanks(text: str) -> str:
    """A sentence with its values left open."""
    return re.sub(r"\{\w+\}", "…", text)


RESTS = """\
法规、判决以外是报刊、网络报道，读过而未核实。
Apart from the law and the judgment these are reports of press and web, read but not verified.

"""
EXCEPTIONS = """\
# 疑点清单 · The auditor's list

```sh
anju office exceptions 批次.xlsx                              # 列出疑点；不拒绝任何人
anju office exceptions 批次.xlsx --frozen 冻结时的批次.xlsx     # 另查冻结之后改了什么
anju office exceptions 批次.xlsx --pool 公示的名册指纹          # 另核对记录库冻结时公示的指纹
anju office exceptions 批次.xlsx --result 结果文件夹            # 另重算房款、核对分到的房
anju office exceptions 批次.xlsx --write 疑点.csv              # 写出清单，供填写理由和批准人
```

审计、法院和举报曾经查出的问题，凡是资料能看出来的，都列在这里。清单只提问，不拒绝；有人写明理由并经他人批准的，列为“已说明”，
没有的列为“未说明”，`anju check` 和分配结果的 `summary.json` 都写明条数。

1. 在批次里加上能加的表：**调查底册**、**已安置人员**、**工作人员及亲属**（都只供核对，不公布），
   在“批次”表填**冻结日期**，在“安置人口”填**户口迁入日期**。缺哪一项，清单末尾就写明哪一项没有核对。
2. 用 `--write 疑点.csv` 写出清单，逐条查实，填上理由、批准人、批准日期，放进批次（表名“疑点”，工作簿里就是一张表）。
3. 再运行一次。理由、批准人、日期缺一项，或批准人就是当事人，仍为未说明。每条有**核对码**：
   情况一变核对码就变，旧的理由不再算数。
4. 同一身份证号计入两户的，`anju check` 当作错误；在“疑点”表写明理由并经批准的，可以通过，仍列在清单上。

姓名、编号先统一全角半角、空格和看不见的字符再比较；15 位旧身份证号换算成 18 位再比较。只是同名、没有证号可分的，
另有代码，写明“同名未必同人”。房源集中以政策的每户最多套数（`area.max_units`）为界；单价偏离以首档价格的两成为界；冻结前迁入看一年之内。

What audits, courts and complaints have found, as far as data shows it. The list asks and refuses nobody: an exception
with a reason, another person's approval and a day is *explained*, any other *open*; `anju check` and `summary.json` say
how many. Add the tables to compare with (`survey`, `resettled`, `officers`: never published), `freeze_on` and
`joined_on`; what is missing is said at the end. Write the list with `--write`, complete it, put it into the round as
the table `exceptions`. Its mark ties a reason to exactly what was found. One identity number in two households is a
fault of `anju check` until such a row answers for it. Limits: homes of a family or around an officer are measured by
the policy's `area.max_units`; a base price by a fifth of the first band; arrivals by a year before the freeze.
"""


OF_COMMUNITIES = """
# The communities' tables · 小区的两张表

What the dashboard's page of communities reads from the same folder, apart from the plan: one row a community, one row
for each thing a community is due ([dashboard.md](dashboard.md)). The day is the programme's `as_of`. What is done has a
`done_on`; what is due before that day and has none is overdue; a thing without a row is shown as not recorded.

看板“安置小区”页从同一文件夹读这两张表，与计划无关：每个小区一行，每个小区的每项配套一行。以任务的基准日为准：有完成日期为已完成，
应完成日期早于基准日而没有完成日期为逾期，没有登记的写明“未登记”。
"""


def plan_tables_page() -> str:
    """Every table of a programme with its columns, and those of its communities."""
    parts = [
        NOTE,
        "# 安置任务的各张表 · A programme's tables\n\n",
        "`anju plan` 读的各张表（[plan.md](plan.md)）：一个工作簿，或一个 CSV、Parquet 文件夹。★ 为必填。\n\n"
        "What `anju plan` reads ([plan.md](plan.md)): one `.xlsx` workbook with these sheets, or a folder of `.csv`\n"
        "or `.parquet` files with these names. Several names of a file or sheet are understood. ★ = required.\n",
    ]
    for table in (*PROGRAMME.tables, PROGRAMME.head, *COMMUNITIES.tables):
        if table is COMMUNITIES.tables[0]:
            parts.append(OF_COMMUNITIES)
        optional = " (optional · 可缺)" if table.optional else ""
        parts.append(f"\n## `{table.name}` · {' / '.join(table.titles)}{optional}\n\n")
        rows = [
            (
                f"`{column.name}`",
                " / ".join(column.headings),
                "★" if column.required else "",
                " · ".join(f"`{code}` {'/'.join(names)}" for code, names in column.words.items())
                or "<br>".join(column.expected),
            )
            for column in table.columns
        ]
        parts.append(grid(("column", "中文表头", "★", "expected · 应为"), rows))
    return "".join(parts)


PAGES = {
    "tables.md": tables_page,
    "plan_tables.md": plan_tables_page,
    "policy.md": policy_page,
    "exceptions.md": exceptions_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
