"""Leaves."""
from __future__ import annotations
from solver.duality import Leaf
from solver.problem import Problem, Solution

def closed_leaves(problem: Problem, solution: Solution, seconds_max: float | None) -> list[tuple[int, int, tuple[Leaf, ...]]]:
    return []
