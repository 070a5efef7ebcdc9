"""What the invented Dafeng round is made of: homes, households, names. ``build.py`` turns it into tables."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

AS_OF = date(2021, 5, 28)
DUE_ON = date(2021, 5, 20)
PROJECT = "大丰家园"
OTHER_PROJECT = "云峰佳苑"
VILLAGES = ("云栖坪村", "听松坳村", "稻香湾村", "望星岭村", "映荷塘村", "枕溪村")  # invented
REGION = "9900"  # no province has a number above 83
PHONE = "10200000"  # mobile numbers begin with 13 to 19

# The draw: frozen when both lists had stood and the prepayments were due. Events and numbers are invented too.
FROZEN_ON = date(2021, 5, 21)
TAKE = 3
INVENTED = "演示：号码为虚构，不是真实结果 · an example, the outcome is invented; "
SOURCES: tuple[dict[str, object], ...] = (
    {"kind": "ssq", "name": "演示双色球 甲期", "text": INVENTED + "红球由小到大，再蓝球",
     "occurred_on": date(2021, 5, 23), "value": "02 09 14 20 27 31 + 06"},
    {"kind": "ssq", "name": "演示双色球 乙期", "text": INVENTED + "红球由小到大，再蓝球",
     "occurred_on": date(2021, 5, 25), "value": "05 08 16 19 24 33 + 11"},
    {"kind": "dice", "name": "演示现场掷骰", "text": INVENTED + "到场住户轮流掷，共十二次，依先后",
     "occurred_on": date(2021, 5, 27), "value": "416253314652"},
    {"kind": "digits", "name": "演示指数（备用）", "text": INVENTED + "前三项有未发生的才用：收盘点数去掉小数点",
     "occurred_on": date(2021, 5, 27)},
)  # fmt: skip
SEALED = (f"{VILLAGES[0]}代表", f"{VILLAGES[3]}代表")  # the first opened its number on the day, the second did not come

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
    ("5栋", "1", "01", 4, 12, "60", "59.91", "南"),
    ("5栋", "1", "02", 4, 12, "60", "59.91", "南"),
    ("5栋", "1", "03", 4, 12, "80", "80.33", "南北"),
    ("5栋", "1", "04", 4, 12, "80", "80.33", "南北"),
    ("6栋", "1", "01", 9, 16, "70", "69.58", "南"),
    ("6栋", "1", "02", 9, 16, "50", "49.86", "北"),
    ("6栋", "1", "03", 9, 16, "100", "99.87", "南北"),
)
FLOORS_IN_BUILDING = {"1栋": 6, "2栋": 6, "3栋": 11, "4栋": 11, "5栋": 18, "6栋": 18, "7栋": 6, "2号楼": 6}
RESERVED = {"DF03-1-0202", "DF04-1-0103", "DF06-1-1603", "DF05-1-1204", "DF02-1-0601", "DF01-2-0602"}
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


def home(family: str, demand: str, wish: str, **more: Any) -> Design:
    """A Design; ``demand`` such as ``80+60``."""
    return Design(family, tuple(demand.split("+")) if demand else (), wish, **more)


# Letter: relation, youngest, oldest. Heads and spouses H S (with children), P p (with grown-up children), h s (older),
# Y y (newly married), N (single), O (over 70); C c b A children,
# a one who has moved away; F M parents of the head, G one of 70 and more.
ROLES: dict[str, tuple[str, int, int]] = {
    "H": ("户主", 34, 44),
    "S": ("配偶", 34, 43),
    "P": ("户主", 50, 57),
    "p": ("配偶", 49, 56),
    "h": ("户主", 58, 68),
    "s": ("配偶", 57, 67),
    "O": ("户主", 71, 84),
    "Y": ("户主", 25, 31),
    "y": ("配偶", 23, 29),
    "N": ("户主", 35, 56),
    "C": ("子女", 7, 13),
    "c": ("子女", 1, 6),
    "b": ("子女", 1, 3),
    "A": ("子女", 21, 29),
    "a": ("女儿", 27, 33),
    "F": ("父亲", 66, 69),
    "M": ("母亲", 65, 69),
    "G": ("母亲", 71, 86),
}

DESIGNS = (
    # one person: six leave the demand open (20 to 70 m² is one home whichever it is)
    home("N", "60", "single"),
    home("O", "50", "walk", access_need="low_floor"),
    home("N", "", "single"),
    home("N", "", "single"),
    home("N", "", "single"),
    home("N", "", "single"),
    home("O", "", "single", note="独居老人"),
    home("N", "", "any"),
    # two persons
    home("hsa", "100", "popular", note="女儿户口已迁出，不计入安置人口"),
    home("HC", "100", "low"),
    home("Yy", "80", "unit:DF05-1-0803"),
    home("hs", "120", "any"),
    home("HC", "80+70", "layouts", bonus=1),
    home("Hc", "80+60", "popular", bonus=1),
    home("hs", "50+50", "popular"),
    home("Yy", "50+50", "layouts"),
    home("hs", "50+50", "any"),
    home("Yy", "60+50", "popular"),
    home("HC", "60+50", "layouts"),
    home("hs", "60+50", "walk", access_need="low_floor", disabled=True),
    home("PA", "60+60", "popular"),
    home("hs", "60+60", "high"),
    home("Os", "70+50", "lift", access_need="step_free"),
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
    home("Yyb", "70+70", "popular", together="B", note="与父母同栋"),
    home("HSC", "70+70", "popular"),
    home("HSG", "70+70", "walk", access_need="low_floor"),
    home("HSC", "80+60", "tight", pays="tight"),
    home("Yyb", "80+60", "together", together="A", note="与父母同栋"),
    home("PpA", "80+60", "popular", pays="refund"),
    home("hsA", "100+60", "layouts"),
    home("hsA", "100+50", "together", together="B", note="与已婚子女同栋"),
    home("HSC", "60+50+50", "popular"),
    home("HSc", "60+50+50", "high"),
    home("hsA", "60+50+50", "any"),
    home("HSG", "60+50+50", "low"),
    home("PpA", "50+50+50", "popular", low_income=True, note="低保户"),
    home("hsA", "60+60+50", "layouts"),
    # four persons
    home("HSCc", "100+100", "popular"),
    home("HSCc", "120+80", "layouts"),
    home("hsAA", "120+80", "layouts"),
    home("HSCC", "120+80", "any", low_income=True, note="低保户"),
    home("HSCc", "120+70", "layouts"),
    home("HSCG", "100+80", "lift", access_need="step_free", disabled=True),
    home("HSCc", "70+70+60", "layouts"),
    home("hsAA", "70+70+60", "high"),
    home("hsAA", "80+60+60", "together", together="A", note="与已婚子女同栋"),
    home("HSCc", "80+70+60", "layouts"),
    home("PpAA", "80+70+60", "high", pays="short_cured"),
    home("HSCM", "80+70+50", "layouts"),
    home("HSCM", "80+80+70", "layouts", bonus=1),
    # five and six persons
    home("HSCFM", "80+80+70", "layouts"),
    home("HSCCG", "100+80+60", "layouts"),
    home("HSCFM", "120+80+50", "layouts"),
    home("HSCcM", "80+80+80", "tight", pays="tight"),
    home("HSCFG", "100+80+70", "layouts"),
    home("HSCcFM", "120+100+80", "layouts"),
    home("HSCcFG", "80+80+70+70", "layouts"),
)

SURNAMES = "李王张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
MALE = [a + b for a in "定望行砚仲青朝稻立鹤远思守牧景知" for b in "松田禾岩栋舟椿渠云樵川石"] + list("砺屿耕桉崧楠")
FEMALE = [a + b for a in "采秋映素枕听棠知照若云杏竹蕴" for b in "薇穗荷梅月兰梨棉水露蘅"] + list("菱苓茉苇楹")
RARE_NAMES = {3: "王𠮷安", 26: "周㛃", 58: "欧阳鹤年"}  # outside the basic plane · rare · a surname of two characters
