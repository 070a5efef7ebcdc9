"""
Writes the invented Dafeng round: the CSV files, the workbook and round.toml of this folder.

Published are only the totals of one selection day (28 May 2021, 大丰家园): 66 households, 195 people, 141 homes.
Every record below is invented so that it adds up to them. Nothing here is drawn by chance: what looks arbitrary is
chosen by SHA-256, so the same bytes come out on every run. Usage: ``python data/dafeng/build.py [FOLDER]``.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar

import xlsxwriter
from dafeng_design import (
    AS_OF,
    COLUMNS,
    DEFECTIVE,
    DESIGNS,
    DISPUTED,
    DUE_ON,
    FEMALE,
    FLOORS_IN_BUILDING,
    FROZEN_ON,
    JOINT,
    MALE,
    PHONE,
    PROJECT,
    RARE_NAMES,
    REGION,
    RESERVED,
    ROLES,
    SEALED,
    SOURCES,
    SURNAMES,
    TAKE,
    VILLAGES,
    Design,
)

from allocation.columns import Column
from allocation.drawplan import sealed_commitment
from allocation.publicrows import pool_root
from allocation.round import judge
from allocation.schema import BY_NAME, FLAG_WORDS
from allocation.tables import read_round

REMARK = "备注"  # a column anju does not know, kept all the same
Row = dict[str, Any]
T = TypeVar("T")


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
        REMARK: note,
    }


# -- people ---------------------------------------------------------------------------------------------------------


class Person(NamedTuple):
    """A member before it becomes a row."""

    name: str
    relation: str
    birth_date: date
    male: bool
    only_child: bool
    disabled: bool
    counted: bool


def family(index: int, design: Design) -> list[Person]:
    """The members of a household, the head first."""
    rare = RARE_NAMES.get(index, "")
    head_male = rare != "周㛃" and (bool(rare or design.together) or number("head", index) % 4 != 0)
    surname = rare[:2] if rare.startswith("欧阳") else rare[:1] or pick(SURNAMES, "surname", design.together or index)
    married_in = pick(SURNAMES, "own", index)
    fathers = surname if head_male or design.family[1:2] not in "Spsy" else married_in
    frail = next((at for at, letter in enumerate(design.family) if letter in "GM"), 0) if design.disabled else -1
    people = []
    for position, letter in enumerate(design.family):
        male = gender(letter, index, position, head_male=head_male)
        relation = ROLES[letter][0]
        if relation == "子女":
            relation = "儿子" if male else "女儿"
        names = {"配偶": married_in, "母亲": pick(SURNAMES, "mother", index), "儿子": fathers, "女儿": fathers}
        given = pick(MALE if male else FEMALE, "given", index, position)
        name = rare if rare and position == 0 else names.get(relation, surname) + given
        born = birthday(letter, index, position)
        certificate = design.bonus == 1 and letter in "Cc"
        people.append(Person(name, relation, born, male, certificate, position == frail, letter != "a"))
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
    if letter in "FMGa":
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
        "counted": person.counted,
    }


def household_row(household_id: str, index: int, village: int, people: Sequence[Person], identity: str) -> Row:
    """One row of the households table. Class 1: a person of 70 and more or disabled; class 2: low income."""
    design = DESIGNS[index]
    first = any(person.disabled or age(person.birth_date, AS_OF) >= 70 for person in people)
    signed_on = date(2019, 4, 8) + timedelta(days=between(0, 560, "signed", index))
    return {
        "household_id": household_id,
        "name": people[0].name,
        "village": VILLAGES[village],
        "persons": sum(person.counted for person in people),
        "signed_on": signed_on,
        "id_number": identity,
        "phone": f"{PHONE}{int(household_id[3:]):03}",
        "bonus_persons": design.bonus,
        "access_need": design.access_need,
        "together": design.together,
        "priority_class": 1 if first else 2 if design.low_income else None,
        "handed_over_on": signed_on + timedelta(days=between(15, 60, "handed over", index)),
        REMARK: design.note,
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


def access_wishes(kind: str, first: str) -> list[Row]:
    """Nobody with an access need asks for a home that does not meet it."""
    if kind == "walk":
        near = first if first < "5栋" else "2栋"
        return [{"building": near, "floor_max": 3}, {"floor_max": 2}, {"floor_max": 3}, {"building": "5栋"}]
    lower: list[Row] = [{"building": "6栋", "floor_max": 12}, {"building": "5栋", "floor_max": 8}]
    return [*lower, {"building": "6栋"}, {"building": "5栋"}]


def wishes(index: int, design: Design) -> list[Row]:
    """The choices of a household, first choice first."""
    layouts = set(design.demand)
    kind, _, unit_id = design.wish.partition(":")
    first, second = favourite(layouts, index, 0), favourite(layouts, index, 1)
    low, high = pick(((6, 12), (6, 11), (7, 12), (8, 12)), "floors", index)
    middle: Row = {"floor_min": low, "floor_max": high}
    broad: Row = {"project": PROJECT, "floor_min": 2}
    sunny: Row = {"orientation": "南", "floor_min": 5}
    if kind == "any":
        return [{"project": PROJECT}]
    if kind in ("walk", "lift"):
        return access_wishes(kind, first)
    if kind == "low":
        return [{"building": first, "floor_max": 3}, {"floor_max": 2}, {"floor_max": 4}, {"project": PROJECT}]
    if kind == "tight":
        return [{"building": "5栋", "floor_min": 7, "floor_max": 12}, {"floor_min": 7}, {"floor_min": 3}, broad]
    if kind == "together":
        same: list[Row] = [{"building": first, **middle}, {"building": first, "floor_min": 3}]
        return [*same, {"building": second}, broad]
    if kind == "single":
        return [
            {"building": pick(("5栋", "6栋"), "single", index), **middle},
            {"layout": pick(("50", "60", "70"), "layout", index), **middle},
            sunny,
            {"floor_min": 3},
        ]
    if kind == "high":
        return [{"building": first, "floor_min": 7}, {"floor_min": 7}, sunny, broad]
    if kind == "unit":
        near: list[Row] = [{"building": "5栋", **middle}, {"building": "3栋", **middle}]
        return [{"unit_id": unit_id}, *near, {"floor_min": 4}]
    if kind == "layouts":
        return by_layout(index, sorted(layouts, key=int, reverse=True), middle)
    other: Row = {"orientation": "南北", "floor_min": 5}
    third = {"building": second, **middle} if second not in ("", first) else other
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


OBJECTED = 47  # a household of four


def objections(ids: dict[int, str]) -> list[Row]:
    """One against a household's demand, answered in time; one against a home, still open."""
    return [
        {
            "objection_id": "YY-2021-01",
            "document": "demand",
            "filed_on": date(2021, 5, 12),
            "subject": ids[OBJECTED],
            "resolved_on": date(2021, 5, 17),
            "outcome": "经复核，安置人口四人属实，异议不成立",
            "reason": "已核对户口簿和安置人口认定表，四人均为本村组登记在册的常住人口，认定结果已于签约前张榜公布",
        },
        {
            "objection_id": "YY-2021-02",
            "document": "units",
            "filed_on": date(2021, 5, 16),
            "subject": DISPUTED,
            "resolved_on": None,
            "outcome": "",
            "reason": "",
        },
    ]


# -- what comes a year later: measured areas, hand-over, transitional allowance ---------------------------------------

HANDED_OVER = {0: date(2022, 9, 26), 1: date(2022, 9, 28)}  # by an odd or even building
ALLOWANCE = Decimal("300.00")  # yuan a person and month, as in the demonstration's policy


def measured() -> list[Row]:
    """The areas in the register of the homes that were to be had: up to 4 % less or more, some as forecast."""
    rows = []
    for unit in units():
        if unit["status"] != "available" or unit["construction"] != "government":
            continue
        off = Decimal(between(-40, 40, "measured", unit["unit_id"])) / 1000
        area = unit["area_m2"] * (1 + off) if number("as forecast", unit["unit_id"]) % 6 else unit["area_m2"]
        day = HANDED_OVER[int(unit["building"][:-1]) % 2]
        rows.append({"unit_id": unit["unit_id"], "measured_m2": area.quantize(FEN), "handed_over_on": day})
    return rows


def allowances(households: Sequence[Row]) -> list[Row]:
    """Paid every half year up to June 2021, from the month in which the old house was handed over."""
    rows = []
    for household in households:
        start = household["handed_over_on"]
        heads, months = household["persons"], 0
        for day in (date(2019, 12, 31), date(2020, 6, 30), date(2020, 12, 31), date(2021, 6, 30)):
            in_all = max(0, (day.year - start.year) * 12 + day.month - start.month + 1)
            if in_all > months:
                amount = ALLOWANCE * heads * (in_all - months)
                rows.append({"voucher_no": "", "household_id": household["household_id"], "paid_on": day,
                             "amount": amount})  # fmt: skip
                months = in_all
    rows.sort(key=lambda row: (row["paid_on"], row["household_id"]))
    for position, row in enumerate(rows, start=1):
        row["voucher_no"] = f"GD-{position:04}"
    return rows


# -- files ----------------------------------------------------------------------------------------------------------

ROUND = {
    "id": "dafeng-2021-05-28",
    "title": "大丰家园选房 2021年5月28日（演示数据，全部虚构）",
    "projects": PROJECT,
    "as_of": AS_OF,
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
        "measured": measured(),
        "allowances": allowances(households),
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


def sealed_numbers() -> list[Row]:
    """What residents sealed before the freeze; only the first has opened its own."""
    rows = []
    for at, who in enumerate(SEALED):
        figures, nonce = str(between(10_000, 99_999, "sealed", at)), f"{number('nonce', at):016x}"
        opened = {} if at else {"number": figures, "nonce": nonce}
        rows.append({"who": who, "commitment": sealed_commitment(figures, nonce), **opened})
    return rows


def frozen_root(rows_by_table: dict[str, list[Row]]) -> str:
    """What `anju draw --freeze` says of these tables."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "dafeng"
        folder.mkdir()
        shutil.copytree(Path(__file__).parent.parent / "policies", Path(place) / "policies")
        for name, rows in rows_by_table.items():
            write_csv(folder, name, rows)
        write_head(folder)
        given = read_round(folder)
        assert given.head.draw is not None
        return pool_root(judge(given), given.head.draw)


def toml(row: Row) -> list[str]:
    """Its keys, a line each."""
    return [f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in row.items()]


def write_head(folder: Path, frozen: str = "") -> None:
    """round.toml with the draw; ``frozen``: the fingerprint posted, 64 hex digits, blank before the freeze."""
    lines = ["# Invented demonstration, see README.md. 演示数据，全部虚构，见 README.md。", *toml(ROUND)]
    lines[lines.index(f'projects = "{PROJECT}"')] = f'projects = ["{PROJECT}"]'
    draw: Row = {"frozen_on": FROZEN_ON, "pool_root": frozen, "take": TAKE}
    lines += ["", "[draw]  # events and numbers are invented 公开事件和号码均为虚构", *toml(draw)]
    for source in SOURCES:
        lines += ["", "[[draw.sources]]", *toml(source)]
    for sealed in sealed_numbers():
        lines += ["", "[[draw.sealed]]", *toml(sealed)]
    (folder / "round.toml").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def in_chinese(column: Column | None, value: object) -> object:
    """A value as a clerk types it into the workbook: 是 and 否, Chinese words, numbers and dates as such."""
    if isinstance(value, bool):
        return FLAG_WORDS[value][0]
    if column is not None and value in column.words:
        return column.words[str(value)][0]
    return value


def write_workbook(path: Path, rows_by_table: dict[str, list[Row]]) -> None:
    """The same tables with Chinese titles and headings; the same bytes on every run."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": ROUND["title"], "created": datetime.combine(AS_OF, time())})
    bold = book.add_format({"bold": True, "bg_color": "#EDEDED"})
    shapes = {date: book.add_format({"num_format": "yyyy-mm-dd"}), Decimal: book.add_format({"num_format": "0.00"})}
    plain = book.add_format({"num_format": "@"})
    sheets: list[tuple[str, list[list[object]]]] = []
    for name, rows in rows_by_table.items():
        table = BY_NAME[name]
        columns = {key: table.column(key) for key in rows[0]}
        headings: list[object] = [column.headings[0] if column else key for key, column in columns.items()]
        sheets.append((table.titles[0], [headings, *([in_chinese(columns[k], v) for k, v in r.items()] for r in rows)]))
    for title, lines in sheets:
        sheet = book.add_worksheet(title)
        sheet.set_column(0, max(map(len, lines)) - 1, 14)
        for at, line in enumerate(lines):
            for across, value in enumerate(line):
                if value is None or value == "":
                    continue
                sheet.write(at, across, value, bold if at == 0 else shapes.get(type(value), plain))
        sheet.freeze_panes(1, 1)
    book.close()


README = """\
# 大丰家园选房日（演示数据） · The Dafeng selection day (demonstration data)

**全部记录均为虚构。** 公开报道只有合计数：2021 年 5 月 28 日，大丰家园，66 户、195 人、选房 141 套。
本文件夹中的户、人、村、房、志愿、收据、异议、实测面积、过渡费、摇号的事件和号码都是编造的，只有这些合计数与报道一致。
身份证号使用不存在的行政区划代码（99 开头），电话号码使用未分配的号段（102 开头），村名为虚构。

**Every record is invented.** Only the totals were published: on 28 May 2021, at Dafeng Jiayuan (大丰家园),
66 households with 195 people chose 141 homes. The households, people, villages, homes, choices, receipts, objections,
measured areas, allowances and events of the draw here are made up so that they add up to these
totals. The ID numbers use a region code that no place has (they begin with 99), the telephone numbers a prefix that
no network has (102), the village names are invented.

| 文件 file | |
|---|---|
| `round.toml` | the round's data and its draw, for both forms · 批次信息与摇号 |
| `*.csv` | the tables as a folder · 文件夹形式的各表 |
| `dafeng.xlsx` | the same tables in one workbook with Chinese headings · 同样的表，一个工作簿，中文表头 |
| `build.py` | writes all of these, the same bytes on every run · 生成以上全部文件，每次结果相同 |

The rules are those of `../policies/dafeng.toml`. To write the files again: `python data/dafeng/build.py`.

## What is in it · 其中有什么

{facts}

## Cases worth showing · 值得演示的情况

{cases}
"""


def facts(rows: dict[str, list[Row]]) -> str:
    """The figures of README.md, counted from the tables."""
    status = [(row["construction"], row["status"]) for row in rows["units"]]
    open_demand = len(rows["households"]) - len({row["household_id"] for row in rows["demand"]})
    open_objections = sum(row["subject"] == DISPUTED for row in rows["objections"])
    lines = (
        ("安置户 households", len(rows["households"])),
        ("安置人口 persons", sum(row["persons"] for row in rows["households"])),
        ("申报需求的套数 homes declared", sum(row["count"] for row in rows["demand"])),
        ("未申报、按面积只能选一套的户 households that left it open, one home each by area", open_demand),
        ("可分配房源 available homes", status.count(("government", "available"))),
        ("其中有未办结异议 of which under an open objection", open_objections),
        ("预留房 reserved", status.count(("government", "reserved"))),
        ("质量缺陷 defective", status.count(("government", "defective"))),
        ("联合自建 joint self-built, never allocated", sum(kind == "joint_self_built" for kind, _ in status)),
    )
    return "\n".join(f"- {name}: {figure}" for name, figure in lines)


def cases() -> str:
    """The households and homes that stand for a rule, by what was designed into them."""
    households, _, ids = people_and_households()
    heads = [row["name"] for row in households]
    namesakes = [row["household_id"] for row in households if heads.count(row["name"]) > 1]

    def those(which: Callable[[Design], object]) -> str:
        return "、".join(sorted(ids[index] for index, design in enumerate(DESIGNS) if which(design)))

    lines = (
        ("未申报需求 demand left open", those(lambda d: not d.demand)),
        ("需要低楼层或无障碍 access need", those(lambda d: d.access_need != "none")),
        ("要求同栋 share a building", those(lambda d: d.together == "A") + "；" + those(lambda d: d.together == "B")),
        ("独生子女增计一人 one head more", those(lambda d: d.bonus)),
        ("家庭成员不计入安置人口 a member who does not count", those(lambda d: "a" in d.family)),
        ("首笔退汇，到期日补缴 transfer returned, paid on the due date", those(lambda d: d.pays == "late_cured")),
        ("首笔不足，到期前补足 short, made good in time", those(lambda d: d.pays == "short_cured")),
        ("多缴退款 overpaid, refunded", those(lambda d: d.pays == "refund")),
        ("预缴不足以选更贵的楼层 prepaid too little for a dearer floor", those(lambda d: d.pays == "tight")),
        ("需求有异议，已办结 objection answered", ids[OBJECTED]),
        ("房源有异议，未办结 objection open", DISPUTED),
        ("户主同名 heads of the same name", "、".join(namesakes)),
        ("生僻字、复姓 rare characters, a surname of two", "、".join(f"{ids[i]} {n}" for i, n in RARE_NAMES.items())),
    )
    return "\n".join(f"- {name}: {found}" for name, found in lines)


def build(folder: Path) -> None:
    """Write every file of the round into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows_by_table = tables()
    for name, rows in rows_by_table.items():
        write_csv(folder, name, rows)
    write_head(folder, frozen_root(rows_by_table))
    write_workbook(folder / "dafeng.xlsx", rows_by_table)
    page = README.format(facts=facts(rows_by_table), cases=cases())
    (folder / "README.md").write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
