"""How the dashboard is served: one list of options, so that nothing depends on the folder it is started from."""

from __future__ import annotations

from pathlib import Path

ADDRESS = "127.0.0.1"
DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"

PLAN_VARIABLE = "ANJU_PLAN"
"""Names the folder of a plan that the progress page shows: set by ``anju serve --plan``."""

OPTIONS: tuple[tuple[str, str], ...] = (
    ("server.address", ADDRESS),
    ("server.headless", "true"),  # opens no browser of its own and asks no e-mail address
    ("server.fileWatcherType", "none"),
    ("server.maxUploadSize", "16"),  # MB
    ("server.enableXsrfProtection", "true"),
    ("server.enableCORS", "true"),
    ("server.allowedHosts", ADDRESS),  # any other name is somebody else's page rebound to this machine
    ("server.allowedHosts", "localhost"),
    ("browser.gatherUsageStats", "false"),
    ("client.showErrorDetails", "none"),  # a traceback may show a person's data
    ("client.showErrorLinks", "false"),
    ("client.toolbarMode", "minimal"),
    ("theme.base", "light"),  # a projector washes out the dark one
    ("theme.baseFontSize", "18"),
    ("theme.primaryColor", "#1f5f8b"),
)


def serve_arguments(port: int) -> list[str]:
    """
    What Python is given to serve the dashboard on 127.0.0.1: ``subprocess.call([sys.executable, *arguments])``.

    Raises
    ------
    ValueError
        When ``port`` is not between 1 and 65535.
    """
    if not 1 <= port <= 65535:
        raise ValueError(f"port is {port}; expected 1 to 65535")
    options = [f"--{name}={value}" for name, value in (*OPTIONS, ("server.port", str(port)))]
    return ["-m", "streamlit", "run", str(DASHBOARD), *options]
