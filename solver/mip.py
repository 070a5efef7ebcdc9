"""A mixed-integer program as lists, solved by HiGHS through MathOpt: the one door to the float world."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

Floats = NDArray[np.float64]

_ENDED = (mathopt.TerminationReason.OPTIMAL, mathopt.TerminationReason.IMPRECISE)
_EMPTY = (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED)


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """
    What the solver says: nothing in it is trusted before it was recomputed in integers.

    values: float64 (columns,) of the best point found, or None. bound: no point is better (±inf when unknown).
    finished: the search was complete: ``values`` is optimal, or there is no point when it is None.
    duals: float64 (rows,) of a linear program, or None.
    """

    values: Floats | None
    bound: float
    finished: bool
    duals: Floats | None = None


@dataclass(eq=False)
class Mip:
    """Columns, rows and entries in the order they were added; two rows or columns never share an index."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    entry_rows: list[int] = field(default_factory=list)
    entry_columns: list[int] = field(default_factory=list)
    entry_values: list[float] = field(default_factory=list)

    def column(self, lower: float, upper: float, *, integer: bool = True) -> int:
        """A new variable's index."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.lower) - 1

    def row(self, lower: float, upper: float, terms: Iterable[tuple[int, float]]) -> int:
        """A new constraint lower ≤ Σ coefficient·column ≤ upper; its index."""
        index = len(self.row_lower)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        for column, value in terms:
            self.entry_rows.append(index)
            self.entry_columns.append(column)
            self.entry_values.append(value)
        return index

    def copy(self) -> Mip:
        """The same program, to be changed apart."""
        return Mip(**{own.name: list(getattr(self, own.name)) for own in fields(self)})

    def solve(
        self,
        objective: Mapping[int, float],
        *,
        maximise: bool = False,
        seconds: float = math.inf,
        hint: Mapping[int, float] | None = None,
        gap: float = 0.99,
        relaxed: bool = False,
        nodes: int | None = None,
    ) -> Answer:
        """
        The best point, by HiGHS; ``seconds`` of wall time.

        gap: absolute distance of bound and value that counts as met.
        relaxed: leave integrality out; solved by interior points, then brought to a vertex, which on these programs is
        three to ten times faster than the simplex method. nodes: no more parts are looked at.
        """
        model = mathopt.Model.from_model_proto(self._proto(objective, maximise, relaxed))
        params = mathopt.SolveParameters(
            relative_gap_tolerance=0.0, absolute_gap_tolerance=gap, random_seed=0, node_limit=nodes
        )
        if relaxed:
            params.highs.string_options["solver"] = "ipm"
        if math.isfinite(seconds):
            params.time_limit = timedelta(seconds=max(seconds, 0.01))
        hints = []
        if hint:
            hints = [mathopt.SolutionHint(variable_values={model.get_variable(c): v for c, v in hint.items()})]
        with _silence():
            result = mathopt.solve(
                model,
                mathopt.SolverType.HIGHS,
                params=params,
                model_params=mathopt.ModelSolveParameters(solution_hints=hints),
            )
        return self._answer(result, maximise)

    def _answer(self, result: mathopt.SolveResult, maximise: bool) -> Answer:
        reason, unknown = result.termination.reason, -math.inf if not maximise else math.inf
        if reason in _EMPTY:
            return Answer(values=None, bound=-unknown, finished=True)
        values = None
        if result.has_primal_feasible_solution():
            values = np.fromiter(result.variable_values().values(), dtype=np.float64, count=len(self.lower))
        duals = None
        if result.has_dual_feasible_solution():
            duals = np.fromiter(result.dual_values().values(), dtype=np.float64, count=len(self.row_lower))
        bound = result.termination.objective_bounds.dual_bound
        return Answer(values=values, bound=bound, finished=reason in _ENDED, duals=duals)

    def _proto(self, objective: Mapping[int, float], maximise: bool, relaxed: bool) -> model_pb2.ModelProto:
        proto = model_pb2.ModelProto()
        variables, rows, matrix = proto.variables, proto.linear_constraints, proto.linear_constraint_matrix
        variables.ids.extend(range(len(self.lower)))
        variables.lower_bounds.extend(self.lower)
        variables.upper_bounds.extend(self.upper)
        variables.integers.extend([False] * len(self.integer) if relaxed else self.integer)
        rows.ids.extend(range(len(self.row_lower)))
        rows.lower_bounds.extend(self.row_lower)
        rows.upper_bounds.extend(self.row_upper)
        at, over, values = (np.array(part) for part in (self.entry_rows, self.entry_columns, self.entry_values))
        kept = np.lexsort((over, at))
        kept = kept[values[kept] != 0]
        matrix.row_ids.extend(at[kept].tolist())
        matrix.column_ids.extend(over[kept].tolist())
        matrix.coefficients.extend(values[kept].tolist())
        cost = sorted((column, value) for column, value in objective.items() if value)
        proto.objective.maximize = maximise
        proto.objective.linear_coefficients.ids.extend(column for column, _ in cost)
        proto.objective.linear_coefficients.values.extend(value for _, value in cost)
        return proto


@contextmanager
def _silence() -> Iterator[None]:
    """Keep standard output clean: HiGHS prints a line of its own in rare cases, whatever its options say."""
    if sys.platform == "win32":
        yield
        return
    flush, nowhere, kept = ctypes.CDLL(None).fflush, os.open(os.devnull, os.O_WRONLY), os.dup(1)
    flush(None)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        flush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
