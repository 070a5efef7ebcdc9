"""
Writes the invented programme of this folder: projects, homes, batches, households, what is done and announced.

Published are only totals (figures.toml; spec §1): 2,413 households with 9,253 people in all; this year 410 households
with 1,571 people, 10 projects with 220,000 m² of which 35,000 m² is joint self-building, 12 batches with 221,000 m².
Every record below is invented so that it adds up to them; next year's projects and batches are invented altogether.
Nothing is drawn by chance: what looks arbitrary is chosen by SHA-256, so the same bytes come out on every run.
Usage: ``python data/programme/build.py [FOLDER]``.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

HOUSEHOLDS, PERSONS = 2413, 9253
YEAR_HOUSEHOLDS, YEAR_PERSONS = 410, 1571
DAY_HOUSEHOLDS, DAY_PERSONS = 66, 195
YEAR_AREA, JOINT_AREA, BATCH_AREA = 220_000, 35_000, 221_000
M2_PER_PERSON = 50
AS_OF = date(2021, 6, 1)

LAYOUTS = {"60": 60, "80": 80, "100": 100, "120": 120}
WISHES = {  # by heads: which homes a household of so many declares, to choose from
    1: ({"60": 1},),
    2: ({"100": 1}, {"100": 1}, {"120": 1}),
    3: ({"60": 1, "80": 1}, {"80": 2}),
    4: ({"100": 2}, {"80": 1, "120": 1}),
    5: ({"120": 2}, {"100": 1, "80": 1, "60": 1}),
    6: ({"100": 3}, {"120": 2, "60": 1}),
    7: ({"120": 2, "100": 1}, {"120": 2, "100": 1}),
    8: ({"100": 4}, {"120": 2, "80": 2}),
}
SIZES = (1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7)
NAMES = tuple(a + b for a, b in zip("青白桐柳枫石梅竹荷杉云龙新樟茶", "石沙林塘溪桥岭山塘木峰井塘树园", strict=True))


class Project(NamedTuple):
    """A project with the day of completion, the day first planned, its area and whether it is joint self-building."""

    name: str
    completed: str
    planned: str
    area: int
    joint: bool = False


PROJECTS = (
    Project("云溪苑", "2021-01-08", "2020-12-31", 24_000),
    Project("松柏苑", "2021-01-29", "2021-01-29", 26_000),
    Project("兰亭苑", "2021-03-05", "2021-01-31", 22_000),
    Project("朝阳苑", "2021-04-09", "2021-03-31", 20_000),
    Project("大丰家园", "2021-05-06", "2021-04-15", 28_000),
    Project("联建一区", "2021-06-30", "2021-06-30", 20_000, joint=True),
    Project("清水苑", "2021-07-20", "2021-07-20", 23_000),
    Project("丹桂苑", "2021-09-10", "2021-09-10", 21_000),
    Project("望江苑", "2021-10-15", "2021-10-15", 21_000),
    Project("联建二区", "2021-11-30", "2021-11-30", 15_000, joint=True),
    Project("和顺苑", "2022-01-10", "2022-01-10", 36_000),
    Project("紫薇苑", "2022-02-18", "2022-02-18", 34_000),
    Project("金禾苑", "2022-03-11", "2022-03-11", 38_000),
    Project("锦绣苑", "2022-04-08", "2022-04-08", 32_000),
    Project("春晓苑", "2022-05-13", "2022-05-13", 35_000),
    Project("百合苑", "2022-06-17", "2022-06-17", 33_000),
    Project("晨光苑", "2022-07-15", "2022-07-15", 37_000),
    Project("秋实苑", "2022-08-19", "2022-08-19", 34_000),
    Project("长宁苑", "2022-09-16", "2022-09-16", 30_000),
    Project("福安苑", "2022-10-21", "2022-10-21", 26_000),
)
# day, households the office can serve, households really served or announced, m² on offer
BATCHES = (
    ("2021-01-15", 28, 24, 15_000), ("2021-02-05", 22, 20, 15_000), ("2021-03-12", 36, 30, 17_000),
    ("2021-04-16", 34, 32, 17_000), ("2021-05-28", 66, 66, 24_000), ("2021-06-25", 34, 34, 19_000),
    ("2021-07-23", 34, 34, 19_000), ("2021-08-27", 34, 34, 19_000), ("2021-09-24", 34, 34, 19_000),
    ("2021-10-22", 34, 34, 19_000), ("2021-11-19", 34, 34, 19_000), ("2021-12-17", 34, 34, 19_000),
    *((f"2022-{month:02d}-{day}", 172, 0, 36_000) for month, day in
      zip(range(1, 13), (21, 25, 18, 22, 20, 24, 22, 26, 23, 28, 18, 16), strict=True)),
)  # fmt: skip

# Communities: the 16 lived-in ones have invented names; what the report says they have, they have. The new ones are
# this year's ten projects. Item, the day it is due after completion, whose task it is.
LIVED_IN = tuple(f"{name}小区" for name in (
    "映山红", "白鹭洲", "月塘", "油茶坡", "石拱桥", "荷叶塘", "枫香", "竹影", "桂花井", "古樟", "新塘", "杨梅冲",
    "南竹园", "梨花", "观音塘", "银杏",
))  # fmt: skip
ITEMS = (
    ("物业管理", 30, "街道办事处（示例）"), ("视频监控", 45, "建设单位（示例）"), ("围墙", 20, "建设单位（示例）"),
    ("绿化", 120, "园林单位（示例）"), ("污水处理", 60, "水务单位（示例）"), ("交房", 75, "安置办（示例）"),
)  # fmt: skip

PROGRAMME = """\
# 演示用安置任务：全部记录为虚构，只有合计数与已公布的一致；明年的小区和批次完全是编造的。见 README.md。
# An invented programme: only totals are the published ones; next year's projects and batches are made up (README.md).
id = "yunlong-2022"
title = "安置任务（演示数据，记录均为虚构）"
as_of = 2021-06-01
target_on = 2022-12-31
note = "演示数据，全部虚构，只有合计数与报道一致。Demonstration: every record is invented, only totals are as reported."

[policy]
name = "过渡安置费（示例）"
source = "示例：株洲的标准没有公开"
example = true

[policy.allowance]
per = "person"
yuan = "450.00"                 # 镜岭模板：450 元/人·月
until = "hand_over"
months = { "高层" = 36, "*" = 24 }  # 浙江条例第 23–26 条：24 个月，新建高层 36 个月
overdue = [{ after_months = 0, up_percent = 100 }]  # 同上：逾期加倍
"""


class Household(NamedTuple):
    """One invented household; ``wish`` empty = by area only."""

    id: str
    village: str
    persons: int
    vacated: date
    entitlement: int
    kind: str
    wish: dict[str, int]

    @property
    def area(self) -> int:
        """m² its homes will have."""
        return sum(LAYOUTS[layout] * count for layout, count in self.wish.items()) or self.entitlement


def number(*key: object) -> int:
    """A whole number that only the key decides."""
    return int.from_bytes(sha256("|".join(map(str, ("programme", *key))).encode()).digest()[:8], "big")


def sizes(count: int, persons: int, key: str) -> list[int]:
    """So many household sizes that add up to ``persons``."""
    found = [SIZES[number(key, n) % len(SIZES)] for n in range(count)]
    at = 0
    while (lacking := persons - sum(found)) != 0:
        step = 1 if lacking > 0 else -1
        if 1 <= found[at % count] + step <= 7 and number(key, "change", at) % 3 == 0:
            found[at % count] += step
        at += 1
    return found


def villages() -> list[tuple[str, date, str]]:
    """Village, the day its first households vacated, building type of its homes; longest waiting first."""
    names = [f"{name}村{part}组" for name in NAMES for part in "一二"]
    days = [date(2018, 6, 1) + timedelta(days=34 * n + number("vacated", name) % 20) for n, name in enumerate(names)]
    return [(name, day, "高层" if number("kind", name) % 3 else "多层") for name, day in zip(names, days, strict=True)]


def roster() -> tuple[list[Household], int]:
    """All households, this year's first (the selection day's 66 before the others); how many those are."""
    people = sizes(DAY_HOUSEHOLDS, DAY_PERSONS, "day")
    people += sizes(YEAR_HOUSEHOLDS - DAY_HOUSEHOLDS, YEAR_PERSONS - DAY_PERSONS, "year")
    people += sizes(HOUSEHOLDS - YEAR_HOUSEHOLDS, PERSONS - YEAR_PERSONS, "next")
    places = villages()
    weights = [60 + number("weight", name) % 50 for name, *_ in places]
    ends = [sum(weights[: n + 1]) * HOUSEHOLDS / sum(weights) for n in range(len(weights))]
    found = []
    for n, persons in enumerate(people):
        village, day, kind = places[next(at for at, end in enumerate(ends) if n < end)]
        # one in five left its old house some months after the others of the village
        vacated = day + timedelta(days=120) if number("wave", n) % 5 == 0 else day
        heads = persons + (number("only child", n) % 14 == 0)
        wish = {} if number("open", n) % 15 == 0 else WISHES[heads][number("wish", n) % len(WISHES[heads])]
        found.append(Household(f"YL-{n + 1:04d}", village, persons, vacated, heads * M2_PER_PERSON, kind, wish))
    return found, YEAR_HOUSEHOLDS


def stock(households: Sequence[Household]) -> dict[str, dict[str, int]]:
    """Homes of each layout a project, in the proportion in which they are wished."""
    wished = Counter()
    for household in households:
        wished.update(household.wish or {"100": round(household.entitlement / 100)})
    area = sum(LAYOUTS[layout] * count for layout, count in wished.items())
    found = {}
    for project in PROJECTS:
        found[project.name] = {
            layout: int(project.area * (97 + number("mix", project.name, layout) % 3) * wished[layout] // (100 * area))
            for layout in LAYOUTS
        }
    return found


def placements(households: Sequence[Household], homes: dict[str, dict[str, int]]) -> list[tuple[str, str, str, str]]:
    """Household, batch, project, day of this year's 410: villages to one project as long as it has their homes."""
    left = {name: dict(layouts) for name, layouts in homes.items()}
    area = {name: sum(LAYOUTS[layout] * count for layout, count in layouts.items()) for name, layouts in homes.items()}
    # the fifth batch is the selection day: the first 66 of the roster
    queue = [*range(DAY_HOUSEHOLDS, YEAR_HOUSEHOLDS)]
    chosen: dict[str, str] = {}
    rows = []
    for at, (day, _, count, _) in enumerate(BATCHES[:12]):
        members = [*range(DAY_HOUSEHOLDS)] if at == 4 else [queue.pop(0) for _ in range(count)]
        for n in members:
            household = households[n]
            ready = ["大丰家园"] if at == 4 else [p.name for p in PROJECTS if p.completed <= day and not p.joint]
            first = [chosen[household.village]] if at != 4 and chosen.get(household.village) in ready else []
            project = next(
                name
                for name in [*first, *sorted(ready, key=lambda name: -area[name])]
                if area[name] >= household.area and all(left[name][k] >= c for k, c in household.wish.items())
            )
            if at != 4:
                chosen[household.village] = project
            area[project] -= household.area
            for layout, homes_wished in household.wish.items():
                left[project][layout] -= homes_wished
            rows.append((household.id, f"P{at + 1:02d}", project, day))
    return rows


def write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A CSV file as Excel opens it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)


def communities() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The rows of both tables of communities, and of their items."""
    places: list[tuple[object, ...]] = []
    items: list[tuple[object, ...]] = []
    for n, name in enumerate(LIVED_IN):
        since = date(2012, 3, 1) + timedelta(days=190 * n + number("since", name) % 90)
        places.append((name, "已入住", since, 120 + number("homes", name) % 400, "虚构 · invented"))
        for item, days, who in ITEMS:
            due = since + timedelta(days=days)
            slip = number("slip", name, item) % 90 - 60  # most were there in time, some after
            items.append((name, item, due, due + timedelta(days=slip), who))
    for project in PROJECTS:
        completed = date.fromisoformat(project.completed)
        if completed.year != AS_OF.year:
            continue
        places.append((project.name, "新建", "", "", "虚构 · invented"))
        for item, days, who in ITEMS:
            due = completed + timedelta(days=days)
            done = due + timedelta(days=number("slip", project.name, item) % 150 - 60)
            items.append((project.name, item, due, done if done <= AS_OF else "", who))
    return places, items


def check(households: Sequence[Household], placed: Sequence[tuple[str, str, str, str]]) -> None:
    """The totals are the published ones, exactly."""
    persons = {household.id: household.persons for household in households}
    this_year = [project for project in PROJECTS if project.completed.startswith("2021")]
    day = [row for row in placed if row[1] == "P05"]
    found = (
        len(households), sum(persons.values()), len(placed), sum(persons[row[0]] for row in placed),
        len(day), sum(persons[row[0]] for row in day), len(this_year), sum(project.area for project in this_year),
        sum(project.area for project in this_year if project.joint), sum(row[3] for row in BATCHES[:12]),
    )  # fmt: skip
    expected = (
        HOUSEHOLDS, PERSONS, YEAR_HOUSEHOLDS, YEAR_PERSONS, DAY_HOUSEHOLDS, DAY_PERSONS, 10, YEAR_AREA, JOINT_AREA,
        BATCH_AREA,
    )  # fmt: skip
    if found != expected:
        raise ValueError(f"the totals are {found}; published are {expected}")


def build(folder: Path) -> None:
    """Write all files of the programme into ``folder``."""
    households, _ = roster()
    homes = stock(households)
    placed = placements(households, homes)
    check(households, placed)
    done = [row for row in placed if date.fromisoformat(row[3]) <= AS_OF]
    days = defaultdict(str, {f"P{at + 1:02d}": row[0] for at, row in enumerate(BATCHES)})
    kinds = {False: "政府建设", True: "联合自建"}
    write(
        folder / "projects.csv",
        ("安置小区", "竣工日期", "原定竣工日期", "竣工面积", "建设方式"),
        [(p.name, p.completed, p.planned, p.area, kinds[p.joint]) for p in PROJECTS],
    )
    write(
        folder / "stock.csv",
        ("安置小区", "户型", "每套面积", "套数"),
        [(name, layout, LAYOUTS[layout], count) for name, row in homes.items() for layout, count in row.items()],
    )
    write(
        folder / "batches.csv",
        ("批次编号", "选房日期", "可办理户数", "分配面积"),
        [(batch, day, BATCHES[at][1], BATCHES[at][3]) for at, (batch, day) in enumerate(days.items())],
    )
    write(
        folder / "households.csv",
        ("安置户编号", "村组", "安置人口", "腾房日期", "安置房分配指标", "安置房建筑类型"),
        [(h.id, h.village, h.persons, h.vacated, h.entitlement, h.kind) for h in households],
    )
    write(
        folder / "demand.csv",
        ("安置户编号", "户型", "套数"),
        [(h.id, layout, count) for h in households for layout, count in sorted(h.wish.items())],
    )
    write(folder / "actuals.csv", ("安置户编号", "批次编号", "安置小区", "安置日期"), done)
    write(folder / "announced.csv", ("安置户编号", "批次编号", "安置小区"), [row[:3] for row in placed[len(done) :]])
    places, items = communities()
    write(folder / "communities.csv", ("安置小区", "类别", "入住日期", "套数", "备注"), places)
    write(folder / "community_items.csv", ("安置小区", "配套项目", "应完成日期", "完成日期", "责任单位"), items)
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
