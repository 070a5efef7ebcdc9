"""批次: where a round stands, what blocks its next step and until when, its money, its result. Figures only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from allocation.acts import select_rows
from allocation.database import HOMES
from allocation.messages import Faults, Lang, sentence
from allocation.overview import rounds, status
from allocation.pages.record import plain, show_lost, watch
from allocation.roster import load_round
from allocation.round import judge

if TYPE_CHECKING:
    from sqlalchemy import Connection

BAR = "#1f5f8b"
FONT = {"size": 16, "color": "#2b2f36"}
MONEY_CODES = ("prepayment.",)


def look(lang: Lang) -> dict[str, Any] | None:
    """What the page shows, read in one moment of the record; None where it has no round."""
    store = watch().store
    with store.reading() as connection:
        found = rounds(connection)
        if not found:
            st.info(sentence("round.none", lang))
            return None
        titles = {row["round"]: row["title"] for row in found}
        round_id: str = st.selectbox(
            sentence("hall.round", lang), list(titles), key="round_shown", format_func=lambda i: f"{i} {titles[i]}"
        )
        today = store.clock().date()
        figures = status(connection, round_id, today, lang)
        figures["ranks"] = _ranks(connection, round_id)
        figures["coverage"] = _coverage(connection, round_id, figures["frozen_on"], today)
    return figures


def _ranks(connection: Connection, round_id: str) -> dict[int, int]:
    """Rank → homes given at that rank."""
    homes = [home for home in select_rows(connection, HOMES, round_id=round_id) if home["status"] != "void"]
    return dict(sorted(Counter(home["rank"] for home in homes).items()))


def _coverage(connection: Connection, round_id: str, frozen_on: str | None, today: date) -> dict[str, int]:
    """How many households have paid in what is asked before the round, of all; on the day it was or would be frozen."""
    given = load_round(connection, round_id)
    day = date.fromisoformat(frozen_on) if frozen_on else today
    judged = judge(replace(given, head=replace(given.head, as_of=day)))
    unpaid = {
        entry.household_id
        for entry in judged.left_out
        if entry.household_id and any(reason.code.startswith(MONEY_CODES) for reason in entry.reasons)
    }
    return {"all": len(given.tables.households), "paid": len(given.tables.households) - len(unpaid)}


def show_state(figures: Mapping[str, Any], lang: Lang) -> None:
    """The state, and how many take part."""
    left, middle, right = st.columns(3)
    with left:
        st.metric(sentence("round.state", lang), sentence(f"state.{figures['state']}", lang))
    with middle:
        st.metric(sentence("round.households", lang), f"{figures['households']:,}")
    with right:
        st.metric(sentence("round.units", lang), f"{figures['units']:,}")


def show_next(figures: Mapping[str, Any], lang: Lang) -> None:
    """What may be done next, and what is missing for it until when."""
    st.subheader(sentence("round.next", lang))
    for step in figures["next"]:
        act = sentence(f"act.{step['act']}", lang)
        if step["open"]:
            st.success(plain(sentence("round.open", lang, act=act)), icon=":material/check:")
            continue
        day = step["earliest"]
        until = sentence("office.earliest", lang, day=day) if day else sentence("office.never", lang)
        missing = "".join(f"\n- {plain(reason)}" for reason in step["missing"])
        st.warning(f"{plain(sentence('round.blocked', lang, act=act))}{missing}\n\n{plain(until)}")
    if not figures["next"]:
        st.info(sentence("round.at_end", lang))


def show_publications(figures: Mapping[str, Any], lang: Lang) -> None:
    """What is up until when, and the objections that are open."""
    st.subheader(sentence("round.publications", lang))
    rows = [
        {
            sentence("round.column.document", lang): sentence(f"document.{row['document']}", lang),
            sentence("round.column.published_on", lang): row.get("published_on") or "—",
            sentence("round.column.last_day", lang): row.get("last_day") or "—",
            sentence("round.column.stood", lang): sentence("word.yes" if row["stood"] else "word.no", lang),
        }
        for row in figures["publications"]
    ]
    if rows:
        st.table(rows)
    st.markdown(plain(sentence("round.objections", lang, count=len(figures["objections_open"]))))
    for row in figures["objections_open"]:
        document = sentence(f"document.{row['document']}", lang)
        st.markdown(f"- {plain(sentence('round.objection', lang, **{**row, 'document': document}))}")


def show_money(figures: Mapping[str, Any], lang: Lang) -> None:
    """How many households have paid in what the rules ask for."""
    st.subheader(sentence("round.money", lang))
    covered = figures["coverage"]
    share = covered["paid"] / covered["all"] if covered["all"] else 0.0
    st.progress(share, text=plain(sentence("round.coverage", lang, **covered)))
    closed = figures["last_closed"] or "—"
    st.markdown(plain(sentence("round.balance", lang, yuan=figures["balance_yuan"], day=closed)))


def show_result(figures: Mapping[str, Any], lang: Lang) -> None:
    """How many homes were given at which rank."""
    st.subheader(sentence("round.result", lang))
    ranks: Mapping[int, int] = figures["ranks"]
    if not ranks:
        st.info(sentence("round.no_result", lang))
        return
    turns = figures["turns"]
    names = {"chosen", "waived", "absent", "void", "waiting", "left_out"}
    told = [f"{sentence(f'turn.{name}', lang)} {count}" for name, count in sorted(turns.items()) if name in names]
    if told:
        st.markdown(plain(" · ".join(told)))
    labels = [sentence("hall.rank", lang, rank=rank) for rank in ranks]
    chart = {
        "data": [
            {
                "type": "bar", "orientation": "h", "x": list(ranks.values()), "y": labels, "marker": {"color": BAR},
                "text": [str(count) for count in ranks.values()], "textposition": "auto", "textfont": {"size": 16},
            }
        ],
        "layout": {
            "height": 60 + 44 * len(labels),
            "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
            "xaxis": {"tickfont": FONT, "rangemode": "tozero", "nticks": 5},
            "yaxis": {"automargin": True, "autorange": "reversed", "tickfont": FONT},
        },
    }  # fmt: skip
    says = sentence("round.profile", lang, homes=sum(ranks.values()))
    st.plotly_chart(chart, config={"displayModeBar": False, "staticPlot": True}, key="profile", alt=says)
    st.markdown(f":small[{plain(says)}]")


def main() -> None:
    """The page; without the record it says so and shows no figure."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("round.title", lang))
    try:
        figures = look(lang)
    except Faults as faults:
        show_lost(faults, lang)
        return
    if figures is None:
        return
    if watch().store.drill:
        st.warning(sentence("screen.drill", lang))
    st.markdown(plain(sentence("screen.as_of", lang, at=figures["today"])))
    show_state(figures, lang)
    show_next(figures, lang)
    show_publications(figures, lang)
    show_money(figures, lang)
    show_result(figures, lang)


if __name__ == "__main__":
    main()
