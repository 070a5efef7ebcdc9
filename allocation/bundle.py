"""
公开包: what is published of a round, in one written form with its fingerprint, and the receipts of its households.

Names are masked, ID numbers and telephones stay in the office, and whatever a household alone may know stands in the
bundle only as a salted commitment that its receipt opens. The bundle holds everything ``allocation/verify.py`` needs to
check the round without us. Source: spec §8; trust.md §3; the format: docs/bundle.md.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from allocation import verify
from allocation.allocate import Allocation
from allocation.messages import Fault, Faults, sentence
from allocation.plainrules import hundredths, plain_rules
from allocation.publicity import CalendarUnknown, is_working_day
from allocation.publicrows import changed_since_freeze, draw_row, filled, frozen_households, roster, unit_rows
from allocation.round import GATES, LeftOut, Round
from allocation.schema import Household
from allocation.verify import FORMAT, canonical, sha, tree
from allocation.verify_page import page
from allocation.wording import private_numbers
from allocation.writers import write_csv
from solver import certificate
from solver.certificate import Certificate, StageProof
from solver.duality import Leaf, totals
from solver.problem import Problem, Solution, Stage, stage_names

Json = dict[str, Any]
EXACT = 2**53
"""Whole numbers from here on are written as text, for readers whose numbers are binary fractions."""
SALT_BYTES = 16
RECEIPTS = "receipts.csv"
OPENING = "opening.json"
RECEIPT_COLUMNS = ("household_id", "name", "code")
REASONS = (
    "publicity",
    "objection",
    "prepayment",
    "other_project",
    "reserved",
    "defective",
    "allocated",
    "joint_self_built",
)
"""Why a household or a home is left out, as published; each once, in this order."""


def new_salt() -> bytes:
    """16 random bytes of the machine; never made from an id. Source: trust.md §3.5."""
    return secrets.token_bytes(SALT_BYTES)


def write_bundle(
    allocation: Allocation,
    folder: Path,
    *,
    salt: Callable[[], bytes] = new_salt,
    seconds_max: float | None = 20.0,
    earlier: Sequence[str] = (),
) -> dict[str, Any]:
    """
    Write ``folder/bundle/`` for everybody; ``receipts.csv`` and ``opening.json`` beside it, for the office alone.

    Parameters
    ----------
    allocation
        The result to publish.
    folder
        The output folder; it exists, ``bundle`` inside it does not.
    salt
        Where a household's 16 random bytes come from, asked once a household by ascending household_id. All else is
        the same each time.
    seconds_max
        Wall time, about, for each proof that the solver did not leave behind; None = as long as it takes.
    earlier
        Roots of earlier bundles of this round, oldest first.

    Returns
    -------
    dict
        ``root`` (the fingerprint, 64 hex digits), ``papers`` (name → SHA-256), ``stages`` (name → status).

    Raises
    ------
    Faults
        A private value of the roster stands in what would be published, or the roster is not the one frozen before
        its draw; nothing is written.
    """
    salts = {household.household_id: salt() for household in roster(allocation.round)}
    if faults := changed_since_freeze(allocation.round, principle=allocation.principle, per=allocation.per):
        raise Faults(faults)
    parts = public_parts(allocation, salts, seconds_max=seconds_max) | {}
    parts["round"]["earlier"] = list(earlier)
    if faults := _leaks(allocation.round, parts):
        raise Faults(faults)
    files = {"verify.py": Path(verify.__file__).read_bytes(), "verify.html": page()}
    files["README.txt"] = f"{sentence('bundle.readme', 'zh')}\n\n{sentence('bundle.readme', 'en')}\n".encode()
    hashes = {name: sha(data) for name, data in sorted(files.items())}
    trees = {name: tree(part) for name, part in parts.items()}
    root = sha(canonical({"format": FORMAT, "papers": hashes, "trees": trees}), "anju/root/1")
    manifest = {"format": FORMAT, "papers": hashes, "root": root}
    files["bundle.json"] = canonical({"manifest": manifest, "parts": parts})
    files["verify.html"] = page(files["bundle.json"])
    target = folder / "bundle"
    target.mkdir()
    for name, data in files.items():
        (target / name).write_bytes(data)
    write_csv(folder / RECEIPTS, _receipt_rows(allocation.round, salts), RECEIPT_COLUMNS)
    (folder / OPENING).write_bytes(canonical(opening(allocation, salts)))
    for name in (RECEIPTS, OPENING):
        (folder / name).chmod(0o600)
    return {"root": root, "papers": hashes, "stages": {row["stage"]: row["status"] for row in parts["stages"]}}


def public_parts(allocation: Allocation, salts: Mapping[str, bytes], *, seconds_max: float | None = None) -> Json:
    """What is published, by part; ``salts``: household_id → 16 bytes. Source: trust.md §3.2; docs/bundle.md."""
    round_ = allocation.round
    stages, proofs = _proof(allocation, _public(allocation.problem), seconds_max)
    names = {household.household_id: household for household in roster(round_)}
    return {
        "round": _head(allocation),
        "rules": plain_rules(round_, allocation.principle, allocation.per),
        "publications": sorted(
            (
                filled(document=p.document, published_on=p.published_on, days=p.days, withdrawn_on=p.withdrawn_on)
                for p in round_.tables.publications
            ),
            key=canonical,
        ),
        "objections": [
            filled(
                objection_id=o.objection_id,
                document=o.document,
                filed_on=o.filed_on,
                subject=o.subject,
                resolved_on=o.resolved_on,
            )
            for o in sorted(round_.tables.objections, key=lambda o: o.objection_id)
        ],
        "households": [
            row
            | {
                "order": round_.order[row["household_id"]],
                "paid": hundredths(round_.paid[row["household_id"]]),
                "tag": tag(salts[row["household_id"]]),
                "commit": commitment(salts[row["household_id"]], private_row(names[row["household_id"]])),
            }
            for row in frozen_households(round_)
        ],
        "units": unit_rows(round_),
        "left_out": [_left_out(entry) for entry in round_.left_out],
        "allocation": [
            {"household_id": h.household_id, "unit_id": h.unit_id, "rank": h.rank} for h in allocation.homes
        ],
        "statements": [
            {
                "household_id": own,
                "area": hundredths(found.allocated_m2),
                "amount": hundredths(found.price_yuan),
            }
            for own, found in sorted(allocation.statements.items())
        ],
        "unserved": list(allocation.unserved),
        "stages": stages,
        "certificate": proofs,
    }


def whole(value: int) -> int | str:
    """A whole number, as text where it is 2**53 or more."""
    return value if abs(value) < EXACT else str(value)


# -- rows ---------------------------------------------------------------------------------------------------------


def _head(allocation: Allocation) -> Json:
    round_, tables, plan = allocation.round, allocation.round.tables, allocation.round.head.draw
    needs = [str(h.access_need) for h in round_.households if h.access_need != "none"]
    withheld = {
        "name": len(tables.households) + len(tables.members),
        "id_number": sum(map(bool, [h.id_number for h in tables.households] + [m.id_number for m in tables.members])),
        "phone": sum(bool(h.phone) for h in tables.households),
        "members": len(tables.members),
        "payments": len(tables.payments),
        "objection_outcome": sum(bool(o.outcome) for o in tables.objections),
    }
    found = {
        "format": FORMAT,
        "id": round_.head.id,
        "title": round_.head.title,
        "as_of": round_.head.as_of.isoformat(),
        "seed": round_.head.seed,
        "projects": sorted(round_.head.projects),
        "policy_hash": round_.policy.fingerprint(),
        "software": f"anju {version('anju')}, ortools {version('ortools')}",
        "private_needs": len(needs),
        "needs_seen": sorted(set(needs)),
        "withheld": [{"field": field, "count": count} for field, count in sorted(withheld.items())],
        "working_days": _working_days(round_),
        "earlier": [],
    }
    return found if plan is None else found | {"draw": draw_row(plan)}


def _working_days(round_: Round) -> list[str]:
    """Every working day over the publications judged, where a period is counted by them."""
    periods = [round_.policy.publicity.period(document) for document in GATES]
    ends = [s.last_day for s in round_.standings.values() if s.last_day]
    if not ends or all(period.calendar == "natural" and not period.moves_on_holiday for period in periods):
        return []
    day, last = min(p.published_on for p in round_.tables.publications), max(ends)
    found: list[str] = []
    while day <= last:
        try:
            found += [day.isoformat()] * is_working_day(day, round_.announced)
        except CalendarUnknown:
            break
        day += timedelta(days=1)
    return found


def _left_out(entry: LeftOut) -> Json:
    """Who or what is left out, by the published names of the reasons, each once."""
    found = {_reason(reason.code) for reason in entry.reasons}
    subject = {"household_id": entry.household_id} if entry.household_id else {"unit_id": entry.unit_id}
    return subject | {"reasons": [name for name in REASONS if name in found]}


def _reason(code: str) -> str:
    group, _, name = code.partition(".")
    return name.removeprefix("status.") if group == "unit" else group


# -- what only the household can open -----------------------------------------------------------------------------


def private_row(household: Household) -> Json:
    """What the decision used and nobody else may know. ID numbers and telephones are no part of any decision."""
    return {
        "household_id": household.household_id,
        "name": household.name,
        "access_need": str(household.access_need),
    }


def tag(salt: bytes) -> str:
    """By it a household finds its row: 16 hex digits. Source: trust.md §3.5."""
    return sha(salt, "anju/tag/1")[:16]


def commitment(salt: bytes, row: Mapping[str, object]) -> str:
    """SHA-256 (hex) that binds the office to a private row without telling it. Source: trust.md §3.5."""
    return sha(salt + canonical(row), "anju/private/1")


def receipt_code(salt: bytes) -> str:
    """The salt for people: 26 characters of base32 and two check characters, in groups of four."""
    check = base64.b32encode(bytes.fromhex(sha(salt, "anju/receipt/1"))).decode()[:2]
    text = base64.b32encode(salt).decode().rstrip("=") + check
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _receipt_rows(round_: Round, salts: Mapping[str, bytes]) -> list[Json]:
    return [
        {"household_id": h.household_id, "name": h.name, "code": receipt_code(salts[h.household_id])}
        for h in roster(round_)
    ]


def _leaks(round_: Round, parts: Mapping[str, object]) -> list[Fault]:
    """Private values of the roster that strayed into a public column: ID numbers, telephones, whole names."""
    numbers = private_numbers(round_)
    people = {h.name for h in round_.tables.households} | {m.name for m in round_.tables.members}
    names = {name for name in people if len(name) > 2 and not name.isascii()}
    faults = []
    for part, content in sorted(parts.items()):
        text = canonical(content).decode()
        found = {run for run in re.findall(r"\d{7,}[Xx]?", text) if _is_private(run, numbers)}
        found |= {name for name in names if name in text}
        faults += [
            Fault(table="out", code="bundle.private_value", place=part, value=_hidden(value)) for value in sorted(found)
        ]
    return faults


def _is_private(run: str, numbers: frozenset[str]) -> bool:
    return run.upper() in numbers or run.upper().rstrip("X") in numbers


def _hidden(value: str) -> str:
    """Enough of a value to be found again in the clerk's tables, and no more."""
    return value[0] + "*" * (len(value) - 2) + value[-1]


# -- proof --------------------------------------------------------------------------------------------------------


def opening(allocation: Allocation, salts: Mapping[str, bytes]) -> Json:
    """
    What an auditor needs beyond the bundle: every private row with its salt. Never published. Source: trust.md §3.5.
    """
    return {
        "households": [
            {"household_id": h.household_id, "salt": salts[h.household_id].hex(), "private": private_row(h)}
            for h in roster(allocation.round)
        ]
    }


def _public(problem: Problem) -> Problem:
    """
    The problem as the public sees it, without access needs: whatever is proved of it holds with them too.

    Source: trust.md §3.7, §6 (7).
    """
    return replace(problem, needs=np.zeros_like(problem.needs))


def _proof(allocation: Allocation, problem: Problem, seconds_max: float | None) -> tuple[list[Json], list[Json]]:
    """
    The stages with what a checker can prove of them, and the certificate.

    The solution's own certificate may have been made with all needs known: where it does not prove a stage without
    them, the public gets one that was made without.
    """
    solution, found = allocation.solution, Certificate()
    if isinstance(solution.certificate, Certificate):
        found = solution.certificate
    judged = _judged(problem, solution, found)
    if any(stage.proof != "proved" for stage in judged):
        joined = certificate.certify(problem, solution, seconds_max=seconds_max)
        better = _judged(problem, solution, joined)
        if better != judged:
            found, judged = joined, better
    found = replace(found, proofs=(*found.proofs, *_priceless(problem, solution, found)))
    return _stage_rows(problem, solution, judged), list(_proof_rows(allocation, problem, found))


def _priceless(problem: Problem, solution: Solution, found: Certificate) -> Iterator[StageProof]:
    """Proofs without prices, for stages that no joint proof covers: a checker takes nothing for granted."""
    joint = certificate.joint_stage(problem, solution, found)
    names = stage_names(problem)
    for at in range(len(names)):
        if at == 0 or (joint < at and at > 1 and problem.principle != "order"):
            weights = tuple(int(number == at) for number in range(len(names)))
            yield StageProof(stage=at, leaves=(Leaf(weights=weights, prices=(0,) * problem.classes),))


def _stage_rows(problem: Problem, solution: Solution, judged: Sequence[Stage]) -> list[Json]:
    """
    Every stage as the function that is to be small, with its bound where one is proved.

    A stage's own value counts outcomes at one rank; published is how many there are at this rank or worse (better).
    """
    names, reached = stage_names(problem), totals(problem, solution.counts, solution.served)
    rows = []
    for said, stage in zip(solution.stages, judged, strict=True):
        at = names.index(said.name)
        row: Json = {"stage": public_name(said.name), "reached": whole(reached[at])}
        before = reached[at - 1] if at > 2 else 0
        if stage.bound != _nowhere(said):
            bound = stage.bound
            if said.name == "served":
                bound = problem.slots - bound
            elif said.name.rpartition("_")[2].isdigit():
                bound = before - bound if said.name.startswith("max_") else before + bound
            row["bound"] = whole(bound)
        row["status"] = "proved" if stage.proof == "proved" else "claimed" if said.optimal else "bounded"
        rows.append(row)
    return rows


def public_name(stage: str) -> str:
    """A stage's name as published: what its function counts."""
    rank = stage.rpartition("_")[2]
    if stage == "served":
        return "unserved"
    return stage if not rank.isdigit() else f"rank_{rank}_or_{'better' if stage.startswith('max_') else 'worse'}"


def _judged(problem: Problem, solution: Solution, found: Certificate) -> tuple[Stage, ...]:
    """The stages by the certificate alone: the solver's own word and bounds are taken away before."""
    bare = tuple(replace(stage, proof="claimed", bound=_nowhere(stage)) for stage in solution.stages)
    return certificate.check(problem, replace(solution, stages=bare), found)


def _nowhere(stage: Stage) -> int:
    """A bound that says nothing, and that no certificate gives."""
    return stage.value + 2**4000 if stage.maximised else stage.value - 2**4000


def _proof_rows(allocation: Allocation, problem: Problem, found: Certificate) -> Iterator[Json]:
    names, ids = stage_names(problem), [h.household_id for h in allocation.round.households]
    for proof in found.proofs:
        row: Json = {"stage": public_name(names[proof.stage])}
        if proof.slot >= 0:
            row["household_id"] = ids[proof.slot]
        row["leaves"] = [
            {
                "weights": [whole(weight) for weight in leaf.weights],
                "prices": [whole(price) for price in leaf.prices],
                "limits": [
                    {"household_id": ids[slot], "rank": rank, "at_most": at_most} for slot, rank, at_most in leaf.limits
                ],
            }
            for leaf in proof.leaves
        ]
        yield row
