"""
The state of a day of choosing: what slots hold, how each slot to come would be served, and what is left.

A plan is one of a slot's make-ups (see solver.makeup), met by homes held for it in one flow for all (see
solver.exchange).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Self

import numpy as np

from solver.exchange import Exchange, Lumps
from solver.makeup import Lister, Makeup, Wants, after, around, loosest, lumping, met
from solver.problem import Ints, Problem


class Plans:
    """
    Plans for the slots to come.

    held: slot → int64 (classes,), what it has taken, for slots that have. to_come: slots kept servable whose turn is
    not over. stock: homes left of each class.
    """

    def __init__(self, problem: Problem, withheld: Ints | None, seconds_max: float | None) -> None:
        self.problem, self.seconds_max = problem, seconds_max
        lumped = lumping(problem, problem.supply)
        self._small, self._kinds, self._lump = lumped.problem, lumped.kinds, lumped.lump.tolist()
        self._lister = Lister(lumped)
        self.stock: list[int] = (problem.supply if withheld is None else problem.supply - withheld).tolist()
        self.held: dict[int, Ints] = {}
        self.to_come: set[int] = set()
        self._makeups: dict[int, tuple[Makeup, ...]] = {}
        self._part: set[int] = set()  # slots some of whose make-ups are not listed
        self._loose: set[int] = set()  # slots to come with more than one make-up
        self._plan: dict[int, Makeup] = {}
        self._common: dict[int, Wants] = {}
        self._refused: dict[int, Lumps] = {}
        self._perhaps: dict[int, Lumps] = {}
        self._late = False
        self._flow = Exchange(self._by_lump())
        self._mates: dict[int, list[int]] = {}
        for slot in np.flatnonzero(problem.groups >= 0).tolist():
            self._mates.setdefault(int(problem.groups[slot]), []).append(slot)

    def copy(self) -> Self:
        """The same state, to be changed apart."""
        twin = copy(self)
        twin.stock, twin.to_come, twin.held = list(self.stock), set(self.to_come), {}
        for slot, own in self.held.items():
            twin.held[slot] = own.copy()
        twin._makeups, twin._plan, twin._common = dict(self._makeups), dict(self._plan), dict(self._common)
        twin._part, twin._loose = set(self._part), set(self._loose)
        twin._refused, twin._perhaps = dict(self._refused), dict(self._perhaps)
        twin._flow = self._flow.copy()
        return twin

    # -- make-ups

    def _by_lump(self) -> list[int]:
        """Homes left of each lump."""
        homes = [0] * self._small.classes
        for lump, left in zip(self._lump, self.stock, strict=True):
            homes[lump] += left
        return homes

    def _holds(self, slot: int) -> Ints:
        """int64 (lumps,): what the slot has taken."""
        own = self.held.get(slot)
        homes = np.zeros(self._small.classes, dtype=np.int64)
        if own is not None:
            np.add.at(homes, self._lump, own)
        return homes

    def _listed(self, slot: int) -> tuple[tuple[Makeup, ...], bool]:
        """What the slot may still take, beside what it holds and where its mates are; whether that is all."""
        makeups, whole = self._lister.of(slot)
        if slot in self.held:
            for lump in np.flatnonzero(self._holds(slot)).tolist():
                for _ in range(int(self._holds(slot)[lump])):
                    makeups = after(makeups, lump)
        site = self._bound(slot)
        return tuple(made for made in makeups if made.site == -1 or site in (-1, made.site)), whole

    def _set(self, slot: int, makeups: tuple[Makeup, ...], *, whole: bool | None = None) -> None:
        self._makeups[slot] = makeups
        self._common.pop(slot, None)
        if whole is not None:
            (self._part.discard if whole else self._part.add)(slot)
        loose = len(makeups) > 1 or slot in self._part
        (self._loose.add if loose and slot in self.to_come else self._loose.discard)(slot)

    def _bound(self, slot: int) -> int:
        """The site where a mate of the slot, or itself, has homes; -1 when there is none yet."""
        for mate in self._mates.get(int(self.problem.groups[slot]), ()):
            if mate in self.held:
                return int(self.problem.sites[np.flatnonzero(self.held[mate])[0]])
        return -1

    def _bind(self, slot: int, site: int) -> None:
        """The slot's mates are at the site from now on."""
        for mate in self._mates[int(self.problem.groups[slot])]:
            if mate in self.to_come:
                self._set(mate, tuple(made for made in self._makeups[mate] if made.site == site))

    def _unbind(self, slot: int) -> None:
        """The slot's mates are free again to choose a site, where nobody's homes bind them."""
        if self._bound(slot) == -1:
            for mate in self._mates.get(int(self.problem.groups[slot]), ()):
                if mate in self.to_come:
                    makeups, whole = self._listed(mate)
                    self._set(mate, makeups if whole else (self._plan[mate],), whole=whole)

    def _sites(self, slot: int) -> set[int]:
        """Sites where the slot's mates are planned or have homes."""
        mates = self._mates.get(int(self.problem.groups[slot]), ())
        sites = {self._plan[mate].site for mate in mates if mate != slot and mate in self.to_come}
        return sites | {self._bound(slot)} if mates else sites

    def _beside(self, slot: int, makeups: Sequence[Makeup]) -> list[Makeup]:
        """Those of the make-ups that leave the plans of the slot's mates as they are."""
        sites = self._sites(slot) - {-1}
        return [made for made in makeups if made.site == -1 or sites <= {made.site}]

    def _wanted(self, slot: int) -> Wants:
        """What all the slot's make-ups have in common."""
        if slot not in self._common:
            declared = not self.problem.open_slots[slot]
            everything = (1 << self._small.classes) - 1
            makeups = self._makeups[slot]
            if slot in self._part:
                makeups = (self._least(slot),)
            self._common[slot] = loosest(makeups, self._kinds if declared else [everything])
        return self._common[slot]

    def _least(self, slot: int) -> Makeup:
        """Less than which no set of the slot's has, beside what it holds."""
        small, homes = self._small, self._holds(slot)
        allowed = sum(1 << lump for lump in np.flatnonzero(small.ranks[slot]).tolist())
        if not small.open_slots[slot]:
            wants = small.wants[slot] - np.bincount(small.kinds, weights=homes, minlength=small.wants.shape[1])
            left = zip(self._kinds, wants.astype(np.int64).tolist(), strict=True)
            return Makeup(-1, tuple((kind & allowed, n) for kind, n in left if n))
        size = int(small.size_min[slot] - homes @ small.sizes)
        largest = int(small.sizes[small.ranks[slot] > 0].max(initial=1))
        most = max(0 if homes.any() else 1, -(-size // largest) if largest > 0 else 0)
        return Makeup(-1, ((allowed, most),) if most else ())

    # -- plans

    def _switch(self, flow: Exchange, old: Wants, new: Wants) -> bool:
        """Homes for the new wants in place of the old ones; False half-way where there are none: to be taken back."""
        for lumps, count in old:
            for _ in range(count):
                flow.drop(flow.type_of(lumps))
        return all(flow.add(flow.type_of(lumps)) for lumps, count in new for _ in range(count))

    def _admit_beside(self, slot: int) -> bool:
        """A plan for the slot that leaves the others' make-ups as they are."""
        makeups, whole = self._listed(slot)
        for made in self._beside(slot, makeups):
            mark = self._flow.mark()
            if self._switch(self._flow, (), made.wants):
                self._flow.keep()
                self._join(slot, made, makeups if whole else (made,), whole)
                return True
            self._flow.back(mark)
        return False

    def _join(self, slot: int, plan: Makeup, makeups: tuple[Makeup, ...], whole: bool) -> None:
        self.to_come.add(slot)
        self._plan[slot] = plan
        self._set(slot, makeups, whole=whole)
        self._perhaps.clear()

    def _forget(self, slot: int) -> None:
        if slot in self.to_come:
            self._switch(self._flow, self._plan.pop(slot).wants, ())
            self._flow.keep()
            self.to_come.discard(slot)
            self._loose.discard(slot)
            self._common.pop(slot, None)
            self._refused.clear()
            self._perhaps.clear()

    def _load(self, slots: Sequence[int], counts: Ints) -> None:
        """
        The slots are to come, too, with the homes given for plans, which the flow has free. counts: int64 (slots,
        lumps), what each takes beside what it holds.
        """
        self.to_come |= set(slots)
        for slot in slots:
            homes = [lump for lump in np.flatnonzero(counts[slot]).tolist() for _ in range(int(counts[slot][lump]))]
            makeups, whole = self._listed(slot)
            for made in makeups:
                placed = met(made, homes)
                if placed is not None:
                    break
            else:
                made, placed = around(self._small, slot, homes)
                makeups = () if whole else (made,)
            if not makeups:
                raise ValueError(f"slot {slot} may not take the homes given for it")
            self._plan[slot] = made
            self._set(slot, makeups, whole=whole)
            for lumps, lump in placed:
                self._flow.put(self._flow.type_of(lumps), lump)
        self._flow.keep()
        self._perhaps.clear()
