"""Docstrings as the site's reader expects them: what follows the last section belongs to the text before the first."""

from __future__ import annotations

import re
from typing import Any

import griffe

SECTION = re.compile(r"\n\n(?=[A-Z][a-z]+\n-{3,}\n)")
AFTER = re.compile(r"\n\n((?:Source|Complexity)\b[^\n]*(?:\n(?! |\n|[A-Z][a-z]+\n---)[^\n]+)*)")


class Sources(griffe.Extension):
    """Moves the paragraphs that end a docstring (its source, its complexity) out of its last numpy section."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for each object that has been read."""
        if obj.docstring is None:
            return
        head, mark, sections = _parted(obj.docstring.value)
        if mark:
            ends = AFTER.findall(sections)
            obj.docstring.value = "\n\n".join([head, *ends, AFTER.sub("", sections)])


def _parted(text: str) -> tuple[str, bool, str]:
    first = SECTION.search(text)
    return (text[: first.start()], True, text[first.end() :]) if first else (text, False, "")
