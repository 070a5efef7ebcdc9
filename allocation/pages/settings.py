"""How the dashboard is served: one list of options, so that nothing depends on the folder it is started from."""

from __future__ import annotations

import os
from pathlib import Path

from allocation.messages import Fault, Faults

ADDRESS = "127.0.0.1"
DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"

PLAN_VARIABLE = "ANJU_PLAN"
"""Names the folder of a plan that the progress page shows: set by ``anju serve --plan``."""
REHEARSAL_VARIABLE = "ANJU_REHEARSAL"
"""Names the file that ``anju rehearse --json`` wrote, shown on the selection day's page: ``anju serve --rehearsal``."""
RECORD_VARIABLE, CLERK_VARIABLE = "ANJU_SERVED_RECORD", "ANJU_SERVED_TO"
"""The record behind the clerks' pages, and who acts on them: set by ``anju serve --db --as`` alone."""
PUBLIC_PAGES = ("progress",)
CLERK_PAGES = ("round", "selection_day")
"""Files of this folder that are pages, in the order of the navigation."""

OPTIONS: tuple[tuple[str, str], ...] = (
    ("server.address", ADDRESS),
    ("runner.magicEnabled", "false"),  # a page shows what it is told to show and nothing else
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
    ("theme.baseFontSize", "18"),
    ("theme.light.primaryColor", "#1f5f8b"),  # light or dark as the viewer's device is set
    ("theme.dark.primaryColor", "#2f79b5"),
)


def served_environment(
    db: str | None, who: str, *, plan: Path | None = None, rehearsal: Path | None = None
) -> dict[str, str]:
    """
    The environment of a dashboard, with the record of the clerks' pages and the files it shows where they are named.

    Raises
    ------
    Faults
        The record cannot be opened, nobody is named who acts, or a file is not what it should be.
    """
    given = {name: value for name, value in os.environ.items() if name not in (RECORD_VARIABLE, CLERK_VARIABLE)}
    if plan is not None:
        from allocation.plan_outputs import read_plan_summary

        read_plan_summary(plan)
        given[PLAN_VARIABLE] = str(plan.resolve())
    if rehearsal is not None:
        from allocation.rehearsal import read_rehearsal

        read_rehearsal(rehearsal)
        given[REHEARSAL_VARIABLE] = str(rehearsal.resolve())
    if db is None:
        return given
    if not who.strip():
        raise Faults([Fault(table="command", code="office.who", column="--as")])
    from allocation.store import open_store

    open_store(db).close()
    return given | {RECORD_VARIABLE: db if "://" in db else str(Path(db).resolve()), CLERK_VARIABLE: who}


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
