"""
The public's page as files that any web server shows: notices, bundle and checkers, and the fingerprint to compare.

What ``allocation.pages.public`` shows from the dashboard, for crowds: nothing is asked of the office's machine. The
page renews itself and fetches nothing from elsewhere. Source: spec §8; trust.md §1.4, §3.2.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

from allocation.hall_screen import HERE, LANG_NAMES
from allocation.hall_screen import file_name as hall_name
from allocation.messages import LANGS, Fault, Faults, Lang, sentence
from allocation.public_folder import BUNDLE_FILES, PublicFolder

REFRESH_SECONDS = 60
SCRIPT = f"""setInterval(async () => {{
  try {{
    const text = await (await fetch(location.href, {{cache: "no-store"}})).text();
    const now = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    const shown = document.querySelector("main");
    if (now && now.innerHTML !== shown.innerHTML) shown.replaceWith(now);
  }} catch {{ /* opened from a disc, or no network: what is shown stays */ }}
}}, {REFRESH_SECONDS}000)"""
"""Takes over what is new without moving whoever reads."""
STYLE = """main{max-width:62rem}
.words{display:flex;flex-wrap:wrap;gap:.2em 1em;font-size:1.7em;font-weight:700;color:var(--main)}
code{overflow-wrap:anywhere;font-size:.85em;color:var(--soft)}
li{margin:.35em 0;font-size:1rem!important;line-height:1.5!important}
ul{padding-inline-start:1.2em}
"""


def file_name(lang: Lang) -> str:
    """``index.html`` is Chinese, ``index.en.html`` English."""
    return "index.html" if lang == "zh" else f"index.{lang}.html"


def write_public_page(found: PublicFolder, folder: Path) -> list[str]:
    """
    Write the notices, the bundle's files and the two pages into ``folder``; names of what was written, sorted.

    Each file is replaced at once, the pages last, so that nobody reads half of one or is led to what is not there yet.
    What else lies in the folder, the hall's screen for one, stays.

    Raises
    ------
    Faults
        The folder cannot be written to.
    """
    files = {name: found.file(name) for name in BUNDLE_FILES} | {"bundle.zip": found.archive()}
    for notice in found.notices:
        files |= {path.name: path.read_bytes() for path in notice.files.values()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        hall = (folder / hall_name("hall", "zh")).is_file()
        files |= {file_name(lang): _page(found, lang, files, hall=hall).encode() for lang in LANGS}
        for name, data in files.items():
            draft = folder / f"{name}.part"
            draft.write_bytes(data)
            draft.replace(folder / name)
    except OSError as error:
        fault = Fault(table="out", code="out.unwritable", place=str(folder), value=str(error.strerror))
        raise Faults([fault]) from error
    return sorted(files)


def _page(found: PublicFolder, lang: Lang, files: dict[str, bytes], *, hall: bool) -> str:
    other: Lang = "en" if lang == "zh" else "zh"
    style = (HERE / "hall.css").read_text(encoding="utf-8") + STYLE
    mark = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{mark}'; connect-src 'self'"
    links = f'<a href="{file_name(other)}" lang="{LANG_NAMES[other]}">{escape(sentence("word.language", other))}</a>'
    if hall:
        links = f'<a href="{hall_name("hall", lang)}">{escape(sentence("screen.hall", lang))}</a> · {links}'
    return (
        f'<!DOCTYPE html>\n<html lang="{LANG_NAMES[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<noscript><meta http-equiv="refresh" content="{REFRESH_SECONDS}"></noscript>'
        f"<title>{escape(sentence('public.title', lang))} · {escape(found.title)}</title>"
        f"<style>{style}</style></head>\n<body><main>\n"
        f"<header><h1>{escape(found.title)}</h1><p>{links}</p></header>\n"
        f"<p>{_said('public.intro', lang)}</p>\n{''.join(_sections(found, lang, files))}</main>\n"
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def _sections(found: PublicFolder, lang: Lang, files: dict[str, bytes]) -> Iterator[str]:
    words = "".join(f"<span>{escape(group)}</span>" for group in found.words.split())
    yield f'<h2>{_said("public.fingerprint", lang)}</h2>\n<p class="words">{words}</p>\n'
    yield f"<p>{_said('public.fingerprint_help', lang)}</p>\n<p><code>{found.root}</code></p>\n"
    if found.notices:
        rows = []
        for notice in found.notices:
            title = sentence(f"notice.name.{notice.document}", lang)
            forms = [
                f'<a href="{escape(path.name)}">{escape(sentence(f"public.form.{form}", lang))}</a>'
                for form, path in notice.files.items()
            ]
            rows.append(f"<li>{escape(title)} · {' · '.join(forms)}</li>")
        yield f"<h2>{_said('public.notices', lang)}</h2>\n<ul>{''.join(rows)}</ul>\n"
    links = {"verify.html": "verify.html", "verify.py": "verify.py", "bundle.json": "bundle.json", "bundle.zip": "zip"}
    rows = []
    for name, key in links.items():
        label = sentence(f"public.{key}", lang, size=-(-len(files[name]) // 1000))
        rows.append(f'<li><a href="{name}" download>{escape(label)}</a></li>')
    yield f"<h2>{_said('public.check', lang)}</h2>\n<p>{_said('public.how', lang)}</p>\n<ul>{''.join(rows)}</ul>\n"
    sums = "".join(f"<li><code>{digest} {escape(name)}</code></li>" for name, digest in found.checkers.items())
    yield f"<p>{_said('public.checkers', lang)}</p>\n<ul>{sums}</ul>\n"


def _said(code: str, lang: Lang) -> str:
    return escape(sentence(code, lang))
