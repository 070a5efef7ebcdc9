"""What the law forbids to publish cannot be put on a public paper, whoever tries."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from allocation import public
from allocation.announcements import demand_notice
from allocation.documents import DOCUMENTS
from allocation.messages import Faults
from allocation.notices import plan_notice
from allocation.paper import Code, Column, Grid, Text
from allocation.public import NOTHING, Disclosure, Public, PublicHousehold, PublicPaper, count, listed, told
from allocation.wording import Occasion

from paper_round import DAY, given_out, made_round, measured_later

OCCASION = Occasion(issued_on=DAY)


@pytest.fixture(scope="module")
def allocation():
    return measured_later(given_out(made_round(), unserved=1))


@pytest.fixture(scope="module")
def known(allocation):
    return Disclosure(allocation.round, OCCASION)


def secrets(round_):
    """One of each: ID number, telephone, access need, a child's name and birth date, money, a whole name."""
    household, child = round_.tables.households[0], round_.tables.members[0]
    return [
        household.id_number, household.phone, str(household.access_need), child.name, child.birth_date, child.disabled,
        Decimal("135000.10"), household.name, household, child, round_.tables.payments[0],
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["title", "subtitle", "text", "cell", "heading", "code", "closing"])
def test_a_public_paper_refuses_what_is_not_public_wherever_it_is_put(place, allocation):
    said = allocation.round.tables.households[0].id_number
    column = Column(heading=said if place == "heading" else NOTHING, width_mm=10)
    cell = said if place == "cell" else NOTHING
    blocks = {
        "text": (Text(text=said),),
        "cell": (Grid(columns=(column,), rows=((cell,),)),),
        "heading": (Grid(columns=(column,), rows=((cell,),)),),
        "code": (Code(data=said, lines=()),),
    }
    about = {"title": NOTHING, "blocks": blocks.get(place, ()), "subtitle": NOTHING, "closing": (NOTHING,)}
    if place in ("title", "subtitle", "closing"):
        about[place] = (said,) if place == "closing" else said
    with pytest.raises(TypeError, match="expected Public"):
        PublicPaper(**about)


def test_nobody_makes_public_text_by_hand():
    with pytest.raises(TypeError, match="never from a text"):
        Public("990001198001010000")
    with pytest.raises(TypeError, match="never from a text"):
        Public("990001198001010000", object())
    joined = NOTHING + "19900000000"
    assert type(joined) is str
    assert type(f"{NOTHING}1") is str


def test_no_sentence_takes_an_id_number_a_telephone_health_children_or_money(allocation):
    for secret in secrets(allocation.round):
        with pytest.raises(TypeError):
            told("notice.contact.office", "zh", value=secret)
        with pytest.raises(TypeError):
            count(secret)
        with pytest.raises(TypeError):
            listed([secret], "zh")


def test_what_may_be_said_of_a_household_is_a_closed_list(known):
    assert {field.name for field in fields(PublicHousehold)} == {
        "household_id", "name", "village", "persons", "heads", "entitlement", "demand", "order_no",
    }  # fmt: skip
    row = known.household("H000")
    assert row.name == "王*明"
    with pytest.raises(KeyError):
        known.office("seed_secret")


def test_no_function_that_makes_public_text_takes_a_member_or_a_payment():
    for name, maker in vars(public).items():
        said = " ".join(map(str, getattr(maker, "__annotations__", {}).values()))
        assert not {"Member", "Payment", "Household"} & set(said.replace("|", " ").split()), name


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if d.public], ids=lambda d: d.name)
def test_every_public_document_is_of_the_public_type_and_tells_no_secret(document, allocation):
    made = document.early(allocation.round, OCCASION) if document.early else document.make(allocation, OCCASION)
    (paper,) = made
    assert isinstance(paper, PublicPaper)
    said = "\n".join(text for _, text in public._texts(paper) if text)
    tables = allocation.round.tables
    hidden = {h.id_number for h in tables.households} | {h.phone for h in tables.households}
    hidden |= {h.name for h in tables.households} | {m.name for m in tables.members} | {"low_floor", "无障碍", "残疾"}
    hidden |= {m.id_number for m in tables.members} | {m.birth_date.isoformat() for m in tables.members}
    hidden |= {f"{p.amount:,.2f}" for p in tables.payments} | {str(p.amount) for p in tables.payments}
    hidden -= {h.household_id for h in tables.households}  # an ID number that strayed there is printed as ****
    assert not [value for value in hidden if value and value in said]


def test_a_whole_name_that_strayed_into_a_public_column_refuses_the_paper(allocation):
    tables = allocation.round.tables
    strayed = replace(tables, households=tuple(replace(h, village="欧阳一二三家") for h in tables.households))
    changed = replace(allocation.round, tables=strayed)
    for make in (lambda: plan_notice(replace(allocation, round=changed)), lambda: demand_notice(changed, OCCASION)):
        with pytest.raises(Faults) as found:
            make()
        assert {fault.code for fault in found.value.faults} == {"paper.private_value"}
        assert "欧阳一二三" not in str([fault.value for fault in found.value.faults])


def test_the_seed_is_not_told_before_the_draw(allocation):
    said = str(demand_notice(allocation.round, Occasion(issued_on=date(2021, 5, 1))))
    assert allocation.round.head.seed not in said
    assert allocation.round.head.seed in str(plan_notice(allocation))
