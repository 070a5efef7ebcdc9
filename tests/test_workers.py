"""Work spread over processes and over a Ray cluster: every piece once, none lost with its worker, nothing left over."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from allocation.messages import Faults
from allocation.workers import RAY_SETTINGS, Done, code_mark, spread

ROOT = Path(__file__).resolve().parent.parent
DAFENG = ROOT / "data" / "dafeng"
SECONDS = 120
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), **RAY_SETTINGS, "RAY_AUTH_MODE": "disabled"}


def square(number: int) -> int:
    return number * number


def killed_once(marks: Path, number: int) -> int:
    """Kills the process it is done in, at some pieces, the first time they are begun."""
    mark = marks / f"{number}"
    if number % 5 == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def killed_always(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def refused(number: int) -> int:
    raise ValueError(f"piece {number}")


# -- processes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_values_come_in_the_order_of_the_pieces_and_each_is_told_once(workers):
    told: list[Done[int]] = []
    assert spread(square, range(9), workers=workers, on_done=told.append) == [n * n for n in range(9)]
    assert sorted(done.number for done in told) == list(range(9))
    here = f":{os.getpid()}"
    assert all(done.where.endswith(here) == (workers == 1) for done in told)


def test_a_process_that_is_killed_loses_nothing_and_nothing_counts_twice(tmp_path):
    told: list[Done[int]] = []
    assert spread(partial(killed_once, tmp_path), range(10), workers=2, on_done=told.append) == list(range(10))
    assert sorted(done.number for done in told) == list(range(10))
    assert {path.name for path in tmp_path.iterdir()} == {"3", "8"}


def test_a_piece_that_kills_every_process_is_told_and_a_fault_of_the_work_is_raised_as_it_is(monkeypatch):
    monkeypatch.setattr("allocation.workers.RETRIES", 0)
    with pytest.raises(Faults) as raised:
        spread(killed_always, range(2), workers=2)
    assert [fault.code for fault in raised.value.faults] == ["workers.lost"]
    with pytest.raises(ValueError, match="piece"):
        spread(refused, range(2), workers=2)


def test_no_work_is_no_trouble():
    assert spread(square, []) == []


# -- a command stopped --------------------------------------------------------------------------------------------


@contextmanager
def running(*words: object) -> Iterator[subprocess.Popen[str]]:
    """``anju`` in a process of its own; killed at the end if it is still there."""
    command = [sys.executable, "-m", "allocation.cli", *map(str, words)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=ENVIRONMENT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def below(pid: int) -> dict[int, str]:
    """Every process that descends from this one: its id → its command line."""
    parents, lines = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status = (path / "stat").read_text().rpartition(")")[2].split()
            lines[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if status[0] != "Z":
            parents[int(path.name)] = int(status[1])
    found = {own for own, parent in parents.items() if parent == pid}
    while more := {own for own, parent in parents.items() if parent in found} - found:
        found |= more
    return {own: lines[own] for own in found}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def gone(pids: set[int]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and alive(pids):
        time.sleep(0.1)
    return not alive(pids)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc, which Linux has")
@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_command_that_is_stopped_writes_nothing_and_leaves_no_process(tmp_path, stop, code):
    with running("odds", DAFENG, "--draws", 100_000, "--workers", 2, "--out", tmp_path / "o", "--json") as process:
        waited = time.monotonic() + SECONDS
        workers: set[int] = set()
        while len(workers) < 2 and time.monotonic() < waited:
            time.sleep(0.1)
            workers = {pid for pid, line in below(process.pid).items() if "spawn_main" in line}
        assert len(workers) == 2
        process.send_signal(stop)
        said, told = process.communicate(timeout=SECONDS)
        assert (process.returncode, said) == (code, "")
        assert "Traceback" not in told
        assert gone(workers)
    assert not (tmp_path / "o").exists()
    assert stop == signal.SIGKILL or list(tmp_path.iterdir()) == []


# -- a Ray cluster ------------------------------------------------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[tuple[str, int]]:
    """A Ray cluster of two workers on this machine: its address, and the process all of it descends from."""
    if find_spec("ray") is None:
        if os.environ.get("CI"):
            pytest.fail("ray is not installed, and CI may not skip the cluster: pip install anju[cluster]")
        pytest.skip("ray is not installed: pip install anju[cluster]")
    folder = Path(tempfile.mkdtemp(prefix="ray"))  # short: sockets lie in it, and their paths may not be long
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--head", "--block", f"--port={port}", "--node-ip-address=127.0.0.1", "--num-cpus=2",
             "--include-dashboard=false", "--object-store-memory=80000000", f"--temp-dir={folder}"]  # fmt: skip
    head = subprocess.Popen(
        [sys.executable, "-m", "ray.scripts.scripts", "start", *words],
        env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    members: set[int] = set()
    try:
        yield f"127.0.0.1:{port}", head.pid
        members = set(below(head.pid))
    finally:
        head.terminate()
        head.wait(SECONDS)
        stray = {pid for pid in members if not gone({pid})}
        shutil.rmtree(folder, ignore_errors=True)
    assert stray == set()


def reachable(address: str) -> None:
    host, _, port = address.partition(":")
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the cluster does not answer")


def test_a_cluster_that_loses_a_worker_in_mid_run_gives_the_numbers_of_one_core(cluster, anju):
    """Two workers, one of them killed while it works: nothing is lost, nothing is counted twice."""
    address, head = cluster
    draws = 400
    reachable(address)
    with running("odds", DAFENG, "--draws", draws, "--seed", "s", "--ray", address, "--json") as process:
        told = process.stderr.readline()  # a tenth is done
        assert "40" in told
        busy = {pid for pid, line in below(head).items() if line.startswith("ray::_sent_piece")}
        assert busy
        os.kill(min(busy), signal.SIGKILL)
        assert process.poll() is None
        said, told = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, told
    code, alone, _ = anju("odds", DAFENG, "--draws", draws, "--seed", "s", "--workers", 1, "--json")
    assert code == 0
    assert json.loads(said) == json.loads(alone)
    figures = json.loads(said)
    for household in figures["households"]:
        seen = sum(row["outcome"]["seen"] for row in household["by_choice"])
        assert seen == household["served"]["seen"] == draws


def test_another_version_of_the_program_has_another_mark(tmp_path):
    """What a cluster is asked before it may count: the same files give the same mark, a changed one another."""
    copy = tmp_path / "copy"
    for name in ("allocation", "solver"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "templates"))
    script = "from allocation.workers import code_mark; print(code_mark())"

    def mark() -> str:
        run = [sys.executable, "-c", script]
        return subprocess.check_output(run, text=True, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}).strip()

    assert mark() == code_mark()
    changed = copy / "solver" / "guard.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert mark() != code_mark()
