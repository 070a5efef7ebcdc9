"""
Measures the solver against other libraries in one run and writes benchmarks/RESULTS.md: `python -m benchmarks`.

Every line of the tables comes from a process of its own: wall and processor seconds of the work without loading
libraries and making the round, the best of three runs where a run is short, and the peak memory of the whole process.
A peer that exceeds its seconds or memory is stopped and not tried on larger rounds. The file is written after every
line, so that a run that is broken off leaves what it found.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks import peers, report
from benchmarks.instances import VARIANTS, instance
from benchmarks.unit_outcomes import SIZES, scaled_round
from solver import certificate, engine
from solver.problem import Stage

HOUSEHOLD_SIZES = (66, 410, 2_413)
LARGE = 1_000  # households; of larger rounds only the plain variant is measured
SHORT = 3.0  # seconds; a run shorter than this is repeated
RUNS = 3
LEAST = 40.0  # seconds a household round gets however little is left of the whole run
SOLVING = 0.85  # of a household round's time; the rest is for what its certificate still lacks
GAP_MAX = 1000  # written for any larger gap


def main() -> None:
    """Measure everything, or with ``--one`` one line as JSON."""
    given = _options()
    if given.one:
        sys.stdout.write(json.dumps(_one(given)))
        return
    board = _Board(given)
    _units(board, given)
    _households(board, given)
    board.write(done=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="one small size, short limits: does everything work")
    parser.add_argument("--sizes", type=int, nargs="*", help="households where every home is an outcome")
    parser.add_argument("--household-sizes", type=int, nargs="*", help="households where the household is the outcome")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS)
    parser.add_argument("--methods", nargs="+", choices=list(peers.METHODS), default=list(peers.METHODS))
    parser.add_argument("--peer-seconds", type=float, help="a peer that exceeds this is stopped (120)")
    parser.add_argument("--peer-gb", type=float, default=16.0, help="address space of a peer")
    parser.add_argument("--seconds", type=float, help="at most for one household round with its certificate (600)")
    parser.add_argument(
        "--minutes", type=float, default=25.0, help="for the whole run: household rounds share the rest"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    small = given.quick
    for name, usual, quick in (
        ("sizes", SIZES, (66,)),
        ("household_sizes", HOUSEHOLD_SIZES, (66,)),
        ("variants", VARIANTS, ("declared", "slack")),
        ("peer_seconds", 120.0, 10.0),
        ("seconds", 600.0, 10.0),
    ):
        if getattr(given, name) is None:
            setattr(given, name, quick if small else usual)
    return given


# One line, in a process of its own


def _one(given: argparse.Namespace) -> dict[str, Any]:
    table, name, size = given.one[0], given.one[1], int(given.one[2])
    return _household(size, name, given.seconds) if table == "household" else _unit(table, name, size, given)


def _unit(table: str, name: str, size: int, given: argparse.Namespace) -> dict[str, Any]:
    """One method on one round where every home is an outcome."""
    method = peers.METHODS[name]
    try:
        peers.load(method)
    except ImportError as error:
        return {"status": f"not installed ({error.name})"}
    problem = (peers.one_home if table == "one_home" else scaled_round)(size)
    if method.peer:
        resource.setrlimit(resource.RLIMIT_AS, (int(given.peer_gb * 2**30),) * 2)
    try:
        found, wall, processor = _timed(lambda: method.run(problem), given.peer_seconds if method.peer else 0.0)
    except MemoryError:
        return {"status": f"> {given.peer_gb:g} GB"}
    peak = _peak_mb()
    answer = found if isinstance(found, peers.Answer) else peers.Answer(taken=found, exact=method.exact)
    return {
        "status": "ok", "seconds": wall, "cpu": processor, "peak_mb": peak, "exact": answer.exact,
        "homes": int(problem.wants.sum()), **peers.quality(problem, answer.homes()),
    }  # fmt: skip


def _timed(action: Callable[[], Any], seconds_max: float) -> tuple[Any, float, float]:
    """The answer with wall and processor seconds of the fastest run; the process ends when a run exceeds the limit."""
    best: tuple[Any, float, float] | None = None
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for _ in range(RUNS):
        signal.setitimer(signal.ITIMER_REAL, seconds_max)
        wall, processor = time.perf_counter(), time.process_time()
        found = action()
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        signal.setitimer(signal.ITIMER_REAL, 0)
        if best is None or wall < best[1]:
            best = found, wall, processor
        if wall > SHORT:
            break
    assert best is not None
    return best


def _household(size: int, variant: str, seconds: float) -> dict[str, Any]:
    """One round where the household's worst home is the outcome: solved, then proved by certificate."""
    problem = instance(size, variant=variant)
    start, processor = time.perf_counter(), time.process_time()
    solution = engine.solve(problem, seconds_max=SOLVING * seconds)
    solved, processor_solved = time.perf_counter() - start, time.process_time() - processor
    proof = certificate.certify(problem, solution, seconds_max=max(1.0, seconds - solved))
    stages = certificate.check(problem, solution, proof)
    return {
        "status": "ok", "solved": solved, "certified": time.perf_counter() - start - solved,
        "cpu_solved": processor_solved, "cpu_certified": time.process_time() - processor - processor_solved,
        "peak_mb": _peak_mb(),
        "homes": int(problem.supply.sum()), "limit": seconds, "stages": len(stages),
        "decided": sum(stage.optimal for stage in solution.stages),
        "proved": sum(stage.proof == "proved" for stage in stages),
        "open": {stage.name: _gap(stage) for stage in stages if not stage.optimal},
    }  # fmt: skip


def _gap(stage: Stage) -> float:
    """Between value and bound, in % of the value."""
    gap = Fraction(100 * abs(stage.value - stage.bound), max(1, abs(stage.value)))
    return float(min(gap, Fraction(GAP_MAX)))


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


# All lines


class _Board:
    """What was found so far, written to the file line by line."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.rows = given, list[dict[str, Any]]()
        self.command = shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])
        self.started = datetime.datetime.now(datetime.UTC)
        self.clock = time.monotonic()

    def left(self) -> float:
        """Seconds of the whole run that are left."""
        return self.given.minutes * 60 - (time.monotonic() - self.clock)

    def add(self, table: str, name: str, size: int, found: dict[str, Any]) -> None:
        """Keep a line, tell it, write the file."""
        self.rows.append({"table": table, "name": name, "size": size, **found})
        seconds = found.get("seconds", found.get("solved"))
        told = found["status"] if seconds is None else f"{seconds:.3f} s"
        sys.stderr.write(f"{time.monotonic() - self.clock:6.0f} s  {table:9} {size:>7,} {name}: {told}\n")
        self.write(done=False)

    def write(self, *, done: bool) -> None:
        """The file as it stands."""
        text = report.page(self.rows, command=self.command, started=self.started, done=done,
                           minutes=(time.monotonic() - self.clock) / 60)  # fmt: skip
        self.given.out.write_text(text, encoding="utf-8")


def _units(board: _Board, given: argparse.Namespace) -> None:
    """Where every home is an outcome, and with one home a household: size by size, so that ratios are of one time."""
    for table, names in (("unit", peers.UNIT), ("one_home", peers.ONE_HOME)):
        stopped: dict[str, str] = {}
        for size in given.sizes:
            for name in (name for name in names if name in given.methods):
                if name in stopped:
                    board.add(table, name, size, {"status": f"not tried: {stopped[name]}"})
                    continue
                found = _child(table, name, size, given, given.seconds)
                board.add(table, name, size, found)
                if found["status"] != "ok":
                    installed = not found["status"].startswith("not installed")
                    stopped[name] = f"{found['status']} at {size:,}" if installed else found["status"]


def _households(board: _Board, given: argparse.Namespace) -> None:
    """Where the household is the outcome; the rounds still to come share the time that is left."""
    every = [(size, variant) for size in given.household_sizes for variant in given.variants]
    todo = [(size, variant) for size, variant in every if size < LARGE or variant == VARIANTS[0]]
    whole = sum(size for size, _ in todo)
    for size, variant in todo:
        seconds = min(given.seconds, max(LEAST, board.left() * size / whole))
        whole -= size
        board.add("household", variant, size, _child("household", variant, size, given, seconds))


def _child(table: str, name: str, size: int, given: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """A line measured by a fresh interpreter."""
    limits = ["--peer-seconds", given.peer_seconds, "--peer-gb", given.peer_gb, "--seconds", round(seconds, 1)]
    command = [sys.executable, "-m", "benchmarks", "--one", table, name, size, *limits]
    done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)
    if done.returncode == 0:
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found
    if done.returncode == -signal.SIGALRM:
        return {"status": f"> {given.peer_seconds:g} s"}
    said = (done.stderr.strip() or "nothing said").splitlines()[-1]
    sys.stderr.write(done.stderr[-2000:])
    return {"status": f"failed with {done.returncode}: {said[:100].replace('|', '/')}"}


if __name__ == "__main__":
    main()
