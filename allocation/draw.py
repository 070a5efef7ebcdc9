"""
选房顺序: order numbers and tie numbers from a published seed.

Chance is a hash and a sort, never a generator of some library: anyone can repeat the draw with ``sha256sum``. What is
hashed is the UTF-8 text ``seed|household_id``; nobody's key depends on the others, so the order of rows, and who else
is in the list, changes nothing between two households.

Source: spec §6; trust.md §3.6; RFC 3797 §5.1 (numbering is immutable: who is left out later is skipped, not deleted).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, prod
from typing import Any, Literal

from allocation.messages import Fault, Faults
from allocation.procedure import CrossStep, Order, SimpleRule
from allocation.schema import Household

SEED_BITS = 64  # least chance a seed must hold, from at least two events (trust.md §2 row 6)
TIE_BYTES = 6  # fixed by the format of the published proof, not by a policy (trust.md §2 row 50)


def draw_key(seed: str, household_id: str) -> str:
    """SHA-256 of the UTF-8 text ``seed|household_id``, 64 hex digits: a draw sorts by it. Source: spec §6."""
    return hashlib.sha256(f"{seed}|{household_id}".encode()).hexdigest()


def tie_number(seed: str, household_id: str, class_id: str) -> int:
    """The first 6 bytes, big endian, of SHA-256(``seed|household_id|class_id``): 0 … 2⁴⁸ − 1. Source: spec §6, 4."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{household_id}|{class_id}".encode()).digest()[:TIE_BYTES])


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSource:
    """
    One source of the seed, as announced before the event: what it is called, and what came out.

    ``kind``: ``ssq`` a 双色球 result (six red balls, one blue); ``dice`` and ``digits`` in the order they fell;
    ``beacon`` a public random value in hexadecimal; ``resident`` a number a villager committed to and revealed before
    the event, blank when it was not revealed: it binds, but counts as no chance.
    """

    kind: Literal["ssq", "dice", "digits", "beacon", "resident"]
    name: str
    value: str


def draw_seed(pool_root: str, sources: Sequence[DrawSource]) -> str:
    """
    The seed of a public draw, bound to the frozen roster: nobody can prepare a roster to fit a seed.

    Parameters
    ----------
    pool_root
        The fingerprint of the frozen roster, 64 hex digits, published before the first event.
    sources
        In the order announced; each value is brought to one written form first, whatever its spaces, full-width
        digits or (of red balls) order.

    Returns
    -------
    str
        64 hex digits: SHA-256 of ``anju/seed/1``, a zero byte, ``pool_root``, a zero byte and the sources as compact
        JSON (UTF-8, keys sorted).

    Raises
    ------
    Faults
        A fingerprint or a value that cannot be read, one event named twice, fewer than two events, or less than 64
        bits of chance.

    Source: trust.md §3.6 and §2 rows 1, 5, 6.
    """
    plain = [DrawSource(kind=s.kind, name=_plain(s.name), value=written_value(s.kind, s.value) or "") for s in sources]
    if faults := _source_faults(pool_root, sources, plain):
        raise Faults(faults)
    listed = [{"kind": source.kind, "name": source.name, "value": source.value} for source in plain]
    text = json.dumps(listed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\0".join([b"anju/seed/1", pool_root.encode(), text.encode()])).hexdigest()


def _source_faults(pool_root: str, sources: Sequence[DrawSource], plain: Sequence[DrawSource]) -> list[Fault]:
    """What keeps a seed from being made; ``plain`` are the sources in their written form, blank where it is none."""
    faults = []
    if not re.fullmatch("[0-9a-f]{64}", pool_root):
        faults.append(Fault(table="round", code="draw.pool_root", column="draw.pool_root", value=pool_root))
    named: set[tuple[str, str]] = set()
    for number, (given, source) in enumerate(zip(sources, plain, strict=True), 1):
        column = f"draw.sources.{number}"
        if not source.value and source.kind != "resident":
            faults.append(Fault(table="round", code=f"draw.source.{source.kind}", column=column, value=given.value))
        if (source.kind, source.name) in named:
            faults.append(Fault(table="round", code="draw.source.twice", column=column, value=given.name))
        named.add((source.kind, source.name))
    chances = [_outcomes(source.kind, source.value) for source in plain if source.kind != "resident"]
    if not faults and (len(chances) < 2 or prod(chances) < 2**SEED_BITS):
        params = {"events": len(chances), "bits": prod(chances).bit_length() - 1, "needed": SEED_BITS}
        faults.append(Fault(table="round", code="draw.too_little_chance", column="draw.sources", params=params))
    return faults


def _plain(text: str) -> str:
    """Full-width forms made plain, runs of white space and control characters one space."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", unicodedata.normalize("NFKC", text)).strip()


def written_value(kind: str, value: str) -> str | None:
    """The one written form of a source's value; None when it is none of its kind."""
    text = _plain(value)
    if kind == "resident":
        return text
    if kind == "ssq":
        if not re.fullmatch(r"([0-9]{1,2}[ ,、+|:-]+){6}[0-9]{1,2}", text):
            return None
        *red, blue = (int(ball) for ball in re.findall("[0-9]+", text))
        red.sort()
        valid = len(set(red)) == 6 and 1 <= red[0] and red[-1] <= 33 and 1 <= blue <= 16
        return " ".join(f"{ball:02}" for ball in red) + f" + {blue:02}" if valid else None
    joined = re.sub(r"[ ,、]", "", text).lower()
    forms = {"dice": "[1-6]{1,400}", "digits": "[0-9]{1,400}", "beacon": "[0-9a-f]{32,400}"}
    return joined if re.fullmatch(forms[kind], joined) else None


def _outcomes(kind: str, written: str) -> int:
    """How many equally likely values a source could have had."""
    if kind == "ssq":
        return comb(33, 6) * 16
    return int({"dice": 6, "digits": 10, "beacon": 16}[kind] ** len(written))


def order_numbers(households: Sequence[Household], order: Order, seed: str) -> dict[str, int]:
    """
    The place of every household in the order of choosing.

    Parameters
    ----------
    households
        The whole frozen roster, in any order: who is left out later is skipped, never renumbered.
    order
        The policy's rule; with ``priority_first`` the rule holds inside each priority class.
    seed
        The public draw's seed.

    Returns
    -------
    dict
        household_id → 1 … n, in that order. With rounds, the order of the first one.

    Raises
    ------
    ValueError
        When two households have one id, or the order rests on a value that is missing: see :func:`order_faults`.

    Source: spec §6; the shapes: domain.md §5.1.
    """
    if len({h.household_id for h in households}) < len(households):
        raise ValueError("a household_id stands twice in the roster")
    if faults := order_faults(households, order):
        raise ValueError(f"{faults[0].code}: {faults[0].value}")
    groups: dict[tuple[bool, int], list[Household]] = {}
    for household in households:
        groups.setdefault(_priority(household, order), []).append(household)
    start = _start(households, order, seed)
    placed = [h for group in sorted(groups) for h in _placed(groups[group], order, seed, start)]
    return {household.household_id: number for number, household in enumerate(placed, 1)}


def round_orders(households: Sequence[Household], order: Order, seed: str) -> tuple[dict[str, int], ...]:
    """
    The order of every round, the first as :func:`order_numbers`: household_id → 1 … n for each.

    In each round but the last a household takes one home, in the last all that remain. A round that is drawn anew
    uses the seed ``seed|round r`` (r = 2, 3, …); one in ``reverse`` turns the round before it; one with a rule of its
    own keeps ``priority_first``.

    Source: spec §4 "rounds (one home a round)"; domain.md §5.1 (景观大道: three rounds, a start drawn for each;
    张家口: one home by the order of signing, the rest by the order of hand-over).
    """
    orders = [order_numbers(households, order, seed)]
    for number, rule in enumerate(order.later_rounds, 2):
        before = orders[-1]
        if rule == "same":
            orders.append(before)
        elif rule == "reverse":
            orders.append({household_id: len(before) + 1 - before[household_id] for household_id in reversed(before)})
        elif rule == "redraw":
            orders.append(order_numbers(households, order, f"{seed}|round {number}"))
        else:
            own = Order(rule=rule, priority_first=order.priority_first)
            orders.append(order_numbers(households, own, seed))
    return tuple(orders)


def order_faults(households: Iterable[Household], order: Order) -> list[Fault]:
    """
    What keeps the order from being made: blank values it rests on, numbers given twice, villages it does not name.

    A blank ``priority_class`` is none: it goes last (spec §6). Numbers given inside a phase or a village must differ
    there only. Faults of table ``households``, by rule, then household_id, which is also in ``params``.
    """
    rules = {order.rule, *order.later_rounds}
    if order.rule in GROUPS:
        rules.add(order.within)
    roster = sorted(households, key=lambda h: h.household_id)
    faults = [
        _fault("order.blank", column, household)
        for rule, column in COLUMNS.items()
        if rule in rules
        for household in roster
        if getattr(household, column) is None
    ]
    if rules & {"given", "start_number"}:
        apart = GROUPS.get(order.rule) if "given" not in order.later_rounds else None
        numbers = {h.household_id: (getattr(h, apart) if apart else "", h.order_no) for h in roster}
        uses = Counter(numbers.values())
        twice = (h for h in roster if h.order_no is not None and uses[numbers[h.household_id]] > 1)
        faults += [_fault("order.twice", "order_no", household) for household in twice]
    if order.cross:
        named = {step.village for step in order.cross}
        faults += [_fault("order.village_not_crossed", "village", h) for h in roster if h.village not in named]
    return faults


COLUMNS = {
    "signed_at": "signed_at",
    "handed_over_on": "handed_over_on",
    "given": "order_no",
    "start_number": "order_no",
    "points": "points",
    "phases": "phase",
}
"""rule → the column it rests on; signed_on and village are never blank."""
GROUPS = {"phases": "phase", "villages": "village"}
"""rule → the column by which it groups; the rule ``within`` holds inside a group."""


def _fault(code: str, column: str, household: Household) -> Fault:
    value = getattr(household, column)
    return Fault(
        table="households",
        code=code,
        column=column,
        value="" if value is None else str(value),
        params={"household_id": household.household_id},
    )


def _priority(household: Household, order: Order) -> tuple[bool, int]:
    """(blank last, class), or one class for all."""
    if not order.priority_first:
        return (False, 0)
    return (household.priority_class is None, household.priority_class or 0)


def _start(households: Sequence[Household], order: Order, seed: str) -> int | None:
    """The identity number the order starts at: drawn by hand, or that of the first household of the seed's draw."""
    if order.rule != "start_number" or not households:
        return None
    return order.start or min(households, key=lambda h: draw_key(seed, h.household_id)).order_no


def _placed(group: Sequence[Household], order: Order, seed: str, start: int | None) -> list[Household]:
    """One priority class in its order."""
    if order.rule == "villages":
        return _crossed(_sorted(group, order.within, seed), order.cross, seed)
    if order.rule == "phases":
        return sorted(_sorted(group, order.within, seed), key=lambda h: h.phase or 0)
    if order.rule == "start_number":
        upward = _sorted(group, "given", seed)
        return sorted(upward, key=lambda h: (h.order_no or 0) < (start or 0))
    return _sorted(group, order.rule, seed)


def _sorted(group: Sequence[Household], rule: SimpleRule, seed: str) -> list[Household]:
    """By the rule's value, then as in a draw; the id decides nothing but a collision of SHA-256."""
    value = VALUES[rule]
    return sorted(group, key=lambda h: (value(h), draw_key(seed, h.household_id), h.household_id))


VALUES: Mapping[SimpleRule, Callable[[Household], Any]] = {
    "signed_on": lambda h: h.signed_on,
    "signed_at": lambda h: h.signed_at,
    "handed_over_on": lambda h: h.handed_over_on,
    "draw": lambda h: 0,
    "given": lambda h: h.order_no,
    "points": lambda h: -(h.points or 0),
}


def _crossed(inside: Sequence[Household], cross: Sequence[CrossStep], seed: str) -> list[Household]:
    """
    Villages crossed, each in the order it comes in: step by step, over and over, an exhausted village passed over;
    without steps in proportion, the k-th of a village's n households standing at (k − ½)/n, equals as in a draw.

    Source: domain.md §5.1 (泉州).
    """
    queues: dict[str, deque[Household]] = {}
    for household in inside:
        queues.setdefault(household.village, deque()).append(household)
    if not cross:
        stands = [
            (Fraction(2 * place + 1, 2 * len(queue)), draw_key(seed, household.household_id), household)
            for queue in queues.values()
            for place, household in enumerate(queue)
        ]
        return [household for *_, household in sorted(stands, key=lambda s: s[:2])]
    placed: list[Household] = []
    while any(queues.values()):
        for step in cross:
            queue = queues.get(step.village, deque())
            placed += [queue.popleft() for _ in range(min(step.count, len(queue)))]
    return placed
