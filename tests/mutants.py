"""
Bundles with something wrong in them: the same list, always, for every checker.

Two kinds. Bytes changed as they stand: whoever has only the file finds them, by its hashes or its form. Claims changed
by somebody who makes every hash right again: only the checks of the content can find them, or, where the forger made
all of it anew, the fingerprint on the wall. Each mutant says what it takes: ``needs_root`` = with the printed
fingerprint only.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bundles import forged

Parts = dict


@dataclass(frozen=True)
class Mutant:
    """A bundle that must not pass: its name, its bytes, whether only the printed fingerprint tells."""

    name: str
    data: bytes
    needs_root: bool = False


def all_mutants(data: bytes, bytes_changed: int = 1400, rows_changed: int = 700) -> Iterator[Mutant]:
    """
    Every mutant of one bundle, in a fixed order.

    Single bytes changed, left out or put in; rows swapped, left out, doubled; figures changed with all hashes made
    right; and the operators of ``OPERATORS``.
    """
    whole = json.loads(data)
    yield from _byte_mutants(data, bytes_changed)
    yield from _figure_mutants(whole["parts"], rows_changed)
    for operator in (*OPERATORS, *MADE_ANEW, *STILL_TRUE):
        parts = changed_by(operator, whole["parts"])
        if parts is not None:
            yield Mutant(operator.__name__, forged(parts), needs_root=operator not in OPERATORS)


def _byte_mutants(data: bytes, count: int) -> Iterator[Mutant]:
    rng = random.Random(5)
    for number in range(count):
        at, kind = rng.randrange(len(data)), number % 4
        if kind == 0:
            mutant = data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        elif kind == 1:
            mutant = data[:at] + data[at + 1 :]
        elif kind == 2:
            mutant = data[:at] + bytes([rng.randrange(256)]) + data[at:]
        else:
            other = rng.choice(b"0123456789")
            at = next(i % len(data) for i in range(at, at + len(data)) if data[i % len(data)] in b"0123456789")
            mutant = data[:at] + bytes([other]) + data[at + 1 :]
        if mutant != data:
            yield Mutant(f"byte {number} at {at}", mutant)


FREE = {
    "id", "title", "software", "policy_hash", "withheld", "field", "count", "name", "village", "room", "tag", "commit",
    "earlier", "text",
}  # fmt: skip
"""Values that nothing else in a bundle turns on: only the fingerprint holds them fast."""
INPUT = {
    "persons", "bonus_persons", "paid", "choice", "floor", "floor_min", "floor_max", "days", "entrance", "orientation",
    "layout", "building", "project", "document", "subject", "filed_on", "resolved_on", "published_on", "withdrawn_on",
    "as_of", "order_no", "signed_on", "priority_class", "area", "step_free", "kind", "household_id", "unit_id",
    "objection_id", "rank", "at_most", "prices", "weights", "bound", "status", "stage", "low_floor_max", "plus",
    "figures", "price", "max_units", "under_m2", "over_m2", "share", "per_m2", "layouts", "min_m2", "max_m2",
    "construction", "private_needs", "moves_on_holiday", "priority_first", "restarted_by", "together", "heads",
    "at_most_heads", "working", "working_days", "projects", "units", "reasons", "entitlement", "limit", "standard",
    "original",
}  # fmt: skip
"""Inputs and proofs: another value can make another true statement; then only the fingerprint tells."""


def _figure_mutants(parts: Parts, count: int) -> Iterator[Mutant]:
    """One value changed anywhere, hashes made right."""
    rng = random.Random(11)
    places = list(_places(parts, ()))
    for number in range(count):
        place, old = rng.choice(places)
        new = _other(old, rng)
        changed = copy.deepcopy(parts)
        inner = changed
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = new
        key = next(key for key in reversed(place) if isinstance(key, str))
        table = next((k for k in place if k in ("figures", "layouts", "demand")), None)
        loose = key in FREE | INPUT or table is not None
        yield Mutant(f"value {number} {'.'.join(map(str, place))} = {new!r}", forged(changed), needs_root=loose)


def _places(value: object, path: tuple) -> Iterator[tuple[tuple, object]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield from _places(inner, (*path, key))
        else:
            yield (*path, key), inner


def _other(old: object, rng: random.Random) -> object:
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return old + rng.choice([1, -1, 100, 10**6])
    return rng.choice([old + "0", old[:-1] or "1", "x"]) if old else "x"


# -- claims: made by somebody who computes every hash anew ---------------------------------------------------------


class Absent(Exception):
    """The round has nothing that this operator could change."""


def only(condition: object) -> None:
    """The operator makes a false claim only where this holds."""
    if not condition:
        raise Absent


def changed_by(operator: Callable[[Parts], None], parts: Parts) -> Parts | None:
    """The parts as the operator leaves them; None where it changes nothing, or nothing false."""
    changed = copy.deepcopy(parts)
    try:
        operator(changed)
    except Absent:
        return None
    return None if changed == parts else changed


def by_id(rows, key, value):
    return next(row for row in rows if row[key] == value)


def swapped_homes(parts):
    first = parts["allocation"][0]
    other = next((row for row in parts["allocation"] if row["household_id"] != first["household_id"]), None)
    if other is None:
        raise Absent
    first["unit_id"], other["unit_id"] = other["unit_id"], first["unit_id"]
    parts["allocation"].sort(key=lambda row: (row["household_id"], row["unit_id"]))


def forged_price(parts):
    parts["statements"][0]["amount"] -= 100


def price_one_fen_up(parts):
    parts["statements"][-1]["amount"] += 1


def forged_line(parts):
    line = next((unit["lines"] for unit in parts["units"] if unit["lines"]), None)
    if line is None:
        raise Absent
    line[0]["amount"] -= 100


def line_and_statement(parts):
    unit = by_id(parts["units"], "unit_id", parts["allocation"][0]["unit_id"])
    if not unit["lines"]:
        raise Absent
    unit["lines"][0]["amount"] -= 100
    by_id(parts["statements"], "household_id", parts["allocation"][0]["household_id"])["amount"] -= 100


def line_left_out(parts):
    unit = next((unit for unit in parts["units"] if unit["lines"]), None)
    if unit is None:
        raise Absent
    unit["lines"].pop()


def statement_left_out(parts):
    parts["statements"].pop()


def statement_for_another(parts):
    if len(parts["statements"]) < 2:
        raise Absent
    one, other = parts["statements"][:2]
    one["household_id"], other["household_id"] = other["household_id"], one["household_id"]
    parts["statements"].sort(key=lambda row: row["household_id"])
    only(one["amount"] != other["amount"] or one["area"] != other["area"])


def reordered_draw(parts):
    one, other = parts["households"][:2]
    one["order"], other["order"] = other["order"], one["order"]
    only("sequence" in parts["rules"])


def number_twice(parts):
    parts["households"][0]["order"] = parts["households"][1]["order"]
    only("sequence" in parts["rules"])


def other_seed(parts):
    parts["round"]["seed"] += "!"


def dropped_household(parts):
    own = by_id(parts["households"], "order", 1)["household_id"]
    for name in ("households", "allocation", "statements"):
        parts[name] = [row for row in parts[name] if row["household_id"] != own]
    only("sequence" in parts["rules"])


def dropped_household_renumbered(parts):
    """Dropped, with everybody moved up: the proof of the best result is no longer of this round."""
    own = by_id(parts["households"], "household_id", parts["allocation"][0]["household_id"])["household_id"]
    gone = by_id(parts["households"], "household_id", own)["order"]
    for name in ("households", "allocation", "statements"):
        parts[name] = [row for row in parts[name] if row["household_id"] != own]
    for row in parts["households"]:
        row["order"] -= row["order"] > gone


def left_out_for_nothing(parts):
    own = parts["households"][0]["household_id"]
    if any(row.get("household_id") == own for row in parts["left_out"]):
        raise Absent
    parts["left_out"].insert(0, {"household_id": own, "reasons": ["objection"]})


def left_out_without_reason(parts):
    own = parts["households"][0]["household_id"]
    if any(row.get("household_id") == own for row in parts["left_out"]):
        raise Absent
    parts["left_out"].insert(0, {"household_id": own, "reasons": []})


def reason_left_out(parts):
    if not parts["left_out"] or "gate" not in parts["rules"]:
        raise Absent
    parts["left_out"].pop()


def unit_given_twice(parts):
    first = parts["allocation"][0]
    other = next((row for row in parts["allocation"] if row["household_id"] != first["household_id"]), None)
    if other is None:
        raise Absent
    other["unit_id"] = first["unit_id"]


def unit_taken_away(parts):
    parts["allocation"] = parts["allocation"][1:]


def home_nobody_listed(parts):
    parts["allocation"][0]["unit_id"] = "U99"


def unit_reserved(parts):
    by_id(parts["units"], "unit_id", parts["allocation"][0]["unit_id"])["status"] = "reserved"
    only("gate" in parts["rules"])


def smaller_unit(parts):
    by_id(parts["units"], "unit_id", parts["allocation"][0]["unit_id"])["area"] -= 1


def later_publication(parts):
    """Every publication of the demand moved to the day judged, so that none has stood."""
    for row in parts["publications"]:
        row["published_on"] = parts["round"]["as_of"]
    parts["publications"].sort(key=lambda row: json.dumps(row, ensure_ascii=False, sort_keys=True))
    only("gate" in parts["rules"] and any(p["days"] for p in parts["rules"]["periods"]))


def withdrawn_publication(parts):
    for row in parts["publications"]:
        row["withdrawn_on"] = parts["round"]["as_of"]
    only("gate" in parts["rules"] and parts["publications"] != [])


def earlier_day(parts):
    parts["round"]["as_of"] = "2001-01-01"
    only("gate" in parts["rules"])


def open_objection(parts):
    row = {"objection_id": "Y0", "document": "demand", "filed_on": parts["round"]["as_of"], "subject": "*"}
    parts["objections"].insert(0, row)
    only("gate" in parts["rules"])


def longer_period(parts):
    for period in parts["rules"]["periods"]:
        period["days"] = 3000
    only("gate" in parts["rules"])


def more_persons(parts):
    parts["households"][0]["persons"] += 1
    only("quota" in parts["rules"] and "max_m2" not in parts["rules"]["quota"])


def larger_entitlement(parts):
    parts["households"][0]["entitlement"] += 5000
    only("quota" in parts["rules"])


def richer_rules(parts):
    if "quota" not in parts["rules"]:
        raise Absent
    parts["rules"]["quota"]["m2_per_person"] += 1000
    only("max_m2" not in parts["rules"]["quota"] and parts["rules"]["quota"]["min_m2"] == 0)


def cheaper_rules(parts):
    parts["rules"]["bands"][0]["price"] = "0.01"


def other_demand(parts):
    row = by_id(parts["households"], "household_id", parts["allocation"][0]["household_id"])
    row["demand"] = {"50": 7}


def open_demand_out_of_reach(parts):
    row = by_id(parts["households"], "household_id", parts["allocation"][0]["household_id"])
    row.pop("demand", None)
    parts["rules"]["reach"]["max_units"] = 0


def together_but_apart(parts):
    sites = {}
    for row in parts["allocation"]:
        unit = by_id(parts["units"], "unit_id", row["unit_id"])
        sites.setdefault((unit["project"], unit["building"]), row["household_id"])
    if len(sites) < 2:
        raise Absent
    for row in parts["households"]:
        row["together"] = 1


def choices_taken_away(parts):
    first = next((row for row in parts["allocation"] if row["rank"] == 1), None)
    if first is None:
        raise Absent
    del by_id(parts["households"], "household_id", first["household_id"])["choices"]


def forged_rank(parts):
    worst = parts["rules"]["max_choices"] + 1
    parts["allocation"][0]["rank"] = worst if parts["allocation"][0]["rank"] != worst else 1


def another_of_the_same_class(parts):
    """A home like it that somebody picked by hand: only the pairing by the draw tells."""
    taken = {row["unit_id"] for row in parts["allocation"]}
    out = {row.get("unit_id") for row in parts["left_out"]}
    for row in parts["allocation"]:
        mine = by_id(parts["units"], "unit_id", row["unit_id"])
        for unit in parts["units"]:
            differ = {key for key in mine if mine[key] != unit.get(key)}
            if differ <= {"unit_id", "room", "entrance", "orientation"} and unit["unit_id"] not in taken | out:
                row["unit_id"] = unit["unit_id"]
                parts["allocation"].sort(key=lambda row: (row["household_id"], row["unit_id"]))
                return
    raise Absent


def left_unserved(parts):
    """Somebody loses its homes, everything else made to fit: only the proof that all can be served is in the way."""
    own = parts["allocation"][0]["household_id"]
    parts["unserved"] = sorted([*parts["unserved"], own])
    for name in ("allocation", "statements"):
        parts[name] = [row for row in parts[name] if row["household_id"] != own]
    only(len(parts["statements"]) > 0)


def unserved_although_served(parts):
    parts["unserved"] = sorted([*parts["unserved"], parts["allocation"][0]["household_id"]])


def better_value(parts):
    _stage(parts, "sum_of_ranks")["reached"] -= 1


def better_value_and_bound(parts):
    row = _stage(parts, "sum_of_ranks")
    row["reached"] -= 1
    if "bound" in row:
        row["bound"] = row["reached"]


def _stage(parts, name):
    return by_id(parts["stages"], "stage", name)


def no_certificate(parts):
    parts["certificate"] = []
    only(any(row["status"] == "proved" for row in parts["stages"]))


def certificate_without_prices(parts):
    for proof in parts["certificate"]:
        for leaf in proof["leaves"]:
            leaf["prices"] = [0] * len(leaf["prices"])
    only(parts["stages"][-1]["status"] == "proved")


def proved_by_word(parts):
    for row in parts["stages"]:
        row["status"], row["bound"] = "proved", row["reached"]
    parts["certificate"] = []


def negative_price(parts):
    proof = parts["certificate"][-1]
    proof["leaves"][0]["prices"] = [-1] * len(proof["leaves"][0]["prices"])


def a_price_too_few(parts):
    parts["certificate"][0]["leaves"][0]["prices"].pop()


def a_weight_too_many(parts):
    parts["certificate"][0]["leaves"][0]["weights"].append(1)


def half_a_tree(parts):
    own = parts["allocation"][0]["household_id"]
    for proof in parts["certificate"]:
        proof["leaves"][0]["limits"] = [{"household_id": own, "rank": 1, "at_most": True}]


def unknown_status(parts):
    parts["stages"][0]["status"] = "optimal"


def stage_left_out(parts):
    parts["stages"].pop(1)


def stage_twice(parts):
    parts["stages"].append(parts["stages"][-1])


def proved_without_bound(parts):
    row = next((row for row in parts["stages"] if row["status"] == "proved"), None)
    if row is None:
        raise Absent
    del row["bound"]


def claimed_although_met(parts):
    row = next((row for row in parts["stages"] if row["status"] == "proved"), None)
    if row is None:
        raise Absent
    row["status"] = "claimed"


def unknown_key(parts):
    parts["households"][0]["surprise"] = 1


def missing_key(parts):
    del parts["households"][0]["persons"]


def missing_part(parts):
    del parts["stages"]


def rows_out_of_order(parts):
    parts["units"].reverse()


def row_twice(parts):
    parts["units"].insert(0, parts["units"][0])


def allocation_out_of_order(parts):
    parts["allocation"].reverse()
    only(len(parts["allocation"]) > 1)


def figure_as_text(parts):
    parts["households"][0]["paid"] = str(parts["households"][0]["paid"])


def fraction(parts):
    parts["households"][0]["paid"] += 0.5


def nothing_at_all(parts):
    parts["households"][0]["paid"] = None


def control_character(parts):
    parts["round"]["title"] = "批次\u0007"


def other_format(parts):
    parts["round"]["format"] = "anju/bundle/1"


def pool_changed(parts):
    """A choice put in after the draw."""
    row = parts["households"][0]
    row["choices"] = [{"choice": 1, "building": "Z"}, *row.get("choices", [])]
    only("draw" in parts["round"])


def drawn_before_the_freeze(parts):
    if "draw" not in parts["round"]:
        raise Absent
    parts["round"]["draw"]["sources"][0]["occurred_on"] = parts["round"]["draw"]["frozen_on"]


def other_lottery_result(parts):
    if "draw" not in parts["round"]:
        raise Absent
    parts["round"]["draw"]["sources"][0]["value"] = "01 02 03 04 05 06 + 07"


def result_in_another_spelling(parts):
    if "draw" not in parts["round"]:
        raise Absent
    source = parts["round"]["draw"]["sources"][0]
    source["value"] = source["value"].replace("+", "|")


def source_called_off(parts):
    if "draw" not in parts["round"]:
        raise Absent
    del parts["round"]["draw"]["sources"][0]["value"]


def too_little_chance(parts):
    if "draw" not in parts["round"]:
        raise Absent
    parts["round"]["draw"]["take"] = 1


def seal_opened_as_another(parts):
    if not parts["round"].get("draw", {}).get("sealed"):
        raise Absent
    parts["round"]["draw"]["sealed"][0]["number"] = "99999"


def seal_kept_back(parts):
    if not parts["round"].get("draw", {}).get("sealed"):
        raise Absent
    for key in ("number", "nonce"):
        parts["round"]["draw"]["sealed"][0].pop(key, None)


OPERATORS: tuple[Callable[[Parts], None], ...] = (
    swapped_homes, forged_price, price_one_fen_up, forged_line, line_and_statement, line_left_out, statement_left_out,
    statement_for_another, reordered_draw, number_twice, other_seed, dropped_household, dropped_household_renumbered,
    left_out_for_nothing, left_out_without_reason, reason_left_out, unit_given_twice, unit_taken_away,
    home_nobody_listed, unit_reserved, smaller_unit, later_publication, withdrawn_publication, earlier_day,
    open_objection, longer_period, more_persons, larger_entitlement, richer_rules, cheaper_rules, other_demand,
    open_demand_out_of_reach, together_but_apart, choices_taken_away, forged_rank, another_of_the_same_class,
    left_unserved, unserved_although_served, better_value, better_value_and_bound, no_certificate,
    proved_by_word, negative_price, a_price_too_few, a_weight_too_many, half_a_tree,
    unknown_status, stage_left_out, stage_twice, proved_without_bound, claimed_although_met, unknown_key, missing_key,
    missing_part, rows_out_of_order, row_twice, allocation_out_of_order, figure_as_text, fraction, nothing_at_all,
    control_character, other_format, pool_changed, drawn_before_the_freeze, other_lottery_result,
    result_in_another_spelling, source_called_off, too_little_chance, seal_opened_as_another, seal_kept_back,
)  # fmt: skip
"""What a forger may do to the claims and make every hash right: the content's own checks must find it."""


def other_title(parts):
    parts["round"]["title"] += "。"


def other_village(parts):
    parts["households"][0]["village"] += "一"


def other_receipt(parts):
    parts["households"][0]["tag"] = "0" * 16


def other_software(parts):
    parts["round"]["software"] = "anju 0"


MADE_ANEW: tuple[Callable[[Parts], None], ...] = (other_title, other_village, other_receipt, other_software)
"""What no computation can contradict: only the fingerprint on the wall does."""

STILL_TRUE: tuple[Callable[[Parts], None], ...] = (certificate_without_prices,)
"""What may leave the claim true and proved (another part of the certificate proves it too): no attack then."""
