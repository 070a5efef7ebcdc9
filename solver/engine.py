"""One front door: a Problem goes to the engine that its structure allows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from solver import coupled, matching
from solver.problem import Problem, Solution, Stage

Engine = Literal["auto", "coupled", "matching"]


def solve(
    problem: Problem,
    *,
    seconds_max: float | None = None,
    on_stage: Callable[[Stage], None] | None = None,
    engine: Engine = "auto",
) -> Solution:
    """
    The best assignment by spec §6, stage by stage.

    Parameters
    ----------
    problem
        Complete; see solver.problem.
    seconds_max
        Wall time, about. When it runs out the answer is the best found, with a bound for every stage.
    on_stage
        Called with every stage as soon as it is decided.
    engine
        ``matching``: exact flows, where no outcome or rule couples a slot's homes. ``coupled``: everything.
        ``auto``: matching where it applies.

    Returns
    -------
    Solution
        A problem in which nobody can be served is an answer too: its first stage has value 0.

    Raises
    ------
    ValueError
        When ``engine`` is ``matching`` and the problem's homes are coupled.
    """
    if engine == "matching" or (engine == "auto" and matching.applies(problem)):
        return matching.solve(problem, seconds_max=seconds_max, on_stage=on_stage)
    return coupled.solve(problem, seconds_max=seconds_max, on_stage=on_stage)
