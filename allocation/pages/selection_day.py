"""选房日: the operator's table. Every step goes through the record; what it refuses is told in words."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time
from pathlib import Path
from typing import Any

import streamlit as st

from allocation.hall import Asked, act, open_hall
from allocation.hall_view import FREE, HallView, HomeNow
from allocation.messages import Faults, Lang, sentence
from allocation.overview import rounds
from allocation.pages.access import viewer
from allocation.pages.record import (
    perform,
    plain,
    show_answer,
    show_lost,
    unanswered,
    watch,
)
from allocation.pages.settings import REHEARSAL_VARIABLE
from allocation.picking import Name
from allocation.rehearsal import read_rehearsal
from allocation.schema import fault_sentence
from allocation.stacking import ACROSS, home_lines, price_span, stacking_chart

CHART_CONFIG = {"displayModeBar": False, "scrollZoom": False}
INK, DARK_INK = "#2b2f36", "#e8ebee"


class Desk:
    """A round's day in this window, and its words."""

    def __init__(self, view: HallView, lang: Lang, *, known: bool) -> None:
        self.view, self.lang = view, lang
        # nothing may be done while it is not known what stands, and never by somebody who only looks
        self.still = not known or unanswered() is not None or not viewer().may_act

    def say(self, code: str, **params: object) -> str:
        return sentence(code, self.lang, **params)

    def do(self, name: Name, household_id: str = "", *units: str, since: time | None = None, **more: Any) -> None:
        """One act of the day."""
        asked = Asked(act=name, household_id=household_id, units=units, **more)
        perform(f"hall-{name}", lambda clerk: act(clerk, self.view.round_id, asked, since=since))

    def button(self, name: Name, household_id: str = "", *units: str, kind: Any = "secondary", off: bool = False,
               since: time | None = None, place: str = "", **more: Any) -> None:  # fmt: skip
        """A button that does an act, with the act's name on it; ``place`` tells two of the same act apart."""
        label = self.say(f"act.hall-{name}") + (f" {' '.join(units)}" if units and name in ("pick", "undo") else "")
        st.button(
            label[:1].upper() + label[1:],
            key=f"{place}{name}-{household_id}-{'-'.join(units)}",
            on_click=self.do,
            args=(name, household_id, *units),
            kwargs={"since": since, **more},
            type=kind,
            disabled=self.still or off,
        )


# -- who chooses --------------------------------------------------------------------------------------------------


def show_turn(desk: Desk) -> None:
    """Whose turn it is and what may be done about it."""
    figures = desk.view.figures
    if figures["over"]:
        st.subheader(desk.say("screen.over"))
    elif figures["table"]:
        show_table(desk, figures["table"])
    elif figures["called"]:
        show_called(desk, figures["called"])
    elif figures["next"]:
        own = figures["next"][0]
        st.subheader(f"{desk.say('screen.next')} · {plain(desk.view.called_as(own))}")
        desk.button("call", own, kind="primary")
    else:
        st.subheader(desk.say("screen.nobody"))
        desk.button("next_session", kind="primary")
    queue = " · ".join(desk.view.called_as(own) for own in figures["next"]) or "—"
    counts = desk.say("screen.counts", done=figures["done"], to_call=figures["to_call"])
    st.markdown(plain(f"{desk.say('screen.next')} {queue} ｜ {counts}"))


def show_called(desk: Desk, own: str) -> None:
    """It was called: it is here, or it is called again, or it did not come."""
    view, times = desk.view, desk.view.calls.get(own, 0)
    st.subheader(f"{plain(view.called_as(own))} · {desk.say('screen.called', times=times, most=view.calls_max)}")
    given: dict[str, Any] = {}
    with st.expander(desk.say("hall.by_agent")):
        given["agent"] = st.text_input(desk.say("hall.agent"), key=f"agent-{own}", disabled=view.agents == "none")
        papers = {"": "—", "written": desk.say("hall.written"), "sealed": desk.say("hall.sealed")}
        given["paper"] = st.selectbox(
            desk.say("hall.paper"), list(papers), format_func=papers.__getitem__, key=f"paper-{own}"
        )
        given["companion"] = st.checkbox(
            desk.say("hall.companion"), key=f"companion-{own}", disabled=view.companion_from_age is None
        )
    with st.container(horizontal=True):
        desk.button("arrive", own, kind="primary", **given)
        desk.button("call", own, off=times >= view.calls_max)
        desk.button("skip", own, off=times < view.calls_max)


def show_table(desk: Desk, own: str) -> None:
    """It chooses: what it holds, and how its turn ends."""
    figures, view = desk.view.figures, desk.view
    st.subheader(f"{desk.say('screen.choosing')} · {plain(view.called_as(own))}")
    held = figures["held"]
    st.markdown(plain(desk.say("hall.holds", homes="、".join(held) or "—")))
    with st.container(horizontal=True):
        desk.button("confirm", own, kind="primary", off=not held)
        desk.button("undo", own, off=not held)
        for unit_id in held if len(held) > 1 else ():
            desk.button("undo", own, unit_id)
        desk.button("expire", own)
    with st.expander(desk.say("hall.with_reason")):
        reason = st.text_input(desk.say("hall.reason"), key=f"reason-{own}")
        with st.container(horizontal=True):
            desk.button("extend", own, reason=reason, off=not view.extensions_left)
            desk.button("waive", own, reason=reason)
        st.markdown(f":small[{plain(desk.say('hall.extensions', left=view.extensions_left))}]")


@st.fragment(run_every=1.0)
def show_clock(round_id: str, deadline: str, number: int, lang: Lang) -> None:
    """The time that is left, and whether another window has acted; a second is enough for both."""
    if not viewer().may_see("selection_day"):
        st.rerun()
    try:
        view, now = watch().look(round_id), watch().store.clock()
    except Faults:
        if not st.session_state.get("was_lost"):
            st.rerun()
        return
    if view.number != number or st.session_state.get("was_lost"):
        st.rerun()
    show_clock_trouble(view, now, lang)
    if not deadline:
        st.markdown(f"{now:%H:%M:%S}")
        return
    left = int((datetime.fromisoformat(deadline) - now).total_seconds())
    until = f"{datetime.fromisoformat(deadline):%H:%M:%S}"
    if left < 0:
        st.markdown(f"**:red[{plain(sentence('hall.time_out', lang, at=until))}]**")
        return
    st.markdown(f"**{plain(sentence('hall.time_left', lang, minutes=left // 60, seconds=left % 60, at=until))}**")


def show_clock_trouble(view: HallView, now: datetime, lang: Lang) -> None:
    """The clock has jumped, or goes behind the record: then the time left is not known."""
    behind = round((view.at - now).total_seconds()) if view.at else 0
    if behind > 0:
        st.error(plain(sentence("hall.clock_behind", lang, seconds=behind, at=f"{view.at:%H:%M:%S}")))
    if moved := watch().clock_moved():
        at, seconds = moved
        st.warning(plain(sentence("hall.clock_moved", lang, at=f"{at:%H:%M:%S}", seconds=f"{seconds:+.0f}")))


# -- the homes ----------------------------------------------------------------------------------------------------


def by_building(homes: Sequence[HomeNow]) -> dict[str, list[HomeNow]]:
    """Building → its homes; 2栋 before 10栋."""
    found: dict[str, list[HomeNow]] = {}
    for home in homes:
        found.setdefault(f"{home.unit.project} {home.unit.building}", []).append(home)

    def place(name: str) -> tuple[int, str]:
        return len(name), name

    return {name: found[name] for name in sorted(found, key=place)}


def show_homes(desk: Desk) -> None:
    """Every building's chart; a click shows the home, and what may be done with it."""
    buildings = by_building(desk.view.homes)
    names = list(buildings)
    show_home(desk)
    show_legend(desk)
    # nothing that changes may stand in an option: what was chosen under another name would be gone
    shown = st.multiselect(desk.say("screen.building"), names, default=names, key="buildings", placeholder="—")
    span, chosen = price_span(desk.view.homes), st.session_state.get("home", "")
    ink = DARK_INK if st.context.theme.type == "dark" else INK
    with st.container(horizontal=True, gap="medium"):
        for name in shown:
            homes = buildings[name]
            width = max(160, ACROSS * wide_of(homes) + 60)
            with st.container(width=width, border=False):
                free = sum(home.state in FREE for home in homes)
                st.markdown(f"**{plain(desk.say('hall.building', building=name, free=free))}**")
                st.plotly_chart(
                    stacking_chart(homes, desk.lang, span=span, chosen=chosen, ink=ink),
                    config=CHART_CONFIG,
                    key=f"chart-{name}",
                    on_select=clicked,
                    selection_mode="points",
                    theme=None,
                    alt=desk.say("hall.chart", building=name),
                )


def wide_of(homes: Sequence[HomeNow]) -> int:
    """How many homes stand side by side at the most."""
    floors: dict[int, int] = {}
    for home in homes:
        floors[home.unit.floor] = floors.get(home.unit.floor, 0) + 1
    return max(floors.values())


def clicked() -> None:
    """Keep the home of whichever chart was clicked last."""
    before: Mapping[str, str] = st.session_state.get("points", {})
    now = {}
    for key, state in st.session_state.items():
        if str(key).startswith("chart-"):
            points = state["selection"]["points"]
            now[str(key)] = str(points[0]["customdata"][0]) if points else ""
    changed = [unit_id for key, unit_id in now.items() if unit_id and before.get(key) != unit_id]
    if changed:
        st.session_state["home"] = changed[0]
    st.session_state["points"] = now


def show_home(desk: Desk) -> None:
    """The home that was clicked or typed, and its buttons."""
    homes = {home.unit.unit_id: home for home in desk.view.homes}
    st.selectbox(desk.say("hall.choose_home"), ["", *homes], key="home", format_func=lambda unit_id: unit_id or "—")
    home = homes.get(st.session_state.get("home", ""))
    if home is None:
        st.info(desk.say("hall.click"))
        return
    own = desk.view.figures["table"]
    with st.container(border=True):
        st.markdown(f"**{plain(home.unit.unit_id)}** · " + plain(" · ".join(home_lines(home, desk.lang))))
        if own and home.state in ("safe", "unsafe"):
            desk.button("pick", own, home.unit.unit_id, kind="primary", off=home.state == "unsafe")
        elif own and home.state == "held":
            desk.button("undo", own, home.unit.unit_id, place="home-")


def show_legend(desk: Desk) -> None:
    """What the squares mean, sign by sign."""
    states = ("safe", "unsafe", "held", "taken", "reserve", "withdrawn") if desk.view.figures["table"] else (
        "free", "taken", "reserve", "withdrawn")  # fmt: skip
    counts = {state: sum(home.state == state for home in desk.view.homes) for state in states}
    parts = [f"{desk.say(f'hall.legend.{state}')} {counts[state]}" for state in states]
    span = price_span(desk.view.homes)
    if span:
        parts.append(desk.say("hall.prices", least=f"{span[0]:,.2f}", most=f"{span[1]:,.2f}"))
    st.markdown(plain(" ｜ ".join(parts)))


# -- what is seldom -----------------------------------------------------------------------------------------------


def show_others(desk: Desk) -> None:
    """Late households, reserve homes, homes with a defect, faults."""
    view = desk.view
    with st.expander(desk.say("hall.others")):
        aside = [own for own, standing in view.standing.items() if standing in ("skipped", "passed")]
        reason = st.text_input(desk.say("hall.reason"), key="others-reason")
        one, two, three, four = st.columns(4)
        with one:
            own = one_of(desk.say("hall.aside"), aside, f"aside-{'-'.join(aside)}", view.called_as, first=0)
            desk.button("request", own or "", reason=reason, off=not own)
        with two:
            kept = [home.unit.unit_id for home in view.homes if home.state == "reserve"]
            released = some_of(desk.say("hall.legend.reserve"), kept, "released")
            desk.button("release", "", *released, reason=reason, off=not released)
        with three:
            free = [home.unit.unit_id for home in view.homes if home.state in (*FREE, "reserve")]
            gone = one_of(desk.say("hall.defect"), free, "gone")
            desk.button("withdraw", "", *([gone] if gone else []), reason=reason, off=not gone)
        with four:
            since = st.time_input(desk.say("hall.since"), value=None, key="since", step=60)
            desk.button("fault", reason=reason, since=since, off=since is None)


def some_of(label: str, names: Sequence[str], key: str) -> list[str]:
    """Any of them, as ``one_of``."""
    return st.multiselect(label, names, key=key, placeholder="—") if names else nothing(label)


def one_of(
    label: str, names: Sequence[str], key: str, shown: Callable[[str], str] = str, *, first: int | None = None
) -> str | None:
    """One of them, or none; ``first``: which one before anybody chooses."""
    if not names:
        nothing(label)
        return None
    return st.selectbox(label, names, index=first, key=key, format_func=shown, placeholder="—")


def nothing(label: str) -> list[str]:
    """In place of a field that could take nothing."""
    st.markdown(f":small[{plain(label)}]  \n—")
    return []


def show_rehearsal(desk: Desk) -> None:
    """What the guard is worth, where the round was rehearsed: the figure of ``anju rehearse``, from its file."""
    if not (file := os.environ.get(REHEARSAL_VARIABLE)):
        return
    try:
        round_id, found = read_rehearsal(Path(file))
    except Faults as faults:
        st.error(plain("  \n".join(fault_sentence(fault, desk.lang) for fault in faults.faults)))
        return
    with st.expander(desk.say("hall.rehearsal")):
        said = [desk.say("hall.rehearsed", round=round_id), desk.say("rehearse.found", **asdict(found))]
        st.markdown(plain(" ".join(said)))


# -- the page -----------------------------------------------------------------------------------------------------


def chosen_round(lang: Lang) -> str | None:
    """The round whose day it is; None where the record has none to choose from."""
    with watch().store.reading() as connection:
        found = [row for row in rounds(connection) if row["state"] == "picking"]
    if not found:
        st.info(sentence("hall.no_round", lang))
        return None
    titles = {row["round"]: row["title"] for row in found}
    picked: str = st.selectbox(
        sentence("hall.round", lang), list(titles), key="hall_round", format_func=lambda i: f"{i} {titles[i]}"
    )
    return picked


def show_opening(desk: Desk) -> None:
    """The day has not begun."""
    sessions = st.number_input(desk.say("hall.sessions_a_day"), min_value=1, value=None, step=1, key="sessions_a_day")
    round_id = desk.view.round_id
    st.button(
        desk.say("act.hall-open"),
        on_click=lambda: perform("hall-open", lambda clerk: open_hall(clerk, round_id, sessions_a_day=sessions)),
        type="primary",
        disabled=desk.still,
    )


def look(lang: Lang) -> Desk | None:
    """The day as it stands; where the record cannot be read, as it was last seen, with nothing to be done."""
    known, view = True, None
    try:
        round_id = chosen_round(lang)
        if round_id is not None:
            view = watch().look(round_id)
            st.session_state["hall_last"] = round_id
    except Faults as faults:
        show_lost(faults, lang)
        known = False
        try:
            view = watch().last_seen(st.session_state.get("hall_last", ""))
        except Faults:
            view = None
    st.session_state["was_lost"] = not known
    return Desk(view, lang, known=known) if view else None


def main() -> None:
    """The page."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("selection_day.title", lang))
    desk = look(lang)
    show_answer(lang)
    if not viewer().may_act:
        st.info(sentence("access.only_looks", lang))
    if desk is None:
        return
    if desk.view.drill:
        st.warning(desk.say("screen.drill"))
    if not desk.view.begun:
        show_opening(desk)
        return
    figures = desk.view.figures
    show_clock(desk.view.round_id, figures["deadline"] if figures["table"] else "", desk.view.number, lang)
    show_turn(desk)
    show_others(desk)
    show_homes(desk)
    show_rehearsal(desk)


if __name__ == "__main__":
    main()
