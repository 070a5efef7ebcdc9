"""
The record behind the pages: whole for whoever has a role, published figures for everybody else.

An act is signed by whoever is logged in (or sits at this machine) when it is sent. It carries a command id that is
kept until it is answered, so that a click that got no answer can be sent again and is done once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import streamlit as st

from allocation.acts import Clerk, Done, Refused
from allocation.hall_view import Watch, open_running
from allocation.messages import Fault, Faults, Lang, reason_sentence, sentence
from allocation.pages.access import record_served, viewer
from allocation.pages.settings import RECORD_VARIABLE
from allocation.schema import fault_sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

Published = TypeVar("Published")
Act = Callable[[Clerk], Done | Refused]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An act that was sent and not answered: what it is called, its work, its command id."""

    name: str
    work: Act
    command_id: str


@st.cache_resource(show_spinner=False)
def _watch(url: str) -> Watch:
    return Watch(open_running(url))


def watch() -> Watch:
    """The record, open for as long as the dashboard runs, for a viewer with a role. Faults: it cannot be opened."""
    if not (record_served() and viewer().roles):
        raise PermissionError("the record was asked for by somebody without a role")
    return _watch(os.environ[RECORD_VARIABLE])


def published(work: Callable[[Connection, date], Published]) -> Published:
    """
    What ``work`` finds for everybody, by the functions of :mod:`allocation.overview` whose names begin with
    ``published``; the second argument is today. Faults: the record cannot be opened or read.
    """
    store = _watch(os.environ[RECORD_VARIABLE]).store
    with store.reading() as connection:
        return work(connection, store.clock().date())


# -- acts ---------------------------------------------------------------------------------------------------------


def perform(name: str, work: Act) -> None:
    """Send an act; its answer, or that there is none, is kept for ``show_answer``."""
    send(Sent(name=name, work=work, command_id=uuid4().hex))


def send(sent: Sent) -> None:
    """Send an act, or send it again: with the same command id it is done once."""
    state, seen = st.session_state, viewer()
    state["answer"], state["unanswered"] = None, None
    if not seen.may_act:
        state["answer"] = Faults([Fault(table="command", code="access.may_not_act")])
        return
    try:
        state["answer"] = sent.work(Clerk(store=watch().store, who=seen.name, command_id=sent.command_id))
    except Faults as faults:
        state["answer"] = faults
        if any(fault.code in ("store.unknown", "store.lost", "store.unreachable") for fault in faults.faults):
            state["unanswered"] = sent


def unanswered() -> Sent | None:
    """The act of which it is not known whether it is in the record."""
    found: Sent | None = st.session_state.get("unanswered")
    return found


def show_answer(lang: Lang) -> None:
    """How the last act went; where that is not known, what to do about it."""
    answer = st.session_state.get("answer")
    if isinstance(answer, Done):
        act = sentence(f"act.{answer.act}", lang)
        st.success(plain(sentence("hall.done", lang, act=act, number=answer.number)), icon=":material/check:")
    elif isinstance(answer, Refused):
        told = [reason_sentence(reason, lang) for reason in answer.reasons]
        text = sentence("hall.refused", lang, act=sentence(f"act.{answer.act}", lang), number=answer.number)
        st.error(plain("  \n".join([text, *told])), icon=":material/block:")
    elif isinstance(answer, Faults):
        st.error(plain("  \n".join(fault_sentence(fault, lang) for fault in answer.faults)), icon=":material/warning:")
    sent = unanswered()
    if sent is not None:
        st.warning(plain(sentence("hall.unknown", lang, act=sentence(f"act.{sent.name}", lang))))
        st.button(sentence("hall.send_again", lang), on_click=send, args=(sent,), type="primary")


def plain(text: str) -> str:
    """The text with nothing in it that Markdown would read."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]$~<#|:" else sign for sign in text)


def show_lost(faults: Faults, lang: Lang) -> None:
    """The record cannot be read: why, and that what is shown is old."""
    st.error(plain("  \n".join(fault_sentence(fault, lang) for fault in faults.faults)))
    st.warning(plain(sentence("hall.lost", lang)))
    st.button(sentence("hall.look_again", lang))
