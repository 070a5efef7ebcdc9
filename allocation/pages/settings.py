"""How the dashboard is served: one list of options, so that nothing depends on the folder it is started from."""

from __future__ import annotations

import sys
from pathlib import Path

ADDRESS = "127.0.0.1"
DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"

OPTIONS: dict[str, str] = {
    "server.address": ADDRESS,
    "server.headless": "true",  # opens no browser of its own and asks no e-mail address
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "16",  # MB
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.allowedHosts": ADDRESS,
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",  # a traceback may show a person's data
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "theme.base": "light",  # a projector washes out the dark one
    "theme.baseFontSize": "18",
    "theme.primaryColor": "#1f5f8b",
}


def serve_arguments(port: int) -> list[str]:
    """
    The command that serves the dashboard on 127.0.0.1, ready for ``subprocess``.

    Raises
    ------
    ValueError
        When ``port`` is not between 1 and 65535.
    """
    if not 1 <= port <= 65535:
        raise ValueError(f"port is {port}; expected 1 to 65535")
    options = [f"--{name}={value}" for name, value in (OPTIONS | {"server.port": str(port)}).items()]
    return [sys.executable, "-m", "streamlit", "run", str(DASHBOARD), *options]
