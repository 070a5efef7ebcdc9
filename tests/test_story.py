"""A household's story is all the record has of it and nothing of others; its papers are those of its whole round."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from test_office import FIRST, SECOND

from allocation.acts import entries
from allocation.allocate import price_of
from allocation.homes import hand_over, pick, pick_confirm, pick_undo, settle, waive
from allocation.ledger import correct, pay, refund
from allocation.messages import Faults, sentence
from allocation.office import draw, freeze, import_round, move, revise
from allocation.publishing import hear, object_to, publish, resolve
from allocation.roster import load_round
from allocation.round import judge
from allocation.story import FOUND_MOST, OWN_PAPERS, balances, find, own_paper, own_result, story

from records import ROUND, day, done, new_office, small_round


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A round from its import to one household's keys: H001 is told of, H002 objected to, H003 waives, H004 waits."""
    made = new_office(str(tmp_path_factory.mktemp("story") / "record.db"))
    one, other = made.clerk(FIRST), made.clerk(SECOND)
    given = small_round(entitlement={"m2_per_person": 50})
    done(import_round(one, given))
    roster = [replace(h, phone="0000") if h.household_id == "H001" else h for h in given.tables.households]
    done(revise(one, replace(given, tables=replace(given.tables, households=tuple(roster))), reason="补电话"))
    done(publish(one, ROUND, "demand"))
    done(publish(one, ROUND, "units"))
    own = done(object_to(one, ROUND, "demand", "H001", said="人口不实")).figures["objection_id"]
    done(hear(one, ROUND, own, minutes="已核对"))
    done(resolve(other, ROUND, own, upheld=False, reason="属实"))
    done(object_to(one, ROUND, "demand", "H002", said="权属争议"))
    done(pay(one, ROUND, "H001", Decimal("500.00"), "N1"))
    done(correct(one, ROUND, "N1", amount=Decimal("600.00"), reason="录错"))
    done(refund(one, ROUND, "H001", Decimal("100.00"), "N2", reason="多缴"))
    made.days.set(day(8))
    done(freeze(one, ROUND, carve_out=[_open_objection(made)]))
    done(draw(other, ROUND, demo=True))
    done(move(one, ROUND, "open-picking"))
    done(pick(one, ROUND, "H001", "U002"))
    assert pick(one, ROUND, "H004", "U002").reasons[0].code == "pick.taken"
    done(pick_undo(one, ROUND, "H001", "U002"))
    done(pick(one, ROUND, "H001", "U004"))
    done(pick_confirm(one, ROUND, "H001"))
    done(waive(one, ROUND, "H003", reason="投亲"))
    done(pick(one, ROUND, "H004", "U006"))
    done(pick_confirm(one, ROUND, "H004"))
    yield made
    made.store.close()


def _open_objection(made) -> str:
    with made.store.reading() as connection:
        return next(
            row["objection_id"] for row in story(connection, ROUND, "H002").objections if not row["resolved_on"]
        )


@pytest.fixture
def told(office):
    def of(household_id: str):
        with office.store.reading() as connection:
            return story(connection, ROUND, household_id)

    return of


# -- finding -----------------------------------------------------------------------------------------------------


def test_a_household_is_found_by_its_whole_number_or_part_of_a_name(office):
    with office.store.reading() as connection:

        def ids(text: str) -> list[str]:
            return [one.household_id for one in find(connection, ROUND, text)]

        assert ids("H001") == ids(" h００１ ") == ["H001"]
        assert ids("户H00") == ["H001", "H002", "H003", "H004"]
        assert ids("H003乙") == ["H003"], "a member's name leads to the household"
        assert ids("H00") == ["H001", "H002", "H003", "H004"]
        assert ids("") == ids("  ") == ids("没有这人") == []


def test_a_search_that_finds_too_many_says_so_by_one_more(tmp_path):
    made = new_office(str(tmp_path / "record.db"))
    done(import_round(made.clerk(), small_round(FOUND_MOST + 3)))
    with made.store.reading() as connection:
        assert len(find(connection, ROUND, "户")) == FOUND_MOST + 1
    made.store.close()


# -- what stands and what happened -------------------------------------------------------------------------------


def test_the_story_has_every_entry_of_the_log_that_is_the_households_or_everybodys(office, told):
    """Against the log itself, entry by entry."""
    found = told("H001")
    acts = [event.act for event in found.events if not event.for_all]
    assert acts == [
        "import", "revise", "object.demand", "hear", "resolve", "pay", "correct", "refund", "draw", "pick", "pick-undo",
        "pick", "pick-confirm",
    ]  # fmt: skip
    everybodys = {event.act for event in found.events if event.for_all}
    assert everybodys == {"publish.demand", "publish.units", "freeze", "open-picking"}
    with office.store.reading() as connection:
        rows = {row["number"]: row for row in entries(connection)}
    for event in found.events:
        assert (event.at, event.who) == (rows[event.number]["at"], rows[event.number]["who"])
    left = [row for number, row in rows.items() if number not in {event.number for event in found.events}]
    assert {row["act"] for row in left} == {"init", "object.demand", "pick", "waive", "pick-confirm"}
    assert all('"H001"' not in row["body"] or row["act"] == "pick" for row in left)


def test_a_change_is_told_with_the_column_and_what_stood_before(told):
    changed = next(event for event in told("H001").events if event.act == "revise")
    ((table, before, after),) = changed.changes
    assert table == "households"
    assert (before.get("phone"), after["phone"]) == (None, "0000") or (before["phone"], after["phone"]) == ("", "0000")
    assert changed.said["reason"] == "补电话"
    undone = next(event for event in told("H001").events if event.act == "pick-undo")
    assert [(name, after) for name, _, after in undone.changes] == [("homes", {"status": "void", "unit_id": "U002"})]


def test_a_refusal_is_part_of_the_story_of_whom_it_was_for_alone(told):
    refused = [event for event in told("H004").events if event.refused]
    assert [(event.act, event.reasons[0].code) for event in refused] == [("pick", "pick.taken")]
    assert not [event for event in told("H001").events if event.refused]


def test_nothing_of_another_household_stands_in_a_story(told):
    for own, others in (("H001", ("H002", "H003", "H004")), ("H003", ("H001", "H002", "H004"))):
        found = told(own)
        plain = repr((found.tables, found.turn, found.homes, found.ledger, found.settlement, found.handovers))
        plain += repr([event.changes for event in found.events])
        assert own in plain
        assert [other for other in others if re.search(rf"\b(户|P)?{other}", plain)] == []


def test_the_ledger_adds_up_line_by_line(told):
    found = told("H001")
    assert [balance for _, balance in balances(found.ledger)] == [
        "60,000.00", "60,500.00", "60,000.00", "60,600.00", "60,500.00",
    ]  # fmt: skip


def test_who_is_left_out_is_told_why(told):
    assert [reason.code for reason in told("H002").left_out] == ["objection.open"]
    assert told("H001").turn["outcome"] == "chosen"
    assert told("H003").turn["outcome"] == "waived"
    assert [home["status"] for home in told("H001").homes] == ["void", "confirmed"]
    assert told("H001").entitled.m2 == Decimal("100.00")


def test_a_household_that_is_not_there_is_told(office):
    with office.store.reading() as connection, pytest.raises(Faults) as found:
        story(connection, ROUND, "H999")
    assert found.value.faults[0].code == "office.no_household"


# -- its papers --------------------------------------------------------------------------------------------------


def test_its_statement_is_that_of_the_whole_round(office):
    with office.store.reading() as connection:
        own = own_result(connection, ROUND, "H001")
        round_ = judge(load_round(connection, ROUND))
        unit = next(unit for unit in round_.tables.units if unit.unit_id == "U004")
        assert own.statements == {"H001": price_of(round_, "H001", [unit])}
        assert [(home.unit_id, home.rank) for home in own.homes] == [("U004", told_rank(connection))]
        page = own_paper(connection, ROUND, "H001", "statement", form="html", lang="zh", today=day(8)).decode()
    assert "户H001" in page
    assert f"{own.statements['H001'].price_yuan:,.2f}" in page
    assert "户H004" not in page


def told_rank(connection) -> int:
    return next(home["rank"] for home in story(connection, ROUND, "H001").homes if home["status"] == "confirmed")


@pytest.mark.parametrize(
    ("own", "document", "code"),
    [
        ("H003", "statement", "story.no_home"),
        ("H003", "handover", "story.no_home"),
        ("H001", "settlement", "settle.none_measured"),
        ("H003", "reply", "story.no_reply"),
        ("H002", "reply", "story.no_reply"),
    ],
)
def test_a_paper_that_has_nothing_to_say_yet_says_why(office, own, document, code):
    with office.store.reading() as connection, pytest.raises(Faults) as found:
        own_paper(connection, ROUND, own, document, form="html", lang="zh", today=day(8))
    assert [fault.code for fault in found.value.faults] == [code]
    assert sentence(code)


def test_every_other_paper_can_be_made_and_no_public_one(office):
    with office.store.reading() as connection:
        for document in OWN_PAPERS:
            if document != "settlement":
                made = own_paper(connection, ROUND, "H001", document, form="html", lang="en", today=day(8)).decode()
                assert "H001" in made
                assert "H004" not in made
        with pytest.raises(KeyError):
            own_paper(connection, ROUND, "H001", "plan", form="html", lang="zh", today=day(8))


def test_settlement_and_keys_close_the_story(office, told):
    one = office.clerk(FIRST)
    done(publish(one, ROUND, "plan"))
    office.days.set(day(14))
    done(publish(one, ROUND, "result"))
    office.days.set(day(18))
    done(move(one, ROUND, "confirm"))
    done(settle(one, ROUND, "H001", {"U004": Decimal("81.00")}))
    owed = told("H001").settlement["final_fen"] - sum(row["amount_fen"] for row in told("H001").ledger)
    done(pay(one, ROUND, "H001", Decimal(owed).scaleb(-2), "REST"))
    done(settle(one, ROUND, "H004", {}))
    done(hand_over(one, ROUND, "U004"))
    found = told("H001")
    assert [event.act for event in found.events][-3:] == ["settle", "pay", "hand-over"]
    assert [row["unit_id"] for row in found.handovers] == ["U004"]
    with office.store.reading() as connection:
        page = own_paper(connection, ROUND, "H001", "settlement", form="html", lang="zh", today=day(18)).decode()
    assert "81.00" in page
