"""A page that this viewer may not see: one sentence, and nothing of the page."""

from __future__ import annotations

import streamlit as st

from allocation.messages import Lang, sentence


def main() -> None:
    """The sentence."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("access.closed_title", lang))
    st.info(sentence("access.closed", lang), icon=":material/lock:")


if __name__ == "__main__":
    main()
