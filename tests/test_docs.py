"""What is written about the program is what the program is."""

import importlib.util
import re
from pathlib import Path

import pytest
from typer.main import get_command

from allocation.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/**/*.md")]
spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_made_from_the_program_is_up_to_date(name):
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == reference.PAGES[name](), "run: python docs/reference.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_in_a_page_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def leaves(group, above=()):
    """Every command there is, those of groups too: its words → the command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*above, name))
        else:
            yield " ".join((*above, name)), command


@pytest.mark.parametrize(("name", "command"), sorted(leaves(get_command(app)), key=lambda one: one[0]))
def test_every_command_says_what_it_does_in_both_languages_and_speaks_json(name, command):
    assert re.search(r"[\u4e00-\u9fff]", command.help)
    assert re.search(r"[a-z]{3}", command.help)
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_a_readme_names_only_commands_that_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    commands = set(re.findall(r"^\s*(?:\.venv\\Scripts\\)?anju (\w+)", text, flags=re.MULTILINE))
    assert commands <= set(get_command(app).commands)
    assert {"check", "allocate", "compare", "price", "draw"} <= commands
    targets = set(re.findall(r"^\s*make (\w+)", text, flags=re.MULTILINE))
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert {"demo", "test"} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_script_or_target_that_a_page_names_is_there(page):
    text = page.read_text(encoding="utf-8")
    for script in re.findall(r"python ((?:docs|data|tests|benchmarks)/[\w/]+\.py)", text):
        assert (ROOT / script).is_file(), script
    for module in re.findall(r"python -m (benchmarks(?:\.\w+)?)", text):
        at = ROOT / module.replace(".", "/")
        assert at.with_suffix(".py").is_file() or (at / "__main__.py").is_file(), module
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"(?:`|^ *)make (\w+)", text, flags=re.MULTILINE)) <= targets


WRITTEN = re.compile(r"(?<![\w./-])anju ((?:[a-z][a-z-]*)(?: [^`\n#|]*)?)")
COMMANDS = dict(leaves(get_command(app)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_in_a_page_exists_with_its_options(page):
    text = page.read_text(encoding="utf-8")
    shown = [
        *re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE),
        *re.findall(r"`(anju [^`]+)`", text),
    ]
    for written in (line for part in shown for line in WRITTEN.findall(part)):
        words = [word for word in written.replace("[", " ").split() if word]
        name = next((one for one in (" ".join(words[:2]), words[0]) if one in COMMANDS), None)
        if words in (["office"], ["office", "--help"]):
            continue
        assert name, f"{page.name}: anju {written}"
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", written):
            known = {one for parameter in COMMANDS[name].params for one in parameter.opts} | {"--help"}
            assert option in known, f"{page.name}: anju {written}"


def test_every_page_of_docs_is_in_the_sites_navigation():
    navigation = (ROOT / "docs" / "site" / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    for page in (ROOT / "docs").glob("*.md"):
        assert f" {page.name}\n" in navigation, f"docs/site/mkdocs.yml does not name {page.name}"


def test_the_map_of_the_house_names_every_module():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in [*ROOT.glob("allocation/*.py"), *ROOT.glob("solver/*.py")]:
        assert path.name == "__init__.py" or f"`{path.name}`" in text, f"docs/architecture.md does not name {path.name}"
