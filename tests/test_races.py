"""Many clerks at once: no home twice, no payment lost, and who comes second is told what is left."""

import json
import subprocess
import sys
from pathlib import Path

from allocation.audit import audit
from allocation.office import draw, freeze, move
from allocation.publishing import publish
from allocation.store import open_store

from records import ROUND, Days, day, done, imported, new_office, small_round

HARNESS = Path(__file__).with_name("harness.py")


def harness(*words: object) -> dict:
    """What the harness found."""
    run = subprocess.run(
        [sys.executable, str(HARNESS), *map(str, words)], capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def picking(place, households: int, units: int) -> str:
    """The address of a record whose round is being chosen from."""
    office = imported(new_office(place()), small_round(households, units=units))
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(8))
    done(freeze(office.clerk("甲"), ROUND))
    done(draw(office.clerk("乙"), ROUND, demo=True))
    done(move(office.clerk(), ROUND, "open-picking"))
    office.store.close()
    return office.url


def test_eight_processes_over_all_homes_give_none_twice_and_tell_each_loser_what_is_left(place):
    units = 40
    found = harness("race", picking(place, 48, units), 8, 48)
    assert found["failed"] == 0
    assert (found["twice"], found["given"], found["misled"], found["wrong"]) == (0, units, 0, [])
    assert found["told"]["paid"] == 8 * units / 5
    assert found["told"]["pick.taken"] > units


def test_the_harness_finds_out_a_build_without_lock_and_index(place):
    found = harness("race", picking(place, 48, 40), 8, 48, "lock")
    assert found["twice"] > 0
    assert found["wrong"]


def test_a_record_is_whole_after_every_kill(place):
    """At random moments, and at every step of opening and of the first acts: statement, commit, anchor."""
    url = picking(place, 8, 10)
    times = 40 if "postgresql" in url else 70
    found = harness("kill", url, times, 7, "both")
    assert found["wrong"] == []
    assert found["killed"] == 2 * times
    # every clerk killed at random had been answered once at the least
    assert found["acknowledged"] >= times


def test_the_harness_finds_out_a_build_without_transactions(place):
    found = harness("kill", picking(place, 8, 10), 120, 7, "points", "transaction")
    assert found["wrong"]


def test_a_server_that_crashes_in_mid_act_loses_nothing_it_answered(postgres, tmp_path, monkeypatch):
    """The database itself killed under its clerks, as when the power fails."""
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path))
    url = picking(postgres.empty, 8, 10)
    for turn in range(2):
        clerk = subprocess.Popen(
            [sys.executable, "-c", f"import harness; harness.busy({url!r}, 1, {900 + turn})"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=HARNESS.parent,
        )
        told = [int(clerk.stdout.readline()) for _ in range(20)]
        postgres.crash()
        rest, said = clerk.communicate()
        told += [int(line) for line in rest.split()]
        postgres.start()
        assert "store.lost" in said or "store.unknown" in said
        days = Days()
        store = open_store(url, clock=days)
        found = audit(store)
        assert found.findings == []
        assert found.entries >= max(told)
        store.close()
