"""
What an auditor checks of a bundle beyond the checker that lies in it: against an earlier one, against the policy's own
file, against the plan as it was put up, and with the opening that shows every private row. Adds to
``allocation.verify``; format: docs/bundle.md §8.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocation.messages import LANGS, sentence
from allocation.policy import Policy
from allocation.posted import as_posted
from allocation.verify import Bundle, Verdict, attempt, canonical, check_bundle, need, same, sha

Row = dict[str, Any]
EARLIER, OPENED, POLICY, NOTICE = "A1", "A2", "A3", "A4"
"""Codes of the auditor's checks; their words stand in the sentences ``audit.…``."""


def earlier(new: Bundle, old: Bundle) -> Row:
    """An earlier bundle of the round is still told, unchanged, in the new one. Source: trust.md §2 row 15."""
    same(new.head["id"], old.head["id"], "round.id")
    need(old.manifest["root"] in new.head["earlier"], "round.earlier", new.head["earlier"], old.manifest["root"])
    same(new.seed, old.seed, "round.seed")
    same(new.head.get("draw", {}).get("pool_root", ""), old.head.get("draw", {}).get("pool_root", ""), "pool_root")
    for part, may in (("publications", "withdrawn_on"), ("objections", "resolved_on")):
        for row in old.parts[part]:
            kept = [now for now in new.parts[part] if {**row, **({may: now[may]} if may in now else {})} == now]
            need(kept and (may not in row or row in new.parts[part]), part, "", canonical(row).decode())
    later = ("order", "paid", "tag", "commit", "status", "lines")
    for name in ("households", "units"):
        now, then = getattr(new, name), getattr(old, name)
        for own, row in then.items():
            found = {key: value for key, value in now.get(own, {}).items() if key not in later}
            same(found, {key: value for key, value in row.items() if key not in later}, f"{name}.{own}")
    moved = [own for own in new.households if old.homes.get(own) != new.homes.get(own)]
    return {"moved": len(moved), "who": "、".join(moved) or "0"}


def opened(b: Bundle, opening: Mapping[str, Any]) -> Row:
    """Every commitment opens, needs are as many as said, and each one served has a home that meets its own."""
    same([row["household_id"] for row in opening["households"]], list(b.households), "opening.households")
    needs = {}
    for row in opening["households"]:
        own, private = row["household_id"], row["private"]
        found = sha(bytes.fromhex(row["salt"]) + canonical(private), "anju/private/1")
        need(found == b.households[own]["commit"] and private["household_id"] == own, f"{own}.commit")
        if own in b.slots and private["access_need"] != "none":
            needs[own] = private["access_need"]
    same([b.head["private_needs"], b.head["needs_seen"]], [len(needs), sorted(set(needs.values()))], "needs")
    for own, kind in needs.items():
        low = b.rules["low_floor_max"]
        met = [u for u in b.homes.get(own, []) if u["step_free"] or (kind == "low_floor" and u["floor"] <= low)]
        need(met or own not in b.homes, f"{own}.access_need", kind)
    return {"n": len(b.households), "needs": len(needs)}


def same_policy(b: Bundle, policy: Policy) -> Row:
    """The policy is the one whose fingerprint the bundle names."""
    same(b.head["policy_hash"], policy.fingerprint(), "policy_hash")
    return {"hash": policy.fingerprint()}


def audit(
    path: Path,
    *,
    prev: Path | None = None,
    opening: Path | None = None,
    policy: Policy | None = None,
    notice: Path | None = None,
    **given: str | None,
) -> list[Row]:
    """
    Every check of ``verify.check_bundle``, then those that the further files allow.

    ``prev``: an earlier bundle of the round. ``opening``: the office's opening.json. ``policy``: the policy as read.
    ``notice``: the plan as it was put up, .docx or .html.
    """
    checks = check_bundle(path, **given)
    if checks[0]["outcome"] == "FAIL":
        return checks
    b = Bundle()
    b.open(path)
    if prev is not None:
        checks.append(_told(EARLIER, lambda: earlier(b, _opened(prev))))
    if opening is not None:
        checks.append(_told(OPENED, lambda: opened(b, json.loads(opening.read_bytes()))))
    if policy is not None:
        checks.append(_told(POLICY, lambda: same_policy(b, policy)))
    if notice is not None:
        checks.append(_told(NOTICE, lambda: as_posted(b, notice)))
    return checks


def _opened(path: Path) -> Bundle:
    b = Bundle()
    b.open(path)
    return b


def _told(code: str, test: Any) -> Row:
    """One check in the checker's own form, with words of ours."""
    told: Row = {}

    def remembered() -> Row:
        told.update(test())
        raise Verdict("PASS", "differs", {"at": ""})

    row = attempt("V1", remembered)
    for lang in LANGS:
        mark = "：" if lang == "zh" else ": "
        said = row[lang].partition(mark)[2]
        if row["outcome"] == "PASS":
            said = sentence(f"audit.{code}.pass", lang, **told)
        row[lang] = f"{sentence(f'audit.{code}', lang)}{mark}{said}"
    return row | {"name": f"{code} {sentence(f'audit.{code}', 'en')}"}
