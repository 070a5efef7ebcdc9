"""Bundles for the tests: rounds of every published shape, and a forger that signs whatever it is given."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from allocation import policy
from allocation.round import Round, judge
from allocation.schema import Choice, Demand, Household, Objection, Payment, Publication, RoundHead, Tables, Unit
from allocation.tables import RoundInput

DAY = date(2021, 5, 28)
ORDERS = (
    {"rule": "draw"},
    {"rule": "draw", "priority_first": True},
    {"rule": "signed_on"},
    {"rule": "given"},
    {"rule": "villages"},
)
PREPAYMENTS = (
    {},
    {"share": "0.35", "due_on": "2021-05-20"},
    {"per_m2": "900.00"},
    {"gates": [{"before": "draw", "per_m2": "200.00"}]},
)
FLOORS = (
    {},
    {"unit": "yuan", "table": {"-1": "-55.50", "1": "-20.00", "2-6": "0.00", "7-": "35.00"}},
    {"unit": "percent", "table": {"-1": "-3.33", "1-5": "0.00", "6-": "2.50"}, "top_floor": "-1.25"},
    {"per_storey": "12.34", "from_storey": 3},
)
BANDS = (
    [{"price": "1500.00"}],
    [{"up_to": "entitlement", "price": "1234.56"}, {"over_m2": 10, "up_percent": "33.3333"}, {"price": "3000.33"}],
    [{"up_to": "entitlement", "market_times": "0.35"}, {"over_m2": 15, "at_least_m2": 60, "price": "2000.00"},
     {"forbidden": True}],
)  # fmt: skip


def counting(start: int = 1) -> Callable[[], bytes]:
    """Salts that a test can know: 1, 2, 3, …"""
    numbers = iter(range(start, start + 10**6))
    return lambda: next(numbers).to_bytes(16)


def wide_round(seed: int) -> Round:
    """A round of 3–5 households and 5–8 homes whose policy, dates and objections take one of the published shapes."""
    rng = random.Random(seed)
    order, prepayment = ORDERS[seed % len(ORDERS)], PREPAYMENTS[seed // 2 % len(PREPAYMENTS)]
    rules = policy.parse(_rules(rng, order, prepayment), "test")
    households = tuple(
        Household(
            household_id=f"H{n}",
            name=f"{rng.choice('王李张')}{rng.choice(['小', '大'])}{'甲乙丙丁戊'[n]}",
            village=rng.choice(["东村", "西村"]),
            persons=rng.choice([1, 1, 2]),
            bonus_persons=rng.choice([0, 0, 2]),
            signed_on=date(2020, 3, rng.choice([1, 1, 7])),
            order_no=(n * 7) % 5 + 1,
            priority_class=rng.choice([None, 1, 2]),
            access_need=rng.choice(["none"] * 5 + ["low_floor"]),
            together=rng.choice(["", "", "王家兄弟"]),
            id_number=f"99000119800101{n:03}0",
            phone=f"1020000000{n}",
        )
        for n in range(rng.randint(3, 5))
    )
    units = tuple(_unit(n, rng) for n in range(rng.randint(5, 8)))
    demand = tuple(
        Demand(household_id=h.household_id, layout=layout, count=1)
        for h in households
        if rng.random() < 0.5
        for layout in rng.choice([["50"], ["两室"], ["50", "两室"]])
    )
    choices = tuple(
        Choice(household_id=h.household_id, choice=number, **_filter(rng, units))
        for h in households
        for number in range(1, rng.randint(1, 4))
    )
    payments = tuple(
        Payment(
            receipt_no=f"R{n}",
            household_id=rng.choice(households).household_id,
            paid_on=date(2021, 5, rng.choice([3, 20, 24])),
            amount=Decimal(rng.choice(["45000.05", "90000.00", "150000.00", "-3000.00"])),
        )
        for n in range(8)
    )
    publications = [Publication(document=d, published_on=date(2021, 4, 26), days=rng.choice([5, 7, 9]))
                    for d in ("demand", "units")]  # fmt: skip
    if rng.random() < 0.3:
        publications.append(Publication(document="demand", published_on=date(2021, 5, 20), days=rng.choice([3, 30])))
    if rng.random() < 0.15:
        publications[1] = Publication(
            document="units", published_on=date(2021, 4, 1), days=9, withdrawn_on=date(2021, 5, 2)
        )
    objections = tuple(
        Objection(
            objection_id=f"Y{n}",
            document=rng.choice(["demand", "units"]),
            filed_on=date(2021, 5, rng.choice([2, 29])),
            subject=rng.choice(["H0", "U1"]),
            resolved_on=rng.choice([None, date(2021, 5, 9)]),
            outcome="张三举报，不成立",
        )
        for n in range(rng.choice([0, 2]))
    )
    tables = Tables(households=households, units=units, payments=payments, publications=tuple(publications),
                    objections=objections, demand=demand, choices=choices)  # fmt: skip
    projects = rng.choice([(), ("苑",)])
    head = RoundHead(id="t", title="试验批次", as_of=DAY, seed=f"seed {seed}", projects=projects)
    return judge(RoundInput(head=head, policy=rules, tables=tables, path=Path("t")))


def _rules(rng: random.Random, order: dict, prepayment: dict) -> dict:
    bands = rng.choice(BANDS)
    return {
        "entitlement": {
            "m2_per_person": "50.15",
            **rng.choice([{}, {"min_m2": "60"}, {"max_m2": "120.5"}]),
            **rng.choice([{}, {"extra": [{"when": "declared", "heads": 2, "at_most": 3}]}]),
        },
        "area": {"under_m2": "30", "over_m2": rng.choice(["0.5", "20"]), "max_units": 2},
        "pricing": {
            "bands": bands,
            "market_price": "4000.00",
            "floors": rng.choice(FLOORS),
            "orientation": rng.choice([{}, {"unit": "percent", "table": {"南": "2.25", "*": "-1"}}]),
            "layout": rng.choice([{}, {"table": {"50": "3.10", "两室": "0.00"}}]),
            "fees": rng.choice([[], [{"name": "初装费", "yuan": "12.34", "per": "m2"},
                                     {"name": "押金", "yuan": "500.00", "deposit": True}]]),
        },
        "prepayment": prepayment,
        "publicity": {
            "calendar": rng.choice(["natural", "working"]),
            "moves_on_holiday": rng.random() < 0.5,
            "demand": {"days": rng.choice([5, 7])},
            "units": rng.choice([5, 7]),
            "restarts": rng.choice([{}, {"demand": ["units"]}]),
        },
        "order": order,
        "fairness": {
            "principle": rng.choice(["leximin", "rank_maximal", "utilitarian", "order"]),
            "per": rng.choice(["household", "unit"]),
            "max_choices": 3,
        },
    }  # fmt: skip


def _unit(n: int, rng: random.Random) -> Unit:
    layout = rng.choice(["50", "两室"])
    return Unit(
        unit_id=f"U{n}",
        project=rng.choice(["苑", "苑", "苑", "园"]),
        building=rng.choice("AB"),
        floor=rng.choice([-1, 1, 4, 9]),
        layout=layout,
        area_m2=Decimal("50.12" if layout == "50" else "78.60") + rng.choice([Decimal(0), Decimal("-0.40")]),
        entrance="1",
        room=f"{n}0{n}",
        orientation=rng.choice(["南", "北"]),
        step_free=rng.random() < 0.3,
        construction=rng.choice(["government"] * 9 + ["joint_self_built"]),
        status=rng.choice(["available"] * 9 + ["reserved"]),
        base_price=rng.choice([None, None, Decimal("1700.00")]),
        floors_in_building=9,
    )


def _filter(rng: random.Random, units: tuple[Unit, ...]) -> dict:
    unit = rng.choice(units)
    return rng.choice(
        [
            {"building": unit.building},
            {"layout": unit.layout, "floor_min": 2},
            {"floor_max": 5, "orientation": "南"},
            {"unit_id": unit.unit_id},
            {"project": "苑", "entrance": "1"},
        ]
    )


# -- the forger: a second way to write a bundle, over whatever parts it is given -----------------------------------


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_parts(folder: Path) -> dict:
    """name → what a bundle says in that part."""
    return json.loads((folder / "bundle.json").read_bytes())["parts"]


def label(name: str, data: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\0" + data).hexdigest()


def tree_of(part: object) -> str:
    """RFC 6962 from the definition: split at the largest power of two below the number of rows."""

    def node(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        split = 1 << ((len(leaves) - 1).bit_length() - 1)
        return bytes.fromhex(label("anju/node/1", node(leaves[:split]) + node(leaves[split:])))

    rows = part if isinstance(part, list) else [part]
    if not rows:
        return label("anju/tree/1", b"")
    return node([bytes.fromhex(label("anju/leaf/1", written(row))) for row in rows]).hex()


def root_of(parts: dict, papers: dict | None = None) -> str:
    trees = {name: tree_of(part) for name, part in parts.items()}
    return label("anju/root/1", written({"format": "anju/bundle/2", "papers": papers or {}, "trees": trees}))


def forged(parts: dict, papers: dict | None = None) -> bytes:
    """Parts as a bundle with right hashes, whatever they say."""
    manifest = {"format": "anju/bundle/2", "papers": papers or {}, "root": root_of(parts, papers)}
    return written({"manifest": manifest, "parts": parts})


def forge(folder: Path, parts: dict) -> str:
    """Parts as a signed-anew folder; returns the fingerprint."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bundle.json").write_bytes(forged(parts))
    return root_of(parts)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def plain_round() -> Round:
    """Four households, declared demand, homes that are alike, first choices that not all can have; nothing private."""
    rules = {
        "entitlement": {"m2_per_person": "50"},
        "pricing": {
            "bands": [
                {"up_to": "entitlement", "price": "1500.00"},
                {"over_m2": "10", "up_percent": 20},
                {"price": "3000.33"},
            ],
            "floors": {"unit": "yuan", "table": {"1": "-20.00", "2-": "35.00"}},
        },
        "publicity": {"demand": 7, "units": 7},
        "order": {"rule": "draw"},
        "fairness": {"principle": "leximin", "per": "household", "max_choices": 3},
    }
    households = tuple(
        Household(household_id=f"H{n}", name=name, village="东村", persons=1 + (n == 0), signed_on=DAY)
        for n, name in enumerate(["王小明", "李大有", "欧阳一", "张三丰"])
    )
    homes = [("A", 4, "50")] * 2 + [("B", 1, "50")] * 3 + [("A", 9, "50"), ("A", 1, "80"), ("B", 4, "80")]
    units = tuple(
        Unit(unit_id=f"U{n}", project="苑", building=building, floor=storey, layout=layout,
             area_m2=Decimal(layout) + Decimal("0.12"))
        for n, (building, storey, layout) in enumerate(homes)
    )  # fmt: skip
    demand = [Demand(household_id=f"H{n}", layout="50", count=1) for n in range(4)]
    demand.append(Demand(household_id="H0", layout="80", count=1))
    choices = [Choice(household_id=f"H{n}", choice=1, building="A", floor_min=2, floor_max=6) for n in range(4)]
    choices += [Choice(household_id=f"H{n}", choice=2, building="A") for n in range(2)]
    choices += [Choice(household_id=f"H{n}", choice=3, building="B") for n in (0, 3)]
    payments = [Payment(receipt_no=f"R{n}", household_id=f"H{n}", paid_on=DAY, amount=Decimal("150000.00"))
                for n in range(4)]  # fmt: skip
    publications = [Publication(document=d, published_on=date(2021, 5, 1), days=7) for d in ("demand", "units")]
    tables = Tables(households=households, units=units, payments=tuple(payments), publications=tuple(publications),
                    objections=(), demand=tuple(demand), choices=tuple(choices))  # fmt: skip
    head = RoundHead(id="plain", title="试验批次", as_of=DAY, seed="plain seed")
    return judge(RoundInput(head=head, policy=policy.parse(rules, "test"), tables=tables, path=Path("t")))
