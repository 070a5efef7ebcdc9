"""Who looks is asked anew each time: what a login opens, and what closes it again, is decided on the server."""

from __future__ import annotations

import os
import time

import pytest
import streamlit as st

from allocation.messages import sentence
from allocation.pages import access, household, record
from allocation.pages.access import NOBODY, Viewer, of_login, still_may_see
from allocation.pages.settings import LOGIN_VARIABLE, MAY_SEE, PAGES, PUBLIC_PAGES, RECORD_VARIABLE

FILE = """
[provider]
metadata_url = "http://localhost:1/.well-known/openid-configuration"
client_id = "anju"
redirect_uri = "http://localhost:1/oauth2callback"
[session]
minutes = 10
[[people]]
name = "王芳"
subject = "wang"
roles = ["{role}"]
"""


@pytest.fixture
def people(tmp_path, monkeypatch):
    """The file of people, and a way to write it anew."""
    path = tmp_path / "access.toml"
    monkeypatch.setenv(LOGIN_VARIABLE, str(path))
    monkeypatch.setenv(RECORD_VARIABLE, "record.db")
    st.cache_resource.clear()

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(time.time_ns(), time.time_ns()))

    write(FILE.format(role="clerk"))
    yield write
    st.cache_resource.clear()


def login(began: float = 0.0, **claims: object) -> dict[str, object]:
    return {"is_logged_in": True, "sub": "wang", "iat": time.time() + began, **claims}


def test_a_login_lasts_its_minutes_and_not_longer(people):
    assert of_login(login()).name == "王芳"
    assert of_login(login(-599)).may_act
    for claims in (login(-601), login(+120), login(iat=None), login(iat="now")):
        assert (of_login(claims).why, of_login(claims).roles) == ("access.ended", frozenset())
    for claims in ({}, {"sub": "wang", "iat": time.time()}, login(is_logged_in=False)):
        assert of_login(claims) == NOBODY


def test_a_changed_file_counts_at_once_and_a_faulty_one_lets_nobody_in(people):
    claims = login()
    assert of_login(claims).roles == {"clerk"}
    people(FILE.format(role="official"))
    assert of_login(claims).roles == {"official"}
    people(FILE.format(role="chief"))
    assert of_login(claims).why == "access.file_faulty"
    people(FILE.format(role="clerk").replace("wang", "li"))
    assert of_login(claims).why == "access.no_role"
    assert sentence(of_login(claims).why)


def test_every_page_is_for_everybody_or_says_for_whom(people):
    assert {*PUBLIC_PAGES, *MAY_SEE} == set(PAGES)
    for page in PAGES:
        assert NOBODY.may_see(page) == (page in PUBLIC_PAGES)
    seen = {role: {page for page in PAGES if Viewer(roles=frozenset({role})).may_see(page)} for role in
            ("clerk", "official", "auditor")}  # fmt: skip
    assert seen["clerk"] == set(PAGES)
    assert seen["official"] == seen["auditor"] == set(PAGES) - {"household"}
    assert [Viewer(roles=frozenset({role})).may_act for role in seen] == [True, False, False]


def test_a_file_is_not_given_out_once_the_role_is_gone(people):
    seen = of_login(login())
    give = household.guarded(b"paper", seen)
    assert give().read() == b"paper"
    people(FILE.format(role="official"))
    assert not still_may_see(seen, "household")
    with pytest.raises(PermissionError):
        give()


@pytest.mark.parametrize("seen", [NOBODY, Viewer(name="李主任", roles=frozenset({"official"}))])
def test_an_act_of_somebody_who_may_not_is_not_even_sent(people, monkeypatch, seen):
    sent, state = [], {}
    monkeypatch.setattr(record, "viewer", lambda: seen)
    monkeypatch.setattr(record.st, "session_state", state)
    record.perform("pick", sent.append)
    assert sent == []
    assert [fault.code for fault in state["answer"].faults] == ["access.may_not_act"]
    if not seen.roles:
        with pytest.raises(PermissionError):
            record.watch()


def test_a_household_is_not_drawn_for_somebody_else_even_if_the_page_is_reached(people, monkeypatch):
    for module in (household, access):
        monkeypatch.setattr(module, "viewer", lambda: Viewer(name="李主任", roles=frozenset({"official"})))
    monkeypatch.setattr(household.st, "session_state", {"lang": "zh"})
    with pytest.raises(PermissionError):
        household.main()
