"""安置户: one household, found by what a clerk types and never through the address: its whole story and its papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import streamlit as st

from allocation.messages import SENTENCES, Faults, Lang, reason_sentence, sentence
from allocation.overview import rounds
from allocation.pages.access import Viewer, still_may_see, viewer
from allocation.pages.record import plain, show_lost, watch
from allocation.roster import yuan
from allocation.schema import fault_sentence, localised
from allocation.story import FOUND_MOST, OWN_PAPERS, Event, Story, balances, find, own_paper, story

if TYPE_CHECKING:
    from allocation.schema import Household

PAGE = "household"
FORMS = ("pdf", "docx", "html")
NOT_TOLD = ("row_no", "extra")
"""Columns of the record that say nothing to a reader."""
ADDED: Mapping[str, Sequence[str]] = {
    "turns": ("order_no",),
    "homes": ("unit_id", "status"),
    "ledger": ("receipt_no", "amount_fen", "kind", "corrects"),
    "objections": ("objection_id", "said"),
    "settlements": ("final_fen",),
    "handovers": ("unit_id", "handed_on"),
}
"""What is told of a row that is new."""
VALUES: Mapping[str, Sequence[str]] = {
    "status": ("home",), "outcome": ("turn",), "kind": ("household.kind",), "verdict": ("verdict",),
}  # fmt: skip
"""Whose values have words of their own, and where."""
Rows = list[dict[str, str]]


def say(lang: Lang, code: str, **params: object) -> str:
    return sentence(f"household.{code}", lang, **params)


def table(lang: Lang, rows: Rows) -> None:
    """Rows under their headings; that there are none is said."""
    if rows:
        st.table([{say(lang, f"column.{key}"): plain(text) for key, text in row.items()} for row in rows])
    else:
        st.markdown(say(lang, "nothing"))


# -- finding ------------------------------------------------------------------------------------------------------


def chosen_round(lang: Lang) -> str | None:
    """The round to look in."""
    with watch().store.reading() as connection:
        found = rounds(connection)
    if not found:
        st.info(sentence("round.none", lang))
        return None
    titles = {row["round"]: row["title"] for row in found}
    picked: str = st.selectbox(
        sentence("hall.round", lang), list(titles), key="household_round", format_func=lambda i: f"{i} {titles[i]}"
    )
    return picked


def chosen_household(round_id: str, lang: Lang) -> Household | None:
    """The household that the clerk typed, and chose where several have the name."""
    typed = st.text_input(say(lang, "search"), key="household_search", help=say(lang, "search_help"), max_chars=60)
    if not typed.strip():
        return None
    with watch().store.reading() as connection:
        found = find(connection, round_id, typed)
    if not found:
        st.warning(say(lang, "none"))
        return None
    if len(found) > FOUND_MOST:
        st.info(say(lang, "many", most=FOUND_MOST))
    if len(found) == 1:
        return found[0]
    by_id = {one.household_id: one for one in found[:FOUND_MOST]}
    picked = st.selectbox(
        say(lang, "which"),
        list(by_id),
        index=None,
        key=f"household_which-{typed}",
        format_func=lambda own: say(lang, "person", name=by_id[own].name, id=own),
    )
    return by_id.get(picked) if picked else None


# -- what stands --------------------------------------------------------------------------------------------------


def show_head(found: Story, lang: Lang) -> None:
    """Who it is, and the four figures a clerk is asked for first."""
    own = found.household
    st.subheader(plain(say(lang, "person", name=own.name, id=own.household_id)))
    st.markdown(plain(f"{say(lang, 'village')} {own.village}"))
    given = [home for home in found.homes if home["status"] != "void"]
    balance = balances(found.ledger)
    turn = found.turn or {}
    figures = {
        "persons": str(own.persons),
        "entitlement": f"{found.entitled.m2:.2f}",
        "order": str(turn.get("order_no") or "—"),
        "homes": str(len(given)),
        "balance": balance[-1][1] if balance else "0.00",
    }
    with st.container(horizontal=True, gap="large"):
        for name, value in figures.items():
            st.metric(say(lang, name), value, width="content")
    if turn.get("outcome"):
        st.markdown(plain(sentence(f"turn.{turn['outcome']}", lang)))
    if found.left_out:
        told = "".join(f"\n- {plain(reason_sentence(reason, lang))}" for reason in found.left_out)
        st.warning(plain(say(lang, "left_out")) + told)


def show_roster(found: Story, lang: Lang) -> None:
    """Members, choices and demand."""
    with st.expander(say(lang, "roster")):
        st.markdown(f"**{say(lang, 'members')}**")
        table(
            lang,
            [
                {"name": one.name, "relation": one.relation, "birth_date": f"{one.birth_date or '—'}"}
                for one in found.tables["members"]
            ],
        )
        st.markdown(f"**{say(lang, 'choices')}**")
        for one in found.tables["demand"]:
            st.markdown(plain(say(lang, "demand", layout=one.layout, count=one.count)))
        filters = ("project", "building", "entrance", "floor_min", "floor_max", "layout", "orientation", "unit_id")
        rows: Rows = []
        for one in sorted(found.tables["choices"], key=lambda choice: choice.choice):
            asked = [
                f"{localised(f'choices.{name}', lang)} {value}"
                for name in filters
                if (value := getattr(one, name)) not in (None, "")
            ]
            rows.append({"wish": say(lang, "wish", n=one.choice), "filters": " · ".join(asked) or "—"})
        table(lang, rows)


def show_homes(found: Story, lang: Lang) -> None:
    """Every home it has or had, its settlement and its keys."""
    st.subheader(say(lang, "homes_head"))
    rows: Rows = []
    for home in found.homes:
        unit = found.units[home["unit_id"]]
        rows.append(
            {
                "unit_id": home["unit_id"],
                "layout": unit.layout,
                "area_m2": f"{unit.area_m2:.2f}",
                "rank": str(home["rank"]),
                "status": sentence(f"home.{home['status']}", lang),
            }
        )
    table(lang, rows)
    if settled := found.settlement:
        price, final = (f"{yuan(settled[name]):,.2f}" for name in ("price_fen", "final_fen"))
        st.markdown(plain(say(lang, "settlement", day=settled["settled_on"], price=price, final=final)))
    for keys in found.handovers:
        st.markdown(plain(say(lang, "handed", day=keys["handed_on"], unit_id=keys["unit_id"])))


def show_ledger(found: Story, lang: Lang) -> None:
    """Every receipt, refund and counter-entry with what is in after it."""
    st.subheader(say(lang, "ledger"))
    table(
        lang,
        [
            {
                "paid_on": row["paid_on"].isoformat(),
                "receipt_no": row["receipt_no"],
                "kind": say(lang, f"kind.{row['kind']}"),
                "amount": f"{yuan(row['amount_fen']):,.2f}",
                "balance": balance,
            }
            for row, balance in balances(found.ledger)
        ],
    )


def show_publications(found: Story, lang: Lang) -> None:
    """What was put up of its round, and what was taken down again."""
    st.subheader(say(lang, "publications"))
    table(
        lang,
        [
            {
                "document": sentence(f"document.{row['document']}", lang),
                "published_on": row["published_on"].isoformat(),
                "days": str(row["days"]),
                "withdrawn_on": f"{row['withdrawn_on'] or '—'}",
            }
            for row in found.publications
        ],
    )


def show_objections(found: Story, lang: Lang) -> None:
    """Objections to the household, to its homes or to everything."""
    st.subheader(say(lang, "objections"))
    table(
        lang,
        [
            {
                "objection_id": row["objection_id"],
                "filed_on": row["filed_on"].isoformat(),
                "resolved_on": f"{row['resolved_on'] or '—'}",
                "outcome": row["outcome"] or "—",
            }
            for row in found.objections
        ],
    )


# -- what happened ------------------------------------------------------------------------------------------------


def told(name: str, before: Mapping[str, Any], after: Mapping[str, Any], lang: Lang) -> str:
    """One change of one row in words: what was added, changed from what into what, or taken out."""
    what = heading(name, lang)
    if name == "homes" and before:
        what += f" {after['unit_id']}"
    if not after:
        return sentence("story.removed", lang, what=what)
    if not before:
        shown = " · ".join(
            value_of(key, after[key], lang) for key in ADDED.get(name, ()) if after.get(key) not in (None, "")
        )
        return sentence("story.added", lang, what=what, values=shown) if shown else what
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key) and key not in NOT_TOLD]
    return "；".join(
        sentence(
            "story.changed",
            lang,
            what=what,
            column=heading(f"{name}.{key}", lang),
            before=value_of(key, before.get(key), lang),
            after=value_of(key, after.get(key), lang),
        )
        for key in changed
    )


def heading(code_name: str, lang: Lang) -> str:
    """A table or a column by its name for readers: the roster's own, else the record's."""
    found = localised(code_name, lang)
    code = f"story.{code_name}"
    return sentence(code, lang) if found == code_name and code in SENTENCES else found


def value_of(key: str, value: object, lang: Lang) -> str:
    """A value of the record in words."""
    if value in (None, ""):
        return "—"
    if key.endswith("_fen") and isinstance(value, int):
        return sentence("story.yuan", lang, yuan=f"{yuan(value):,.2f}")
    for prefix in VALUES.get(key, ()):
        if f"{prefix}.{value}" in SENTENCES:
            return sentence(f"{prefix}.{value}", lang)
    return str(value)


def what_happened(event: Event, lang: Lang) -> str:
    """An entry of the log in words."""
    if event.refused:
        reasons = "；".join(reason_sentence(reason, lang) for reason in event.reasons)
        return sentence("story.refused", lang, reasons=reasons)
    if event.for_all:
        return sentence("story.for_all", lang)
    if event.act == "import":
        counts = Counter(name for name, _, _ in event.changes)
        return "；".join(
            sentence("story.entered", lang, what=heading(name, lang), rows=count) for name, count in counts.items()
        )
    lines = [told(name, before, after, lang) for name, before, after in event.changes]
    lines += [str(event.said["reason"])] if event.said.get("reason") else []
    return "；".join(lines) or "—"


def show_events(found: Story, lang: Lang) -> None:
    """The log's entries, newest first."""
    st.subheader(say(lang, "story"))
    whole = st.toggle(say(lang, "with_round"), value=True, key="with_round")
    table(
        lang,
        [
            {
                "at": f"{event.at[:16].replace('T', ' ')} {event.who}",
                "act": sentence(f"act.{event.act}", lang),
                "what": what_happened(event, lang),
            }
            for event in reversed(found.events)
            if whole or not event.for_all
        ],
    )


# -- its papers ---------------------------------------------------------------------------------------------------


def show_papers(round_id: str, found: Story, seen: Viewer, lang: Lang) -> None:
    """A document of the household, made when it is asked for."""
    st.subheader(say(lang, "papers"))
    st.info(say(lang, "papers_note"), icon=":material/lock:")
    left, right = st.columns(2)
    with left:
        document: str = st.selectbox(
            say(lang, "document"),
            OWN_PAPERS,
            key="paper",
            format_func=lambda name: sentence(f"notice.name.{name}", lang),
        )
    with right:
        form: str = st.radio(
            say(lang, "form"),
            FORMS,
            key="form",
            horizontal=True,
            format_func=lambda one: sentence(f"public.form.{one}", lang),
        )
    own = found.household.household_id
    wanted = (round_id, own, document, form, lang)
    if st.button(say(lang, "make"), key="make", type="primary"):
        st.session_state["paper_made"] = wanted, make(wanted)
    made = st.session_state.get("paper_made")
    if made is None or made[0] != wanted:
        return
    if isinstance(made[1], Faults):
        st.warning(plain("  \n".join(fault_sentence(fault, lang) for fault in made[1].faults)))
        return
    name = f"{document}-{own}.{form}"
    st.download_button(
        say(lang, "download", name=plain(name)),
        data=guarded(made[1], seen),
        file_name=name,
        key="save_paper",
        on_click="ignore",
    )


def make(wanted: tuple[str, str, str, str, Lang]) -> bytes | Faults:
    """The file, or why there is none."""
    round_id, own, document, form, lang = wanted
    store = watch().store
    try:
        with store.reading() as connection:
            return own_paper(connection, round_id, own, document, form=form, lang=lang, today=store.clock().date())
    except Faults as faults:
        return faults


def guarded(data: bytes, seen: Viewer) -> Callable[[], BytesIO]:
    """The file, given out at the click and only to who may still see this page then."""

    def give() -> BytesIO:
        if not still_may_see(seen, PAGE):
            raise PermissionError("the login has ended or the role has changed")
        return BytesIO(data)

    return give


def main() -> None:
    """The page."""
    lang: Lang = st.session_state["lang"]
    seen = viewer()
    if not seen.may_see(PAGE):
        raise PermissionError("a household was asked for by somebody who is no clerk")
    st.title(sentence("household.title", lang))
    try:
        round_id = chosen_round(lang)
        household = chosen_household(round_id, lang) if round_id else None
        if round_id is None or household is None:
            return
        with watch().store.reading() as connection:
            found = story(connection, round_id, household.household_id)
    except Faults as faults:
        show_lost(faults, lang)
        return
    show_head(found, lang)
    show_homes(found, lang)
    show_ledger(found, lang)
    show_publications(found, lang)
    show_objections(found, lang)
    show_papers(round_id, found, seen, lang)
    show_events(found, lang)
    show_roster(found, lang)


if __name__ == "__main__":
    main()
