"""安置小区: what the lived-in communities and the new ones have of what they are due, and what is overdue."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from allocation.communities import STATES, Communities, State, read_communities
from allocation.messages import Faults, Lang, sentence
from allocation.pages.progress import amount, bar, number, origin, plain, show_card, show_chart, show_faults, stacked
from allocation.pages.settings import programme_folder
from allocation.programme import Programme, read_programme
from allocation.programme_tables import COMMUNITY_KINDS, ITEMS, CommunityKind, Item

COLOURS: dict[State, str] = {
    "done": "#1f5f8b", "late": "#a9c9de", "due": "#d3dde6", "overdue": "#b3261e", "unrecorded": "#8a8f98",
}  # fmt: skip
SIGNS: dict[State, str] = {
    "done": ":material/check_circle:", "late": ":material/check:", "due": ":material/schedule:",
    "overdue": ":material/error:", "unrecorded": ":material/help:",
}  # fmt: skip
CARD_WIDTH = 340


def show_counts(found: Communities, programme: Programme, lang: Lang) -> None:
    """How many communities were reported, how many the table has, how much is overdue."""
    figure = programme.figure("lived_in_communities")
    counts = {kind: len(found.of_kind(kind)) for kind in COMMUNITY_KINDS}
    own, definition = sentence("page.own_record", lang), sentence("communities.count_definition", lang)
    left, *rest = st.columns(4)
    with left:
        show_card(figure.label[lang], amount(figure, lang), origin(figure, lang), figure.definition[lang])
    for column, (kind, count) in zip(rest, counts.items(), strict=False):
        with column:
            show_card(sentence(f"communities.kind.{kind}", lang), number(Decimal(count)), own, definition)
    with rest[-1]:
        late = sentence("communities.overdue_definition", lang)
        show_card(sentence("communities.overdue_count", lang), str(len(found.overdue())), own, late)
    if figure.value is not None and figure.value != counts["lived_in"]:
        differs = sentence("communities.differs", lang, found=counts["lived_in"], published=number(figure.value))
        st.warning(plain(differs))


def show_overdue(found: Communities, lang: Lang) -> None:
    """What is overdue, the longest first."""
    st.subheader(sentence("communities.overdue", lang))
    rows = [
        {
            "item": " · ".join(filter(None, (row.community, sentence(f"item.{row.item}", lang), row.responsible))),
            "due_on": row.due_on.isoformat(),
            "days": str(days),
        }
        for row, days in found.overdue()
    ]
    if not rows:
        st.success(sentence("communities.no_overdue", lang), icon=":material/check:")
        return
    headings = {key: sentence(f"communities.column.{key}", lang) for key in rows[0]}
    st.table([{headings[key]: plain(text) for key, text in row.items()} for row in rows])


def show_overall(found: Communities, lang: Lang) -> None:
    """For each kind of community, every item: in how many it is done, not due, overdue."""
    st.subheader(sentence("communities.overall", lang))
    for column, kind in zip(st.columns(len(COMMUNITY_KINDS)), COMMUNITY_KINDS, strict=True):
        with column:
            show_kind(found, kind, lang)


def show_kind(found: Communities, kind: CommunityKind, lang: Lang) -> None:
    """One stacked bar an item."""
    counts = {item: found.counts(item, kind) for item in ITEMS}
    labels = [sentence(f"item.{item}", lang) for item in ITEMS]
    bars = []
    for state in STATES:
        values = [counts[item][state] for item in ITEMS]
        if any(values):
            texts = [str(value) if value else "" for value in values]
            colour = {"color": COLOURS[state]}
            bars.append(bar(sentence(f"item_state.{state}", lang), list(map(Decimal, values)), labels, texts, colour))
    whole = Decimal(len(found.of_kind(kind)))
    name = sentence(f"communities.kind.{kind}", lang)
    st.markdown(f"**{plain(name)}**")
    told = "；" if lang == "zh" else "; "
    items = told.join(
        sentence(
            "communities.item_says",
            lang,
            item=sentence(f"item.{item}", lang),
            done=row["done"] + row["late"],
            overdue=row["overdue"],
        )
        for item, row in counts.items()
    )
    says = sentence("communities.chart_says", lang, kind=name, count=whole, items=items)
    show_chart(stacked(bars, sentence("communities.axis", lang), whole, 430), f"items-{kind}", says)


def line(found: Communities, community: str, item: Item, lang: Lang) -> str:
    """An item of a community: a sign and a word, never a colour alone."""
    state, row = found.state(community, item), found.items.get((community, item))
    said = sentence(f"item_mark.{state}", lang, day=row.due_on.isoformat() if row else "")
    return f"{SIGNS[state]} {plain(sentence(f'item.{item}', lang))} :small[{plain(said)}]"


def show_each(found: Communities, lang: Lang) -> None:
    """Every community with all its items, a card each: side by side on a projector, one below the other on a phone."""
    st.subheader(sentence("communities.each", lang))
    kind: CommunityKind = st.radio(
        sentence("communities.show", lang),
        list(COMMUNITY_KINDS),
        index=list(COMMUNITY_KINDS).index("new"),
        horizontal=True,
        key="kind",
        format_func=lambda kind: sentence(f"communities.kind.{kind}", lang),
    )
    only = st.toggle(sentence("communities.only_overdue", lang), key="only_overdue")
    late = {row.community for row, _ in found.overdue()}
    shown = [one for one in found.of_kind(kind) if one.community in late or not only]
    if not shown:
        st.success(sentence("communities.no_overdue", lang), icon=":material/check:")
        return
    with st.container(horizontal=True):
        for one in shown:
            with st.container(border=True, width=CARD_WIDTH, height="stretch"):
                since = (
                    sentence("communities.since", lang, month=f"{one.lived_in_since:%Y-%m}")
                    if one.lived_in_since
                    else ""
                )
                st.markdown(f"**{plain(one.community)}** {plain(since)}")
                st.markdown("  \n".join(line(found, one.community, item, lang) for item in ITEMS))


def main() -> None:
    """The page; with a fault in the tables it shows the faults and no figure."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("communities.title", lang))
    try:
        found, programme = read_communities(programme_folder()), read_programme(programme_folder())
    except Faults as faults:
        show_faults(faults, lang)
        return
    st.info(plain(sentence("communities.as_of", lang, day=found.as_of.isoformat(), note=found.note)))
    show_counts(found, programme, lang)
    show_overdue(found, lang)
    show_overall(found, lang)
    show_each(found, lang)


if __name__ == "__main__":
    main()
