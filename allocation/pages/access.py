"""Who may see the clerks' pages: whoever sits at the machine on which they were started with a record."""

from __future__ import annotations

import ipaddress
import os

import streamlit as st

from allocation.pages.settings import CLERK_VARIABLE, RECORD_VARIABLE


def clerk_pages_allowed() -> bool:
    """Whether the dashboard was started for a clerk, with the record, and listens to this machine alone."""
    return bool(os.environ.get(RECORD_VARIABLE) and os.environ.get(CLERK_VARIABLE)) and _on_loopback()


def _on_loopback() -> bool:
    address = str(st.get_option("server.address") or "")
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
