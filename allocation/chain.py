"""
The log's chain: each entry carries the hash of the one before it, and the newest hash also stands outside the database.

What is hashed is one written form (UTF-8 JSON, keys sorted, no blanks), under a label of its own. Whoever changes,
removes, inserts or swaps an entry breaks every later hash; whoever rewrites them all, or puts yesterday's copy in
place of today's database, disagrees with the anchor. Source: trust.md §2 rows 28, 33, 34.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NOTHING_BEFORE = "0" * 64
"""``prev`` of the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One act, done or refused. ``at`` is the office's time (ISO 8601, +08:00); ``body`` its canonical JSON: what was
    asked (``said``), every row changed (``changes``: table, key, before, after), what came out (``figures``) or why
    it was refused (``reasons``).
    """

    number: int
    at: str
    who: str
    act: str
    round_id: str
    command_id: str
    outcome: str
    body: str
    prev: str

    def hash(self) -> str:
        """64 hex digits: SHA-256 of ``anju/log/1``, a zero byte and the entry as canonical JSON."""
        # the body is canonical already: to parse and write it again would only cost time
        written = (
            f'{{"act":{_text(self.act)},"at":{_text(self.at)},"body":{self.body},"command_id":{_text(self.command_id)},'
            f'"number":{self.number},"outcome":{_text(self.outcome)},"prev":{_text(self.prev)},'
            f'"round_id":{_text(self.round_id)},"who":{_text(self.who)}}}'
        )
        return hashlib.sha256(b"anju/log/1\0" + written.encode()).hexdigest()


def canonical(value: object) -> str:
    """The one written form of a value: keys sorted, no blanks, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_hash(label: str, value: object) -> str:
    """SHA-256 (hex) of a label, a zero byte and the canonical form of a value."""
    return hashlib.sha256(label.encode() + b"\0" + canonical(value).encode()).hexdigest()


_text: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry: its number (0 = none) and its hash."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """
    The newest head this machine has seen, in a file outside the database.

    It is written after the database has taken the entry, so it may be behind but never ahead. Two writers at once may
    leave the older of their two heads; the next act puts that right.
    """

    path: Path

    def read(self) -> tuple[str, Head] | None:
        """
        ``record_id`` and head; None when there is no anchor yet.

        Raises
        ------
        ValueError
            The file is there but holds no anchor.
        OSError
            It cannot be read.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            data = json.loads(text)
            return str(data["record_id"]), Head(number=int(data["number"]), hash=str(data["hash"]))
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{self.path} holds no anchor") from None

    def remember(self, record_id: str, head: Head, *, anew: bool = False) -> None:
        """Write ``head`` unless a newer one of the same record stands there; ``anew`` writes whatever stands there."""
        with suppress(ValueError):
            known = None if anew else self.read()
            if known and known[0] == record_id and known[1].number >= head.number:
                return
        text = canonical({"hash": head.hash, "number": head.number, "record_id": record_id}) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        finally:
            Path(name).unlink(missing_ok=True)
