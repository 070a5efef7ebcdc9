"""A small round with every kind of name and every reason to be left out, its homes handed out by hand, for papers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from allocation import policy
from allocation.allocate import Allocation, Home
from allocation.pricing import statement
from allocation.round import Round, judge
from allocation.schema import (
    AllowancePaid,
    Household,
    Measured,
    Member,
    Objection,
    Payment,
    Publication,
    RoundHead,
    Tables,
    Unit,
)
from allocation.tables import RoundInput
from solver.problem import Solution, Stage

DAY = date(2021, 5, 28)
HOSTILE = (
    "𠮷野家", "㛃", "张" * 40, "<script>alert(1)</script>", "{{ 7*7 }}", "王\n小\r明", "李\x00\x08雷\u202e乐", "=1+1",
    "@SUM(A1)", "&amp;]]>", "王 明 华", "葛\U000e0100城市", "\ue000某某", "\U000323b0甲乙",
)  # fmt: skip
NEEDS = ("low_floor", "step_free")
RULES = {
    "name": "测试政策",
    "example": True,
    "entitlement": {"m2_per_person": "50"},
    "area": {"under_m2": "1000", "over_m2": "1000", "max_units": 4},
    "pricing": {
        "bands": [
            {"up_to": "entitlement", "price": "1500.00"},
            {"over_m2": "10", "up_percent": "20.005"},
            {"price": "3000.33"},
        ],
        "floors": {"unit": "yuan", "table": {"1": "-20.00", "2-6": "0.00", "7-18": "35.00"}},
        "fees": [{"name": "污水入网费", "yuan": "200.00"}, {"name": "装修保证金", "yuan": "1000.00", "deposit": True}],
    },
    "prepayment": {"per_m2": "900.00", "due_on": "2021-05-20"},
    "publicity": {"demand": 7, "units": 7, "plan": 7},
    "order": {"rule": "draw"},
}


def made_round(names: tuple[str, ...] = ("王小明", "欧阳一二三", "李四"), **rules: object) -> Round:
    """A household a name with 1–3 homes to come, one that paid too little, some homes left out."""
    households = [
        Household(
            household_id=f"H{n:03}",
            name=name,
            village="石塘村",
            persons=n % 3 + 1,
            signed_on=date(2020, 1, 1 + n % 28),
            id_number=f"99000119800101{n:04}",
            phone=f"1990000{n:04}",
            access_need=("none", *NEEDS)[n % 3],
        )
        for n, name in enumerate(names)
    ]
    short = Household(
        household_id="990001198001019999", name="赵欠款", village="石塘村", persons=3, signed_on=date(2020, 2, 2),
        id_number="990001198001019999", phone="19900009999",
    )  # fmt: skip
    members = [
        Member(household_id=h.household_id, name=f"{h.name}之子{k}", relation="子", birth_date=date(2015, 3, 1 + k),
               id_number=f"99000220150301{k:04}", disabled=True)
        for h in (*households, short)
        for k in range(h.persons)
    ]  # fmt: skip
    units = [
        Unit(unit_id=f"U{n:03}", project="测试家园", building=f"{n % 5 + 1}栋", entrance="1", floor=n % 18 + 1,
             room=f"{n % 18 + 1}{n:02}", layout=("60", "3室2厅")[n % 2], area_m2=Decimal("48.37") + Decimal(n) / 10)
        for n in range(len(names) * 3 + 3)
    ]  # fmt: skip
    units[-1] = replace(units[-1], status="reserved")
    units[-2] = replace(units[-2], construction="joint_self_built")
    payments = [
        Payment(receipt_no=f"R{n}", household_id=h.household_id, paid_on=date(2021, 5, 1 + n % 9),
                amount=Decimal("135000.10") + n)
        for n, h in enumerate(households)
    ]  # fmt: skip
    payments.append(Payment(receipt_no="S1", household_id=short.household_id, paid_on=DAY.replace(day=2),
                            amount=Decimal("1234.56")))  # fmt: skip
    tables = Tables(
        households=(*households, short),
        units=tuple(units),
        members=tuple(members),
        payments=tuple(payments),
        publications=tuple(
            Publication(document=document, published_on=date(2021, 5, 1), days=7) for document in ("demand", "units")
        ),
        objections=(Objection(objection_id="YY-1", document="units", filed_on=date(2021, 5, 9), subject="U000"),),
    )
    head = RoundHead(id="test-1", title="测试家园选房", as_of=DAY, seed="种子 1")
    return judge(RoundInput(head=head, policy=policy.parse({**RULES, **rules}, "test"), tables=tables, path=Path()))


def given_out(round_: Round, *, unserved: int = 0) -> Allocation:
    """Homes handed out by hand, 1 to 3 a household; the last ``unserved`` households get none."""
    units = iter(round_.units)
    served = round_.households[: len(round_.households) - unserved]
    own = {h.household_id: [next(units) for _ in range(n % 3 + 1)] for n, h in enumerate(served)}
    return Allocation(
        round=round_,
        principle="leximin",
        per="household",
        alike=(),
        problem=None,  # type: ignore[arg-type]  # papers never look at it
        solution=Solution(
            counts=np.zeros((1, 1), dtype=np.int64),
            served=np.ones(1, dtype=bool),
            stages=(Stage(name="served", value=1, bound=1, proof="proved"),),
        ),
        homes=tuple(Home(household_id=i, unit_id=u.unit_id, rank=1) for i, mine in sorted(own.items()) for u in mine),
        statements={i: statement(mine, round_.entitlements[i].m2, round_.policy.pricing) for i, mine in own.items()},
        unserved=tuple(h.household_id for h in round_.households if h.household_id not in own),
    )


def measured_later(allocation: Allocation, rows: dict[str, str] | None = None, **household: object) -> Allocation:
    """The same result with measured areas (each 1 % more, or as given), vacated houses, allowances and compensation."""
    round_ = allocation.round
    areas = rows or {h.unit_id: "" for h in allocation.homes}
    units = {unit.unit_id: unit for unit in round_.tables.units}
    more = {i: str((units[i].area_m2 * Decimal("1.01")).quantize(Decimal("0.01"))) for i in areas}
    handed = date(2022, 9, 26)
    measured = tuple(
        Measured(unit_id=i, measured_m2=Decimal(text or more[i]), handed_over_on=handed) for i, text in areas.items()
    )
    about = {"handed_over_on": date(2020, 11, 5), **household}
    households = tuple(replace(h, **about) for h in round_.tables.households)
    paid = tuple(
        AllowancePaid(
            voucher_no=f"G{n}", household_id=h.household_id, paid_on=date(2021, 6, 30), amount=Decimal("1000.50")
        )
        for n, h in enumerate(households)
    )
    answered = Objection(
        objection_id="YY-2", document="demand", filed_on=date(2021, 5, 3), subject="H000",
        resolved_on=date(2021, 5, 6), outcome="经复核，异议不成立 <b>{{ 1 }}</b>", reason="已核对户口簿",
    )  # fmt: skip
    tables = replace(
        round_.tables, households=households, measured=measured, allowances=paid,
        objections=(*round_.tables.objections, answered),
    )  # fmt: skip
    return replace(allocation, round=replace(round_, tables=tables))
