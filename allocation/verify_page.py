"""
核验网页 verify.html: the checks of ``verify.py`` as one page that works offline, opened by double click.

One file: style and scripts stand in it under their hashes, so that the browser runs these and nothing else, and may
fetch nothing. A bundle may be written into it; the reader may choose another. Source: trust.md §3.8; docs/bundle.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

from allocation import verify

SOURCES = Path(__file__).with_name("templates") / "verify"
SCRIPTS = ("core.js", "bundle.js", "proof.js", "session.js")
SHARED = ("KEYS", "FORMS", "CHANCES", "WORDS", "CHARACTERS")


def page(bundle: bytes = b"") -> bytes:
    """
    The page as one file.

    Parameters
    ----------
    bundle
        The bytes of a ``bundle.json`` to check at once; empty = the reader chooses one.
    """
    shared = json.dumps(
        {name: getattr(verify, name) for name in SHARED},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    rules = f"const VERIFY = {shared};\n" + "\n".join(_source(name).replace('"use strict";', "") for name in SCRIPTS)
    blocks = {
        "page.css": _source("page.css"),
        "rules.js": '"use strict";\n' + rules,
        "page.js": _source("words.js") + _source("page.js"),
    }
    blocks |= {"policy": _policy(blocks), "data": inlined(bundle).decode()}
    return re.sub(r"\{\{([a-z.]+)\}\}", lambda found: blocks[found[1]], _source("page.html")).encode()


def inlined(bundle: bytes) -> bytes:
    """A bundle as it stands in the page: no name in it can end the element that holds it."""
    return bundle.replace(b"<", rb"\u003c")


def _source(name: str) -> str:
    return (SOURCES / name).read_text(encoding="utf-8")


def _policy(blocks: dict[str, str]) -> str:
    """What the browser may run: these scripts, this style, a Worker made of them; it may fetch nothing."""
    hashes = {
        name: f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for name, text in blocks.items()
    }
    scripts = f"{hashes['rules.js']} {hashes['page.js']}"
    return (
        f"default-src 'none'; script-src {scripts}; style-src {hashes['page.css']}; "
        "worker-src blob:; child-src blob:; base-uri 'none'; form-action 'none'"
    )
