"""
批次: where a round stands, what blocks its next step and until when, its money, its result. Figures only.

Without a role: only rounds of which something was put up, and of these only counts and days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import streamlit as st

from allocation.comparison import Principled
from allocation.messages import Faults, Lang, sentence
from allocation.overview import is_drill, published_rounds, published_status, rounds, status
from allocation.pages.access import viewer
from allocation.pages.record import plain, published, show_lost, watch
from allocation.round_view import RoundView, principles, round_view
from allocation.store import read_head

if TYPE_CHECKING:
    from sqlalchemy import Connection

BAR = "#1f5f8b"
FONT = {"size": 16}
SECONDS_A_PRINCIPLE = 20.0
"""How long the search for one principle may take while somebody waits; what it leaves open is told."""


def look(lang: Lang) -> tuple[dict[str, Any], RoundView] | None:
    """What the page shows, read in one moment of the record; None where it has no round."""
    if not viewer().may_see("round"):
        return published(lambda connection, today: _look(connection, today, lang, whole=False))
    store = watch().store
    with store.reading() as connection:
        return _look(connection, store.clock().date(), lang, whole=True)


def _look(connection: Connection, today: date, lang: Lang, *, whole: bool) -> tuple[dict[str, Any], RoundView] | None:
    found = rounds(connection) if whole else published_rounds(connection)
    if not found:
        st.info(sentence("round.none", lang))
        return None
    titles = {row["round"]: row["title"] for row in found}
    round_id: str = st.selectbox(
        sentence("hall.round", lang), list(titles), key="round_shown", format_func=lambda i: f"{i} {titles[i]}"
    )
    figures = status(connection, round_id, today, lang) if whole else published_status(connection, round_id, today)
    figures["drill"] = is_drill(connection)
    return figures, _view(read_head(connection).hash, round_id, today, connection)


@st.cache_resource(show_spinner=False, max_entries=8)
def _view(head: str, round_id: str, today: date, _connection: Connection) -> RoundView:
    """The round's figures, worked out once for every state of the record."""
    return round_view(_connection, round_id, today)


@st.cache_resource(show_spinner=False, max_entries=8)
def _compared(record_id: str, round_id: str, seed: str) -> tuple[Principled, ...]:
    """The four principles, worked out once for what was frozen and drawn."""
    with watch().store.reading() as connection:
        return principles(connection, round_id, seconds_max=SECONDS_A_PRINCIPLE)


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
        if isinstance(step["missing"], int):
            missing = "\n- " + plain(sentence("round.missing", lang, count=step["missing"]))
        else:
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
    named = figures.get("objections_open", ())
    count = figures["objections"] if "objections" in figures else len(named)
    st.markdown(plain(sentence("round.objections", lang, count=count)))
    for row in named:
        document = sentence(f"document.{row['document']}", lang)
        st.markdown(f"- {plain(sentence('round.objection', lang, **{**row, 'document': document}))}")


def show_money(figures: Mapping[str, Any], view: RoundView, lang: Lang) -> None:
    """How many households have paid in what the rules ask for, and how much of the price of their homes."""
    st.subheader(sentence("round.money", lang))
    money = view.money
    share = money.paid_in / money.households if money.households else 0.0
    said = sentence("round.coverage", lang, all=money.households, paid=money.paid_in)
    st.progress(share, text=plain(said))
    if "balance_yuan" not in figures:
        return  # sums of money are the office's
    if money.percent is not None:
        words = {
            "price": f"{money.price_yuan:,.2f}", "paid": f"{money.covered_yuan:,.2f}", "percent": money.percent,
        }  # fmt: skip
        text = plain(sentence("round.covered_price", lang, **words))
        st.progress(float(min(Decimal(100), money.percent)) / 100, text=text)
    closed = figures["last_closed"] or "—"
    st.markdown(plain(sentence("round.balance", lang, yuan=f"{Decimal(figures['balance_yuan']):,.2f}", day=closed)))


def show_result(figures: Mapping[str, Any], view: RoundView, lang: Lang) -> None:
    """How many outcomes met which choice, and how the villages fared."""
    st.subheader(sentence("round.result", lang))
    if not view.homes:
        st.info(sentence("round.no_result", lang))
        return
    turns = figures["turns"]
    names = ("chosen", "waived", "absent", "void", "waiting", "left_out")
    told = [f"{sentence(f'turn.{name}', lang)} {turns[name]}" for name in names if turns.get(name)]
    if told:
        st.markdown(plain(" · ".join(told)))
    says = sentence(f"round.profile_{view.per}", lang, homes=view.homes, outcomes=sum(view.profile.values()))
    chart = profile_chart(view, lang)
    st.plotly_chart(chart, config={"displayModeBar": False, "staticPlot": True}, key="profile", alt=says)
    st.markdown(f":small[{plain(says)}]")
    if viewer().may_see("round"):  # a village of one household would tell of that household
        show_villages(view, lang)


def show_villages(view: RoundView, lang: Lang) -> None:
    """How the villages fared."""
    st.subheader(sentence("round.villages", lang))
    columns = ("village", "households", "served", "homes", "first", "mean")
    rows = [(v.village, v.households, v.served, v.homes, v.first, mean_of(v.mean)) for v in view.villages]
    show_table([sentence(f"round.column.{column}", lang) for column in columns], rows)
    means = [v.mean for v in view.villages if v.mean is not None]
    if len(means) > 1:
        spread = mean_of(max(means) - min(means))
        st.markdown(plain(sentence("round.spread", lang, spread=spread)))


def profile_chart(view: RoundView, lang: Lang) -> dict[str, Any]:
    """Outcomes by rank, as plotly reads it."""
    names = [
        sentence("hall.rank", lang, rank=rank) if rank <= view.choices else sentence("round.no_choice", lang)
        for rank in view.profile
    ]
    counts = list(view.profile.values())
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "x": counts, "y": names, "marker": {"color": BAR},
                "text": [str(count) for count in counts], "textposition": "auto", "textfont": {"size": 16},
            }
        ],
        "layout": {
            "height": 60 + 44 * len(names),
            "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
            "xaxis": {"tickfont": FONT, "rangemode": "tozero", "dtick": max(1, -(-max(counts) // 5))},
            "yaxis": {"automargin": True, "autorange": "reversed", "tickfont": FONT},
        },
    }  # fmt: skip


def mean_of(mean: Fraction | None) -> str:
    """Two decimals, for reading."""
    return "—" if mean is None else f"{float(mean):.2f}"


def show_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table that can be moved aside on a telephone."""
    with st.container(width="stretch"):
        st.table([dict(zip(headings, map(str, row), strict=True)) for row in rows])


# -- the principles -----------------------------------------------------------------------------------------------


def show_principles(figures: Mapping[str, Any], view: RoundView, lang: Lang) -> None:
    """What each of the four principles would make of this round; worked out when somebody asks."""
    st.subheader(sentence("round.principles", lang))
    if not view.drawn:
        st.info(sentence("round.not_drawn", lang))
        return
    key = f"compared-{figures['round']}"
    st.markdown(plain(sentence("round.compare_says", lang, seconds=int(4 * SECONDS_A_PRINCIPLE))))
    if st.button(sentence("round.compare", lang), key="compare"):
        st.session_state[key] = figures["seed"]
    if st.session_state.get(key) != figures["seed"]:
        return
    with st.spinner(sentence("round.comparing", lang)):
        found = _compared(watch().store.record_id, figures["round"], figures["seed"])
    headings = [sentence("compare.principle", lang), *(sentence(f"principle.{one.principle}", lang) for one in found)]
    show_table(headings, principle_rows(found, lang))


def principle_rows(found: Sequence[Principled], lang: Lang) -> list[list[object]]:
    """A line for every figure, a column for every principle."""
    rows: list[list[object]] = [
        [sentence("compare.households_served", lang), *(one.served for one in found)],
        [sentence("compare.worst_rank", lang), *(one.worst for one in found)],
        [sentence("compare.mean", lang), *(mean_of(one.mean) for one in found)],
        [sentence("compare.envious", lang), *(one.envious for one in found)],
        [sentence("compare.village_spread", lang), *(mean_of(one.spread) for one in found)],
    ]
    ranks = sorted({rank for one in found for rank, count in one.profile.items() if count})
    rows += [[sentence("compare.at_rank", lang, rank=n), *(one.profile.get(n, 0) for one in found)] for n in ranks]
    for village in sorted({village for one in found for village in one.by_village}):
        means = [mean_of(one.by_village.get(village)) for one in found]
        rows.append([sentence("compare.village", lang, village=village), *means])
    decided = [sentence("word.yes" if one.decided else "word.no", lang) for one in found]
    return [*rows, [sentence("compare.decided", lang), *decided]]


def main() -> None:
    """The page; without the record it says so and shows no figure."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("round.title", lang))
    try:
        found = look(lang)
    except Faults as faults:
        show_lost(faults, lang)
        return
    if found is None:
        return
    figures, view = found
    whole = viewer().may_see("round")
    if figures["drill"]:
        st.warning(sentence("screen.drill", lang))
    if not whole:
        st.info(sentence("round.masked", lang))
    st.markdown(plain(sentence("screen.as_of", lang, at=figures["today"])))
    show_state(figures, lang)
    show_next(figures, lang)
    show_publications(figures, lang)
    show_money(figures, view, lang)
    show_result(figures, view, lang)
    if whole:
        show_principles(figures, view, lang)


if __name__ == "__main__":
    main()
