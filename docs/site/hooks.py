"""
What the site is made of beyond the pages of ``docs/``: the README, measured tables, notebooks as they run, and pages
made from the program itself. MkDocs calls the functions whose names begin with ``on_``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import essays
import made
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

READ = {
    "README.zh-CN.md": "index.md",
    "README.md": "readme.md",
    "CHANGELOG.md": "changelog.md",
    "data/dafeng/README.md": "data/dafeng.md",
    "data/programme/README.md": "data/programme.md",
    **{f"benchmarks/{path.name}": f"benchmarks/{path.name}" for path in sorted(ROOT.glob("benchmarks/*.md"))},
}
"""File of the repository → page of the site; those of ``docs/`` keep their names."""

FOLDERS = {"data/dafeng": "data/dafeng.md", "data/programme": "data/programme.md", "data/policies": "policies.md"}
ESSAYS = [path.stem for path in essays.in_order(ROOT / "notebooks")]
MEASURED = {
    "RESULTS": "实测：求解",
    "GUARD": "实测：守护",
    "PLAN": "实测：计划",
    "RECORD": "实测：记录库",
    "ODDS": "实测：机会",
}
LISTS = {
    "benchmarks/": [
        {MEASURED.get(name, name): f"benchmarks/{name}.md"}
        for name in sorted(path.stem for path in ROOT.glob("benchmarks/*.md"))
    ],
    "notebooks/": [f"notebooks/{name}.md" for name in ESSAYS],
}
"""What a name in the navigation that ends with a stroke stands for."""

INSIDE = re.compile(r"^\d+\. .*\n(?:(?:   .*)?\n)*", flags=re.MULTILINE)
"""An entry of a numbered list with what is set in under it, by three blanks; MkDocs asks for four."""
FENCED = re.compile(r"(^ *```.*?^ *```$)", flags=re.DOTALL | re.MULTILINE)
CHINESE = r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e“”]"
BROKEN = re.compile(rf"(?<={CHINESE})\n {{0,4}}(?={CHINESE})")
"""Where a Chinese sentence goes on in the next line; a browser would show a blank there."""
THEIR_SEARCH = re.compile(r"assets/javascripts/workers/search\.\w+\.min\.js")
LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The navigation, with its lists spelled out."""
    config.nav = _spelled(config.nav)
    return config


def _spelled(entries: list[Any]) -> list[Any]:
    out: list[Any] = []
    for entry in entries:
        if isinstance(entry, str) and entry in LISTS:
            out += LISTS[entry]
        elif isinstance(entry, dict):
            ((title, below),) = entry.items()
            inside = below if isinstance(below, list) else [below]
            spelled = _spelled(inside)
            out.append({title: spelled if isinstance(below, list) or spelled != inside else below})
        else:
            out.append(entry)
    return out


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that do not lie in ``docs/`` as they are."""
    for origin, page in READ.items():
        files.append(File.generated(config, page, content=(ROOT / origin).read_text(encoding="utf-8")))
    pages: dict[str, Callable[[], str]] = {**made.PAGES, **made.api_pages()}
    for page, write in pages.items():
        files.append(File.generated(config, page, content=write()))
    for name, text in essays.pages(ROOT / "notebooks").items():
        files.append(File.generated(config, f"notebooks/{name}.md", content=text))
    files.append(File.generated(config, "assets/plotly.min.js", content=essays.plotly_script()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links as the repository writes them, turned to where the site has what they name."""
    own = page.file.src_uri
    written = own if own.startswith("notebooks/") else f"docs/{own}"
    origin = next((name for name, at in READ.items() if at == own), written)

    def turned(link: re.Match[str]) -> str:
        target = link[1]
        if ":" in target:
            return target
        named = posixpath.normpath(posixpath.join(posixpath.dirname(origin), target))
        there = _place(named, files, config)
        return posixpath.relpath(there, posixpath.dirname(own) or ".") if there else target

    apart = re.sub(r"(?<=\S)\n(?=\d+\. )", "\n\n", markdown)
    deeper = INSIDE.sub(lambda item: re.sub(r"^   (?=\S| )", "    ", item[0], flags=re.MULTILINE), apart)
    parts = (part if FENCED.match(part) else BROKEN.sub("", LINK.sub(turned, part)) for part in FENCED.split(deeper))
    return "".join(parts)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """The site's own search answers in place of the theme's."""
    return THEIR_SEARCH.sub("assets/search.js", output)


def _place(named: str, files: Files, config: MkDocsConfig) -> str | None:
    """Where the site has a file of the repository; a file that is no page is put beside the pages as text."""
    if named in READ:
        return READ[named]
    if named in FOLDERS:
        return FOLDERS[named]
    if named.startswith("notebooks/") and named.endswith(".ipynb"):
        return named.removesuffix(".ipynb") + ".md"
    if named.startswith("docs/"):
        return named.removeprefix("docs/")
    if not (ROOT / named).is_file():
        return None
    there = f"files/{named}.txt"
    if files.get_file_from_path(there) is None:
        files.append(File.generated(config, there, content=(ROOT / named).read_text(encoding="utf-8")))
    return there
