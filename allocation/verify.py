#!/usr/bin/env python3
"""
核验公开包：不用安居系统，不联网，不需要相信任何人。

    python verify.py BUNDLE [--root 指纹] [--receipt 回执码 [--private 私密行文件]] [--opening 开封文件] [--lang en]

Checks a published bundle without anju, network or trust in anybody. BUNDLE is its folder, or the one file bundle.json
out of it. Needs Python 3.11 or later and nothing else. Nothing the bundle says is believed: all is computed again in
whole numbers and fractions; unknown keys are refused; what this program cannot check it says. It repeats formulas of
the program it checks and shares no line with it. Format and formulas: docs/proof.md.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Option = tuple[tuple[int, int], ...]  # (group of classes, so many homes of it) …

FORMAT = "anju/bundle/1"
PAPERS = ("README.txt", "verify.py")
SIZE_MAX = 64 * 2**20  # bytes of one file
SETS_MAX = 400_000  # sets of homes listed for one household
WORK_MAX = 300_000_000  # steps in all, some minutes

# Every row and section with its keys; "?" = may be left out. Kinds: text; count (0 … 2**53), whole (with a sign), big
# (any size, as text from 2**53 on); flag; date; hash, tag, salt (hex digits); number (decimal text) and word (text),
# both may be none; any; a row's name; [a list]; {a table}.
KEYS = """
bundle = round:round policy:policy publications:[publication] objections:[objection] households:[household]
  units:[unit] left_out:[left_out] draw:[number_drawn] classes:[class] allocation:[home] statements:[statement]
  unserved:[text] profile:[outcomes] stages:[stage] certificate:[proof]
round = format:text id:text title:text as_of:date seed:text seed_kind:text projects:[text] principle:text per:text
  policy_hash:hash software:text private_needs:count needs_seen:[text] withheld:[withheld] calendar?:calendar
calendar = from:date to:date holidays:[date] working_weekends:[date]
withheld = field:text count:count
publication = document:text published_on:date days:count withdrawn_on?:date
objection = objection_id:text document:text filed_on:date subject:text resolved_on?:date
household = household_id:text name:text village:text persons:count bonus_persons:count entitlement:count
  standard?:count original?:count limit?:count paid:whole signed_on?:date order_no?:count priority_class?:count
  together?:count demand?:[demand] choices?:[choice] tag:tag commit:hash
demand = layout:text count:count
choice = choice:count project?:text building?:text entrance?:text floor_min?:whole floor_max?:whole layout?:text
  orientation?:text unit_id?:text
unit = unit_id:text project:text building:text floor:whole layout:text area:count entrance:text room:text
  orientation:text step_free:flag construction:text status:text base_price?:count floors_in_building?:count
left_out = household_id?:text unit_id?:text reasons:[text]
number_drawn = household_id:text order:count
class = class_id:text units:[text]
home = household_id:text unit_id:text rank:count
statement = household_id:text entitlement:count allocated:count price:whole prepaid:whole lines:[line]
line = item:text amount:whole band?:count unit_id?:text area?:count price?:text name?:text
outcomes = rank:count outcomes:count
stage = name:text value:big status:text bound?:big
proof = stage:text household_id?:text leaves:[leaf]
leaf = weights:[big] prices:[big] limits:[limit]
limit = household_id:text rank:count at_most:flag
opening = households:[opened] stages:[stage] certificate:[proof]
opened = household_id:text salt:salt private:private
private = household_id:text name:text access_need:text together:text
policy = access:access allowance:any area:area entitlement:rule example:flag examples:any fairness:fairness name:any
  order:order prepayment:prepayment pricing:pricing publicity:publicity selection_day:any source:any sources:any
access = low_floor_max:whole
area = max_units:count over_m2:number under_m2:number
rule = base:text classes:[any] extra:[extra] homestead:any m2_per_person:number max_m2:number min_m2:number
  original_at_least:flag sizes:[any]
extra = allowance:flag at_most:number exclusive:text heads:count person_class:text when:text
fairness = max_choices:count per:text principle:text
order = cross:any later_rounds:any priority_first:flag rule:text start:any within:any
prepayment = due_on:word gates:[gate] late:any per_m2:number refund:any set_off:flag share:number
gate = before:text due_on:word per_m2:number share:number
pricing = bands:[band] fees:[fee] floors:floors garage:any layout:factors leftover:any market_price:number
  orientation:factors settlement:any storeroom:any
band = at_least_m2:number forbidden:flag market_times:number over_m2:number price:number up_percent:number up_to:word
fee = deposit:flag name:text per:text yuan:number
floors = from_storey:whole per_storey:number table:{number} top_floor:number unit:text
factors = table:{number} unit:text
publicity = calendar:any demand:period moves_on_holiday:any plan:any restarts:{[text]} result:any units:period
period = calendar:text days:count moves_on_holiday:flag
"""
ROWS = {
    name: dict(entry.split(":") for entry in text.split())
    for name, text in (line.split(" = ") for line in KEYS.replace("\n  ", " ").strip().splitlines())
}
PARTS = tuple(ROWS["bundle"])
IDS = {"households": "household_id", "units": "unit_id", "objections": "objection_id", "draw": "household_id",
       "classes": "class_id", "statements": "household_id", "profile": "rank"}  # fmt: skip
TEXTS = {
    "text": r"[^\x00-\x1f\x7f]{0,4000}",
    "word": r"[^\x00-\x1f\x7f]{0,4000}",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "hash": "[0-9a-f]{64}",
    "tag": "[0-9a-f]{16}",
    "salt": "[0-9a-f]{32}",
    "number": r"-?[0-9]{1,15}(\.[0-9]{1,15})?",
    "big": "-?[1-9][0-9]{15,3999}",
}
FILTERS = ("project", "building", "entrance", "layout", "orientation", "unit_id")
NEVER = "9999-12-31"


@dataclass(frozen=True)
class Check:
    """
    One check. outcome: PASS; FAIL; PRIVATE (only the households it is about can check their part); BOUNDED, CLAIMED
    (a stage that is not proved); UNCHECKED (this program cannot say). found, expected: for what failed.
    """

    name: str
    outcome: str
    zh: str
    en: str
    found: str = ""
    expected: str = ""


class Wrong(Exception):
    """A check has failed: "中文 | English", found, expected."""


class Beyond(Exception):
    """Neither passed nor failed: "中文 | English", and the outcome where it is not UNCHECKED."""


def need(good: object, text: str, found: object = "", expected: object = "") -> None:
    """Go on only if ``good``."""
    if not good:
        raise Wrong(text, str(found)[:300], str(expected)[:300])


def same(found: object, expected: object, text: str) -> None:
    """Go on only if what was found is what was computed."""
    need(found == expected, text, found, expected)


# -- bytes and form -----------------------------------------------------------------------------------------------


def sha(data: bytes, label: str = "") -> str:
    """SHA-256 in hex; after a label and a zero byte, so that no hash can pose as one of another kind."""
    return hashlib.sha256(label.encode() + b"\0" + data if label else data).hexdigest()


def canonical(value: object) -> bytes:
    """The one written form: UTF-8, keys sorted, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(data: bytes, name: str) -> Any:
    """JSON in its one written form (so no key stands twice), without fractions or whole numbers of 2**53 or more."""

    def whole(text: str) -> int:
        need(len(text) < 18 and abs(int(text)) < 2**53, f"{name} 的数过大 | {name} has a number too large", text)
        return int(text)

    def never(text: str) -> None:
        raise Wrong(f"{name} 有非整数 | {name} has a number that is not whole", text, "")

    hooks = {"parse_int": whole, "parse_float": never, "parse_constant": never}
    try:
        value = json.loads(data.decode(), **hooks)  # type: ignore[arg-type]  # hooks of several kinds
        form = canonical(value)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{name} 不是 JSON | {name} is no JSON", str(error)[:200], "") from None
    need(form == data, f"{name} 不是规范写法 | {name} is not in its one written form")
    return value


def read(path: Path) -> bytes:
    """A plain file's bytes, up to a size that can be."""
    need(path.is_file(), f"缺少文件 {path.name} | the file {path.name} is missing")
    with path.open("rb") as file:
        data = file.read(SIZE_MAX + 1)
    need(len(data) <= SIZE_MAX, f"{path.name} 过大 | {path.name} is too large")
    return data


def load(path: Path) -> tuple[dict[str, bytes], Any]:
    """File name → bytes, and the manifest. bundle.json alone holds no papers (this program, README)."""
    if not path.is_dir():
        one = parse(read(path), path.name)
        need(type(one) is dict and set(one) == {"files", "manifest"} and type(one["files"]) is dict, NO_BUNDLE)
        return {name: canonical(part) for name, part in one["files"].items()}, one["manifest"]
    names = {found.name for found in path.iterdir() if not found.name.startswith(".")}
    known = {*(f"{name}.json" for name in (*PARTS, "manifest", "bundle")), *PAPERS}
    need(names == known, "文件有缺少或多余 | files are missing or do not belong", sorted(names ^ known))
    files = {name: read(path / name) for name in sorted(names)}
    single, manifest = files.pop("bundle.json"), files.pop("manifest.json")
    inside = b",".join(b'"%s":%s' % (name.encode(), data) for name, data in files.items() if name not in PAPERS)
    whole = b'{"files":{%s},"manifest":%s}' % (inside, manifest)
    need(single == whole, "bundle.json 与各文件不一致 | bundle.json differs from the files")
    return files, parse(manifest, "manifest.json")


NO_BUNDLE = "这不是公开包 | this is no bundle"


def check_bytes(files: dict[str, bytes], manifest: Any) -> str:
    names = {f"{name}.json" for name in PARTS}
    need(type(manifest) is dict and set(manifest) == {"files", "format", "root"}, NO_BUNDLE)
    need(manifest["format"] == FORMAT and type(manifest["files"]) is dict, NO_BUNDLE, manifest["format"], FORMAT)
    same(set(manifest["files"]), names | set(PAPERS), "manifest.json 所列文件不符 | manifest.json lists other files")
    need(set(files) in (names, names | set(PAPERS)), "文件有缺少或多余 | files are missing or do not belong")
    for name, data in files.items():
        same(sha(data), manifest["files"][name], f"{name} 已被改动 | {name} has been changed")
    return f"{len(files)} 个文件的 SHA-256 全部相符 | the SHA-256 of all {len(files)} files agree"


def check_root(manifest: Row, given: str | None) -> str:
    root = sha(canonical(manifest["files"]), "anju/root/1")
    same(manifest["root"], root, "指纹与文件不符 | the fingerprint is not that of the files")
    shown = " ".join(root[at : at + 8] for at in range(0, 64, 8))
    if given is None:
        raise Beyond(
            f"指纹 {shown}；请与公示栏比对，否则只知其自身一致 | fingerprint {shown}: compare it with the notice on "
            "the wall; until then the bundle is only known to agree with itself"
        )
    same(root, re.sub("[^0-9a-f]", "", given.lower()), "指纹不同，不是公示的那一份 | not the bundle that was published")
    return f"与您给出的指纹一致：{shown} | it has the fingerprint you gave: {shown}"


def is_kind(value: Any, kind: str) -> bool:
    """Whether a value is of a plain kind."""
    if value is None or kind == "any":
        return kind in ("any", "number", "word")
    if type(value) is str:
        fits = re.fullmatch(TEXTS.get(kind, "(?!)"), value) is not None
        return (
            fits and (kind != "date" or bool(date.fromisoformat(value))) and (kind != "big" or abs(int(value)) >= 2**53)
        )
    if type(value) is int:
        return kind in ("whole", "big", "number") or (kind == "count" and value >= 0)
    return type(value) is bool and kind == "flag"


def shape(value: Any, kind: str, at: str) -> None:
    """Whether a value is what the format says, all through; an unknown key is refused."""
    if kind[0] in "[{":
        need(type(value) is (list if kind[0] == "[" else dict), f"{at} 类型不对 | {at} is of the wrong type")
        for place, item in value.items() if type(value) is dict else enumerate(value):
            shape(item, kind[1:-1], f"{at}.{place}")
    elif kind in ROWS:
        need(type(value) is dict, f"{at} 类型不对 | {at} is of the wrong type")
        known = {key.rstrip("?"): inner for key, inner in ROWS[kind].items()}
        missing = [key for key in ROWS[kind] if key[-1] != "?" and key not in value]
        same(sorted(set(value) - set(known)) + missing, [], f"{at} 有未知或缺少的键 | {at} has unknown or missing keys")
        for key, item in value.items():
            shape(item, known[key], f"{at}.{key}")
    else:
        need(is_kind(value, kind), f"{at} 的值不对 | {at} has a wrong value", value, kind)


@dataclass
class Bundle:
    """What is published, by id, and what the checks find along the way."""

    parts: Row = field(default_factory=dict)
    households: dict[str, Row] = field(default_factory=dict)
    units: dict[str, Row] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    taking: list[str] = field(default_factory=list)  # ids of households that take part, sorted
    homes: dict[str, list[Row]] = field(default_factory=dict)  # of the households served
    classes: dict[str, list[str]] = field(default_factory=dict)  # class id → unit ids, both sorted
    ranks: dict[str, list[int]] = field(default_factory=dict)  # household → rank of every class; 0 = not allowed
    needs: dict[str, str] = field(default_factory=dict)  # household → access need, where an auditor has the opening
    work: int = 0

    def __getitem__(self, name: str) -> Any:
        return self.parts[name]

    @property
    def worst(self) -> int:
        return int(self["policy"]["fairness"]["max_choices"]) + 1

    def spend(self, steps: int) -> None:
        """A hostile bundle cannot keep this program busy for ever."""
        self.work += steps
        if self.work > WORK_MAX:
            raise Beyond("计算量超出本程序限度 | more work than this program does")


def check_form(b: Bundle, files: dict[str, bytes]) -> str:
    b.parts = {name: parse(files[f"{name}.json"], f"{name}.json") for name in PARTS}
    shape(b.parts, "bundle", "")
    for name, key in IDS.items():
        ids = [row[key] for row in b[name]]
        need(ids == sorted(set(ids)), f"{name} 有重复编号或未排序 | {name} has an id twice or is not sorted")
    head, rule = b["round"], b["policy"]["fairness"]
    same(head["policy_hash"], sha(files["policy.json"]), "政策文件不是所称的那一份 | the policy is not the one named")
    same(head["format"], FORMAT, NO_BUNDLE)
    need(rule["max_choices"] <= 100 and head["per"] in ("unit", "household"), "原则不对 | the principle is wrong", rule)
    b.households = {row["household_id"]: row for row in b["households"]}
    b.units = {row["unit_id"]: row for row in b["units"]}
    b.order = {row["household_id"]: row["order"] for row in b["draw"]}
    out = {row.get("household_id") for row in b["left_out"]}
    b.taking = [own for own in b.households if own not in out]
    for row in b["allocation"]:
        b.homes.setdefault(row["household_id"], []).append(row)
        need(
            row["household_id"] in b.households and row["unit_id"] in b.units,
            "结果中有名册外的户或房 | unknown ids",
            row,
        )
    counts, policy = (len(b.households), len(b.units)), head["policy_hash"]
    zh, en = (
        f"{counts[0]} 户、{counts[1]} 套，政策 {policy}",
        f"{counts[0]} households, {counts[1]} units; policy {policy}",
    )
    return f"{zh} | {en}"


# -- order, who takes part, entitlement ---------------------------------------------------------------------------


def check_seed(b: Bundle) -> str:
    raise Beyond(
        "种子是办公室写下的文字，没有与冻结的名册和公开事件绑定，可能挑选过 | the seed is a text the office wrote, not "
        "bound to a frozen roster and public events: it could have been picked to suit"
    )


def check_principle(b: Bundle) -> str:
    found = [b["round"]["principle"], b["round"]["per"]]
    if found != [b["policy"]["fairness"]["principle"], b["policy"]["fairness"]["per"]]:
        raise Beyond(f"所用原则 {found} 不是政策所定 | the principle used, {found}, is not the policy's")
    return f"所用原则即政策所定：{found} | the principle used is the policy's: {found}"


def check_order(b: Bundle) -> str:
    rule, seed = b["policy"]["order"], b["round"]["seed"]
    same(set(b.order), set(b.households), "顺序号与名册不符 | the order numbers are not of this roster")
    need(sorted(b.order.values()) == list(range(1, len(b.order) + 1)), "顺序号不是 1 至 n | the numbers are not 1 … n")
    column = {"draw": "", "signed_on": "signed_on", "given": "order_no"}.get(rule["rule"])
    if column is None:
        raise Beyond(f"排序方式 {rule['rule']} 本程序不核 | order by {rule['rule']} is not checked by this program")

    def key(own: str) -> Any:
        row = b.households[own]
        first = row.get("priority_class") if rule["priority_first"] else 0
        return first is None, first or 0, row[column] if column else 0, sha(f"{seed}|{own}".encode())

    for place, own in enumerate(sorted(b.households, key=key), 1):
        same(b.order[own], place, f"{own} 的顺序号不对 | the order number of {own} is wrong")
    return f"{len(b.order)} 个顺序号重算无误 | {len(b.order)} order numbers, computed again"


def last_day(b: Bundle, published_on: str, days: int, period: Row) -> str:
    """The last day of a period; day 1 is the day after publication."""
    calendar = b["round"].get("calendar")

    def works(day: date) -> bool:
        text = day.isoformat()
        if calendar is None or not calendar["from"] <= text <= calendar["to"]:
            raise Beyond("公开包没有所需的工作日历 | the bundle does not hold the calendar of working days")
        return text in calendar["working_weekends"] or (day.weekday() < 5 and text not in calendar["holidays"])

    day, left = date.fromisoformat(published_on), min(days, 4000)
    if period["calendar"] == "natural":
        day, left = day + timedelta(days=left), 0
    while left:
        day += timedelta(days=1)
        left -= works(day)
    while days and period["moves_on_holiday"] and not works(day):
        day += timedelta(days=1)
    return day.isoformat()


def standing(b: Bundle, document: str) -> list[str]:
    """Why a document has not stood its period on the day judged; empty = it has."""
    today, rules = b["round"]["as_of"], b["policy"]["publicity"]
    rows = sorted(
        (p["published_on"], p["days"], p.get("withdrawn_on", NEVER), p["document"]) for p in b["publications"]
    )
    mine = [row for row in rows if row[3] == document]
    up = [row for row in mine if row[0] <= today < row[2]]
    if not up:
        out = any(row[0] <= today for row in mine)
        return ["publicity.withdrawn" if out else "publicity.announced" if mine else "publicity.never"]
    since, days = up[-1][:2]
    for other in ("demand", "units", "plan", "result"):
        anew = [row[0] for row in rows if row[3] == other][1:]
        if document in rules["restarts"].get(other, ()) and any(since < day <= today for day in anew):
            return ["publicity.restarted"]
    if today > last_day(b, since, max(days, rules[document]["days"]), rules[document]):
        return []
    return ["publicity.too_few_days" if days < rules[document]["days"] else "publicity.running"]


def prepaid_per_m2(b: Bundle, row: Row, smallest: dict[str, int]) -> list[str]:
    """``prepayment`` where so many yuan per m² demanded are asked for and have not been paid."""
    area = Fraction(0 if "demand" in row else row["entitlement"])
    for layout, count in wants(row).items():
        named = re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", layout)
        area += count * (100 * Fraction(layout) if named else smallest.get(layout, 0))
    per_m2 = b["policy"]["prepayment"]["per_m2"]
    return ["prepayment"] if per_m2 is not None and row["paid"] < rounded(area * Fraction(per_m2)) else []


def check_gates(b: Bundle) -> str:
    today, projects = b["round"]["as_of"], b["round"]["projects"]
    said = {(row.get("household_id"), row.get("unit_id")): row["reasons"] for row in b["left_out"]}
    need(len(said) == len(b["left_out"]) and all(said.values()), "未参加名单有误 | the list of those left out is wrong")
    stood = {document: standing(b, document) for document in ("demand", "units")}
    still = (o for o in b["objections"] if o["filed_on"] <= today < o.get("resolved_on", NEVER))
    objected = Counter((o["document"], o["subject"]) for o in still)
    smallest: dict[str, int] = {}
    for unit in b["units"]:
        smallest[unit["layout"]] = min(unit["area"], smallest.get(unit["layout"], unit["area"]))

    def reasons(document: str, own: str) -> list[str]:
        return stood[document] + ["objection.open"] * (objected[document, own] + objected[document, "*"])

    due: dict[Any, list[str]] = {}
    for own, row in b.households.items():
        due[own, None] = reasons("demand", own) + prepaid_per_m2(b, row, smallest)
    for own, unit in b.units.items():
        due[None, own] = reasons("units", own)
        due[None, own] += ["unit.other_project"] if projects and unit["project"] not in projects else []
        due[None, own] += [f"unit.status.{unit['status']}"] if unit["status"] != "available" else []
        due[None, own] += ["unit.joint_self_built"] if unit["construction"] == "joint_self_built" else []
    dated = any(gate["per_m2"] is not None and gate["before"] != "keys" for gate in b["policy"]["prepayment"]["gates"])
    for key in sorted(due.keys() | said.keys(), key=str):
        found = sorted(re.sub(r"^prepayment\..*", "prepayment", code) for code in said.get(key, []))
        expected = sorted(due.get(key, ["?"]))
        if dated:
            found, expected = ([code for code in codes if code != "prepayment"] for codes in (found, expected))
        own = key[0] or key[1]
        same(found, expected, f"{own} 未参加的理由不对 | the reasons for leaving out {own} are wrong")
    if dated:
        raise Beyond("公示与异议无误；分期缴款条件不核 | as published, but payment gates by date are not checked")
    zh, en = (
        f"{len(b.taking)} 户参加，{len(said)} 户（套）未参加",
        f"{len(b.taking)} households take part, {len(said)} rows do not",
    )
    return f"{zh}，理由逐一重算无误 | {en}; every reason computed again"


def rounded(value: Fraction) -> int:
    """Half up, away from zero."""
    return (1 if value >= 0 else -1) * floor(abs(value) + Fraction(1, 2))


def check_entitlements(b: Bundle) -> str:
    rule = b["policy"]["entitlement"]
    shapes = rule["base"] != "persons" or rule["classes"] or rule["sizes"] or rule["original_at_least"]
    if shapes or any(extra["when"] != "declared" or extra["exclusive"] for extra in rule["extra"]):
        raise Beyond("指标规则较复杂，本程序不核，以公布数为准 | entitlements of this shape are taken as published")
    for own, row in b.households.items():
        heads = row["persons"]
        for extra in rule["extra"]:
            more = row["bonus_persons"] * extra["heads"]
            heads += more if extra["at_most"] is None else min(more, int(extra["at_most"]))
        area = max(rounded(100 * heads * Fraction(rule["m2_per_person"])), rounded(100 * Fraction(rule["min_m2"] or 0)))
        area = area if rule["max_m2"] is None else min(area, rounded(100 * Fraction(rule["max_m2"])))
        same(row["entitlement"], area, f"{own} 的指标不对 | the entitlement of {own} is wrong")
    return f"{len(b.households)} 户的指标重算无误 | {len(b.households)} entitlements, computed again"


# -- homes and money ----------------------------------------------------------------------------------------------


def wants(row: Row) -> dict[str, int]:
    """Layout → homes declared."""
    found: dict[str, int] = {}
    for want in row.get("demand", ()):
        found[want["layout"]] = found.get(want["layout"], 0) + want["count"]
    return found


def plain(value: Fraction) -> str:
    """A decimal number as text, with two decimals or as many as it needs."""
    digits = next(n for n in range(2, 40) if (value * 10**n).denominator == 1)
    whole, rest = divmod(abs(int(value * 10**digits)), 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{digits}d}"


def band_price(b: Bundle, band: Row) -> Fraction:
    """Yuan per m² of a band."""
    if band["price"] is not None:
        return Fraction(band["price"])
    if band["market_times"] is not None:
        return Fraction(b["policy"]["pricing"]["market_price"]) * Fraction(band["market_times"])
    first = b["policy"]["pricing"]["bands"][0]
    need(band is not first, "第一档没有价格 | the first band has no price")
    return band_price(b, first) * (1 + Fraction(band["up_percent"] or 0) / 100)


def band_lines(b: Bundle, row: Row, total: int) -> list[Row] | None:
    """What a total area costs a household, band by band; None = it may not have so much."""
    lines, start, bands = [], 0, b["policy"]["pricing"]["bands"]
    b.spend(len(bands))
    if total > row.get("limit", total):
        return None
    for place, band in enumerate(bands, 1):
        end = row[band["up_to"] or "entitlement"] + 100 * Fraction(band["over_m2"] or 0)
        end = total if place == len(bands) else max(end, 100 * Fraction(band["at_least_m2"] or 0))
        area = int(min(end, total)) - start
        if area > 0 and band["forbidden"]:
            return None
        if area > 0:
            price, start = band_price(b, band), start + area
            line = {"item": "band", "band": place, "area": area, "price": plain(price)}
            lines.append({**line, "amount": rounded(area * price)})
    return lines


def unit_lines(b: Bundle, unit: Row) -> list[Row]:
    """What one home adds to the bands."""
    pricing, lines = b["policy"]["pricing"], []
    floors = pricing["floors"]
    first = band_price(b, pricing["bands"][0]) if pricing["bands"] else Fraction(0)
    b.spend(len(floors["table"]) + len(pricing["fees"]))

    def add(item: str, figure: Any, measure: str = "yuan", **more: str) -> None:
        price = Fraction(figure) * (first / 100 if measure == "percent" else 1)
        line = {"item": item, "unit_id": unit["unit_id"], "area": unit["area"], "price": plain(price), **more}
        lines.append({**line, "amount": rounded(unit["area"] * price)})

    if "base_price" in unit:
        add("base_price", Fraction(unit["base_price"], 100) - first)
    if floors["per_storey"] is not None:
        storeys = max(unit["floor"] - floors["from_storey"] + 1, 0)
        add("floor", Fraction(floors["per_storey"]) * storeys, floors["unit"])
    elif floors["table"]:
        add("floor", next(floors["table"][s] for s in floors["table"] if in_span(unit["floor"], s)), floors["unit"])
    if floors["top_floor"] is not None and unit["floor"] == unit["floors_in_building"]:
        add("top_floor", floors["top_floor"], floors["unit"])
    for item in ("orientation", "layout"):
        if table := pricing[item]["table"]:
            add(item, table[unit[item] if unit[item] in table else "*"], pricing[item]["unit"])
    for fee in pricing["fees"]:
        item, figure = "deposit" if fee["deposit"] else "fee", Fraction(fee["yuan"])
        if fee["per"] == "m2":
            add(item, figure, name=fee["name"])
        else:
            amount = rounded(100 * figure)
            lines.append({"item": item, "unit_id": unit["unit_id"], "name": fee["name"], "amount": amount})
    return lines


def in_span(storey: int, span: str) -> bool:
    """Whether a floor lies in a range such as 3, 2-6, 7- or -1."""
    found = re.fullmatch(r"(-?[0-9]{1,9})(?:(-)(-?[0-9]{1,9})?)?", span)
    first, dash, last = found.groups() if found else ("1", "", "0")
    return int(first) <= storey <= int(last or (10**9 if dash else first))


def check_prices(b: Bundle) -> str:
    same(
        [row["household_id"] for row in b["statements"]], sorted(b.homes), "结算单与得房户不符 | statements are missing"
    )
    for row in b["statements"]:
        own, household = row["household_id"], b.households[row["household_id"]]
        units = [b.units[home["unit_id"]] for home in b.homes[own]]
        total = sum(unit["area"] for unit in units)
        bands = band_lines(b, household, total)
        need(bands is not None, f"{own} 的面积超出允许 | {own} may not have so much area", total)
        lines = [*(bands or []), *(line for unit in units for line in unit_lines(b, unit))]
        for said, line in zip(row["lines"], lines, strict=False):
            same(said, line, f"{own} 的结算单有一行不对 | a line of the statement of {own} is wrong")
        said_row = [len(row["lines"]), *(row[key] for key in ("entitlement", "allocated", "price", "prepaid"))]
        price = sum(line["amount"] for line in lines)
        totals = [len(lines), household["entitlement"], total, price, household["paid"]]
        same(said_row, totals, f"{own} 的结算单合计不对 | the totals of {own} are wrong")
    return f"{len(b.homes)} 张结算单逐行重算无误 | {len(b.homes)} statements, every line computed again"


def check_prepayment(b: Bundle) -> str:
    share = Fraction(b["policy"]["prepayment"]["share"] or 0)
    for row in b["statements"]:
        good = not share or row["price"] * share <= row["prepaid"]
        need(good, f"{row['household_id']} 预缴不足 | {row['household_id']} has not prepaid its share", row["prepaid"])
    return f"预缴都不少于房款的 {share} | everybody prepaid at least {share} of the price"


def check_once(b: Bundle) -> str:
    out = {row.get("unit_id") for row in b["left_out"]}
    pairs = [(row["household_id"], row["unit_id"]) for row in b["allocation"]]
    need(pairs == sorted(pairs), "分配结果未排序 | the allocation is not sorted")
    for unit_id, count in Counter(unit_id for _, unit_id in pairs).items():
        same(count, 1, f"{unit_id} 分给了不止一户 | {unit_id} is given more than once")
        need(unit_id not in out, f"{unit_id} 未参加却被分配 | {unit_id} does not take part but is given")
    same(sorted(set(b.homes) - set(b.taking)), [], "未参加的户得了房 | a household that is left out is served")
    same(b["unserved"], sorted(set(b.taking) - set(b.homes)), "未得房名单不对 | the list of those unserved is wrong")
    zh, en = (
        f"{len(pairs)} 套各分一次，{len(b.homes)} 户得房",
        f"{len(pairs)} homes each given once, {len(b.homes)} served",
    )
    return f"{zh}，{len(b['unserved'])} 户未得 | {en}, {len(b['unserved'])} not"


def area_band(b: Bundle, row: Row) -> tuple[int, int]:
    """The least and the greatest total area of open demand, in 0.01 m²."""
    rule = b["policy"]["area"]
    most = row["entitlement"] + int(100 * Fraction(rule["over_m2"]))
    return max(row["entitlement"] - int(100 * Fraction(rule["under_m2"])), 0), min(most, row.get("limit", most))


def check_demand(b: Bundle) -> str:
    sites: dict[int, set[tuple[str, str]]] = {}
    for own, homes in sorted(b.homes.items()):
        units, row = [b.units[home["unit_id"]] for home in homes], b.households[own]
        if "demand" in row:
            found = Counter(unit["layout"] for unit in units)
            same(dict(found), wants(row), f"{own} 的户型与申报不符 | {own} did not get the homes it declared")
        else:
            total, (least, most) = sum(unit["area"] for unit in units), area_band(b, row)
            need(
                least <= total <= most,
                f"{own} 的面积超出范围 | the area of {own} is out of range",
                total,
                (least, most),
            )
            need(
                len(units) <= b["policy"]["area"]["max_units"], f"{own} 套数过多 | {own} has too many homes", len(units)
            )
        if "together" in row:
            places = sites.setdefault(row["together"], set())
            places |= {(unit["project"], unit["building"]) for unit in units}
            need(len(places) == 1, f"{own} 未与同组同栋 | {own} is not in one building with its group", sorted(places))
    return "申报户型、面积、套数、同栋全部符合 | declared homes, area, number of homes and one building are kept"


def check_opening(b: Bundle, path: Path) -> str:
    opening = parse(read(path), path.name)
    shape(opening, "opening", path.name)
    same(
        [row["household_id"] for row in opening["households"]],
        list(b.households),
        "开封文件与名册不符 | other households",
    )
    for row in opening["households"]:
        own, salt, private = row["household_id"], bytes.fromhex(row["salt"]), row["private"]
        found = hashlib.sha256(b"anju/private/1\0" + salt + canonical(private)).hexdigest()
        same(found, b.households[own]["commit"], f"{own} 的私密行与承诺不符 | {own}: not the private row committed to")
        same(private["household_id"], own, f"{own} 的私密行不对 | the private row of {own} is another's")
        if own in b.taking and private["access_need"] != "none":
            b.needs[own] = private["access_need"]
    head, kinds = b["round"], sorted(set(b.needs.values()))
    same(
        [head["private_needs"], head["needs_seen"]], [len(b.needs), kinds], "私密条件数目不对 | not so many conditions"
    )
    if b.needs:
        parts = (
            [[row["name"], row["value"]] for row in opening["stages"]],
            [[r["name"], r["value"]] for r in b["stages"]],
        )
        same(*parts, "开封文件的阶段值不符 | the stages of the opening have other values")
        b.parts = {**b.parts, "stages": opening["stages"], "certificate": opening["certificate"]}
    return f"{len(b.households)} 户的承诺全部打开 | the commitments of all {len(b.households)} households open"


def meets(b: Bundle, unit: Row, kind: str) -> bool:
    """Whether a home meets an access need."""
    low = kind == "low_floor" and unit["floor"] <= b["policy"]["access"]["low_floor_max"]
    return bool(unit["step_free"] or low)


def check_access(b: Bundle) -> str:
    count = b["round"]["private_needs"]
    for own, kind in b.needs.items():
        good = own not in b.homes or any(meets(b, b.units[home["unit_id"]], kind) for home in b.homes[own])
        need(good, f"{own} 的无障碍需求未满足 | the access need of {own} is not met", kind)
    if len(b.needs) == count:
        return f"{count} 户的私密条件全部满足 | the private conditions of {count} households are met"
    zh, en = (
        f"{count} 户有私密条件，哪些户不公布",
        f"{count} households have a private condition; which ones is not public",
    )
    raise Beyond(f"{zh}；各户可凭回执核对自己的房 | {en}. Each can check its own homes by its receipt", "PRIVATE")


# -- classes and ranks --------------------------------------------------------------------------------------------


def class_text(b: Bundle, unit: Row, seen: set[str]) -> str:
    """The class id: every attribute of a home that a choice, a price or a condition of this round can see."""
    lines = []
    for line in unit_lines(b, unit):
        price = line.get("price", "")
        lines.append([line["item"], "", price if price.strip("-0.") else "", plain(Fraction(line["amount"], 100))])
    text = {"area_m2": plain(Fraction(unit["area"], 100)), "price": lines, **{name: str(unit[name]) for name in seen}}
    for name in b["round"]["needs_seen"]:
        text[name] = str(meets(b, unit, name)).lower()
    return canonical(text).decode()


def check_classes(b: Bundle) -> str:
    rows = [b.households[own] for own in b.taking]
    choices = [choice for row in rows for choice in row.get("choices", ())]
    seen = {name for name in FILTERS if any(name in choice for choice in choices)} - {"unit_id"}
    seen |= {"floor"} if any("floor_min" in choice or "floor_max" in choice for choice in choices) else set()
    seen |= {"building", "project"} if any("together" in row for row in rows) else set()
    seen |= {"layout"} if any("demand" in row for row in rows) else set()
    need(set(b["round"]["needs_seen"]) <= {"low_floor", "step_free"}, "私密条件种类不对 | an unknown kind of need")
    named = {choice["unit_id"] for choice in choices if "unit_id" in choice}
    out = {row.get("unit_id") for row in b["left_out"]}
    found: dict[str, list[str]] = {}
    for unit_id in sorted(set(b.units) - out):
        own = {"unit_id"} if unit_id in named else set()
        found.setdefault(class_text(b, b.units[unit_id], seen | own), []).append(unit_id)
    said = {row["class_id"]: row["units"] for row in b["classes"]}
    for class_id in sorted(found.keys() | said.keys()):
        same(
            said.get(class_id),
            found.get(class_id),
            f"同类房 {class_id[:200]} 不对 | this class of alike homes is wrong",
        )
    b.classes = dict(sorted(found.items()))
    seed, holders = b["round"]["seed"], {row["unit_id"]: row["household_id"] for row in b["allocation"]}
    for units in b.classes.values():
        takers = [holders[unit_id] for unit_id in units if unit_id in holders]
        paired = [holders.get(unit_id) for unit_id in units[: len(takers)]]
        expected = sorted(takers, key=lambda own: sha(f"{seed}|{own}".encode()))
        same(paired, expected, f"同类房 {units[0]} 等配对不对 | homes alike ({units[0]} …) are not paired by the draw")
    return f"{len(found)} 类房重新划分，类内按摇号配对 | {len(found)} classes made again, paired by the draw inside"


def check_ranks(b: Bundle) -> str:
    firsts = [b.units[units[0]] for units in b.classes.values()]
    place = {unit_id: number for number, units in enumerate(b.classes.values()) for unit_id in units}
    for own in b.taking:
        row, asked = b.households[own], wants(b.households[own])
        b.spend(len(firsts) * (1 + len(row.get("choices", ()))))
        open_to = [not asked or asked.get(unit["layout"]) for unit in firsts]
        b.ranks[own] = [rank_of(b, row, unit) if good else 0 for unit, good in zip(firsts, open_to, strict=True)]
    profile: Counter[int] = Counter()
    for own, homes in b.homes.items():
        for home in homes:
            rank = b.ranks[own][place[home["unit_id"]]]
            same(home["rank"], rank, f"{own} 的志愿名次不对 | the rank of {home['unit_id']} for {own} is wrong")
        ranks = [home["rank"] for home in homes]
        profile.update(ranks if b["round"]["per"] == "unit" else [max(ranks)])
    found = [{"rank": rank, "outcomes": profile[rank]} for rank in range(1, b.worst + 1)]
    same(b["profile"], found, "名次分布不对 | the profile is wrong")
    counts = [row["outcomes"] for row in found]
    return f"志愿名次重算无误，第 1 起依次 {counts} | ranks computed again; from rank 1 on: {counts}"


def rank_of(b: Bundle, row: Row, unit: Row) -> int:
    """The smallest choice whose filters all match, else the worst rank."""
    fitting = (
        choice["choice"]
        for choice in row.get("choices", ())
        if choice.get("floor_min", -999) <= unit["floor"] <= choice.get("floor_max", 999)
        and all(choice.get(name, unit[name]) == unit[name] for name in FILTERS)
    )
    return min(fitting, default=b.worst)


# -- stages and their proof ---------------------------------------------------------------------------------------


@dataclass
class Slot:
    """A household in the proof: rank and tie number of every class; its classes in groups, what it may take of them."""

    ranks: list[int]
    ties: list[int]
    groups: list[list[int]]
    options: list[Option]
    together: int = 0

    def __post_init__(self) -> None:
        self.room = [max((n for option in self.options for g, n in option if g == at), default=0)
                     for at in range(len(self.groups))]  # fmt: skip


class Proof:
    """
    What prices of classes prove. No allocation costs less than the households' cheapest sets at cost + prices, less
    prices × number of homes: whatever the prices, because no class gives more homes than it has.
    """

    def __init__(self, b: Bundle) -> None:
        self.b, self.per_home, self.served = b, b["round"]["per"] == "unit", set(b.homes)
        self.supply = [len(units) for units in b.classes.values()]
        self.firsts = [b.units[units[0]] for units in b.classes.values()]
        self.site = [(unit["project"], unit["building"]) for unit in self.firsts]
        self.extras = [sum(line["amount"] for line in unit_lines(b, unit)) for unit in self.firsts]
        self.lists: dict[object, tuple[list[list[int]], list[tuple[int, Option]]]] = {}
        self.by_order = sorted(b.taking, key=lambda own: b.order[own])
        self.slots = {own: self.slot(own) for own in self.by_order}
        self.names = self.stage_names()
        self.levels = [[level(name, rank) for rank in range(b.worst + 1)] for name in self.names[2:-1]]
        self.values = self.reached()
        self.proofs = [(self.names.index(p["stage"]), p.get("household_id"), p["leaves"]) for p in b["certificate"]]
        for at, _, leaves in self.proofs:
            self.check_leaves(at, leaves)
        self.joint = max((at for at, _, leaves in self.proofs if self.is_joint(at, leaves)), default=0)

    def stage_names(self) -> list[str]:
        """The stages of the objective, in their order."""
        worst = self.b.worst
        free = self.per_home and any("demand" not in self.b.households[own] for own in self.by_order)
        middle = {
            "leximin": [f"outcomes_at_rank_{rank}" for rank in range(worst, 0 if free else 1, -1)],
            "rank_maximal": [f"max_outcomes_at_rank_{rank}" for rank in range(1, worst + (1 if free else 0))],
            "utilitarian": ["sum_of_outcomes"],
            "order": ["order"],
        }
        return ["served", "earliest", *middle[self.b["round"]["principle"]], "sum_of_ranks", "sum_of_ties"]

    def slot(self, own: str) -> Slot:
        """What a household may take; a private condition that is not seen makes bounds weaker, never wrong."""
        b, row, asked, kind = self.b, self.b.households[own], wants(self.b.households[own]), self.b.needs.get(own, "")
        seed, share = f"{b['round']['seed']}|{own}|", Fraction(b["policy"]["prepayment"]["share"] or 0)
        b.spend(len(b.classes))
        ties = [int(sha((seed + name).encode())[:12], 16) for name in b.classes]
        barred = "limit" in row or any(band["forbidden"] for band in b["policy"]["pricing"]["bands"])
        if not asked or share or barred or kind:
            groups, listed = self.sets(row, asked, kind)
            options = [option for price, option in listed if not share or price * share <= row["paid"]]
        else:
            groups = [[c for c, unit in enumerate(self.firsts) if unit["layout"] == layout] for layout in sorted(asked)]
            options = [tuple(enumerate(asked[layout] for layout in sorted(asked)))]
        return Slot(b.ranks[own], ties, groups, options, row.get("together", 0))

    def sets(self, row: Row, asked: dict[str, int], kind: str) -> tuple[list[list[int]], list[tuple[int, Option]]]:
        """Classes alike in layout, size, addition and help as groups; every set the household may take, priced."""
        own = [row.get(name) for name in ("entitlement", "limit", "standard", "original")]
        key = str((sorted(asked.items()), kind, own))
        if key not in self.lists:
            groups: dict[tuple[str, int, int, bool], list[int]] = {}
            for c, unit in enumerate(self.firsts):
                look = (unit["layout"] if asked else "", unit["area"], self.extras[c], meets(self.b, unit, kind))
                if not asked or unit["layout"] in asked:
                    groups.setdefault(look if kind else (*look[:3], True), []).append(c)
            priced = []
            for option, size, extra in self.made_up(sorted(groups.items()), asked, row):
                lines = band_lines(self.b, row, size)
                if lines is not None:
                    priced.append((extra + sum(line["amount"] for line in lines), option))
            self.lists[key] = [members for _, members in sorted(groups.items())], priced
        return self.lists[key]

    def made_up(self, groups: list[Any], asked: dict[str, int], row: Row) -> Iterator[tuple[Option, int, int]]:
        """(homes of each group, total size, total addition) of every set."""
        least, most = area_band(self.b, row)
        stack: list[Any] = [(0, (), 0, 0, asked or {"": self.b["policy"]["area"]["max_units"]})]
        made = 0
        while stack:
            at, option, size, extra, left = stack.pop()
            if at == len(groups):
                fits = not any(left.values()) if asked else least <= size <= most
                if fits and any(groups[g][0][3] for g, _ in option):
                    yield option, size, extra
                continue
            (layout, area, add, _), classes = groups[at]
            for number in range(min(left[layout], sum(self.supply[c] for c in classes)) + 1):
                if not asked and size + number * area > most:
                    break
                more = (*option, (at, number)) if number else option
                rest = {**left, layout: left[layout] - number}
                stack.append((at + 1, more, size + number * area, extra + number * add, rest))
                made += 1
                if made > SETS_MAX:
                    raise Beyond("可选组合过多，本程序不核 | too many sets of homes for this program")

    def reached(self) -> list[int]:
        """The stages' functions at the allocation published."""
        place = {unit_id: c for c, units in enumerate(self.b.classes.values()) for unit_id in units}
        ties = sum(self.slots[row["household_id"]].ties[place[row["unit_id"]]] for row in self.b["allocation"])
        ranks = [[home["rank"] for home in homes] for homes in self.b.homes.values()]
        homes = [rank for own in ranks for rank in own]
        outcomes = homes if self.per_home else [max(own) for own in ranks]
        last = len(self.by_order) - 1
        early = sum(1 << (last - place) for place, own in enumerate(self.by_order) if own not in self.served)
        middle = [sum(row[rank] for rank in outcomes) for row in self.levels[:-1]]
        return [len(self.slots) - len(self.served), early, *middle, sum(homes), ties]

    def own_value(self, at: int, total: int) -> int:
        """A stage's value as published, from its function."""
        name = self.names[at]
        if name in ("served", "order"):
            return len(self.slots) - (total if at == 0 else self.values[0])
        before = self.values[at - 1] if at > 2 else 0
        return total if not digits(name) else before - total if name.startswith("max_") else total - before

    def bound(self, leaf: Row, must: set[str]) -> int | None:
        """What Σ weights × functions cannot go below; None = a household that must be served has no set at all."""
        weights, prices = [int(w) for w in leaf["weights"]], [int(p) for p in leaf["prices"]]
        home, outcome = [weights[-2] * rank for rank in range(self.b.worst + 1)], [0] * (self.b.worst + 1)
        into = home if self.per_home else outcome
        for weight, row in zip(weights[2:-2], self.levels, strict=False):
            into[:] = [a + weight * x for a, x in zip(into, row, strict=True)]
        spans: dict[str, tuple[int, int]] = {}
        for limit in leaf["limits"]:
            low, high = spans.get(limit["household_id"], (0, self.b.worst))
            span = (low, min(high, limit["rank"])) if limit["at_most"] else (max(low, limit["rank"]), high)
            spans[limit["household_id"]] = span
        groups: dict[object, list[str]] = {}
        for own in self.by_order if weights[0] else sorted(must):
            groups.setdefault(self.slots[own].together or own, []).append(own)
        total = -sum(price * count for price, count in zip(prices, self.supply, strict=True))
        for members in groups.values():
            sites: list[Any] = sorted(set(self.site)) if self.slots[members[0]].together else [None]
            costs = []
            for site in sites:
                each = []
                for own in members:
                    low, high = spans.get(own, (0, self.b.worst))
                    cost = self.cheapest(self.slots[own], site, (home, outcome, prices, weights[-1]), low, high)
                    each.append(cost if own in must else min(weights[0], weights[0] if cost is None else cost))
                if None not in each:
                    costs.append(sum(cost for cost in each if cost is not None))
            if not costs:
                return None
            total += min(costs)
        return total

    def cheapest(self, slot: Slot, site: Any, charge: Any, low: int, high: int) -> int | None:
        """The cost of a household's cheapest set, of one site if any, whose worst rank is above low, at most high."""
        home, outcome, prices, tie = charge
        tables, best = [], None
        for group in slot.groups:
            fit = [c for c in group if slot.ranks[c] and (site is None or self.site[c] == site)]
            rows = [(home[slot.ranks[c]] + prices[c] + tie * slot.ties[c], slot.ranks[c], self.supply[c]) for c in fit]
            tables.append(sorted(rows))
        for top in range(low + 1 if any(outcome) else max(high, low + 1), high + 1):
            steps = [running(rows, top, room) for rows, room in zip(tables, slot.room, strict=True)]
            self.b.spend(sum(map(len, tables)) + len(slot.options))
            for option in slot.options:
                if all(n < len(steps[g]) for g, n in option):
                    cost = outcome[top] + sum(steps[g][n] for g, n in option)
                    best = cost if best is None or cost < best else best
        return best

    def least(self, at: int, leaves: list[Row]) -> int | None:
        """The least a stage's function can be where those before it are as they are; None = the leaves do not say."""
        found = []
        for leaf in leaves:
            bound, weights = self.bound(leaf, self.served if at else set()), [int(w) for w in leaf["weights"]]
            rest = 0 if bound is None else bound - sum(w * v for w, v in zip(weights[:at], self.values, strict=False))
            if bound is None or (not weights[at] and rest > 0):
                found.append(self.values[at])  # nothing is in this leaf
            elif weights[at]:
                found.append(-(-rest // weights[at]))
            else:
                return None
        return min(found)

    def is_joint(self, at: int, leaves: list[Row]) -> bool:
        """Whether one leaf's weights put the stages in their order and its bound meets all of them."""
        weights, later = [int(w) for w in leaves[0]["weights"]], 0
        if at < 2 or len(leaves) > 1 or leaves[0]["limits"] or self.names[2] == "order":
            return False
        asked = [sum(wants(self.b.households[own]).values()) for own in self.served]
        homes = sum(count or self.b["policy"]["area"]["max_units"] for count in asked)
        for n in range(at, 1, -1):
            if weights[n] <= later:
                return False
            later += weights[n] * homes * (2**48 if n == len(self.names) - 1 else self.b.worst)
        bound = self.bound(leaves[0], self.served)
        return bound is None or bound >= sum(w * v for w, v in zip(weights[2:], self.values[2:], strict=True))

    def is_earliest(self) -> bool:
        """Whether no household left unserved could be added to the served ones before it at no cost in their number."""
        shown: list[object] = []
        proofs = {own: leaves for at, own, leaves in self.proofs if at == 1}
        for place, own in enumerate(self.by_order):
            slot = self.slots[own]
            alike = [[[c for c in group if slot.ranks[c]] for group in slot.groups], sorted(slot.options)]
            if own in self.served or alike in shown:
                continue
            must = {other for other in self.by_order[:place] if other in self.served} | {own}
            bound = self.bound(proofs[own][0], must) if own in proofs else 0
            if bound is not None and (own not in proofs or bound <= int(proofs[own][0]["weights"][0]) * self.values[0]):
                return False
            shown += [] if slot.together else [alike]
        return True

    def check_leaves(self, at: int, leaves: list[Row]) -> None:
        """Whether leaves are well formed and leave nothing out: the ends of splits of everything in two."""
        for leaf in leaves:
            numbers = [int(n) for n in (*leaf["prices"], *leaf["weights"])]
            need(min(numbers, default=0) >= 0, "证明中有负数 | a negative number in a proof")
            same(
                (len(leaf["prices"]), len(leaf["weights"])),
                (len(self.supply), len(self.names)),
                "证明的长短不对 | its size",
            )
            others = leaf["weights"][1:] if at < 2 else [*leaf["weights"][:2], *leaf["weights"][at + 1 :]]
            need(not any(others), "证明的权重涉及别的阶段 | a proof weighs other stages", others)
            known = all(limit["household_id"] in self.slots for limit in leaf["limits"])
            need(known and (at > 1 or not leaf["limits"]), "证明的限制不对 | limits of no outcome")
        stack = [(0, [[(x["household_id"], x["rank"], x["at_most"]) for x in leaf["limits"]] for leaf in leaves])]
        while stack:
            depth, parts = stack.pop()
            if len(parts) == 1 and len(parts[0]) == depth:
                continue
            heads = {part[depth][:2] if len(part) > depth else None for part in parts}
            need(len(heads) == 1 and None not in heads, "证明有遗漏 | the leaves leave something out")
            sides = [[part for part in parts if part[depth][2] is side] for side in (True, False)]
            need(all(sides), "证明有遗漏 | the leaves leave something out")
            stack += [(depth + 1, side) for side in sides]

    def proved(self, at: int) -> int | None:
        """The bound of a stage by the certificate, in the stage's own sense; None = prices say nothing of it."""
        value = self.own_value(at, self.values[at])
        if at == 1:
            return value if self.is_earliest() else (1 << self.values[0]) - 1
        if self.names[2] == "order" and at > 1:
            return None
        if 1 < at <= self.joint:
            return value
        free = {
            "weights": [int(n == at) for n in range(len(self.names))],
            "prices": [0] * len(self.supply),
            "limits": [],
        }
        bounds = [self.least(place, leaves) for place, _, leaves in [*self.proofs, (at, None, [free])] if place == at]
        return self.own_value(at, min(max(bound for bound in bounds if bound is not None), self.values[at]))


def digits(name: str) -> str:
    """The rank a stage is about; blank = none."""
    return name.rpartition("_")[2] if name[-1].isdigit() else ""


def level(name: str, rank: int) -> int:
    """A stage as a function of a rank, small = good: so many at this rank or worse, or the rank itself."""
    if not digits(name):
        return rank
    return -(rank <= int(digits(name))) if name.startswith("max_") else int(rank >= int(digits(name)))


def running(rows: list[tuple[int, int, int]], top: int, room: int) -> list[int]:
    """The cost of the cheapest 0, 1, 2, … homes of rank ≤ top, of a class no more than there are."""
    steps = [0]
    for cost, rank, supply in rows:
        for _ in range(min(supply, room + 1 - len(steps)) if rank <= top else 0):
            steps.append(steps[-1] + cost)
        if len(steps) > room:
            break
    return steps


def check_stages(b: Bundle) -> Iterator[Check]:
    """One check a stage: its value computed again, and what the certificate proves of it."""
    proof = Proof(b)
    names = [name for name in proof.names if name != "earliest" or proof.values[0]]
    same([row["name"] for row in b["stages"]], names, "阶段不对 | other stages")
    for row in b["stages"]:
        yield attempt(f"V17 {row['name']}", check_stage, proof, row)


def check_stage(proof: Proof, row: Row) -> str:
    at = proof.names.index(row["name"])
    value, status, told = proof.own_value(at, proof.values[at]), row["status"], row.get("bound")
    same(int(row["value"]), value, "阶段值不对 | the value is not what the allocation reaches")
    need(status in ("proved", "claimed", "bounded"), "状态词不对 | an unknown status", status)
    met = told is not None and int(told) == value
    same(status == "proved", met, "状态与界限不符 | status and bound disagree")
    bound, more = proof.proved(at), row["name"] == "served" or row["name"].startswith("max_")
    good = told is None or (bound is not None and (bound <= int(told) if more else bound >= int(told)))
    need(good, "证明达不到所称界限 | the certificate does not reach the bound", bound, told)
    if status == "proved":
        return f"值 {value}，证明最优 | value {value}, proved: none is better"
    zh, en = f"值 {value}，已证界限 {told}", f"value {value}, bound proved {told}"
    if proof.b["round"]["private_needs"] != len(proof.b.needs):
        zh, en = f"{zh}（界限未计入私密条件）", f"{en} (without the private conditions)"
    if status == "claimed":
        raise Beyond(f"{zh}；最优仅由求解程序声称 | {en}; the best there is only by the solver's word", "CLAIMED")
    raise Beyond(f"{zh}；其间未证 | {en}; the gap is not proved", "BOUNDED")


# -- a household's own row ----------------------------------------------------------------------------------------


def check_receipt(b: Bundle, code: str, private: Path | None) -> str:
    text = re.sub(r"[\s-]", "", code.upper()).translate(str.maketrans("018", "OIB"))
    need(re.fullmatch("[A-Z2-7]{28}", text), "回执码应有 28 个字母和数字 | a receipt code has 28 letters and digits")
    salt = base64.b32decode(text[:26] + "======")
    check = base64.b32encode(hashlib.sha256(b"anju/receipt/1\0" + salt).digest()).decode()[:2]
    need(check == text[26:], "回执码抄错了 | the receipt code is mistyped")
    row = next((row for row in b["households"] if row["tag"] == sha(salt, "anju/tag/1")[:16]), None)
    if row is None:
        raise Wrong("公开包中没有您这一户 | your household is not in this bundle", "", "")
    if private is not None:
        found = sha(salt + read(private).strip(), "anju/private/1")
        same(found, row["commit"], "私密行与公布的承诺不符 | the private row is not the one committed to")
    homes = [home["unit_id"] for home in b.homes.get(row["household_id"], [])]
    shown = json.dumps({key: row[key] for key in row if key not in ("tag", "commit")}, ensure_ascii=False)
    return f"您这一户分得 {homes}，公开记录为 {shown} | your household is given {homes}; its public row: {shown}"


# -- all of it ----------------------------------------------------------------------------------------------------

CHECKS: tuple[tuple[str, Callable[[Bundle], str]], ...] = (
    ("V5 principle", check_principle),
    ("V6 seed", check_seed),
    ("V7 order", check_order),
    ("V8 gates", check_gates),
    ("V9 entitlement", check_entitlements),
    ("V10 price", check_prices),
    ("V11 prepayment", check_prepayment),
    ("V12 once", check_once),
    ("V13 demand", check_demand),
    ("V14 access", check_access),
    ("V15 classes", check_classes),
    ("V16 ranks", check_ranks),
)
LIMITS = (
    "计算不能证明：名册上的人确实存在、确住该地；没有人被漏登；志愿是自由填写的；私密条件属实；种子未经挑选。\n"
    "这些靠公示、异议和到场监督。",
    "No computation can show that the people on the roster exist and live there, that nobody was left off it, that\n"
    "choices were made freely, that private conditions are true, or that the seed was not picked to suit. These rest\n"
    "on publication, objections and being there.",
)


def attempt(name: str, test: Callable[..., str], *given: Any) -> Check:
    """One check done, whatever a hostile file makes it run into."""
    found = expected = ""
    try:
        outcome, text = "PASS", test(*given)
    except Wrong as wrong:
        outcome, (text, found, expected) = "FAIL", wrong.args
    except Beyond as beyond:
        text, outcome = (*beyond.args, "UNCHECKED")[:2]
    except Exception as error:  # noqa: BLE001 - whatever it is, the bundle is at fault, and nothing is let pass
        outcome, text, found = "FAIL", "公开包不合格式 | not a valid bundle", f"{type(error).__name__}: {error}"[:300]
    zh, _, en = text.partition(" | ")
    return Check(name, outcome, zh, en, found, expected)


def check_bundle(
    path: Path,
    *,
    root: str | None = None,
    receipt: str | None = None,
    private: Path | None = None,
    opening: Path | None = None,
) -> list[Check]:
    """
    Every check of a bundle, in order; it ends early where the files themselves are not sound.

    path: the folder, or bundle.json. root: the fingerprint as printed on the notice. receipt: a household's code.
    private: a file with the private row that came with the receipt. opening: the file by which an auditor sees all
    private rows.
    """
    b, files, manifest, stages = Bundle(), dict[str, bytes](), dict[str, Any](), list[Check]()

    def opened() -> str:
        found, listed = load(path)
        said = check_bytes(found, listed)
        files.update(found)
        manifest.update(listed)
        return said

    def staged() -> str:
        stages.extend(check_stages(b))
        return ""

    checks = [attempt("V1 bytes", opened)]
    for name, test, *given in (("V2 form", check_form, b, files), ("V3 fingerprint", check_root, manifest, root)):
        if checks[-1].outcome != "FAIL":
            checks.append(attempt(str(name), test, *given))
    if checks[-1].outcome == "FAIL":
        return checks
    if opening is not None:
        checks.append(attempt("V4 opening", check_opening, b, opening))
    checks += [attempt(name, test, b) for name, test in CHECKS]
    if all(check.outcome != "FAIL" for check in checks):
        whole = attempt("V17 stages", staged)
        checks += stages if whole.outcome == "PASS" else [whole]
    if receipt is not None:
        checks.append(attempt("V22 receipt", check_receipt, b, receipt, private))
    return checks


def main(argv: Sequence[str] | None = None) -> int:
    """The command: prints every check; 0 where none failed, else 1."""
    parser = argparse.ArgumentParser(description="核验公开包 · checks a published bundle")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--root", help="公示栏上的指纹 · the fingerprint on the notice")
    parser.add_argument("--receipt", help="回执码 · your receipt code")
    parser.add_argument("--private", type=Path, help="私密行文件 · the file with your private row")
    parser.add_argument("--opening", type=Path, help="审计用开封文件 · the auditor's opening file")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    given = parser.parse_args(argv)
    english = given.lang == "en"
    checks = check_bundle(
        given.bundle, root=given.root, receipt=given.receipt, private=given.private, opening=given.opening
    )
    for check in checks:
        sys.stdout.write(f"{check.outcome:<9} {check.name}: {check.en if english else check.zh}\n")
        if check.found or check.expected:
            sys.stdout.write(f"{'':<9} {'found' if english else '现为'} {check.found}\n")
            sys.stdout.write(f"{'':<9} {'expected' if english else '应为'} {check.expected}\n")
    sys.stdout.write(f"\n{LIMITS[english]}\n")
    return int(any(check.outcome == "FAIL" for check in checks))


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())
