"""The house keeps itself: imports point down, a heavy library has one door, the checker stands alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the ground up: a module imports only what stands before it. A module that is not named here has no place.
FLOORS = (
    "solver",
    "solver.problem",
    "solver.mip",
    "solver.formulation",
    "solver.ties",
    "solver.exchange",
    "solver.serial",
    "solver.rows",
    "solver.sets",
    "solver.duality",
    "solver.master",
    "solver.branching",
    "solver.certificate",
    "solver.matching",
    "solver.coupled",
    "solver.engine",
    "solver.serving",
    "solver.witness",
    "solver.mend",
    "solver.makeup",
    "solver.remaining",
    "solver.plans",
    "solver.replan",
    "solver.guard",
    "solver.days",
    "solver.binomial",
    "solver.workload",
    "solver.planform",
    "solver.planprices",
    "solver.gathering",
    "solver.planstart",
    "solver.planner",
    "solver.planlack",
    "allocation",
    "allocation.verify",
    "allocation.sentences",
    "allocation.messages",
    "allocation.rows",
    "allocation.columns",
    "allocation.programme_tables",
    "allocation.schema",
    "allocation.cells",
    "allocation.sheets",
    "allocation.writers",
    "allocation.template",
    "allocation.rules",
    "allocation.tariff",
    "allocation.procedure",
    "allocation.policy",
    "allocation.entitlement",
    "allocation.pricing",
    "allocation.allowance",
    "allocation.prepayment",
    "allocation.publicity",
    "allocation.draw",
    "allocation.drawplan",
    "allocation.programme",
    "allocation.logins",
    "allocation.persons",
    "allocation.checks",
    "allocation.reading",
    "allocation.tables",
    "allocation.marking",
    "allocation.convert",
    "allocation.chain",
    "allocation.database",
    "allocation.store",
    "allocation.migrations",
    "allocation.acts",
    "allocation.roster",
    "allocation.states",
    "allocation.round",
    "allocation.plainrules",
    "allocation.findings",
    "allocation.discrepancies",
    "allocation.exceptions",
    "allocation.allocate",
    "allocation.turns",
    "allocation.picking",
    "allocation.rehearsal",
    "allocation.shortage",
    "allocation.outputs",
    "allocation.qr",
    "allocation.paper",
    "allocation.word",
    "allocation.typeset",
    "allocation.webpage",
    "allocation.workbook",
    "allocation.placeholders",
    "allocation.word_template",
    "allocation.wording",
    "allocation.comparison",
    "allocation.chart",
    "allocation.workers",
    "allocation.odds",
    "allocation.odds_chart",
    "allocation.odds_outputs",
    "allocation.explain",
    "allocation.answer",
    "allocation.public",
    "allocation.posting",
    "allocation.announcements",
    "allocation.notices",
    "allocation.slips",
    "allocation.letters",
    "allocation.settling",
    "allocation.settlement_slips",
    "allocation.documents",
    "allocation.kept",
    "allocation.publicrows",
    "allocation.drawing",
    "allocation.verify_page",
    "allocation.signature",
    "allocation.posted",
    "allocation.recheck",
    "allocation.bundle",
    "allocation.public_folder",
    "allocation.programme_input",
    "allocation.communities",
    "allocation.plan",
    "allocation.forecast",
    "allocation.plan_shortage",
    "allocation.plan_chart",
    "allocation.plan_outputs",
    "allocation.ledger",
    "allocation.office",
    "allocation.publishing",
    "allocation.homes",
    "allocation.hall",
    "allocation.audit",
    "allocation.backup",
    "allocation.overview",
    "allocation.round_view",
    "allocation.story",
    "allocation.hall_view",
    "allocation.hall_screen",
    "allocation.public_page",
    "allocation.stacking",
    "allocation.pages",
    "allocation.console",
    "allocation.results",
    "allocation.many",
    "allocation.allocating",
    "allocation.desk",
    "allocation.session",
    "allocation.keeping",
    "allocation.clerk",
    "allocation.issuing",
    "allocation.planning",
    "allocation.odds_command",
    "allocation.showing",
    "allocation.cli",
    "dashboard",
)

PACKAGES = ("allocation.pages", "allocation.sentences", "allocation.migrations")
"""Folders that have one place for all their files; these may import one another."""

_COMMANDS = (
    "cli", "console", "desk", "session", "keeping", "clerk", "issuing", "planning", "odds_command", "allocating",
    "showing",
)  # fmt: skip
COMMANDS = tuple(f"allocation.{name}" for name in _COMMANDS)
# library → the only modules that may import it
DOORS = {
    "ortools": "solver.",
    "pydantic": ("allocation.policy", "allocation.rules", "allocation.tariff", "allocation.procedure"),
    "pandas": ("allocation.tables", "allocation.pages"),
    "python_calamine": "allocation.sheets",
    "openpyxl": "allocation.marking",
    "pyarrow": ("allocation.sheets", "allocation.writers"),
    "xlsxwriter": ("allocation.writers", "allocation.template", "allocation.workbook"),
    "docx": "allocation.word",
    "docxtpl": "allocation.word_template",
    "jinja2": "allocation.word_template",
    "typst": "allocation.typeset",
    "pypdfium2": "allocation.typeset",
    "segno": "allocation.qr",
    "cn2an": "allocation.wording",
    "chinese_calendar": "allocation.publicity",
    "sqlalchemy": (
        "allocation.database",
        "allocation.store",
        "allocation.migrations",
        "allocation.acts",
        "allocation.ledger",
        "allocation.homes",
        "allocation.hall",
        "allocation.audit",
        "allocation.backup",
    ),
    "alembic": ("allocation.store", "allocation.migrations"),
    "stdnum": ("allocation.cells", "allocation.persons"),
    "cryptography": ("allocation.verify", "allocation.signature"),
    "typer": COMMANDS,
    "rich": COMMANDS,
    "streamlit": ("allocation.pages", "dashboard"),
    "plotly": ("allocation.pages", "allocation.chart", "allocation.plan_chart", "allocation.odds_chart"),
    "ray": "allocation.workers",
}


def modules() -> dict[str, Path]:
    files = [*ROOT.glob("allocation/**/*.py"), *ROOT.glob("solver/**/*.py"), ROOT / "dashboard.py"]
    return {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f for f in sorted(files)}


def imports(path: Path) -> set[str]:
    """What a file imports when it runs; what only the type checker reads is no dependency."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for branch in [node for node in ast.walk(tree) if isinstance(node, ast.If)]:
        if isinstance(branch.test, ast.Name) and branch.test.id == "TYPE_CHECKING":
            branch.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            assert node.module
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def package(module: str) -> str | None:
    return next((name for name in PACKAGES if module == name or module.startswith(f"{name}.")), None)


def floor(module: str) -> int:
    place = package(module) or module
    assert place in FLOORS, f"{module} has no place in the house; give it one in FLOORS"
    return FLOORS.index(place)


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_stands_below_it(module):
    known = modules()
    for name in imports(modules()[module]) & set(known):
        if name in ("allocation", "solver") or (package(name) and package(name) == package(module)):
            continue
        assert floor(name) < floor(module), f"{module} imports {name}, which stands above it"


@pytest.mark.parametrize("module", modules())
def test_a_heavy_library_has_one_door(module):
    for name in imports(modules()[module]):
        door = DOORS.get(name.partition(".")[0])
        assert door is None or module.startswith(door), f"{module} imports {name}; its door is {door}"


def test_the_mathematics_knows_nothing_of_the_trade():
    for module, path in modules().items():
        if module.startswith("solver"):
            assert not {name for name in imports(path) if name.partition(".")[0] == "allocation"}


def test_the_package_itself_imports_nothing():
    assert imports(ROOT / "allocation" / "__init__.py") == set()


def test_the_checker_runs_alone_without_any_library(tmp_path):
    alone = tmp_path / "verify.py"
    alone.write_bytes((ROOT / "allocation" / "verify.py").read_bytes())
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
