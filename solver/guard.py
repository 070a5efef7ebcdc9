"""
Which homes the slot whose turn it is may take so that it can complete its set and every slot to come can be served.

Every slot to come has a plan: one of its make-ups (see solver.makeup), met by homes held for it in one flow (see
solver.exchange). While make-ups stay as they are, the flow's alternating paths answer for all classes at once. What
they refuse is refused for good where no slot has another make-up, or where the flow that asks of every slot only what
all its make-ups have in common refuses it too: a Hall cut. The rest is decided by changing make-ups: one, then several
by a search that stops early, then by complete search as a mixed-integer program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from solver.coupled import Clock, Search
from solver.exchange import Exchange, Lumps
from solver.makeup import Wants, after, loosest
from solver.problem import Bools, Ints, Problem, allows
from solver.remaining import remaining
from solver.replan import Replanning
from solver.serving import first_stages

Ground = Literal["taken", "not_allowed", "no_set", "needed", "searched", "undecided"]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """
    Why a slot may not take a home of a class.

    ``taken``: none is left. ``not_allowed``: no set of the slot's has one. ``no_set``: no set of its has one beside
    what it holds, whoever else comes. ``needed``: the slots named want ``needed`` homes that only ``classes`` can meet,
    and ``there`` would be left, fewer: a price of 1 on each of these classes proves it. ``searched``: complete search
    found no way to serve all; ``slots`` are those whose homes couple. ``undecided``: not decided in the time allowed,
    so not given.

    slots, classes: ascending. The slot itself is among ``slots`` where the rest of its own set is part of the reason.
    """

    slot: int
    cls: int
    ground: Ground
    slots: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    needed: int = 0
    there: int = 0


class Guard(Replanning):
    """
    The slots still to be served and the homes that are left, changed pick by pick.

    Parameters
    ----------
    problem
        See Problem; ``supply`` is all homes there can be in the course of it.
    counts, served
        An answer to it: its served slots are kept servable. Without it, all slots are where they can be; else as many
        as can, and among equals the earliest in order.
    withheld
        int64 (classes,): homes not to be chosen until they are released.
    seconds_max
        Wall time for one question that needs complete search; None = until it is decided.

    Attributes
    ----------
    held: slot → int64 (classes,), what it has taken, for slots that have. to_come: slots kept servable whose turn is
    not over. stock: homes left of each class.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        counts: Ints | None = None,
        served: Bools | None = None,
        withheld: Ints | None = None,
        seconds_max: float | None = None,
    ) -> None:
        super().__init__(problem, withheld, seconds_max)
        self._begin(counts, served)

    def _begin(self, counts: Ints | None, served: Bools | None) -> None:
        order = np.argsort(self.problem.order, kind="stable").tolist()
        if counts is None and served is None:
            for slot in sorted(order, key=lambda slot: len(self._listed(slot)[0]) != 1):
                self._admit_beside(slot)
            if len(self.to_come) == len(order):
                return
            small = replace(self._small, supply=np.array(self._by_lump()))
            found, able, _ = first_stages(small, "earliest", Clock(self.seconds_max))
            for slot in sorted(self.to_come):
                self._forget(slot)
            self._load(np.flatnonzero(able).tolist(), found)
            return
        kept = np.ones(len(order), dtype=np.bool_) if served is None else served
        slots = [slot for slot in order if kept[slot]]
        if counts is None:
            if not self._solved(slots, None):
                raise ValueError("not all the slots given can be served together")
            return
        self._load(slots, np.array([np.bincount(self._lump, weights=row, minlength=self._small.classes)
                                    for row in counts], dtype=np.int64))  # fmt: skip

    # -- questions

    def safe(self, slot: int) -> Bools:
        """
        bool (classes,): classes of which the slot may take one home more, so that it can complete its set and every
        slot to come can be served.
        """
        self._late = False
        lumps = self._safe(slot) if self.admit(slot) else 0
        self._flow.keep()
        stocked = zip(self.stock, self._lump, strict=True)
        return np.array([homes > 0 and bool(lumps >> lump & 1) for homes, lump in stocked], dtype=np.bool_)

    def why(self, slot: int, cls: int) -> Refusal | None:
        """Why the slot may not take a home of the class; None when it may."""
        lump, self._late = self._lump[cls], False
        if not self._small.ranks[slot, lump]:
            return Refusal(slot=slot, cls=cls, ground="not_allowed")
        if not self.stock[cls]:
            return Refusal(slot=slot, cls=cls, ground="taken")
        if not self._alone(slot, lump):
            return Refusal(slot=slot, cls=cls, ground="no_set")
        if self.admit(slot) and self._aim(slot, lump):
            self._flow.keep()
            return None
        cut = self._cut(slot, cls)
        if cut is not None:
            return cut
        ground: Ground = "undecided" if self._late else "searched"
        return Refusal(slot=slot, cls=cls, ground=ground, slots=tuple(sorted(self._loose)))

    def may_stop(self, slot: int) -> bool:
        """Whether what the slot holds is a set it may leave it at."""
        return slot in self.held and allows(self.problem, slot, self.held[slot])

    def complete(self, slot: int) -> bool:
        """As ``may_stop``, read off its make-ups: for a slot to come."""
        if slot in self._part:
            return self.may_stop(slot)
        return any(not made.wants for made in self._makeups[slot])

    # -- acts

    def take(self, slot: int, cls: int) -> bool:
        """One home of the class for the slot; False, and nothing changed, where that is not safe."""
        lump, self._late = self._lump[cls], False
        if not self.stock[cls] or not self.problem.ranks[slot, cls] or not (slot in self.to_come or self.admit(slot)):
            return False
        if not self._aim(slot, lump):
            return False
        plan, flow = self._plan[slot], self._flow
        own = next(n for n, _ in plan.wants if n >> lump & 1 and flow.holding.get(flow.type_of(n), 0) >> lump & 1)
        flow.take(flow.type_of(own), lump)
        flow.keep()
        self.stock[cls] -= 1
        self.held.setdefault(slot, np.zeros(self.problem.classes, dtype=np.int64))[cls] += 1
        self._plan[slot] = plan.less(own)
        if slot in self._part:
            self._set(slot, (self._plan[slot],))
        else:
            self._set(slot, after(self._makeups[slot], lump))
        if plan.site >= 0:
            self._bind(slot, plan.site)
        self._perhaps.clear()
        return True

    def finish(self, slot: int) -> None:
        """The slot takes no more: its set stays, its turn is over. ValueError where it may not leave it at that."""
        if not (self.complete(slot) if slot in self.to_come else self.may_stop(slot)):
            raise ValueError(f"slot {slot} may not leave it at what it holds")
        self._forget(slot)

    def leave(self, slot: int) -> None:
        """The slot is not to be served any more, and what it holds is free again."""
        self._forget(slot)
        for cls in np.flatnonzero(self.held.get(slot, np.zeros(0))).tolist():
            for _ in range(int(self.held[slot][cls])):
                self.release(cls)
        self.held.pop(slot, None)
        self._unbind(slot)

    def give_back(self, slot: int, cls: int) -> None:
        """The slot gives back a home of the class that it holds, and is to come again."""
        self._forget(slot)
        self.held[slot][cls] -= 1
        if not self.held[slot].any():
            del self.held[slot]
        self.release(cls)
        self._unbind(slot)
        self.admit(slot)

    def release(self, cls: int) -> None:
        """A home of the class more to choose from."""
        self.stock[cls] += 1
        self._flow.give(self._lump[cls])
        self._flow.keep()
        self._refused.clear()
        self._perhaps.clear()

    def withdraw(self, cls: int) -> bool:
        """A home of the class less to choose from; False, and nothing changed, where slots to come need it."""
        if not self.stock[cls]:
            return False
        lump = self._lump[cls]
        if not self._flow.vacate(lump) and not self._solved(sorted(self.to_come), (-1, lump)):
            return False
        self._flow.keep()
        self.stock[cls] -= 1
        self._perhaps.clear()
        return True

    def admit(self, slot: int) -> bool:
        """Keep the slot servable from now on; False, and nothing changed, where not all could be."""
        if slot in self.to_come or self._admit_beside(slot):
            return True
        makeups, whole = self._listed(slot)
        couples = self._loose or not whole or len(makeups) > 1
        return bool(couples and self._solved([*sorted(self.to_come), slot], None))

    # -- reasons

    def _alone(self, slot: int, lump: int) -> bool:
        """Whether the slot could complete its set with a home of the lump if nobody else came."""
        makeups, whole = self._listed(slot)
        if not whole:
            held, stock = {own: self._holds(own) for own in self.held}, np.array(self._by_lump(), dtype=np.int64)
            held[slot] = self._holds(slot)
            held[slot][lump] += 1
            stock[lump] -= 1
            left = remaining(self._small, [slot], held, stock)
            if left is None or not left[1]:
                return left is not None
            search = Search(left[0], np.arange(1), np.arange(left[0].classes), Clock(self.seconds_max))
            search.run("served")
            return bool(search.served.all())
        flow = Exchange(self._by_lump())
        flow.vacate(lump)
        for made in after(makeups, lump):
            mark = flow.mark()
            if self._switch(flow, (), made.wants):
                return True
            flow.back(mark)
        return False

    def _cut(self, slot: int, cls: int) -> Refusal | None:
        """The slots that need the home, where counting homes proves it."""
        lump = self._lump[cls]
        flow = self._relaxed(slot)
        if slot in self.to_come:
            self._switch(flow, self._plan[slot].wants, ())
        wants = {other: self._wanted(other) if other in self._loose else self._plan[other].wants
                 for other in self.to_come if other != slot}  # fmt: skip
        if not flow.vacate(lump):
            return self._told(flow, 1 << lump, slot, cls, wants, short=0)
        makeups, whole = self._listed(slot)
        if not whole:
            return None
        kinds = [(1 << self._small.classes) - 1] if self.problem.open_slots[slot] else self._kinds
        own = loosest(after(makeups, lump), kinds)
        for lumps, count in own:
            for _ in range(count):
                if not flow.add(flow.type_of(lumps)):
                    wants[slot] = own
                    return self._told(flow, lumps, slot, cls, wants, short=1)
        return None

    def _told(
        self, flow: Exchange, start: Lumps, slot: int, cls: int, wants: dict[int, Wants], *, short: int
    ) -> Refusal:
        """The cut from where an exchange found no way on; ``short``: homes wanted that the flow has no place for."""
        lumps, types = flow.cut(start)
        within = {flow.meets[number] for number in types} | ({start} if short else set())
        there = sum(homes for homes, lump in zip(self.stock, self._lump, strict=True) if lumps >> lump & 1)
        return Refusal(
            slot=slot,
            cls=cls,
            ground="needed",
            slots=tuple(sorted(other for other, own in wants.items() if any(some in within for some, _ in own))),
            classes=tuple(c for c, lump in enumerate(self._lump) if lumps >> lump & 1),
            needed=sum(flow.wanted(number) for number in types) + short,
            there=there - (lumps >> self._lump[cls] & 1),
        )
