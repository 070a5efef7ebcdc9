"""
Who is looking, and what they may see: asked anew in every run of a page, before every act and every few seconds.

Either one operator at this machine (``anju serve --as``), or people who log in (``--login``). The provider says who
somebody is, the office's file which role that person has; it is read again as soon as it changes, and a file with a
fault lets nobody in. Whoever may not see a page gets one sentence. Source: trust.md §2 row 39.
"""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from allocation.logins import Logins, Role, on_loopback, read_logins
from allocation.messages import Faults, Lang, sentence
from allocation.pages.settings import CLERK_VARIABLE, LOGIN_VARIABLE, MAY_SEE, PUBLIC_PAGES, RECORD_VARIABLE

LOOK_AGAIN_SECONDS = 3
"""How soon a window that stands open learns that its login has ended or its role was withdrawn."""
REACH_SECONDS = 4
"""How long the provider is waited for before it is called down."""
TRIED_SECONDS = 600
"""How long a login that was begun in a browser is expected back."""
XSRF_COOKIE = "_streamlit_xsrf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """
    Who looks. ``name``: signs acts, blank = nobody known; ``why``: the code of the sentence that says why somebody
    who logged in has no role; ``login``: what names the login, kept to ask again.
    """

    name: str = ""
    roles: frozenset[Role] = frozenset()
    why: str = ""
    login: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def may_see(self, page: str) -> bool:
        """Whether the page is open to this viewer, whole."""
        return page in PUBLIC_PAGES or bool(self.roles & MAY_SEE[page])

    @property
    def may_act(self) -> bool:
        """Whether this viewer's acts go into the record."""
        return "clerk" in self.roles


NOBODY = Viewer()


def record_served() -> bool:
    """Whether there is a record behind the pages."""
    return bool(os.environ.get(RECORD_VARIABLE))


def login_served() -> bool:
    """Whether people log in."""
    return bool(os.environ.get(LOGIN_VARIABLE)) and record_served()


def claims() -> Mapping[str, Any]:
    """What the provider said of whoever uses this window."""
    return st.user.to_dict()


def viewer() -> Viewer:
    """Who looks, now."""
    if login_served():
        return of_login(claims())
    who = os.environ.get(CLERK_VARIABLE, "")
    if who and record_served() and on_loopback(str(st.get_option("server.address") or "")):
        return Viewer(name=who, roles=frozenset({"clerk"}))
    return NOBODY


def still_may_see(one: Viewer, page: str) -> bool:
    """The same question later, where no page runs: when a file is asked for that a page offered."""
    return (of_login(one.login) if login_served() else one).may_see(page)


def of_login(said: Mapping[str, Any]) -> Viewer:
    """Who the claims of a login are of, while it lasts and the person has a role."""
    if not said.get("is_logged_in"):
        return NOBODY
    try:
        logins = _logins()
    except Faults:
        return Viewer(why="access.file_faulty")
    began = said.get("iat")
    if not isinstance(began, int | float) or _key(said) in _memory().ended:
        return Viewer(why="access.ended")
    if not -60 <= time.time() - began < logins.minutes * 60:
        return Viewer(why="access.ended")
    person = logins.person(said)
    if person is None:
        return Viewer(why="access.no_role")
    return Viewer(name=person.name, roles=person.roles, login=dict(said))


# -- what is remembered while the server runs ---------------------------------------------------------------------


@dataclass(slots=True)
class _Memory:
    """``read``: the file of logins as last read; ``ended``: logins logged out; ``tried``: browsers sent to log in."""

    read: tuple[tuple[int, int], Logins | Faults] | None = None
    ended: set[str] = field(default_factory=set)
    tried: dict[str, float] = field(default_factory=dict)


@st.cache_resource(show_spinner=False)
def _memory() -> _Memory:
    return _Memory()


def _logins() -> Logins:
    """The file of logins as it stands now. Faults: it has some, or is gone."""
    path, memory = Path(os.environ[LOGIN_VARIABLE]), _memory()
    try:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
    except OSError:
        stamp = (0, 0)
    if memory.read is None or memory.read[0] != stamp:
        try:
            memory.read = stamp, read_logins(path)
        except Faults as faults:
            memory.read = stamp, faults
    answer = memory.read[1]
    if isinstance(answer, Faults):
        raise answer
    return answer


def _key(said: Mapping[str, Any]) -> str:
    """What names one login: whose it is and when it began; a window opened later in the same browser has the same."""
    return f"{said.get('sub')}|{said.get('iat')}"


def _browser() -> str:
    """What names this browser while it is open: the token inside its XSRF cookie, which is written anew each time."""
    try:
        _, mask, hidden, _ = st.context.cookies.get(XSRF_COOKIE, "").split("|")
        key = bytes.fromhex(mask)
        return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(bytes.fromhex(hidden))).hex()
    except (ValueError, ZeroDivisionError):
        return ""


# -- log in, log out ----------------------------------------------------------------------------------------------


def log_in() -> None:
    """Send the browser to the provider; where that does not answer, say so and send nobody away."""
    st.session_state.pop("login_why", None)
    try:
        with urllib.request.urlopen(_logins().metadata_url, timeout=REACH_SECONDS):
            pass
    except (OSError, ValueError, Faults):
        st.session_state["login_why"] = "access.provider_down"
        return
    memory = _memory()
    memory.tried = {one: at for one, at in memory.tried.items() if time.time() - at < TRIED_SECONDS}
    memory.tried[_browser()] = time.time()
    st.session_state["sent_off"] = True
    st.login()


def log_out() -> None:
    """End this login in every window of the browser, at once, and at the provider."""
    _memory().ended.add(_key(claims()))
    for key in list(st.session_state):
        if key != "lang":
            del st.session_state[key]
    st.logout()


def show_login(lang: Lang, seen: Viewer) -> None:
    """Who is logged in, or the way to log in."""
    if seen.name:
        st.button(sentence("access.log_out", lang, name=seen.name), on_click=log_out, key="log_out", type="tertiary")
        return
    came_back = not st.session_state.get("sent_off")
    began = _memory().tried.pop(_browser(), None) if came_back else None
    if began and not seen.why and time.time() - began < TRIED_SECONDS:
        st.session_state["login_why"] = "access.not_finished"
    if claims().get("is_logged_in"):
        st.button(sentence("access.other_login", lang), on_click=log_out, key="log_out", type="tertiary")
    else:
        st.button(sentence("access.log_in", lang), on_click=log_in, key="log_in", type="tertiary")


def show_why(lang: Lang, seen: Viewer) -> None:
    """In one sentence why somebody who wanted in is not in."""
    why = seen.why or ("" if seen.name else st.session_state.get("login_why", ""))
    if why:
        st.warning(sentence(why, lang), icon=":material/lock:")


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def keep_asking(seen: Viewer) -> None:
    """Draw the page anew, without what it may no longer show, when its viewer is another one now."""
    if viewer() != seen:
        st.rerun()
