"""
Starts the dashboard's server: ``python -m allocation.pages.start OPTIONS``, as ``anju serve`` does.

What the login needs is put together in memory from the office's file and its secrets: no file with a secret is
written, and a ``secrets.toml`` that lies about in the folder of the start is never read.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from allocation.logins import read_logins, read_secrets
from allocation.pages.settings import DASHBOARD, LOGIN_VARIABLE, SECRETS_VARIABLE


def login_settings() -> dict[str, Any]:
    """The server's ``[auth]``; empty where nobody can log in. Faults: see :mod:`allocation.logins`."""
    file = os.environ.get(LOGIN_VARIABLE)
    if not file:
        return {}
    logins = read_logins(Path(file))
    kept = os.environ.get(SECRETS_VARIABLE)
    secrets = read_secrets(Path(kept) if kept else None, os.environ)
    return {
        "auth": {
            "redirect_uri": logins.redirect_uri,
            "cookie_secret": secrets.cookie_secret,
            "client_id": logins.client_id,
            "client_secret": secrets.client_secret,
            "server_metadata_url": logins.metadata_url,
            "client_kwargs": {"scope": "openid email profile", "prompt": "login"},
        }
    }


def main() -> None:
    """Serve until told to stop."""
    from streamlit.runtime.secrets import secrets_singleton
    from streamlit.web import cli

    secrets_singleton.merge_programmatic_secrets(login_settings())
    sys.argv = ["streamlit", "run", str(DASHBOARD), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
