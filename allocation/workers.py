"""
Numbered pieces of work done on one core, by several processes, or by a Ray cluster; every piece counts once.

A piece is a value, the work a function of it that can be sent elsewhere; neither sees who does it, so the results are
the same wherever it is done. A result is taken by the number of its piece: one that is lost with its worker is done
again, one that comes twice is a fault of the program.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import multiprocessing
import os
import platform
import signal
import socket
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from allocation.messages import Fault, Faults

Piece = TypeVar("Piece")
Value = TypeVar("Value")
Work = Callable[[Piece], Value]

LOCAL = "local"
"""The address that starts a cluster of this machine's own for as long as the work takes."""
RETRIES = 5
"""How often a piece whose worker died is begun again before it is taken to be the piece that kills it."""
SECONDS_TO_ANSWER = 5.0
RAY_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
"""Nothing is told to anybody outside. A cluster of this machine's own works as any process does: left alone, Ray puts
its workers last (niceness 15), where on a busy machine they get a hundredth of a core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[Value]):
    """One piece done: its number from 0, its value, who did it (machine and process), processor seconds it took."""

    number: int
    value: Value
    where: str
    seconds: float


class OtherCode(Exception):
    """A machine of the cluster holds another version of this program."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Work[Piece, Value],
    pieces: Sequence[Piece],
    *,
    workers: int | None = None,
    ray: str | None = None,
    on_done: Callable[[Done[Value]], None] | None = None,
) -> list[Value]:
    """
    The values of all pieces, in the order of the pieces, whoever did them and in whatever order they came.

    Parameters
    ----------
    work
        Called with each piece. With more than one worker or a cluster it and the pieces are sent by pickle.
    pieces
        What there is to do.
    workers
        How many processes; None = one a core of this machine, or all cores of the cluster. 1 without ``ray`` works in
        this process.
    ray
        The cluster's address ``HOST:PORT``, ``ray://HOST:PORT`` or ``auto``; ``local`` starts one on this machine.
    on_done
        Called in this process for every piece, once, as it comes.

    Raises
    ------
    Faults
        A worker died again and again; with ``ray``: it is not installed, does not answer, or runs other code.
    """
    found: dict[int, Value] = {}

    def take(done: Done[Value]) -> None:
        if done.number in found:
            raise AssertionError(f"piece {done.number} was counted already")
        found[done.number] = done.value
        if on_done is not None:
            on_done(done)

    if ray is not None:
        _on_ray(work, pieces, ray, workers, take)
    elif workers == 1 or len(pieces) < 2:
        for number, piece in enumerate(pieces):
            take(_do(work, number, piece))
    else:
        _in_processes(work, pieces, min(workers or cores(), len(pieces)), take)
    return [found[number] for number in range(len(pieces))]


def _do(work: Work[Piece, Value], number: int, piece: Piece) -> Done[Value]:
    begun = time.process_time()
    value = work(piece)
    where = f"{platform.node()}:{os.getpid()}"
    return Done(number=number, value=value, where=where, seconds=time.process_time() - begun)


# -- processes of this machine ------------------------------------------------------------------------------------

Answer = Done[Any] | BaseException | None
"""What a worker says: a piece done, why it could not be done, or that it is there."""


@dataclass(slots=True, kw_only=True)
class _Hand:
    """A worker process and the piece it has; None before it says that it is there."""

    process: Any
    number: int | None = None


def _in_processes(
    work: Work[Piece, Value], pieces: Sequence[Piece], workers: int, take: Callable[[Done[Value]], None]
) -> None:
    waiting, lost = list(range(len(pieces)))[::-1], Counter[int]()
    hands: dict[Connection, _Hand] = {}
    try:
        while waiting or any(hand.number is not None for hand in hands.values()):
            while len(hands) < workers and len(hands) < len(waiting) + sum(
                h.number is not None for h in hands.values()
            ):
                hands |= [_started()]
            for line in cast("list[Connection]", wait(list(hands))):
                hand = hands[line]
                try:
                    answer: Answer = line.recv()
                    if isinstance(answer, BaseException):
                        raise answer
                    if answer is None:
                        line.send(work)
                    else:
                        hand.number = None
                        take(answer)
                    if waiting:
                        line.send((waiting[-1], pieces[waiting[-1]]))
                        hand.number = waiting.pop()
                except (EOFError, ConnectionError):
                    del hands[line]
                    _lost(hand, lost, waiting)
    finally:
        for line, hand in hands.items():
            line.close()
            hand.process.kill()
            hand.process.join()


def _lost(hand: _Hand, lost: Counter[int], waiting: list[int]) -> None:
    """A worker is gone: its piece waits again; Faults when that piece has cost workers enough."""
    hand.process.join()
    number = -1 if hand.number is None else hand.number
    lost[number] += 1
    if lost[number] > RETRIES:
        raise Faults([Fault(table="command", code="workers.lost", value=str(lost[number]))])
    if hand.number is not None:
        waiting.append(hand.number)


def _started() -> tuple[Connection, _Hand]:
    """
    A worker process. It is spawned, not forked: solver and progress bar have threads, a fork of these may never end.
    It never hears Ctrl-C, which is for the command to answer.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    with _deaf():
        process.start()
    theirs.close()
    return ours, _Hand(process=process)


@contextmanager
def _deaf() -> Iterator[None]:
    """Whatever is started here does not hear Ctrl-C; where signals cannot be held back (Windows) it does."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would let the signal through again as it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(line: Connection) -> None:
    """A worker process: the work first, then piece after piece, until whoever started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        line.send(None)
        work = line.recv()
        while True:
            number, piece = line.recv()
            try:
                answer: Answer = _do(work, number, piece)
            except Exception as fault:  # noqa: BLE001 - raised again where the work was asked for
                fault.add_note(traceback.format_exc())
                answer = fault
            line.send(answer)
    except (EOFError, ConnectionError):
        return


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(0)


# -- a cluster ----------------------------------------------------------------------------------------------------


@cache
def code_mark() -> str:
    """SHA-256 over the program's own files: machines that share the work must share it."""
    mark = hashlib.sha256()
    for name in ("allocation", "solver"):
        folder = Path(next(iter(importlib.util.find_spec(name).submodule_search_locations)))  # type: ignore[union-attr, arg-type]  # both are packages
        for file in sorted(folder.rglob("*.py")):
            mark.update(f"{file.relative_to(folder.parent).as_posix()}\0".encode() + file.read_bytes())
    return mark.hexdigest()


_fetched: dict[str, Any] = {}
"""The work a process of the cluster holds, by the name of its reference."""


def _sent_piece(mark: str, sent: Sequence[Any], number: int, piece: Any) -> Done[Any]:
    """One piece on a machine of the cluster. ``sent``: a reference to the work, fetched once by every process."""
    if mark != code_mark():
        raise OtherCode(platform.node())
    name = sent[0].hex()
    if name not in _fetched:
        import ray

        _fetched.clear()
        _fetched[name] = ray.get(sent[0])
    return _do(_fetched[name], number, piece)


def _on_ray(
    work: Work[Piece, Value],
    pieces: Sequence[Piece],
    address: str,
    workers: int | None,
    take: Callable[[Done[Value]], None],
) -> None:
    with _connected(address, workers) as ray:
        task = ray.remote(_sent_piece).options(max_retries=RETRIES)
        sent, waiting = [ray.put(work)], list(enumerate(pieces))[::-1]
        # more than there are cores, so that none waits for the next piece; a cluster of others' is used as far as asked
        bound = None if address == LOCAL else workers
        at_once = bound or 4 * max(1, int(ray.cluster_resources().get("CPU", 1)))
        asked: list[Any] = []
        while waiting or asked:
            while waiting and len(asked) < at_once:
                asked.append(task.remote(code_mark(), sent, *waiting.pop()))
            ready, asked = ray.wait(asked, num_returns=1)
            take(_answer(ray, ready[0], address))


def _answer(ray: Any, reference: Any, address: str) -> Any:
    """What a worker sent back; a piece that cannot be done there is told in a sentence."""
    failed = ray.exceptions
    try:
        return ray.get(reference)
    except (failed.WorkerCrashedError, failed.NodeDiedError, failed.ObjectLostError, failed.OutOfMemoryError):
        raise Faults([Fault(table="command", code="workers.lost", value=str(RETRIES))]) from None
    except failed.RayTaskError as told:
        if isinstance(told.cause, OtherCode):
            place = str(told.cause)
            raise Faults([Fault(table="command", code="workers.other_code", place=place, value=address)]) from None
        raise


@contextmanager
def _connected(address: str, workers: int | None) -> Iterator[Any]:
    """Ray, joined to the cluster; left again at the end, and ended where it was started for this."""
    for name, value in RAY_SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError:
        raise Faults([Fault(table="command", code="workers.no_ray", value=address)]) from None
    _reachable(address)
    own: dict[str, Any] = {"num_cpus": workers or cores(), "include_dashboard": False} if address == LOCAL else {}
    # what Ray says of workers that died goes to sys.stdout, where a result stands and nothing else
    with redirect_stdout(sys.stderr):
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
        except (ConnectionError, OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise Faults([_unreachable(address, str(error).partition("\n")[0])]) from None
        try:
            yield ray
        finally:
            ray.shutdown()


def _unreachable(address: str, why: str) -> Fault:
    return Fault(table="command", code="workers.unreachable", column="--ray", value=address, params={"why": why})


def _reachable(address: str) -> None:
    """Ray itself asks a silent address for minutes; a machine that answers does so in seconds."""
    if address in (LOCAL, "auto"):
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise Faults([Fault(table="command", code="workers.address", column="--ray", value=address)])
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS_TO_ANSWER).close()
    except OSError as error:
        raise Faults([_unreachable(address, error.strerror or str(error))]) from None
