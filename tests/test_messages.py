"""Every sentence stands once, in both languages, and is really said."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from allocation.messages import SENTENCES, SUBJECTS, Fault, Faults, Reason, reason_sentence, sentence

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    path
    for path in [*ROOT.glob("allocation/**/*.py"), ROOT / "dashboard.py"]
    if path.name != "messages.py" and path.parent.name != "sentences"
]


def spoken() -> tuple[set[str], list[re.Pattern[str]]]:
    """All string constants of the sources, and their f-strings as patterns."""
    constants, patterns = set(), []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in node.values]
                if any(part != ".+" and "." in part.replace("\\.", ".") for part in parts):
                    patterns.append(re.compile("".join(parts)))
    return constants, patterns


def codes_named() -> set[str]:
    """Constants given as ``code=`` anywhere, or as the first argument of a function that takes a code."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[:1] if name == "sentence" else []
                for value in [*first, *(k.value for k in node.keywords if k.arg == "code")]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        found.add(value.value)
    return found


def test_a_sentence_stands_in_one_file_and_every_file_is_read():
    assert len(SENTENCES) == sum(map(len, SUBJECTS))
    assert len(SUBJECTS) == len([*ROOT.glob("allocation/sentences/[!_]*.py")])


def test_every_code_named_has_its_sentence():
    assert codes_named() - set(SENTENCES) == set()


def test_every_sentence_is_said_somewhere():
    constants, patterns = spoken()
    unsaid = [c for c in SENTENCES if c not in constants and not any(p.fullmatch(c) for p in patterns)]
    assert unsaid == []


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_take_the_same_values(code):
    chinese, english = ({f for _, f, _, _ in Formatter().parse(text) if f is not None} for text in SENTENCES[code])
    assert chinese == english
    assert all(SENTENCES[code])


def test_a_sentence_is_filled_with_its_values():
    said = sentence("cli.faults", "en", count=3)
    assert said.startswith("3 faults")
    assert "3" in sentence("cli.faults", "zh", count=3)


def test_an_unknown_code_is_a_bug_not_a_silence():
    with pytest.raises(KeyError):
        sentence("no.such.code")


def test_faults_carry_all_of_them_and_a_reason_its_values():
    faults = Faults(Fault(table="units", code=f"c{n}") for n in range(7))
    assert len(faults.faults) == 7
    assert "7 faults" in str(faults)
    assert "DF-1" in reason_sentence(Reason(code="objection.open", params={"objection_id": "DF-1", "filed_on": "d"}))
