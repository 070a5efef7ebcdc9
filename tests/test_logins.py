"""Who may log in stands in one file without secrets, read whole or refused with every fault; the two ways to serve
exclude each other, and whoever is not asked who he is stays at this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from allocation.logins import CLIENT_SECRET, COOKIE_SECRET, read_logins, read_secrets
from allocation.messages import LANGS, Faults
from allocation.pages.settings import LOGIN_VARIABLE, OWN_VARIABLES, Serving, serve_arguments, served_environment
from allocation.schema import fault_sentence

GOOD = """\
[provider]
metadata_url = "https://login.example.gov.cn/.well-known/openid-configuration"
client_id = "anju"
redirect_uri = "https://anju.example.gov.cn/oauth2callback"

[[people]]
name = "王 芳"
email = "Wang@Example.gov.cn"
roles = ["clerk"]

[[people]]
name = "李主任"
subject = "0042"
roles = ["official", "auditor"]
"""


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "access.toml", mode: int = 0o600) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def told(call, *args) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as found:
        call(*args)
    for fault in found.value.faults:
        for lang in LANGS:
            assert fault_sentence(fault, lang)
    return [(fault.code, fault.column) for fault in found.value.faults]


# -- the file ----------------------------------------------------------------------------------------------------


def test_a_person_is_known_by_subject_or_by_a_verified_address(written):
    logins = read_logins(written(GOOD))
    wang, li = logins.people
    assert (wang.name, wang.roles, li.roles) == ("王 芳", {"clerk"}, {"official", "auditor"})
    assert logins.minutes == 480
    assert logins.host == "anju.example.gov.cn"
    assert logins.person({"sub": "7", "email": "wang@example.GOV.cn", "email_verified": True}) == wang
    assert logins.person({"sub": "0042"}) == li
    for stranger in (
        {"sub": "7", "email": "wang@example.gov.cn"},  # the provider does not vouch for the address
        {"sub": "7", "email": "wang@example.gov.cn", "email_verified": "true"},
        {"sub": "7", "email": "", "email_verified": True},
        {"sub": ""},
        {},
    ):
        assert logins.person(stranger) is None
    trusting = read_logins(written(GOOD.replace("[[people]]", "trust_unverified_email = true\n[[people]]", 1)))
    assert trusting.person({"sub": "7", "email": "wang@example.gov.cn"}) == trusting.people[0]


def test_every_fault_of_the_file_is_told_at_once(written):
    text = """\
    colour = "red"
    [provider]
    metadata_url = "http://login.example.gov.cn/x"
    client_id = " "
    redirect_uri = "https://anju.example.gov.cn/back"
    client_secret = "s"
    trust_unverified_email = "yes"
    [session]
    minutes = 0
    [[people]]
    name = "王芳"
    email = "wang"
    roles = ["clerk"]
    [[people]]
    name = "王芳"
    roles = ["chief"]
    """
    assert sorted(told(read_logins, written(text))) == sorted(
        [
            ("access.unknown_key", "colour"),
            ("access.not_url", "provider.metadata_url"),
            ("access.missing", "provider.client_id"),
            ("access.not_callback", "provider.redirect_uri"),
            ("access.secret_here", "provider.client_secret"),
            ("access.not_boolean", "provider.trust_unverified_email"),
            ("access.minutes", "session.minutes"),
            ("access.not_email", "people.1.email"),
            ("access.twice", "people.2.name"),
            ("access.no_identity", "people.2"),
            ("access.roles", "people.2.roles"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[provider", "access.not_toml"),
        ("", "access.no_section"),
        (GOOD.partition("[[people]]")[0], "access.nobody"),
        ("people = 3\n" + GOOD.partition("[[people]]")[0], "access.nobody"),
        (GOOD.replace("https://anju", "https://u:p@anju"), "access.not_url"),
        (GOOD.replace("https://anju.example.gov.cn/", "https://[/"), "access.not_url"),
    ],
)
def test_a_file_that_is_none_is_told(written, text, code):
    assert code in [found for found, _ in told(read_logins, written(text))]


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert told(read_logins, tmp_path / "none.toml") == [("access.no_file", "")]


# -- the secrets -------------------------------------------------------------------------------------------------


def test_secrets_come_from_the_environment_or_from_a_file_that_nobody_else_reads(written):
    long = "x" * 32
    given = read_secrets(None, {CLIENT_SECRET: "s", COOKIE_SECRET: long})
    assert (given.client_secret, given.cookie_secret) == ("s", long)
    assert "s'" not in repr(given)
    assert long not in repr(given)
    made = [read_secrets(None, {CLIENT_SECRET: "s"}).cookie_secret for _ in range(2)]
    assert made[0] != made[1]
    assert len(made[0]) >= 32
    kept = written('client_secret = "f"\n', "secrets.toml")
    assert read_secrets(kept, {CLIENT_SECRET: "s"}).client_secret == "f"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_secrets_file_that_others_may_read_or_that_says_too_little_is_refused(written):
    path = written('cookie_secret = "short"\nother = 1\n', "secrets.toml", 0o644)
    assert told(read_secrets, path, {}) == [
        ("access.secrets_open", ""),
        ("access.unknown_key", "other"),
        ("access.no_secret", "client_secret"),
        ("access.secret_short", "cookie_secret"),
    ]


def test_a_secret_is_never_part_of_a_fault(written):
    for text in ('client_secret = "hush-hush\n', GOOD + 'client_secret = "hush-hush"\n'):
        with pytest.raises(Faults) as found:
            read_logins(written(text))
        assert all("hush" not in fault_sentence(fault, lang) for fault in found.value.faults for lang in LANGS)


# -- how it is served --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (Serving(db="r", who="甲", address="0.0.0.0", hosts=("x",)), {"serve.only_here"}),
        (Serving(db="r", who="甲", address="192.168.1.5"), {"serve.only_here"}),
        (Serving(db="r", who="甲", logins=Path("l")), {"serve.one_way"}),
        (Serving(db="r"), {"serve.nobody"}),
        (Serving(db="r", who="  "), {"serve.nobody"}),
        (Serving(who="甲"), {"serve.no_record"}),
        (Serving(logins=Path("l")), {"serve.no_record"}),
        (Serving(secrets=Path("s")), {"serve.secrets_alone"}),
        (Serving(address="::"), {"serve.no_host"}),
        (Serving(address="anju.example.gov.cn"), {"serve.address"}),
    ],
)
def test_what_cannot_be_asked_for_together_is_refused(asked, codes):
    with pytest.raises(Faults) as found:
        served_environment(asked)
    assert {fault.code for fault in found.value.faults if fault.code.startswith("serve.")} == codes


def test_the_command_tells_all_of_it_at_once_and_starts_nothing(anju, tmp_path):
    words = ("--db", tmp_path / "none.db", "--as", "甲", "--login", tmp_path / "l.toml", "--address", "0.0.0.0")
    code, _, said = anju("serve", *words, "--secrets", tmp_path / "s.toml")
    assert code == 2
    for part in ("--as", "--login", "0.0.0.0", "l.toml", "s.toml", "none.db"):
        assert part in said


def test_it_listens_here_unless_told_otherwise_and_knows_the_name_it_is_called_by(written):
    def options(asked: Serving) -> list[str]:
        return serve_arguments(asked)[2:]

    assert "--server.address=127.0.0.1" in options(Serving())
    assert "--browser.serverAddress=127.0.0.1" in options(Serving())
    hosts = [one for one in options(Serving()) if "allowedHosts" in one]
    assert hosts == ["--server.allowedHosts=127.0.0.1", "--server.allowedHosts=localhost"]
    wide = options(Serving(address="0.0.0.0", logins=written(GOOD)))
    assert "--server.address=0.0.0.0" in wide
    assert "--server.allowedHosts=anju.example.gov.cn" in wide
    assert "--browser.serverAddress=anju.example.gov.cn" in wide
    assert "--server.allowedHosts=0.0.0.0" not in wide


def test_what_an_earlier_start_left_in_the_environment_counts_for_nothing(monkeypatch):
    for name in OWN_VARIABLES:
        monkeypatch.setenv(name, "left")
    monkeypatch.setenv(LOGIN_VARIABLE, "left")
    assert not set(OWN_VARIABLES) & set(served_environment(Serving()))
