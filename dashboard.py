"""The dashboard's router: the language, then the page. Started by ``anju serve`` (allocation/pages/settings.py)."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from allocation.messages import LANGS, Lang, sentence
from allocation.pages.access import clerk_pages_allowed
from allocation.pages.settings import CLERK_PAGES, PUBLIC_PAGES

PAGES = Path(__file__).resolve().parent / "allocation" / "pages"
LANGUAGE_NAMES: dict[Lang, str] = {"zh": "中文", "en": "English"}


def language() -> Lang:
    """The viewer's language: kept for the session, first taken from ``?lang=`` of the address, else Chinese."""
    asked = st.query_params.get("lang", "zh")
    st.session_state.setdefault("lang", asked if asked in LANGS else "zh")
    lang: Lang = st.radio(
        sentence("page.language"),
        LANGS,
        format_func=LANGUAGE_NAMES.__getitem__,
        key="lang",
        horizontal=True,
        label_visibility="collapsed",
    )
    return lang


def main() -> None:
    """Draws what all pages share, then the page that the address names."""
    st.set_page_config(page_title=sentence("page.product"), layout="wide")
    lang = language()
    names = [*PUBLIC_PAGES, *(CLERK_PAGES if clerk_pages_allowed() else ())]
    pages = [
        st.Page(PAGES / f"{name}.py", title=sentence(f"{name}.title", lang), url_path=name, default=name == names[0])
        for name in names
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
