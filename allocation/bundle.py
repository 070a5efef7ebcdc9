"""
公开包: what is published of a round, in one written form with its fingerprint, and the receipts of its households.

Names are masked, ID numbers and telephones stay in the office, and whatever a household alone may know stands in the
bundle only as a salted commitment that its receipt opens. The bundle holds everything ``allocation/verify.py`` needs to
check the round without us. Source: spec §8; trust.md §3; the format: docs/proof.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from allocation.allocate import Allocation, hundredths, price_text, profile
from allocation.messages import Fault, Faults, sentence
from allocation.pricing import StatementLine
from allocation.publicity import CalendarUnknown, is_working_day
from allocation.round import GATES, Round
from allocation.schema import Choice, Household, Unit
from allocation.wording import mask, private_numbers
from allocation.writers import write_csv
from solver import certificate
from solver.certificate import Certificate
from solver.problem import Problem, Solution, Stage, stage_names

Json = dict[str, Any]
FORMAT = "anju/bundle/1"
EXACT = 2**53
"""Whole numbers from here on are written as text, for readers whose numbers are binary fractions."""
SALT_BYTES = 16
PARTS = (
    "round", "policy", "publications", "objections", "households", "units", "left_out", "draw", "classes", "allocation",
    "statements", "unserved", "profile", "stages", "certificate",
)  # fmt: skip
CHECKER = Path(__file__).with_name("verify.py")
RECEIPTS = "receipts.csv"
OPENING = "opening.json"
RECEIPT_COLUMNS = ("household_id", "name", "code", "private")


def new_salt() -> bytes:
    """16 random bytes of the machine; never made from an id. Source: trust.md §3.5."""
    return secrets.token_bytes(SALT_BYTES)


def write_bundle(
    allocation: Allocation,
    folder: Path,
    *,
    salt: Callable[[], bytes] = new_salt,
    seconds_max: float | None = 20.0,
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

    Returns
    -------
    dict
        ``root`` (the fingerprint, 64 hex digits), ``files`` (name → SHA-256), ``stages`` (name → status).

    Raises
    ------
    Faults
        A private value of the roster stands in what would be published; nothing is written.
    """
    salts = {household.household_id: salt() for household in _roster(allocation.round)}
    parts = public_parts(allocation, salts, seconds_max=seconds_max)
    files = {f"{name}.json": canonical(part) for name, part in parts.items() if name != "policy"}
    files["policy.json"] = allocation.round.policy.canonical().encode()
    if faults := _leaks(allocation.round, files):
        raise Faults(faults)
    files["verify.py"] = CHECKER.read_bytes()
    files["README.txt"] = f"{sentence('bundle.readme', 'zh')}\n\n{sentence('bundle.readme', 'en')}\n".encode()
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    root = labelled("anju/root/1", canonical(hashes))
    manifest = canonical({"format": FORMAT, "files": hashes, "root": root})
    inside = b",".join(b'"%s":%s' % (name.encode(), files[name]) for name in sorted(files) if name.endswith(".json"))
    target = folder / "bundle"
    target.mkdir()
    for name, data in (
        *files.items(),
        ("manifest.json", manifest),
        ("bundle.json", b'{"files":{%s},"manifest":%s}' % (inside, manifest)),
    ):
        (target / name).write_bytes(data)
    write_csv(folder / RECEIPTS, _receipt_rows(allocation.round, salts), RECEIPT_COLUMNS)
    (folder / OPENING).write_bytes(canonical(opening(allocation, salts, seconds_max=seconds_max)))
    for name in (RECEIPTS, OPENING):
        (folder / name).chmod(0o600)
    return {"root": root, "files": hashes, "stages": {row["name"]: row["status"] for row in parts["stages"]}}


def public_parts(allocation: Allocation, salts: Mapping[str, bytes], *, seconds_max: float | None = None) -> Json:
    """What is published, by part; ``salts``: household_id → 16 bytes. Source: trust.md §3.2."""
    round_ = allocation.round
    together = {name: number for number, name in enumerate(_together(round_), 1)}
    stages, proofs = _proof(allocation, _public(allocation.problem), seconds_max)
    return {
        "round": _head(allocation),
        "policy": json.loads(round_.policy.canonical()),
        "publications": sorted(
            (
                _filled(document=p.document, published_on=p.published_on, days=p.days, withdrawn_on=p.withdrawn_on)
                for p in round_.tables.publications
            ),
            key=canonical,
        ),
        "objections": [
            _filled(
                objection_id=o.objection_id,
                document=o.document,
                filed_on=o.filed_on,
                subject=o.subject,
                resolved_on=o.resolved_on,
            )
            for o in sorted(round_.tables.objections, key=lambda o: o.objection_id)
        ],
        "households": [_household(h, round_, together, salts[h.household_id]) for h in _roster(round_)],
        "units": [_unit(unit) for unit in sorted(round_.tables.units, key=lambda u: u.unit_id)],
        "left_out": [
            {
                **({"household_id": entry.household_id} if entry.household_id else {"unit_id": entry.unit_id}),
                "reasons": [reason.code for reason in entry.reasons],
            }
            for entry in round_.left_out
        ],
        "draw": [{"household_id": own, "order": round_.order[own]} for own in sorted(round_.order)],
        "classes": [{"class_id": a.class_id, "units": [u.unit_id for u in a.units]} for a in allocation.alike],
        "allocation": [
            {"household_id": h.household_id, "unit_id": h.unit_id, "rank": h.rank} for h in allocation.homes
        ],
        "statements": [
            {
                "household_id": own,
                "entitlement": hundredths(found.entitlement_m2),
                "allocated": hundredths(found.allocated_m2),
                "price": hundredths(found.price_yuan),
                "prepaid": hundredths(round_.paid[own]),
                "lines": [_line(line) for line in found.lines],
            }
            for own, found in sorted(allocation.statements.items())
        ],
        "unserved": list(allocation.unserved),
        "profile": [{"rank": rank, "outcomes": count} for rank, count in profile(allocation).items()],
        "stages": stages,
        "certificate": proofs,
    }


# -- written form -------------------------------------------------------------------------------------------------


def canonical(value: object) -> bytes:
    """The one written form: UTF-8, keys sorted, no blanks, whole numbers only. Source: trust.md §3.3."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def labelled(label: str, data: bytes) -> str:
    """SHA-256 (hex) of a label, a zero byte and data: no hash can pose as another kind's. Source: trust.md §3.4."""
    return hashlib.sha256(label.encode() + b"\0" + data).hexdigest()


def whole(value: int) -> int | str:
    """A whole number, as text where it is 2**53 or more."""
    return value if abs(value) < EXACT else str(value)


def _filled(**values: object) -> Json:
    """The values that are there, dates as text: a key without a value is left out."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
        if value is not None and value not in ("", [])
    }


# -- rows ---------------------------------------------------------------------------------------------------------


def _roster(round_: Round) -> list[Household]:
    return sorted(round_.tables.households, key=lambda h: h.household_id)


def _together(round_: Round) -> list[str]:
    """The groups that share a building, in the order of their first household: their own words stay in the office."""
    return list(dict.fromkeys(h.together for h in _roster(round_) if h.together))


def _head(allocation: Allocation) -> Json:
    round_, tables = allocation.round, allocation.round.tables
    needs = [str(h.access_need) for h in round_.households if h.access_need != "none"]
    withheld = {
        "name": len(tables.households) + len(tables.members),
        "id_number": sum(map(bool, [h.id_number for h in tables.households] + [m.id_number for m in tables.members])),
        "phone": sum(bool(h.phone) for h in tables.households),
        "members": len(tables.members),
        "payments": len(tables.payments),
        "objection_outcome": sum(bool(o.outcome) for o in tables.objections),
    }
    return _filled(
        id=round_.head.id,
        title=round_.head.title,
        as_of=round_.head.as_of,
        seed=round_.head.seed,
        calendar=_calendar(round_),
    ) | {
        "format": FORMAT,
        "seed_kind": "demonstration text",
        "projects": sorted(round_.head.projects),
        "principle": allocation.principle,
        "per": allocation.per,
        "policy_hash": round_.policy.fingerprint(),
        "software": f"anju {version('anju')}, ortools {version('ortools')}",
        "private_needs": len(needs),
        "needs_seen": sorted(set(needs)),
        "withheld": [{"field": field, "count": count} for field, count in sorted(withheld.items())],
    }


def _calendar(round_: Round) -> Json | None:
    """Holidays and working weekends over the publications judged, where a period is counted by working days."""
    periods = [round_.policy.publicity.period(document) for document in GATES]
    if all(period.calendar == "natural" and not period.moves_on_holiday for period in periods):
        return None
    ends = [s.last_day for s in round_.standings.values() if s.last_day]
    if not ends:
        return None
    day, last = min(p.published_on for p in round_.tables.publications), max(ends)
    found: Json = {"from": day.isoformat(), "holidays": [], "working_weekends": []}
    while day <= last:
        try:
            works = is_working_day(day, round_.announced)
        except CalendarUnknown:
            break
        if works == (day.weekday() >= 5):
            found["working_weekends" if works else "holidays"].append(day.isoformat())
        found["to"] = day.isoformat()
        day += timedelta(days=1)
    return found if "to" in found else None


def _household(household: Household, round_: Round, together: Mapping[str, int], salt: bytes) -> Json:
    """The public row: what the decision used and anybody may know, and what opens with the receipt."""
    own, order = household.household_id, round_.policy.order
    entitled = round_.entitlements[own]
    marks = {band.up_to for band in round_.policy.pricing.bands}
    demand = round_.demand.get(own, {})
    choices = sorted(
        (choice for choice in round_.tables.choices if choice.household_id == own), key=lambda c: canonical(_choice(c))
    )
    return _filled(
        signed_on=household.signed_on if order.rule == "signed_on" else None,
        order_no=household.order_no if order.rule == "given" else None,
        priority_class=household.priority_class if order.priority_first else None,
        together=together.get(household.together),
        standard=hundredths(entitled.standard_m2) if "standard" in marks else None,
        original=hundredths(entitled.original_m2) if "original" in marks else None,
        limit=None if entitled.limit_m2 is None else hundredths(entitled.limit_m2),
        demand=[{"layout": layout, "count": count} for layout, count in sorted(demand.items())],
        choices=sorted((_choice(choice) for choice in choices), key=lambda row: (row["choice"], canonical(row))),
    ) | {
        "household_id": own,
        "name": mask(household.name),
        "village": household.village,
        "persons": household.persons,
        "bonus_persons": household.bonus_persons,
        "entitlement": hundredths(entitled.m2),
        "paid": hundredths(round_.paid[own]),
        "tag": tag(salt),
        "commit": commitment(salt, private_row(household)),
    }


def _choice(choice: Choice) -> Json:
    return _filled(
        choice=choice.choice,
        project=choice.project,
        building=choice.building,
        entrance=choice.entrance,
        floor_min=choice.floor_min,
        floor_max=choice.floor_max,
        layout=choice.layout,
        orientation=choice.orientation,
        unit_id=choice.unit_id,
    )


def _unit(unit: Unit) -> Json:
    return _filled(
        base_price=None if unit.base_price is None else hundredths(unit.base_price),
        floors_in_building=unit.floors_in_building,
    ) | {
        "unit_id": unit.unit_id,
        "project": unit.project,
        "building": unit.building,
        "floor": unit.floor,
        "layout": unit.layout,
        "area": hundredths(unit.area_m2),
        "entrance": unit.entrance,
        "room": unit.room,
        "orientation": unit.orientation,
        "step_free": unit.step_free,
        "construction": str(unit.construction),
        "status": str(unit.status),
    }


def _line(line: StatementLine) -> Json:
    return _filled(
        item=line.item,
        amount=hundredths(line.amount_yuan),
        band=line.band,
        unit_id=line.unit_id,
        area=None if line.area_m2 is None else hundredths(line.area_m2),
        price=None if line.price_yuan_per_m2 is None else price_text(line.price_yuan_per_m2),
        name=line.params.get("name"),
    )


# -- what only the household can open -----------------------------------------------------------------------------


def private_row(household: Household) -> Json:
    """What the decision used and nobody else may know. ID numbers and telephones are no part of any decision."""
    return {
        "household_id": household.household_id,
        "name": household.name,
        "access_need": str(household.access_need),
        "together": household.together,
    }


def tag(salt: bytes) -> str:
    """By it a household finds its row: 16 hex digits. Source: trust.md §3.5."""
    return hashlib.sha256(b"anju/tag/1\0" + salt).hexdigest()[:16]


def commitment(salt: bytes, row: Mapping[str, object]) -> str:
    """SHA-256 (hex) that binds the office to a private row without telling it. Source: trust.md §3.5."""
    return hashlib.sha256(b"anju/private/1\0" + salt + canonical(row)).hexdigest()


def receipt_code(salt: bytes) -> str:
    """The salt for people: 26 characters of base32 and two check characters, in groups of four."""
    check = base64.b32encode(hashlib.sha256(b"anju/receipt/1\0" + salt).digest()).decode()[:2]
    text = base64.b32encode(salt).decode().rstrip("=") + check
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _receipt_rows(round_: Round, salts: Mapping[str, bytes]) -> list[Json]:
    return [
        {
            "household_id": h.household_id,
            "name": h.name,
            "code": receipt_code(salts[h.household_id]),
            "private": canonical(private_row(h)).decode(),
        }
        for h in _roster(round_)
    ]


def _leaks(round_: Round, files: Mapping[str, bytes]) -> list[Fault]:
    """Private values of the roster that strayed into a public column: ID numbers, telephones, whole names."""
    numbers = private_numbers(round_)
    people = {h.name for h in round_.tables.households} | {m.name for m in round_.tables.members}
    names = {name for name in people if len(name) > 2 and not name.isascii()}
    faults = []
    for file, data in sorted(files.items()):
        text = data.decode()
        found = {run for run in re.findall(r"\d{7,}[Xx]?", text) if _is_private(run, numbers)}
        found |= {name for name in names if name in text}
        faults += [
            Fault(table="out", code="bundle.private_value", place=file, value=_hidden(value)) for value in sorted(found)
        ]
    return faults


def _is_private(run: str, numbers: frozenset[str]) -> bool:
    return run.upper() in numbers or run.upper().rstrip("X") in numbers


def _hidden(value: str) -> str:
    """Enough of a value to be found again in the clerk's tables, and no more."""
    return value[0] + "*" * (len(value) - 2) + value[-1]


# -- proof --------------------------------------------------------------------------------------------------------


def opening(allocation: Allocation, salts: Mapping[str, bytes], *, seconds_max: float | None = None) -> Json:
    """
    What an auditor needs beyond the bundle: every private row with its salt, and where access needs bind, the stages
    and their proof with them. Never published. Source: trust.md §3.5 "an auditor with the opening file checks all".
    """
    found: Json = {"stages": [], "certificate": []}
    if allocation.problem.needs.any():
        found["stages"], found["certificate"] = _proof(allocation, allocation.problem, seconds_max)
    return found | {
        "households": [
            {"household_id": h.household_id, "salt": salts[h.household_id].hex(), "private": private_row(h)}
            for h in _roster(allocation.round)
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
        again = certificate.certify(problem, replace(solution, certificate=None), seconds_max=seconds_max)
        joined = Certificate(proofs=(*found.proofs, *again.proofs))
        better = _judged(problem, solution, joined)
        if better != judged:
            found, judged = joined, better
    stages = []
    for said, stage in zip(solution.stages, judged, strict=True):
        row: Json = {"name": said.name, "value": whole(said.value)}
        if stage.bound != _nowhere(said):
            row["bound"] = whole(stage.bound)
        row["status"] = "proved" if stage.proof == "proved" else "claimed" if said.optimal else "bounded"
        stages.append(row)
    return stages, list(_proof_rows(allocation, problem, found))


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
        row: Json = {"stage": names[proof.stage]}
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
