"""
选房顺序: order numbers and tie numbers from a published seed.

Chance is a hash and a sort, never a generator of some library: anyone can repeat the draw with ``sha256sum``. What is
hashed is the UTF-8 text ``seed|household_id``; nobody's key depends on the others, so the order of rows, and who else
is in the list, changes nothing between two households.

Source: spec §6; trust.md §3.6; RFC 3797 §5.1 (numbering is immutable: who is left out later is skipped, not deleted).
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from allocation.messages import Fault
from allocation.procedure import CrossStep, Order, SimpleRule
from allocation.schema import Household

TIE_BYTES = 6  # fixed by the format of the published proof, not by a policy (trust.md §2 row 50)


def draw_key(seed: str, household_id: str) -> str:
    """SHA-256 of the UTF-8 text ``seed|household_id``, 64 hex digits: a draw sorts by it. Source: spec §6."""
    return hashlib.sha256(f"{seed}|{household_id}".encode()).hexdigest()


def tie_number(seed: str, household_id: str, class_id: str) -> int:
    """The first 6 bytes, big endian, of SHA-256(``seed|household_id|class_id``): 0 … 2⁴⁸ − 1. Source: spec §6, 4."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{household_id}|{class_id}".encode()).digest()[:TIE_BYTES])


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
