"""
Who holds what while slots choose: one flow that meets every want, kept up to date by alternating paths.

Homes nobody's rules tell apart are one *lump*; wants that the same lumps can meet are one *type*. A set of lumps is an
int, bit l for lump l, so that a search over thousands of lumps is a few operations on whole sets. Source: Edmonds,
"Matroids and the greedy algorithm" (1971), doi:10.1007/BF01584082; Schrijver, "Combinatorial Optimization" (2003),
chapters 16 and 39: what can be taken so that a matching of the rest remains is reached from what is free by
alternating paths, and where it is not, the lumps reached from it are a Hall cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Lumps = int  # a set of lumps


def lumps_in(lumps: Lumps) -> Iterator[int]:
    """The members of a set, ascending."""
    while lumps:
        low = lumps & -lumps
        yield low.bit_length() - 1
        lumps ^= low


def lumps_of(members: Sequence[int]) -> Lumps:
    """The set with the members given."""
    found = 0
    for lump in members:
        found |= 1 << lump
    return found


class Exchange:
    """
    Homes held for every type of want, each want met.

    free: homes of each lump held for nobody; ``open`` is the set of lumps with any. meets: type → lumps that meet it.
    held: type → {lump: homes}; ``holding`` has the set of lumps of every type that holds any.
    Every change is written down, so that a trial can be taken back: ``mark``, then ``back``.
    """

    def __init__(self, stock: Sequence[int]) -> None:
        self.free = list(stock)
        self.open: Lumps = lumps_of([lump for lump, homes in enumerate(self.free) if homes])
        self.meets: list[Lumps] = []
        self.held: dict[int, dict[int, int]] = {}
        self.holding: dict[int, Lumps] = {}
        self._number: dict[Lumps, int] = {}
        self._done: list[tuple[int, int, int]] = []

    def type_of(self, lumps: Lumps) -> int:
        """The type of wants that these lumps meet."""
        number = self._number.setdefault(lumps, len(self.meets))
        if number == len(self.meets):
            self.meets.append(lumps)
        return number

    def wanted(self, number: int) -> int:
        """Homes that wants of the type hold, which is what they want."""
        return sum(self.held.get(number, {}).values())

    def copy(self) -> Exchange:
        """The same flow, to be changed apart."""
        twin = Exchange(())
        twin.free, twin.open = list(self.free), self.open
        twin.meets, twin._number = self.meets, self._number  # only ever grown, and by both alike
        twin.held = {number: dict(pile) for number, pile in self.held.items()}
        twin.holding = dict(self.holding)
        return twin

    # -- trials

    def mark(self) -> int:
        """A place to come back to."""
        return len(self._done)

    def back(self, mark: int) -> None:
        """Undo every change since the mark."""
        done = self._done
        while len(done) > mark:
            number, lump, homes = done.pop()
            if number < 0:
                self._change_free(lump, -homes)
            else:
                self._change_held(number, lump, -homes)

    def keep(self) -> None:
        """What was changed so far is not taken back any more."""
        self._done.clear()

    def _change_free(self, lump: int, homes: int) -> None:
        left = self.free[lump] = self.free[lump] + homes
        if not left:
            self.open &= ~(1 << lump)
        elif left == homes:
            self.open |= 1 << lump

    def _change_held(self, number: int, lump: int, homes: int) -> None:
        pile = self.held.setdefault(number, {})
        now = pile.get(lump, 0) + homes
        if not now:
            del pile[lump]
            rest = self.holding[number] & ~(1 << lump)
            if rest:
                self.holding[number] = rest
            else:
                del self.holding[number], self.held[number]
        else:
            pile[lump] = now
            if now == homes:
                self.holding[number] = self.holding.get(number, 0) | 1 << lump

    def _release(self, lump: int, homes: int) -> None:
        self._done.append((-1, lump, homes))
        self._change_free(lump, homes)

    def _hold(self, number: int, lump: int, homes: int) -> None:
        self._done.append((number, lump, homes))
        self._change_held(number, lump, homes)

    # -- changes

    def put(self, number: int, lump: int) -> None:
        """A free home of the lump is held for a want of the type from now on."""
        self._release(lump, -1)
        self._hold(number, lump, 1)

    def add(self, number: int) -> bool:
        """One want of the type more; False (and nothing changed) where it cannot be met together with all others."""
        meets = self.meets[number]
        here = meets & self.open
        if here:
            self.put(number, _lowest(here))
            return True
        path = self._path(meets, self.open)
        if path is None:
            return False
        self._release(path[-1][2], -1)
        self._along(path)
        self._hold(number, path[0][1], 1)
        return True

    def drop(self, number: int) -> None:
        """One want of the type less."""
        lump = _lowest(self.holding[number])
        self._hold(number, lump, -1)
        self._release(lump, 1)

    def aim(self, number: int, lump: int) -> bool:
        """
        A home of the lump is held for a want of the type; False (and nothing changed) where any other would then be
        left unmet.
        """
        own, bit = self.holding[number], 1 << lump
        if own & bit:
            return True
        if self.open & bit:
            self.put(number, lump)
            self._hold(number, _lowest(own), -1)
            self._release(_lowest(own), 1)
            return True
        path = self._path(bit, self.open | own)
        if path is None:
            return False
        last = path[-1][2]
        gives = last if own >> last & 1 else _lowest(own)
        self._hold(number, gives, -1)
        self._release(gives, 1)
        self._release(last, -1)
        self._along(path)
        self._hold(number, lump, 1)
        return True

    def take(self, number: int, lump: int) -> bool:
        """A home of the lump goes for good to a want of the type; False, and nothing changed, as with ``aim``."""
        if not self.aim(number, lump):
            return False
        self._hold(number, lump, -1)
        return True

    def vacate(self, lump: int) -> bool:
        """A home of the lump goes for good to nobody here; False (and nothing changed) where a want would be unmet."""
        if self.open >> lump & 1:
            self._release(lump, -1)
            return True
        path = self._path(1 << lump, self.open)
        if path is None:
            return False
        self._release(path[-1][2], -1)
        self._along(path)
        return True

    def give(self, lump: int) -> None:
        """A home of the lump more."""
        self._release(lump, 1)

    def _along(self, path: Sequence[tuple[int, int, int]]) -> None:
        for number, gives, gets in path:
            self._hold(number, gives, -1)
            self._hold(number, gets, 1)

    # -- what can be reached

    def freed(self, number: int | None = None) -> Lumps:
        """Lumps of which one more home could go for good, with one want of the type less (None: with all met)."""
        found = self.open if number is None else self.open | self.holding.get(number, 0)
        todo = [(self.meets[n], own) for n, own in self.holding.items() if own & ~found]
        while todo:
            later = []
            for meets, own in todo:
                if meets & found:
                    found |= own
                else:
                    later.append((meets, own))
            if len(later) == len(todo):
                break
            todo = [(meets, own) for meets, own in later if own & ~found]
        return found

    def cut(self, lumps: Lumps) -> tuple[Lumps, list[int]]:
        """
        All lumps that homes of these could be exchanged for, and the types that hold them.

        Where none of them is free, the types' wants can be met by these lumps only, and all these homes are held for
        them: a Hall cut.
        """
        found, types, todo = lumps, list[int](), list(self.holding.items())
        while True:
            later = []
            for number, own in todo:
                if own & found:
                    types.append(number)
                    found |= self.meets[number]
                else:
                    later.append((number, own))
            if len(later) == len(todo):
                return found, types
            todo = later

    def _path(self, start: Lumps, goal: Lumps) -> list[tuple[int, int, int]] | None:
        """
        The shortest chain (type, gives a home of, gets one of) from a lump of the start to one of the goal; None when
        there is none. The start has none of the goal.
        """
        layers: list[tuple[int, Lumps, Lumps]] = []  # type, lumps it could give, lumps it discovered
        seen = edge = start
        todo = list(self.holding.items())
        while edge:
            later, found = [], 0
            for number, own in todo:
                could = own & edge
                if not could:
                    later.append((number, own))
                    continue
                new = self.meets[number] & ~seen
                if not new:
                    continue
                layers.append((number, could, new))
                seen |= new
                found |= new
                if new & goal:
                    return self._chain(layers, start, _lowest(new & goal))
            todo, edge = later, found
        return None

    @staticmethod
    def _chain(layers: Sequence[tuple[int, Lumps, Lumps]], start: Lumps, last: int) -> list[tuple[int, int, int]]:
        path: list[tuple[int, int, int]] = []
        gets = last
        for number, could, new in reversed(layers):
            if new >> gets & 1:
                gives = _lowest(could)
                path.append((number, gives, gets))
                gets = gives
                if start >> gets & 1:
                    break
        return path[::-1]


def _lowest(lumps: Lumps) -> int:
    return (lumps & -lumps).bit_length() - 1
