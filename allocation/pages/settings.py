"""How the dashboard is served: one list of options, so that nothing depends on the folder it is started from."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from allocation import programme as programmes
from allocation.logins import Role, on_loopback, read_logins, read_secrets
from allocation.messages import Fault, Faults

ADDRESS = "127.0.0.1"
DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"

PLAN_VARIABLE = "ANJU_PLAN"
"""Names the folder of a plan that the progress page shows: set by ``anju serve --plan``."""
REHEARSAL_VARIABLE = "ANJU_REHEARSAL"
"""Names the file that ``anju rehearse --json`` wrote, shown on the selection day's page: ``anju serve --rehearsal``."""
PROGRAMME_VARIABLE = "ANJU_PROGRAMME"
"""Names the programme's folder that the first page and the communities' page show: ``anju serve --programme``."""
RESULT_VARIABLE = "ANJU_SERVED_RESULT"
"""Names the output folder whose public part the public page gives away: set by ``anju serve --out``."""
RECORD_VARIABLE, CLERK_VARIABLE = "ANJU_SERVED_RECORD", "ANJU_SERVED_TO"
"""The record behind the pages, and who alone acts on them at this machine: set by ``anju serve --db --as``."""
LOGIN_VARIABLE, SECRETS_VARIABLE = "ANJU_SERVED_LOGINS", "ANJU_SERVED_SECRETS"
"""The file of people and roles, and the file of secrets: set by ``anju serve --db --login --secrets``."""
OWN_VARIABLES = (
    PLAN_VARIABLE, REHEARSAL_VARIABLE, PROGRAMME_VARIABLE, RESULT_VARIABLE, RECORD_VARIABLE, CLERK_VARIABLE,
    LOGIN_VARIABLE, SECRETS_VARIABLE,
)  # fmt: skip

PAGES = ("progress", "round", "selection_day", "household", "public", "communities")
"""Files of this folder that are pages, in the order of the navigation."""
PUBLIC_PAGES = ("progress", "public", "communities")
"""Those that anybody may see, with a record and without."""
MAY_SEE: Mapping[str, frozenset[Role]] = {
    "round": frozenset({"clerk", "official", "auditor"}),
    "selection_day": frozenset({"clerk", "official", "auditor"}),
    "household": frozenset({"clerk"}),
}
"""Who may see the others whole; of ``round`` everybody else sees published figures only."""

OPTIONS: tuple[tuple[str, str], ...] = (
    ("runner.magicEnabled", "false"),  # a page shows what it is told to show and nothing else
    ("server.headless", "true"),  # opens no browser of its own and asks no e-mail address
    ("server.fileWatcherType", "none"),
    ("server.maxUploadSize", "16"),  # MB
    ("server.enableXsrfProtection", "true"),
    ("server.enableCORS", "true"),
    ("browser.gatherUsageStats", "false"),
    ("client.showErrorDetails", "none"),  # a traceback may show a person's data
    ("client.showErrorLinks", "false"),
    ("client.toolbarMode", "minimal"),
    ("client.disableDataExport", "true"),
    ("theme.baseFontSize", "18"),
    ("theme.light.primaryColor", "#1f5f8b"),  # light or dark as the viewer's device is set
    ("theme.dark.primaryColor", "#2f79b5"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """
    What ``anju serve`` was asked for. ``who``: the one operator at this machine; ``logins``: people who log in; never
    both. ``hosts``: the names by which browsers may call it.
    """

    address: str = ADDRESS
    port: int = 8501
    hosts: Sequence[str] = ()
    db: str | None = None
    who: str = ""
    logins: Path | None = None
    secrets: Path | None = None
    plan: Path | None = None
    rehearsal: Path | None = None
    programme: Path | None = None
    result: Path | None = None

    @property
    def url(self) -> str:
        """Where it is found on this machine."""
        place = f"[{self.address}]" if ":" in self.address else self.address
        return f"http://{'127.0.0.1' if _is_every(self.address) else place}:{self.port}"


def served_environment(asked: Serving) -> dict[str, str]:
    """
    The environment of a dashboard that is served as asked.

    Raises
    ------
    Faults
        Every fault of what was asked: options that exclude or lack one another, an address that is none, faults of
        the files, a record that cannot be opened.
    """
    faults = list(_contradictions(asked))
    given = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    for check in (_check_logins, _check_record, _check_folders):
        try:
            given |= check(asked)
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)
    return given


def programme_folder() -> Path:
    """The programme's folder that the pages show; the sample's where none was named."""
    named = os.environ.get(PROGRAMME_VARIABLE)
    return Path(named) if named else programmes.data_folder() / "programme"


def _contradictions(asked: Serving) -> list[Fault]:
    """What cannot be asked for together."""
    address = asked.address
    try:
        ipaddress.ip_address(address)
        known = True
    except ValueError:
        known = address == "localhost"
    wide = known and not on_loopback(address)
    rules = (
        (not known, "serve.address", "--address", address),
        (bool(asked.who) and asked.logins is not None, "serve.one_way", "--as", asked.who),
        (bool(asked.who) and wide, "serve.only_here", "--as", address),
        (asked.db is not None and not asked.who.strip() and asked.logins is None, "serve.nobody", "--db", ""),
        (asked.db is None and bool(asked.who), "serve.no_record", "--as", asked.who),
        (asked.db is None and asked.logins is not None, "serve.no_record", "--login", ""),
        (asked.secrets is not None and asked.logins is None, "serve.secrets_alone", "--secrets", ""),
        (_is_every(address) and not (asked.hosts or asked.logins or asked.who), "serve.no_host", "--host", address),
    )
    return [Fault(table="command", code=code, column=option, value=value) for met, code, option, value in rules if met]


def _is_every(address: str) -> bool:
    """0.0.0.0 and ::, that is, every address of the machine."""
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _check_logins(asked: Serving) -> dict[str, str]:
    if asked.logins is None:
        return {}
    faults: list[Fault] = []
    try:
        read_logins(asked.logins)
    except Faults as found:
        faults += found.faults
    try:
        read_secrets(asked.secrets, os.environ)
    except Faults as found:
        faults += found.faults
    if faults:
        raise Faults(faults)
    given = {LOGIN_VARIABLE: str(asked.logins.resolve())}
    return given | ({SECRETS_VARIABLE: str(asked.secrets.resolve())} if asked.secrets else {})


def _check_record(asked: Serving) -> dict[str, str]:
    if asked.db is None:
        return {}
    from allocation.store import open_store

    open_store(asked.db).close()
    place = asked.db if "://" in asked.db else str(Path(asked.db).resolve())
    return {RECORD_VARIABLE: place} | ({CLERK_VARIABLE: asked.who} if asked.who else {})


def _check_folders(asked: Serving) -> dict[str, str]:
    given = {}
    if asked.plan is not None:
        from allocation.plan_outputs import read_plan_summary

        read_plan_summary(asked.plan)
        given[PLAN_VARIABLE] = str(asked.plan.resolve())
    if asked.rehearsal is not None:
        from allocation.rehearsal import read_rehearsal

        read_rehearsal(asked.rehearsal)
        given[REHEARSAL_VARIABLE] = str(asked.rehearsal.resolve())
    if asked.programme is not None:
        from allocation.communities import read_communities

        programmes.read_programme(asked.programme)
        read_communities(asked.programme)
        given[PROGRAMME_VARIABLE] = str(asked.programme.resolve())
    if asked.result is not None:
        from allocation.public_folder import read_public_folder

        read_public_folder(asked.result)
        given[RESULT_VARIABLE] = str(asked.result.resolve())
    return given


def serve_arguments(asked: Serving) -> list[str]:
    """
    What Python is given to serve the dashboard: ``subprocess.call([sys.executable, *arguments])``.

    Raises
    ------
    ValueError
        When the port is not between 1 and 65535.
    """
    if not 1 <= asked.port <= 65535:
        raise ValueError(f"port is {asked.port}; expected 1 to 65535")
    own = read_logins(asked.logins).host if asked.logins else ""
    called = [*dict.fromkeys((ADDRESS, "localhost", asked.address, *asked.hosts, own))]
    hosts = [host for host in called if host and not _is_every(host)]  # any other name is somebody else's page
    here = "localhost" if _is_every(asked.address) else asked.address
    options = [
        ("server.address", asked.address),
        ("server.port", str(asked.port)),
        *(("server.allowedHosts", host) for host in hosts),
        # the address that the browser's origin is compared with
        ("browser.serverAddress", own or next(iter(asked.hosts), here)),
        *OPTIONS,
    ]
    return ["-m", "allocation.pages.start", *(f"--{name}={value}" for name, value in options)]
