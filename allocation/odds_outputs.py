"""What ``anju odds`` says: chances with their intervals, as one object, tables and a page; whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np

from allocation.columns import (
    HOUSEHOLD_ID,
    VILLAGE,
    Column,
    decimal_column,
    label_column,
    text_column,
    whole_column,
    word_column,
)
from allocation.messages import Lang, sentence
from allocation.odds import Odds, Tally
from allocation.odds_chart import odds_page
from allocation.outputs import MARK, to_json
from allocation.wording import mask
from allocation.writers import write_sheets
from solver.binomial import interval
from solver.problem import Ints

Row = Mapping[str, object]
HUNDREDTH = Decimal("0.01")
WHAT_WORDS = {
    "served": ("得到住房",), "outcome": ("最差一套恰为该志愿",), "within": ("全部在该志愿以内",),
    "some": ("至少一套为该志愿",), "layout": ("至少一套为该户型",),
}  # fmt: skip
_MANY = 10**9
_PERCENTS = tuple(
    decimal_column(name, heading, low="0", high="100")
    for name, heading in (("percent", "机会（%）"), ("low_percent", "区间下限（%）"), ("high_percent", "区间上限（%）"))
)
_WHO = (HOUSEHOLD_ID, text_column("name", "户主姓名"), label_column("village", *VILLAGE))
ODDS_COLUMNS: tuple[Column, ...] = (
    *_WHO,
    word_column("what", "事项", words=WHAT_WORDS),
    label_column("of", "志愿或户型"),
    whole_column("seen", "出现次数", low=0, high=_MANY),
    whole_column("draws", "模拟次数", low=1, high=_MANY),
    *_PERCENTS,
)
HOUSEHOLD_COLUMNS: tuple[Column, ...] = (
    *_WHO,
    whole_column("choices", "志愿数", low=0, high=_MANY),
    *(
        decimal_column(f"{name}_{end}", f"{heading}{words}", low="0", high="100")
        for name, heading in (("served", "得到住房"), ("first", "全部为第一志愿"))
        for end, words in (("percent", "（%）"), ("low_percent", "下限（%）"), ("high_percent", "上限（%）"))
    ),
    *(
        decimal_column(name, heading, low="1", high="100")
        for name, heading in (
            ("expected", "最差一套的平均志愿"), ("expected_low", "平均志愿下限"), ("expected_high", "平均志愿上限"),
        )
    ),
)  # fmt: skip


def odds_figures(
    found: Odds, *, confidence: float = 0.95, full_names: bool = False, lang: Lang = "zh"
) -> dict[str, Any]:
    """
    The chances as one JSON object; the tables and the page show nothing else.

    Percentages have two decimals: the chance rounded half up, the ends of its interval outwards. Of ``choices`` every
    household has its own and, last, the rank of homes that match none of them; ``outcome`` is the choice of its worst
    home. ``expected`` is the mean outcome of the draws in which it was served, within an interval that adds up those
    of "worse than choice k" at a confidence that holds for all of them together.
    """
    round_, tally = found.round, found.tally
    own: dict[str, set[int]] = {household.household_id: set() for household in round_.households}
    for row in round_.tables.choices:
        if row.household_id in own:
            own[row.household_id].add(row.choice)
    counts, expected = _Shown(tally, confidence), _expected(tally.outcomes, confidence)
    households = []
    for slot, household in enumerate(round_.households):
        choices = sorted(own[household.household_id])
        households.append(
            {
                "household_id": household.household_id,
                "name": household.name if full_names else mask(household.name),
                "village": household.village,
                "choices": len(choices),
                "served": counts.of(tally.draws - int(tally.outcomes[slot, 0])),
                "expected": expected[slot],
                "by_choice": _by_choice(counts, tally.outcomes[slot], tally.some[slot], choices),
                "layouts": [
                    {"layout": layout, **counts.of(seen)}
                    for layout, seen in zip(found.layouts, tally.layouts[slot].tolist(), strict=True)
                    if seen
                ],
            }
        )
    return {
        "round": round_.head.id,
        "title": round_.head.title,
        "as_of": round_.head.as_of,
        "policy": round_.policy.name,
        "policy_hash": round_.policy.fingerprint(),
        "rule": round_.policy.order.rule,
        "seed": found.seed,
        "draws": tally.draws,
        "draws_short": tally.short,
        "guard": found.guard,
        "confidence": str(confidence),
        "households_in": len(round_.households),
        "units_in": len(round_.units),
        "explained": _explained(found, confidence, lang),
        "households": households,
    }


def _explained(found: Odds, confidence: float, lang: Lang) -> list[str]:
    """What the numbers rest on, a sentence a line."""
    rounds = len(found.round.policy.order.later_rounds) + 1
    lines = [
        sentence("odds.method", lang, draws=f"{found.tally.draws:,}", seed=found.seed),
        sentence("odds.behaviour", lang),
        *([sentence("odds.rounds", lang, rounds=rounds)] if rounds > 1 else []),
        sentence("odds.guarded" if found.guard else "odds.unguarded", lang),
        sentence("odds.interval", lang, percent=f"{100 * confidence:g}", misses=f"{100 * (1 - confidence):.3g}"),
        sentence("odds.promise", lang),
    ]
    if found.tally.short:
        lines.append(sentence("odds.short", lang, short=f"{found.tally.short:,}", draws=f"{found.tally.draws:,}"))
    return lines


class _Shown:
    """Counts as percentages with their intervals, worked out for all of them at once."""

    def __init__(self, tally: Tally, confidence: float) -> None:
        self.draws = tally.draws
        within = tally.outcomes[:, 1:].cumsum(axis=1)
        seen = np.unique(np.concatenate([a.ravel() for a in (tally.outcomes, tally.some, tally.layouts, within)]))
        ends = zip(*interval(seen, tally.draws, confidence), strict=True)
        self._known = {n: self._shown(n, *map(float, end)) for n, end in zip(seen.tolist(), ends, strict=True)}

    def _shown(self, seen: int, low: float, high: float) -> dict[str, Any]:
        return {
            "seen": seen,
            "percent": (Decimal(100 * seen) / self.draws).quantize(HUNDREDTH, ROUND_HALF_UP),
            "low_percent": Decimal(100 * low).quantize(HUNDREDTH, ROUND_FLOOR),
            "high_percent": Decimal(100 * high).quantize(HUNDREDTH, ROUND_CEILING),
        }

    def of(self, seen: int) -> dict[str, Any]:
        """How often, the chance, and the ends of its interval in percent."""
        return self._known[seen]


def _by_choice(counts: _Shown, outcomes: Ints, some: Ints, choices: Sequence[int]) -> list[dict[str, Any]]:
    """A household's chances, choice by choice, and of homes that match none. outcomes, some: see ``odds.Tally``."""
    worst = len(outcomes) - 1
    return [
        {
            "choice": rank,
            "none_of_them": rank not in choices,
            "outcome": counts.of(int(outcomes[rank])),
            "within": counts.of(int(outcomes[1 : rank + 1].sum())),
            "some": counts.of(int(some[rank])),
        }
        for rank in range(1, worst + 1)
        if rank in choices or rank == worst
    ]


def _expected(outcomes: Ints, confidence: float) -> list[dict[str, Any] | None]:
    """
    The mean outcome of every household and its interval; None where it was never served.

    A mean of ranks is 1 + the sum over k of the chance of a rank beyond k. Each of these chances has its exact interval
    at a confidence of 1 − (1 − confidence) / their number, so that all hold together (Bonferroni), and with them the
    sum. outcomes: int64 (slots, worst + 1).
    """
    served = outcomes[:, 1:].sum(axis=1)
    beyond = outcomes[:, :1:-1].cumsum(axis=1)
    low, high = interval(beyond, np.maximum(served, 1)[:, None], 1 - (1 - confidence) / max(1, beyond.shape[1]))
    sums = (outcomes * np.arange(outcomes.shape[1])).sum(axis=1)
    return [
        {
            "mean": (Decimal(total) / times).quantize(HUNDREDTH, ROUND_HALF_UP),
            "low": Decimal(1 + float(low[slot].sum())).quantize(HUNDREDTH, ROUND_FLOOR),
            "high": Decimal(1 + float(high[slot].sum())).quantize(HUNDREDTH, ROUND_CEILING),
        }
        if times
        else None
        for slot, (total, times) in enumerate(zip(sums.tolist(), served.tolist(), strict=True))
    ]


# -- tables -------------------------------------------------------------------------------------------------------


def odds_rows(figures: Mapping[str, Any]) -> list[Row]:
    """One row for every chance of every household."""
    rows: list[Row] = []
    for household in figures["households"]:
        who = {key: household[key] for key in ("household_id", "name", "village")}
        found: list[tuple[str, object, Mapping[str, Any]]] = [("served", None, household["served"])]
        found += [
            (what, str(row["choice"]), row[what])
            for what in ("outcome", "within", "some")
            for row in household["by_choice"]
        ]
        found += [("layout", row["layout"], row) for row in household["layouts"]]
        names = ("seen", "percent", "low_percent", "high_percent")
        rows += [
            {**who, "what": what, "of": of, "draws": figures["draws"], **{name: shown[name] for name in names}}
            for what, of, shown in found
        ]
    return rows


def household_rows(figures: Mapping[str, Any]) -> list[Row]:
    """One row a household: served, everything at its first choice, the expected outcome."""
    rows: list[Row] = []
    for household in figures["households"]:
        row = {key: household[key] for key in ("household_id", "name", "village", "choices")}
        first: Mapping[str, Any] = next((r["within"] for r in household["by_choice"] if r["choice"] == 1), {})
        for name, shown in (("served", household["served"]), ("first", first)):
            row |= {f"{name}_{end}": shown.get(end) for end in ("percent", "low_percent", "high_percent")}
        expected = household["expected"] or {}
        ends = (("expected", "mean"), ("expected_low", "low"), ("expected_high", "high"))
        rows.append(row | {name: expected.get(key) for name, key in ends})
    return rows


def write_odds(figures: Mapping[str, Any], folder: Path, lang: Lang = "zh") -> None:
    """Write tables, the summary and the page into ``folder``, which exists."""
    tables = (("households", HOUSEHOLD_COLUMNS, household_rows(figures)), ("odds", ODDS_COLUMNS, odds_rows(figures)))
    sheets = [(name, columns, [column.name for column in columns], rows) for name, columns, rows in tables]
    for form in ("csv", "parquet"):
        write_sheets(folder, form, sheets, head=None, book="")
    named = [(sentence(f"odds.sheet.{name}", lang), known, names, rows) for name, known, names, rows in sheets]
    write_sheets(folder, "xlsx", named, head=None, book="odds.xlsx", heading="zh" if lang == "zh" else "code")
    (folder / "odds.html").write_text(odds_page(figures, lang), encoding="utf-8")
    (folder / MARK).write_text(to_json(figures) + "\n", encoding="utf-8")
