"""
Writes the invented Dafeng round: the CSV files, the workbook and round.toml of this folder.

Published are only the totals of one selection day (28 May 2021, 大丰家园): 66 households, 195 people, 141 homes.
Every record below is invented so that it adds up to them. Nothing here is drawn by chance: what looks arbitrary is
chosen by SHA-256, so the same bytes come out on every run. Usage: ``python data/dafeng/build.py [FOLDER]``.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeVar

Row = dict[str, object]
T = TypeVar("T")

AS_OF = date(2021, 5, 28)
DUE_ON = date(2021, 5, 20)
PROJECT = "大丰家园"
OTHER_PROJECT = "云峰佳苑"
SEED = "demo 2021-05-28 大丰家园 演示种子"
VILLAGES = ("云栖坪村", "听松坳村", "稻香湾村", "望星岭村", "映荷塘村", "枕溪村")  # invented
REGION = "9900"  # no province has a number above 83
PHONE = "10200000"  # mobile numbers begin with 13 to 19

# Columns of a floor: building, entrance, column, first and last floor released, layout, area m², orientation.
COLUMNS = (
    ("1栋", "1", "01", 1, 6, "120", "118.62", "南北"),
    ("1栋", "1", "02", 1, 6, "80", "79.86", "东"),
    ("1栋", "2", "01", 1, 6, "80", "80.14", "西"),
    ("1栋", "2", "02", 1, 6, "60", "59.84", "南北"),
    ("2栋", "1", "01", 1, 6, "120", "119.37", "南北"),
    ("2栋", "1", "02", 1, 6, "70", "69.73", "东"),
    ("2栋", "2", "01", 1, 6, "70", "69.91", "西"),
    ("2栋", "2", "02", 1, 6, "50", "49.78", "南北"),
    ("3栋", "1", "01", 1, 11, "80", "79.52", "南"),
    ("3栋", "1", "02", 1, 11, "50", "49.95", "南"),
    ("3栋", "1", "03", 1, 11, "60", "59.63", "北"),
    ("4栋", "1", "01", 1, 11, "70", "69.86", "南"),
    ("4栋", "1", "02", 1, 11, "50", "50.07", "南"),
    ("4栋", "1", "03", 1, 11, "100", "99.46", "南北"),
    ("5栋", "1", "01", 1, 18, "60", "59.91", "南"),
    ("5栋", "1", "02", 1, 18, "80", "80.33", "南北"),
    ("6栋", "1", "01", 9, 16, "70", "69.58", "南"),
    ("6栋", "1", "02", 9, 16, "50", "49.86", "北"),
    ("6栋", "1", "03", 9, 16, "100", "99.87", "南北"),
)
FLOORS_IN_BUILDING = {"1栋": 6, "2栋": 6, "3栋": 11, "4栋": 11, "5栋": 18, "6栋": 18, "7栋": 6, "2号楼": 6}
RESERVED = {"DF03-1-0202", "DF04-1-0103", "DF06-1-1603", "DF05-1-1802", "DF02-1-0601", "DF01-2-0602"}
DEFECTIVE = {"DF05-1-0401": "外墙渗水，待维修", "DF02-2-0101": "管道改造，暂缓"}
DISPUTED = "DF04-1-0703"
JOINT = (  # 联合自建: project, building, entrance, floors, layout, area m², orientation
    (PROJECT, "7栋", "1", (1, 2, 3, 4), "120", "121.05", "南北"),
    (PROJECT, "7栋", "2", (1, 2, 3, 4), "80", "80.62", "南北"),
    (OTHER_PROJECT, "2号楼", "1", (1, 2, 3, 4), "100", "100.11", "南"),
)


class Design(NamedTuple):
    """
    One household as designed.

    family: letters of its members, see ROLES, the head first. demand: layouts wanted, empty = left open.
    wish: how its choices are made, see WISHES. bonus: 1 with an only-child certificate.
    """

    family: str
    demand: tuple[str, ...]
    wish: str
    bonus: int = 0
    access_need: str = "none"
    together: str = ""
    pays: str = "well"
    low_income: bool = False
    disabled: bool = False
    note: str = ""


def home(family: str, demand: str, wish: str, **more: object) -> Design:
    """A Design; ``demand`` such as ``80+60``."""
    return Design(family, tuple(demand.split("+")) if demand else (), wish, **more)  # type: ignore[arg-type]


# Letter: relation, youngest, oldest. Heads and spouses H S (with children), P p (with grown-up children), h s (older),
# Y y (newly married), N (single), O (over 70); C c and A children; F M parents of the head, G one of 70 and more.
ROLES: dict[str, tuple[str, int, int]] = {
    "H": ("户主", 34, 44),
    "S": ("配偶", 33, 43),
    "P": ("户主", 50, 57),
    "p": ("配偶", 49, 56),
    "h": ("户主", 58, 68),
    "s": ("配偶", 57, 67),
    "O": ("户主", 71, 84),
    "Y": ("户主", 25, 31),
    "y": ("配偶", 23, 29),
    "N": ("户主", 35, 56),
    "C": ("子女", 7, 15),
    "c": ("子女", 1, 6),
    "A": ("子女", 21, 29),
    "F": ("父亲", 66, 69),
    "M": ("母亲", 65, 69),
    "G": ("母亲", 71, 86),
}

DESIGNS = (
    # one person: six leave the demand open (20 to 70 m² is one home whichever it is)
    home("N", "60", "single"),
    home("O", "50", "low", access_need="low_floor"),
    home("N", "", "single"),
    home("N", "", "single"),
    home("N", "", "single"),
    home("N", "", "single"),
    home("O", "", "single", note="独居老人"),
    home("N", "", "any"),
    # two persons
    home("hs", "100", "popular"),
    home("HC", "100", "low"),
    home("Yy", "80", "unit:DF05-1-0802"),
    home("hs", "120", "any"),
    home("HC", "80+70", "layouts", bonus=1),
    home("Hc", "80+60", "popular", bonus=1),
    home("hs", "50+50", "popular"),
    home("Yy", "50+50", "layouts"),
    home("hs", "50+50", "any"),
    home("Yy", "60+50", "popular"),
    home("HC", "60+50", "layouts"),
    home("hs", "60+50", "low", access_need="low_floor", disabled=True),
    home("PA", "60+60", "popular"),
    home("hs", "60+60", "high"),
    home("Os", "70+50", "low", access_need="step_free"),
    home("Yy", "70+50", "popular"),
    # three persons
    home("HSC", "100+80", "layouts", bonus=1),
    home("HSc", "120+70", "layouts", bonus=1),
    home("HSC", "80+70", "layouts"),
    home("HSc", "80+70", "high"),
    home("HSC", "80+70", "layouts"),
    home("HSC", "80+80", "popular", pays="late_cured"),
    home("PpA", "80+80", "popular"),
    home("hsA", "80+80", "high"),
    home("HSc", "70+70", "popular", together="B", note="与父母同栋"),
    home("HSC", "70+70", "popular"),
    home("HSG", "70+70", "low", access_need="low_floor"),
    home("HSC", "80+60", "tight", pays="tight"),
    home("HSc", "80+60", "together", together="A", note="与父母同栋"),
    home("PpA", "80+60", "popular", pays="refund"),
    home("hsA", "100+60", "layouts"),
    home("hsA", "100+50", "together", together="B", note="与已婚子女同栋"),
    home("HSC", "60+50+50", "popular"),
    home("HSc", "60+50+50", "high"),
    home("hsA", "60+50+50", "any"),
    home("HSG", "60+50+50", "low", low_income=True),
    home("PpA", "50+50+50", "popular"),
    home("hsA", "60+60+50", "layouts"),
    # four persons
    home("HSCc", "100+100", "popular"),
    home("HSCc", "120+80", "layouts"),
    home("hsAA", "120+80", "layouts"),
    home("HSCC", "120+80", "any"),
    home("HSCc", "120+70", "layouts"),
    home("HSCG", "100+80", "layouts", access_need="step_free", disabled=True),
    home("HSCc", "70+70+60", "layouts"),
    home("hsAA", "70+70+60", "high"),
    home("HSFM", "80+60+60", "together", together="A", note="与已婚子女同栋"),
    home("HSCc", "80+70+60", "layouts"),
    home("PpAA", "80+70+60", "high", pays="short_cured"),
    home("HSCM", "80+70+50", "layouts"),
    home("HSCM", "80+80+70", "layouts", bonus=1),
    # five and six persons
    home("HSCFM", "80+80+70", "layouts"),
    home("HSCCG", "100+80+60", "layouts", low_income=True),
    home("HSCFM", "120+80+50", "layouts"),
    home("HSCcM", "80+80+80", "tight", pays="tight"),
    home("HSCFG", "100+80+70", "layouts"),
    home("HSCcFM", "120+100+80", "layouts"),
    home("HSCcFG", "80+80+70+70", "layouts"),
)


def number(*key: object) -> int:
    """A whole number that only the key decides."""
    return int.from_bytes(sha256("|".join(map(str, ("dafeng", *key))).encode()).digest()[:8], "big")


def pick(items: Sequence[T], *key: object) -> T:
    """One of the items, decided by the key."""
    return items[number(*key) % len(items)]


def between(low: int, high: int, *key: object) -> int:
    """A whole number from low to high, both included."""
    return low + number(*key) % (high - low + 1)


# -- units ----------------------------------------------------------------------------------------------------------


def units() -> list[Row]:
    """Every home of the two projects that this batch knows."""
    rows = []
    for building, entrance, column, first, last, layout, area, orientation in COLUMNS:
        for floor in range(first, last + 1):
            unit_id = f"DF{int(building[:-1]):02}-{entrance}-{floor:02}{column}"
            status = "reserved" if unit_id in RESERVED else "defective" if unit_id in DEFECTIVE else "available"
            level = building in ("5栋", "6栋") or (building, entrance, floor) == ("1栋", "1", 1)
            place, note = (PROJECT, building, entrance), DEFECTIVE.get(unit_id, "")
            kind = (layout, area, orientation)
            rows.append(unit_row(unit_id, place, floor, column, kind, step_free=level, status=status, note=note))
    for project, building, entrance, floors, layout, area, orientation in JOINT:
        for floor in floors:
            unit_id = f"{'DF07' if project == PROJECT else 'YF02'}-{entrance}-{floor:02}01"
            place, kind = (project, building, entrance), (layout, area, orientation)
            rows.append(unit_row(unit_id, place, floor, "01", kind, construction="joint_self_built", note="联合自建"))
    return sorted(rows, key=lambda row: str(row["unit_id"]))


def unit_row(
    unit_id: str,
    place: tuple[str, str, str],
    floor: int,
    column: str,
    kind: tuple[str, str, str],
    *,
    step_free: bool = False,
    construction: str = "government",
    status: str = "available",
    note: str = "",
) -> Row:
    """One row of the units table; ``place`` is project, building, entrance; ``kind`` layout, area, orientation."""
    project, building, entrance = place
    layout, area_m2, orientation = kind
    return {
        "unit_id": unit_id,
        "project": project,
        "building": building,
        "entrance": entrance,
        "floor": floor,
        "room": f"{floor}{column}",
        "layout": layout,
        "area_m2": Decimal(area_m2),
        "orientation": orientation,
        "step_free": step_free,
        "construction": construction,
        "status": status,
        "floors_in_building": FLOORS_IN_BUILDING[building],
        "备注": note,
    }


# -- people ---------------------------------------------------------------------------------------------------------

SURNAMES = "李王张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
MALE = [a + b for a in "定望行砚仲青朝稻立鹤远思守牧景知" for b in "松田禾岩栋舟椿渠云樵川石"] + list("砺屿耕桉崧楠")
FEMALE = [a + b for a in "采秋映素枕听棠知照若云杏竹蕴" for b in "薇穗荷梅月兰梨棉水露蘅"] + list("菱苓茉苇楹")
RARE_NAMES = {3: "王𠮷安", 26: "周㛃", 58: "欧阳鹤年"}  # outside the basic plane · rare · a surname of two characters


class Person(NamedTuple):
    """A member before it becomes a row."""

    name: str
    relation: str
    birth_date: date
    male: bool
    only_child: bool
    disabled: bool


def family(index: int, design: Design) -> list[Person]:
    """The members of a household, the head first."""
    rare = RARE_NAMES.get(index, "")
    head_male = rare != "周㛃" and (bool(rare) or number("head", index) % 4 != 0)
    surname = rare[:2] if rare.startswith("欧阳") else rare[:1] or pick(SURNAMES, "surname", index)
    frail = next((at for at, letter in enumerate(design.family) if letter in "GM"), 0) if design.disabled else -1
    people = []
    for position, letter in enumerate(design.family):
        male = gender(letter, index, position, head_male=head_male)
        relation = ROLES[letter][0]
        if relation == "子女":
            relation = "儿子" if male else "女儿"
        own_surname = relation in ("配偶", "母亲")
        given = pick(MALE if male else FEMALE, "given", index, position)
        name = (pick(SURNAMES, "own", index, position) if own_surname else surname) + given
        if rare and position == 0:
            name = rare
        born = birthday(letter, index, position)
        certificate = design.bonus == 1 and letter in "Cc"
        people.append(Person(name, relation, born, male, certificate, position == frail))
    return people


def birthday(letter: str, index: int, position: int) -> date:
    """A day that makes the person as old on AS_OF as its letter says."""
    _, low, high = ROLES[letter]
    turned = AS_OF - timedelta(days=between(0, 364, "day", index, position))
    return turned.replace(year=turned.year - between(low, high, "age", index, position))


def age(born: date, day: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def gender(letter: str, index: int, position: int, *, head_male: bool) -> bool:
    """True = male. Couples are a man and a woman, parents as their word says."""
    if letter in "HPhOYN":
        return head_male
    if letter in "Spsy":
        return not head_male
    if letter in "FMG":
        return letter == "F"
    return number("child", index, position) % 2 == 0


def id_number(village: int, born: date, serial: int, *, male: bool) -> str:
    """18 characters with a region no place has; check digit by ISO 7064 MOD 11-2 (GB 11643)."""
    digits = f"{REGION}{village + 1:02}{born:%Y%m%d}{serial * 2 + male:03}"
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]


# -- households -----------------------------------------------------------------------------------------------------


def serials() -> list[int]:
    """Which design stands at which household number: mixed, so that numbers tell nothing of size."""
    return sorted(range(len(DESIGNS)), key=lambda index: number("serial", index))


def people_and_households() -> tuple[list[Row], list[Row], dict[int, str]]:
    """Households, members, and the household_id of every design."""
    households: list[Row] = []
    members: list[Row] = []
    ids: dict[int, str] = {}
    serial = count(1)
    for position, index in enumerate(serials(), start=1):
        design = DESIGNS[index]
        household_id = ids[index] = f"DF-{position:03}"
        village = number("village", design.together or index) % len(VILLAGES)
        people = family(index, design)
        rows = [member_row(household_id, village, person, next(serial)) for person in people]
        members += rows
        households.append(household_row(household_id, index, village, people, str(rows[0]["id_number"])))
    return households, members, ids


def member_row(household_id: str, village: int, person: Person, serial: int) -> Row:
    """One row of the members table."""
    return {
        "household_id": household_id,
        "name": person.name,
        "relation": person.relation,
        "birth_date": person.birth_date,
        "id_number": id_number(village, person.birth_date, serial, male=person.male),
        "only_child": person.only_child,
        "disabled": person.disabled,
        "counted": True,
    }


def household_row(household_id: str, index: int, village: int, people: Sequence[Person], identity: str) -> Row:
    """One row of the households table. Class 1: a person of 70 and more or disabled; class 2: low income."""
    design = DESIGNS[index]
    first = any(person.disabled or age(person.birth_date, AS_OF) >= 70 for person in people)
    return {
        "household_id": household_id,
        "name": people[0].name,
        "village": VILLAGES[village],
        "persons": len(people),
        "signed_on": date(2019, 4, 8) + timedelta(days=between(0, 560, "signed", index)),
        "id_number": identity,
        "phone": f"{PHONE}{int(household_id[3:]):03}",
        "bonus_persons": design.bonus,
        "access_need": design.access_need,
        "together": design.together,
        "priority_class": 1 if first else 2 if design.low_income else None,
        "备注": design.note,
    }


# -- demand and choices ---------------------------------------------------------------------------------------------

BUILDINGS = {
    "5栋": {"60", "80"},
    "3栋": {"80", "50", "60"},
    "6栋": {"70", "50", "100"},
    "4栋": {"70", "50", "100"},
    "2栋": {"120", "70", "50"},
    "1栋": {"120", "80", "60"},
}  # most wanted first


def demand(ids: dict[int, str]) -> list[Row]:
    """How many homes of each layout a household declared; nothing where it left that open."""
    rows: list[Row] = [
        {"household_id": ids[index], "layout": layout, "count": design.demand.count(layout)}
        for index, design in enumerate(DESIGNS)
        for layout in sorted(set(design.demand))
    ]
    return sorted(rows, key=lambda row: (str(row["household_id"]), int(str(row["layout"]))))


def favourite(layouts: set[str], index: int, turn: int) -> str:
    """A building that has all these layouts, most wanted first with exceptions; empty when none has."""
    having = [name for name, has in BUILDINGS.items() if layouts <= has]
    if not having:
        return ""
    return having[0] if number("favourite", index) % 5 < 3 and turn == 0 else having[(turn + 1) % len(having)]


def wishes(index: int, design: Design) -> list[Row]:
    """The choices of a household, first choice first."""
    layouts = set(design.demand)
    kind, _, unit_id = design.wish.partition(":")
    first, second = favourite(layouts, index, 0), favourite(layouts, index, 1)
    low, high = pick(((6, 12), (6, 11), (7, 12), (8, 12)), "floors", index)
    middle: Row = {"floor_min": low, "floor_max": high}
    broad: Row = {"project": PROJECT, "floor_min": 2}
    if kind == "any":
        return [{"project": PROJECT}]
    if kind == "low":
        return [{"building": first, "floor_max": 3}, {"floor_max": 2}, {"floor_max": 4}, {"project": PROJECT}]
    if kind == "tight":
        return [{"building": "5栋", "floor_min": 7, "floor_max": 12}, {"floor_min": 7}, {"floor_min": 3}, broad]
    if kind == "together":
        return [{"building": first, **middle}, {"building": first, "floor_min": 3}, {"building": second}, broad]
    if kind == "single":
        return [
            {"building": pick(("5栋", "6栋"), "single", index), **middle},
            {"layout": pick(("50", "60", "70"), "layout", index), **middle},
            {"orientation": "南", "floor_min": 5},
            {"floor_min": 3},
        ]
    if kind == "high":
        return [{"building": first, "floor_min": 7}, {"floor_min": 7}, {"orientation": "南", "floor_min": 5}, broad]
    if kind == "unit":
        near: list[Row] = [{"building": "5栋", **middle}, {"building": "3栋", **middle}]
        return [{"unit_id": unit_id}, *near, {"floor_min": 4}]
    if kind == "layouts":
        return by_layout(index, sorted(layouts, key=int, reverse=True), middle)
    third: Row = {"building": second, **middle} if second and second != first else {"orientation": "南北", "floor_min": 5}
    start: Row = {"building": first, **middle} if first else {"orientation": "南", **middle}
    return [start, third, middle, {"floor_min": 4, "floor_max": 14}, broad][: between(4, 5, "many", index)]


def by_layout(index: int, layouts: Sequence[str], middle: Row) -> list[Row]:
    """A wish for each layout in turn, then wider ones."""
    rows: list[Row] = []
    for turn, layout in enumerate(layouts[:3]):
        rows.append({"building": favourite({layout}, index, turn % 2), "layout": layout, **middle})
    rows.append({"floor_min": 3, "floor_max": 15})
    rows.append({"project": PROJECT})
    return rows[:5]


def choices(ids: dict[int, str]) -> list[Row]:
    """The choices table."""
    columns = ("project", "building", "entrance", "floor_min", "floor_max", "layout", "orientation", "unit_id")
    rows: list[Row] = []
    for index, design in enumerate(DESIGNS):
        for turn, wish in enumerate(wishes(index, design), start=1):
            blank: Row = dict.fromkeys(columns, "")
            rows.append({"household_id": ids[index], "choice": turn, **blank, **wish})
    return sorted(rows, key=lambda row: (str(row["household_id"]), int(str(row["choice"]))))


# -- payments, publications, objections -----------------------------------------------------------------------------

FEN = Decimal("0.01")
TIGHT = {("60", "80"): Decimal("126560.00"), ("80",): Decimal("217020.00")}  # enough up to the sixth floor, not above


def receipts(index: int, design: Design) -> list[tuple[date, Decimal, str]]:
    """Day, yuan, kind of every receipt. A price is near 1500 yuan per m²; 60 % must have been paid by DUE_ON."""
    area = sum(map(int, design.demand)) or 70
    early = date(2021, 3, 8) + timedelta(days=between(0, 40, "early", index))
    later = date(2021, 4, 26) + timedelta(days=between(0, 20, "later", index))
    total = Decimal(area * between(1180, 1520, "paid", index)).quantize(FEN)
    if design.pays == "tight":
        total = TIGHT[tuple(sorted(set(design.demand)))]
        offset = (total * Decimal("0.8")).quantize(FEN)
        return [(early, offset, "compensation"), (later, total - offset, "cash")]
    if design.pays == "late_cured":  # the first transfer was returned by the bank
        return [(early, total, "cash"), (early + timedelta(days=3), -total, "cash"), (DUE_ON, total, "cash")]
    if design.pays == "short_cured":
        part = (total * Decimal("0.35")).quantize(FEN)
        return [(early, part, "compensation"), (date(2021, 5, 19), total - part, "cash")]
    if design.pays == "refund":
        return [(early, total + 30000, "compensation"), (later, Decimal("-30000.00"), "cash")]
    shares = pick(((100,), (70, 30), (55, 45), (50, 30, 20)), "shares", index)
    return split(total, shares, early, later)


def split(total: Decimal, shares: Sequence[int], early: date, later: date) -> list[tuple[date, Decimal, str]]:
    """The sum in parts, the first set off against the compensation owed, the last taking what is left."""
    days = (early, later, later + timedelta(days=3))
    parts = [(total * share / 100).quantize(FEN) for share in shares[:-1]]
    parts.append(total - sum(parts))
    kinds = ("compensation", "cash", "cash")
    return list(zip(days[: len(parts)], parts, kinds, strict=False))


def payments(ids: dict[int, str]) -> list[Row]:
    """The receipts in the order of their days, numbered through."""
    rows = [
        {"receipt_no": "", "household_id": ids[index], "paid_on": day, "amount": amount, "kind": kind}
        for index, design in enumerate(DESIGNS)
        for day, amount, kind in receipts(index, design)
    ]
    rows.sort(key=lambda row: (row["paid_on"], row["household_id"], row["amount"]))
    for position, row in enumerate(rows, start=1):
        row["receipt_no"] = f"YJ2021-{position:04}"
    return rows


def publications() -> list[Row]:
    """Both stood for seven natural days before the selection day; plan and result come after it."""
    return [
        {"document": "demand", "published_on": date(2021, 5, 10), "days": 7, "withdrawn_on": None},
        {"document": "units", "published_on": date(2021, 5, 13), "days": 7, "withdrawn_on": None},
    ]


def objections(ids: dict[int, str]) -> list[Row]:
    """One against a household's demand, answered in time; one against a home, still open."""
    return [
        {
            "objection_id": "YY-2021-01",
            "document": "demand",
            "filed_on": date(2021, 5, 12),
            "subject": ids[47],
            "resolved_on": date(2021, 5, 17),
            "outcome": "经复核，安置人口四人属实，异议不成立",
        },
        {
            "objection_id": "YY-2021-02",
            "document": "units",
            "filed_on": date(2021, 5, 16),
            "subject": DISPUTED,
            "resolved_on": None,
            "outcome": "",
        },
    ]


# -- files ----------------------------------------------------------------------------------------------------------

HEAD = {
    "id": "dafeng-2021-05-28",
    "title": "大丰家园选房 2021年5月28日（演示数据，全部虚构）",
    "projects": PROJECT,
    "as_of": AS_OF,
    "seed": SEED,
    "policy": "../policies/dafeng.toml",
}


def tables() -> dict[str, list[Row]]:
    """All tables of the round, each sorted by its key."""
    households, members, ids = people_and_households()
    return {
        "households": households,
        "members": members,
        "units": units(),
        "demand": demand(ids),
        "choices": choices(ids),
        "payments": payments(ids),
        "publications": publications(),
        "objections": objections(ids),
    }


def text(value: object) -> str:
    """A value as it stands in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def write_csv(folder: Path, name: str, rows: Sequence[Row]) -> None:
    """UTF-8 without BOM, one heading row, lines ended by LF."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([text(value) for value in row.values()] for row in rows)


def write_head(folder: Path) -> None:
    """round.toml."""
    lines = [
        "# Invented demonstration; see README.md. 演示数据，全部虚构，见 README.md。",
        f'id = "{HEAD["id"]}"',
        f'title = "{HEAD["title"]}"',
        f'projects = ["{PROJECT}"]',
        f"as_of = {AS_OF}",
        f'seed = "{SEED}"',
        f'policy = "{HEAD["policy"]}"',
    ]
    (folder / "round.toml").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def build(folder: Path) -> None:
    """Write every file of the round into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables().items():
        write_csv(folder, name, rows)
    write_head(folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
