"""
登录与角色: who may log in to the dashboard and what each may see and do, from one file of the office without secrets.

The provider (OpenID Connect) says who somebody is; this file says which of those people is a clerk, an official or an
auditor here, and by which name their acts are signed in the record. The two secrets come from the environment or from
a file of their own that nobody else may read. Every fault is told at once. Source: trust.md §2 rows 39, 40.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from allocation.messages import Fault, Faults

Role = Literal["clerk", "official", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
CLIENT_SECRET, COOKIE_SECRET = "ANJU_CLIENT_SECRET", "ANJU_COOKIE_SECRET"
"""The environment's names of the two secrets; in a secrets file they are ``client_secret`` and ``cookie_secret``."""
SECRET_KEYS = {"client_secret": CLIENT_SECRET, "cookie_secret": COOKIE_SECRET}
COOKIE_SECRET_LENGTH = 32
MINUTES, MINUTES_MOST = 480, 1440
"""How long a login lasts when the file does not say, and at the most: a working day, a whole day."""

_SECTIONS = ("provider", "session", "people")
_PROVIDER = ("metadata_url", "client_id", "redirect_uri", "trust_unverified_email")
_PERSON = ("name", "email", "subject", "roles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a role. ``name`` signs acts; known by the provider's ``subject``, or by a verified ``email``."""

    name: str
    roles: frozenset[Role]
    email: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """The file. ``minutes``: how long a login lasts; ``trust_unverified_email``: the provider gives the addresses."""

    metadata_url: str
    client_id: str
    redirect_uri: str
    trust_unverified_email: bool
    minutes: int
    people: tuple[Person, ...]

    @property
    def host(self) -> str:
        """The name by which browsers call the dashboard."""
        return urlsplit(self.redirect_uri).hostname or ""

    def person(self, claims: Mapping[str, Any]) -> Person | None:
        """Whom the provider's claims are of: by subject, else by e-mail if the provider has verified it."""
        subject, email = str(claims.get("sub") or ""), str(claims.get("email") or "").casefold()
        verified = self.trust_unverified_email or claims.get("email_verified") is True
        for one in self.people:
            if one.subject and one.subject == subject:
                return one
        return next((one for one in self.people if email and verified and one.email == email), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What only the office and its provider know; never shown."""

    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)


def on_loopback(address: str) -> bool:
    """Whether an address or a name is this machine's own and no other machine can reach it."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


# -- the file -----------------------------------------------------------------------------------------------------


def read_logins(path: Path) -> Logins:
    """
    The file of people and roles.

    Raises
    ------
    Faults
        With every fault at once: unreadable, missing or unknown keys, an address that is no https address, a secret
        that does not belong there, nobody, a person without a way to be known, a name or identity used twice.
    """
    content = _toml(path)
    faults: list[Fault] = []
    tell = _Teller(path.name, faults)
    tell.unknown("", content, _SECTIONS)
    provider, session = tell.section(content, "provider"), tell.section(content, "session", optional=True)
    tell.unknown("provider.", provider, _PROVIDER)
    tell.unknown("session.", session, ("minutes",))
    metadata_url, redirect_uri = tell.url(provider, "metadata_url"), tell.url(provider, "redirect_uri")
    if redirect_uri and urlsplit(redirect_uri).path.rpartition("/")[2] != "oauth2callback":
        tell("access.not_callback", "provider.redirect_uri", redirect_uri)
    client_id = tell.text(provider, "client_id", "provider.client_id")
    trust = provider.get("trust_unverified_email", False)
    if not isinstance(trust, bool):
        tell("access.not_boolean", "provider.trust_unverified_email", trust)
    minutes = session.get("minutes", MINUTES)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= MINUTES_MOST:
        tell("access.minutes", "session.minutes", minutes, most=MINUTES_MOST)
    people = tuple(_people(content.get("people"), tell))
    if faults:
        raise Faults(faults)
    return Logins(
        metadata_url=metadata_url,
        client_id=client_id,
        redirect_uri=redirect_uri,
        trust_unverified_email=trust,
        minutes=minutes,
        people=people,
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Faults([_fault("access.no_file", path.name, detail=error.strerror or "")]) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # the words of the parser name a line, never its text: there may be a secret in it
        detail = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise Faults([_fault("access.not_toml", path.name, detail=detail)]) from None


def _fault(code: str, place: str, column: str = "", value: object = "", **params: object) -> Fault:
    return Fault(table="access", code=code, place=place, column=column, value=str(value), params=params)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Collects the faults of one file."""

    place: str
    faults: list[Fault]

    def __call__(self, code: str, column: str, value: object = "", **params: object) -> None:
        self.faults.append(_fault(code, self.place, column, value, **params))

    def section(self, content: Mapping[str, Any], name: str, *, optional: bool = False) -> Mapping[str, Any]:
        found = content.get(name, {} if optional else None)
        if isinstance(found, Mapping):
            return found
        self("access.no_section", name)
        return {}

    def unknown(self, at: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in given:
            if key not in known:
                self(
                    "access.secret_here" if "secret" in key or "password" in key else "access.unknown_key", f"{at}{key}"
                )

    def text(self, given: Mapping[str, Any], key: str, at: str) -> str:
        value = given.get(key)
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text:
            self("access.missing", at)
        return text

    def url(self, given: Mapping[str, Any], key: str) -> str:
        """An https address; http only on this machine; blank where faulty."""
        at = f"provider.{key}"
        text = self.text(given, key, at)
        try:
            parts = urlsplit(text)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        allowed = ("https", "http") if on_loopback(host) else ("https",)
        if text and (not host or parts.scheme not in allowed or parts.username or parts.query or parts.fragment):
            self("access.not_url", at, text)
            return ""
        return text


def _people(given: Any, tell: _Teller) -> Iterator[Person]:
    """The people that are without fault; everybody's faults are told."""
    if not isinstance(given, list) or not given or not all(isinstance(row, dict) for row in given):
        tell("access.nobody", "people")
        return
    taken: dict[tuple[str, str], int] = {}
    for number, row in enumerate(given, 1):
        at = f"people.{number}"
        tell.unknown(f"{at}.", row, _PERSON)
        name = tell.text(row, "name", f"{at}.name")
        email, subject = (str(row.get(key) or "").strip() for key in ("email", "subject"))
        email = email.casefold()
        if not email and not subject:
            tell("access.no_identity", at)
        if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
            tell("access.not_email", f"{at}.email", email)
        roles = row.get("roles")
        if not isinstance(roles, list) or not roles or not all(role in ROLES for role in roles):
            tell("access.roles", f"{at}.roles", roles or "", allowed=", ".join(ROLES))
            roles = []
        for key, value in (("name", name.casefold()), ("email", email), ("subject", subject)):
            if value and (first := taken.setdefault((key, value), number)) != number:
                tell("access.twice", f"{at}.{key}", value, other=first)
        yield Person(name=name, email=email, subject=subject, roles=frozenset(roles))


# -- the secrets --------------------------------------------------------------------------------------------------


def read_secrets(path: Path | None, environment: Mapping[str, str]) -> Secrets:
    """
    The client's secret, and the key that signs the cookies (a new one for this start, when nobody gives one).

    Raises
    ------
    Faults
        No client secret; a cookie secret that is too short; a file that cannot be read, that others may read, or that
        says something else.
    """
    given = {key: environment.get(variable, "") for key, variable in SECRET_KEYS.items()}
    faults: list[Fault] = []
    place = "environment"
    if path is not None:
        tell, place = _Teller(path.name, faults), path.name
        content = _toml(path)
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            tell("access.secrets_open", "", "")
        for key in content:
            if key not in SECRET_KEYS:
                tell("access.unknown_key", key)
        given |= {key: str(content[key]).strip() for key in SECRET_KEYS if key in content}
    if not given["client_secret"]:
        faults.append(_fault("access.no_secret", place, "client_secret", variable=CLIENT_SECRET))
    if given["cookie_secret"] and len(given["cookie_secret"]) < COOKIE_SECRET_LENGTH:
        faults.append(_fault("access.secret_short", place, "cookie_secret", least=COOKIE_SECRET_LENGTH))
    if faults:
        raise Faults(faults)
    return Secrets(
        client_secret=given["client_secret"], cookie_secret=given["cookie_secret"] or secrets.token_urlsafe(48)
    )
