"""
Plans changed so that a slot may take what it wants, or the proof that nothing changes them so.

While make-ups stay as they are, the flow's alternating paths answer for all classes at once. What they refuse is
refused for good where no slot has another make-up, or where the flow that asks of every slot only what all its
make-ups have in common refuses it too. The rest is decided by changing make-ups: one, then several by a search that
stops early, then by complete search as a mixed-integer program.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.coupled import Clock, Search
from solver.exchange import Exchange, Lumps, lumps_in
from solver.makeup import Makeup
from solver.plans import Plans
from solver.problem import Ints
from solver.remaining import remaining

TRIES_MAX = 200  # make-ups tried by the search that stops early, beside two for every slot that has several


class _TooMany(Exception):
    """The search that stops early has stopped."""


class Replanning(Plans):
    """Plans that answer whether a slot may take a home, and change so that it can."""

    # -- one class

    def _aim(self, slot: int, lump: int) -> bool:
        """Plans by which the slot takes a home of the lump; False, and nothing changed, where there are none."""
        if self._refused.get(slot, 0) >> lump & 1:
            return False
        if self._through(slot, lump):
            return True
        if (self._loose or slot in self._part) and self._maybe(slot) >> lump & 1 and self._search(slot, lump):
            return True
        if not self._late:
            self._refused[slot] = self._refused.get(slot, 0) | 1 << lump
        return False

    def _through(self, slot: int, lump: int) -> bool:
        """As `_aim`, by exchanges that leave the others' make-ups as they are."""
        own = self._taken(slot, lump)
        if own:
            self._put(own, lump)
        return bool(own)

    def _taken(self, slot: int, lump: int) -> Lumps:
        """
        The slot's want that a home of the lump now meets, and the flow without that home; 0, and nothing changed, where
        exchanges that leave the others' make-ups as they are do not reach it.
        """
        flow, plan, makeups = self._flow, self._plan[slot], self._makeups[slot]
        for own, _ in plan.wants:
            if own >> lump & 1 and flow.take(flow.type_of(own), lump):
                return own
        if len(makeups) == 1:
            return 0
        for made in self._beside(slot, makeups):
            if made is plan or not any(own >> lump & 1 for own, _ in made.wants):
                continue
            mark = flow.mark()
            if self._switch(flow, plan.wants, made.wants):
                for own, _ in made.wants:
                    if own >> lump & 1 and flow.take(flow.type_of(own), lump):
                        self._plan[slot] = made
                        return own
            flow.back(mark)
        return 0

    def _put(self, own: Lumps, lump: int) -> None:
        """A home taken out of the flow is held for the want again."""
        self._flow.give(lump)
        self._flow.put(self._flow.type_of(own), lump)

    # -- all classes

    def _safe(self, slot: int) -> Lumps:
        makeups = self._makeups[slot]
        stocked = sum(1 << lump for lump, homes in enumerate(self._by_lump()) if homes)
        could = 0
        for made in makeups:
            for own, _ in made.wants:
                could |= own
        if slot in self._part:
            could = sum(1 << lump for lump in np.flatnonzero(self._small.ranks[slot]).tolist())
        could &= stocked & ~self._refused.get(slot, 0)
        found = self._reached(self._flow, slot, self._beside(slot, makeups)) & could
        rest = could & ~found
        if rest and (self._loose or slot in self._part):
            for lump in lumps_in(rest & self._maybe(slot)):
                if not found >> lump & 1 and self._search(slot, lump):
                    found |= self._reached(self._flow, slot, self._beside(slot, self._makeups[slot])) & could
        if not self._late:
            self._refused[slot] = self._refused.get(slot, 0) | could & ~found
        return found

    def _reached(self, flow: Exchange, slot: int, makeups: Sequence[Makeup]) -> Lumps:
        """Lumps that the slot can take by one of the make-ups while the others keep to what the flow has for them."""
        found, plan = 0, self._plan[slot].wants
        for made in makeups:
            mark = flow.mark()
            if made.wants == plan or self._switch(flow, plan, made.wants):
                for own, _ in made.wants:
                    found |= own & flow.freed(flow.type_of(own))
            flow.back(mark)
        return found

    def _maybe(self, slot: int) -> Lumps:
        """Lumps that the slot could take if the others took no more than what their make-ups have in common."""
        if slot not in self._perhaps:
            flow = self._relaxed(slot)
            if slot in self._part:
                self._switch(flow, self._plan[slot].wants, ())
                self._perhaps[slot] = flow.freed()
            else:
                self._perhaps[slot] = self._reached(flow, slot, self._makeups[slot])
        return self._perhaps[slot]

    def _relaxed(self, slot: int) -> Exchange:
        """A flow in which the other slots want only what their make-ups have in common."""
        flow = self._flow.copy()
        for other in sorted(self._loose - {slot}):
            if not self._switch(flow, self._plan[other].wants, self._wanted(other)):
                raise RuntimeError(f"slot {other} wants less in common than in its plan, yet cannot be served")
        return flow

    # -- other make-ups

    def _search(self, slot: int, lump: int) -> bool:
        """As `_aim`, by whatever changes of make-ups."""
        others = sorted(self._loose - {slot})
        if not self._part & {slot, *others}:
            if self._one_switched(slot, lump, others):
                return True
            try:
                return self._branched(slot, lump, others)
            except _TooMany:
                pass
        return self._solved(sorted(self.to_come), (slot, lump))

    def _one_switched(self, slot: int, lump: int, others: Sequence[int]) -> bool:
        """As `_aim`, by another make-up of one slot; mates follow it to its site."""
        flow, tried, cuts = self._flow, set[tuple[object, Makeup]](), self._cuts(slot, lump)
        for other in [slot, *others]:
            mates = [mate for mate in self._mates.get(int(self.problem.groups[other]), ()) if mate in self.to_come]
            for made in self._makeups[other]:
                now, moves = self._plan[other], made.site != self._plan[other].site
                if made == now or (moves and other != slot and slot in mates) or (other == slot and not moves):
                    continue  # mates of the slot move with it; without a move it has tried its own make-ups
                alike = (other if moves else now, made)
                if alike in tried or not (moves or any(_within(made, cut) < _within(now, cut) for cut in cuts)):
                    continue
                tried.add(alike)
                plans, mark = {mate: self._plan[mate] for mate in {slot, other, *mates}}, flow.mark()
                follow = [mate for mate in mates if mate != other] if moves else []
                if self._moved(slot, lump, other, made, follow):
                    return True
                flow.back(mark)
                self._plan |= plans
        return False

    def _cuts(self, slot: int, lump: int) -> list[Lumps]:
        """For each make-up of the slot, the homes of which others would have to want fewer before it takes the lump."""
        flow, cuts = self._flow, list[Lumps]()
        for made in self._beside(slot, self._makeups[slot]):
            if not any(own >> lump & 1 for own, _ in made.wants):
                continue
            mark, start = flow.mark(), 1 << lump
            self._switch(flow, self._plan[slot].wants, ())
            for own, count in made.wants:
                if not all(flow.add(flow.type_of(own)) for _ in range(count)):
                    start = own
                    break
            cuts.append(flow.cut(start)[0])
            flow.back(mark)
        return cuts

    def _moved(self, slot: int, lump: int, other: int, made: Makeup, follow: Sequence[int]) -> bool:
        """As `_aim`, with a make-up given for one slot and any of its site for those that follow; False half-way."""
        flow = self._flow
        for mate in follow:
            self._switch(flow, self._plan[mate].wants, ())
        now, self._plan[other] = self._plan[other], made
        if other == slot:
            fits = self._switch(flow, now.wants, made.wants)
            own = (
                next((n for n, _ in made.wants if n >> lump & 1 and flow.take(flow.type_of(n), lump)), 0) if fits else 0
            )
        else:
            self._switch(flow, now.wants, ())
            own = self._taken(slot, lump)
            own = own if own and self._switch(flow, (), made.wants) else 0
        if not own or not all(self._followed(mate, made.site) for mate in follow):
            return False
        self._put(own, lump)
        return True

    def _followed(self, mate: int, site: int) -> bool:
        """A plan at the site for a slot that has none."""
        for made in self._makeups[mate]:
            mark = self._flow.mark()
            if made.site == site and self._switch(self._flow, (), made.wants):
                self._plan[mate] = made
                return True
            self._flow.back(mark)
        return False

    def _branched(self, slot: int, lump: int, others: Sequence[int]) -> bool:
        """Complete search over make-ups; _TooMany where it takes too long, with nothing changed."""
        flow, plans, begun = self._flow, dict(self._plan), self._flow.mark()
        tries = [TRIES_MAX + 2 * len(others) if TRIES_MAX else 0]
        rest = sorted(others, key=lambda other: (int(self.problem.groups[other]), len(self._makeups[other]), other))
        try:
            for other in others:
                self._switch(flow, self._plan[other].wants, self._wanted(other))
            self._switch(flow, self._plan[slot].wants, ())
            fixed = {int(self.problem.groups[s]): self._plan[s].site for s in self.to_come - self._loose - {slot}}
            for made in self._makeups[slot]:
                group = int(self.problem.groups[slot])
                if made.site >= 0 and fixed.get(group, made.site) != made.site:
                    continue
                for own, _ in made.wants:
                    mark = flow.mark()
                    if own >> lump & 1 and self._switch(flow, (), made.wants) and flow.take(flow.type_of(own), lump):
                        self._plan[slot] = made
                        if self._branch(rest, fixed | ({group: made.site} if made.site >= 0 else {}), tries):
                            self._put(own, lump)
                            return True
                    flow.back(mark)
        except _TooMany:
            flow.back(begun)
            self._plan = plans
            raise
        flow.back(begun)
        self._plan = plans
        return False

    def _branch(self, rest: Sequence[int], sites: dict[int, int], tries: list[int]) -> bool:
        """Make-ups for all the rest, which have in the flow only what each one's have in common."""
        if not rest:
            return True
        slot, flow = rest[0], self._flow
        now, group = self._plan[slot], int(self.problem.groups[slot])
        for made in (now, *(made for made in self._makeups[slot] if made != now)):
            if made.site >= 0 and sites.get(group, made.site) != made.site:
                continue
            tries[0] -= 1
            if tries[0] < 0:
                raise _TooMany
            mark = flow.mark()
            if self._switch(flow, self._wanted(slot), made.wants):
                self._plan[slot] = made
                if self._branch(rest[1:], sites | ({group: made.site} if made.site >= 0 else {}), tries):
                    return True
            flow.back(mark)
        self._plan[slot] = now
        return False

    def _solved(self, slots: Sequence[int], taken: tuple[int, int] | None) -> bool:
        """
        Plans for the slots by complete search, with a home of the lump in (slot, lump) taken by the slot (-1: gone for
        good); False, and nothing changed, where there are none or time runs out.
        """
        fixed = {slot for slot in self.to_come - self._loose if self.problem.groups[slot] < 0}
        fixed -= {taken[0]} if taken else set()
        free = [slot for slot in slots if slot not in fixed]
        held = {slot: self._holds(slot) for slot in self.held}
        stock = np.array(self._by_lump(), dtype=np.int64)
        if taken is not None:
            stock[taken[1]] -= 1
            if taken[0] >= 0:
                held[taken[0]] = self._holds(taken[0])
                held[taken[0]][taken[1]] += 1
        rest = [want for slot in sorted(fixed) for want in self._plan[slot].wants]
        left = remaining(self._small, free, held, stock, rest)
        if left is None:
            return False
        part, rows, pooled = left
        found = np.zeros_like(self._small.ranks)
        shares = np.zeros((len(pooled), part.classes), dtype=np.int64)
        if rows or pooled:
            clock = Clock(self.seconds_max)
            search = Search(part, np.arange(part.slots), np.arange(part.classes), clock)
            search.run("served")
            if not search.served.all():
                self._late |= search.bound("served") == part.slots
                return False
            found[rows], shares = search.counts[: len(rows)], search.counts[len(rows) :]
        if taken is not None and taken[0] >= 0:
            found[taken[0], taken[1]] += 1
        self._flow = Exchange(self._by_lump())
        for lumps, share in zip(pooled, shares, strict=True):
            self._hold_for(lumps, share)
        self._load(free, found)
        if taken is not None and taken[0] < 0:
            self._flow.vacate(taken[1])
            self._flow.keep()
        return True

    def _hold_for(self, lumps: Lumps, homes: Ints) -> None:
        for lump in np.flatnonzero(homes).tolist():
            for _ in range(int(homes[lump])):
                self._flow.put(self._flow.type_of(lumps), lump)


def _within(made: Makeup, lumps: Lumps) -> int:
    """Homes of the make-up that no other lumps can give."""
    return sum(count for own, count in made.wants if not own & ~lumps)
