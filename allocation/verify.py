#!/usr/bin/env python3
"""
核验公开包：不用安居系统，不联网，不需要相信任何人。

    python verify.py BUNDLE [--root 指纹] [--pool 冻结指纹] [--key 公钥] [--receipt 回执码 [--name 姓名]] [--lang en]

Checks a published bundle without anju, network or trust in anybody: its folder, or its one file bundle.json. Needs
Python 3.11 or later and nothing else. What the bundle claims is computed again in whole numbers and fractions and must
be the same; unknown keys are refused; what cannot be checked is said. Format, formulas, checks: docs/bundle.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from heapq import heapify, heappop
from itertools import accumulate, combinations_with_replacement, groupby, product
from math import comb, floor, inf, prod
from pathlib import Path
from typing import Any

# fmt: off
Row = dict[str, Any]  # from here on tables and formulas keep the shape in which they are read
FORMAT = "anju/bundle/2"
SIZE_MAX = 64 * 2**20  # bytes of one file
WORK_MAX = 2 * 10**10  # steps for the proofs: a hostile bundle cannot keep this program busy for ever
SETS_MAX = 2_000_000  # homes in all sets listed for one household
NEEDS = ("none", "low_floor", "step_free")
FILTERS = ("project", "building", "entrance", "layout", "orientation", "unit_id")
CHANCES = {"ssq": ("([0-9]{2} ){6}[+] [0-9]{2}", 0), "dice": ("[1-6]+", 6), "digits": ("[0-9]+", 10),
           "beacon": ("[0-9a-f]{32,}", 16)}

# Every key there is, by the kind of its values; * = a list of them, ** = {any name: value}. Whatever else is refused.
KEYS = {
    "text": "building by construction document entrance field figures** format household_id id item kind layout mark "
            "name needs_seen* nonce number objection_id orientation per per_m2 price principle project projects* "
            "reasons* restarted_by* room seed share signed software stage status subject tag text title top_floor "
            "unit_id unserved* value village who without*",
    "hash": "commit commitment earlier* key papers** policy_hash pool_root root",
    "date": "as_of filed_on frozen_on occurred_on published_on resolved_on signed_on withdrawn_on working_days*",
    "count": "area at_most_heads band bonus_persons choice count days demand** entitlement heads layouts** limit "
             "m2_per_person max_choices max_m2 max_units min_m2 order order_no original over_m2 persons plus "
             "priority_class private_needs rank standard take together under_m2",
    "whole": "amount floor floor_max floor_min low_floor_max paid",
    "flag": "at_most each moves_on_holiday priority_first step_free working", "big": "bound prices* reached weights*",
    "row": "additions* allocation* bands* certificate* choices* draw ends* extra* gate households* leaves* left_out* "
           "limits* lines* manifest objections* parts periods* publications* quota reach round rules sealed* sequence "
           "signature sources* stages* statements* units* withheld*",
}
KIND = {key.rstrip("*"): (kind, key.count("*")) for kind, keys in KEYS.items() for key in keys.split()}
FORMS = {"text": r"[^\x00-\x1f\x7f]{0,4000}", "hash": "[0-9a-f]{64}", "big": "-?[1-9][0-9]{15,299}",
         "date": r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"}

# Every sentence of a check, Chinese and English: what it is and what PASS says; why it says something else.
WORDS: dict[str, list[str]] = json.loads("""{
"V1": ["格式：{rows} 行，键与值都合格式，写法唯一，哈希都在一个指纹之下；规则没有写入、因此不核的：{without}", "form: {rows} rows, every key and value as the format says, written in one way, all under one fingerprint; not in its rules, so not checked: {without}"],
"V3": ["指纹：与您给出的一致：{words} {root}", "fingerprint: it is the one you gave: {words} {root}"],
"V4": ["签名：由您给出的办公室公钥签署：{key}", "signature: by the office's key that you gave: {key}"],
"V5": ["冻结：名册、房源、规则与摇号办法于 {day} 冻结，先于全部公开事件；指纹与您给出的一致：{words}", "freeze: roster, homes, rules and method frozen on {day}, before every event; its fingerprint is the one you gave: {words}"],
"V6": ["种子：由 {used} 得出，{bits} 比特；未发生而跳过：{passed}；封存未开：{blank}", "seed: made of {used}, {bits} bits; passed over as not having taken place: {passed}; sealed and not opened: {blank}"],
"V7": ["顺序：{n} 个选房顺序号重算一致", "order: {n} order numbers computed again"],
"V8": ["参加：{n} 户参加，{out} 户（套）未参加，每条理由都重算过", "gates: {n} households take part, {out} households or homes do not; every reason computed again"],
"V9": ["指标：{n} 户的指标重算一致", "entitlement: {n} entitlements computed again"],
"V10": ["房款：{units} 套的加价项、{n} 张结算单重算一致，预缴都不少于房款的 {share}", "price: the lines of {units} homes and {n} statements computed again; all prepaid at least {share} of it"],
"V12": ["一房一户：{units} 套各分一次；{n} 户得房，{unserved} 户未得", "once: {units} homes each given once; {n} households served, {unserved} not"],
"V13": ["需求：{n} 户的户型、面积、套数、同栋都符合", "demand: layouts, area, number of homes and one building are kept for {n} households"],
"V14": ["无障碍：没有私密需求", "access: there are no private needs"],
"V15": ["配对：{n} 类相同的房，类内按摇号配对", "pairing: {n} classes of alike homes, paired by the draw inside each"],
"V16": ["名次：{n} 套的志愿名次重算一致，自第 1 志愿起：{profile}", "ranks: the ranks of {n} homes computed again; from rank 1 on: {profile}"],
"V17": ["最优：{stage} 值 {reached}，已证没有更好的", "best: {stage} value {reached}, proved: none is better"],
"V22": ["回执：您是 {household_id}，顺序号 {order}，分得 {homes}，名次 {ranks}，房款 {price} 元；承诺打开：{name}，无障碍需求 {need}", "receipt: you are {household_id}, order number {order}; homes {homes}, ranks {ranks}, price {price} yuan; the commitment opens: {name}, access need {need}"],
"differs": ["{at} 不符", "{at} is wrong"], "not_valid": ["不是有效的公开包", "not a valid bundle"], "nothing": ["无", "none"],
"compare": ["{words} {root}：请与公告逐字比对，没有比对只知其自身一致", "{words} {root}: compare with the notice; until then it is only known to agree with itself"],
"compare_key": ["签名有效，公钥 {key}：请与办公室公布的公钥比对", "valid, by the key {key}: compare it with the one the office has published"],
"unsigned": ["没有签名", "there is none"],
"no_library": ["有签名；本机没有 cryptography 程序库，未核", "there is one; this computer lacks the library cryptography, so it was not checked"],
"free_seed": ["种子是办公室写的文字，没有与冻结的名册和公开事件绑定，可能挑选过", "the seed is a text the office wrote, not bound to a frozen roster and public events: it could have been picked to suit"],
"shape": ["本程序不核：{what}", "not checked by this program: {what}"],
"no_gate": ["{n} 户参加，{out} 户（套）未参加；预缴以外的理由都重算过，预缴本程序不核：{what}", "{n} households take part, {out} households or homes do not; every reason but prepayment computed again; prepayment is not checked by this program: {what}"],
"private": ["{n} 户有私密的无障碍需求，哪些户不公布；各户可凭回执核对自己的房", "{n} households have a private access need; which ones is not public; each can check its own homes by its receipt"],
"claimed": ["{stage} 值 {reached}，已证界限 {bound}；最优只由求解程序声称", "{stage} value {reached}, bound proved {bound}; that it is the best is the solver's word only"],
"bounded": ["{stage} 值 {reached}，已证界限 {bound}；其间未证", "{stage} value {reached}, bound proved {bound}; the gap is not proved"],
"name_too": ["您是 {household_id}，顺序号 {order}，分得 {homes}，名次 {ranks}，房款 {price} 元；再给出全名可打开承诺", "you are {household_id}, order number {order}; homes {homes}, ranks {ranks}, price {price} yuan; with your full name the commitment can be opened"],
"limits": ["计算不能证明：名册上的人确实存在、确住该地；没有人被漏登；志愿是自由填写的；私密需求属实。这些靠公示、异议和到场监督。", "No computation can show that the people on the roster exist and live there, that nobody was left off it, that choices were made freely, or that private needs are true. These rest on publication, objections and being there."]
}""")  # noqa: E501 - one sentence, one line: a table, not code

# The 2,048 simplified characters of BIP-39 (MIT licence, © 2013-2016 Pavol Rusnak), 11 bits each.
CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严首底液官德随病苏失尔死讲配女黄推显谈罪神艺呢席含企望密批营项防举球英氧势告李台落木帮轮破亚师围注远字材排供河态封另施减树溶怎止案言士均武固叶鱼波视仅费紧爱左章早朝害续轻服试食充兵源判护司足某练差致板田降黑犯负击范继兴似余坚曲输修故城夫够送笔船占右财吃富春职觉汉画功巴跟虽杂飞检吸助升阳互初创抗考投坏策古径换未跑留钢曾端责站简述钱副尽帝射草冲承独令限阿宣环双请超微让控州良轴找否纪益依优顶础载倒房突坐粉敌略客袁冷胜绝析块剂测丝协诉念陈仍罗盐友洋错苦夜刑移频逐靠混母短皮终聚汽村云哪既距卫停烈央察烧迅境若印洲刻括激孔搞甚室待核校散侵吧甲游久菜味旧模湖货损预阻毫普稳乙妈植息扩银语挥酒守拿序纸医缺雨吗针刘啊急唱误训愿审附获茶鲜粮斤孩脱硫肥善龙演父渐血欢械掌歌沙刚攻谓盾讨晚粒乱燃矛乎杀药宁鲁贵钟煤读班伯香介迫句丰培握兰担弦蛋沉假穿执答乐谁顺烟缩征脸喜松脚困异免背星福买染井概慢怕磁倍祖皇促静补评翻肉践尼衣宽扬棉希伤操垂秋宜氢套督振架亮末宪庆编牛触映雷销诗座居抓裂胞呼娘景威绿晶厚盟衡鸡孙延危胶屋乡临陆顾掉呀灯岁措束耐剧玉赵跳哥季课凯胡额款绍卷齐伟蒸殖永宗苗川炉岩弱零杨奏沿露杆探滑镇饭浓航怀赶库夺伊灵税途灭赛归召鼓播盘裁险康唯录菌纯借糖盖横符私努堂域枪润幅哈竟熟虫泽脑壤碳欧遍侧寨敢彻虑斜薄庭纳弹饲伸折麦湿暗荷瓦塞床筑恶户访塔奇透梁刀旋迹卡氯遇份毒泥退洗摆灰彩卖耗夏择忙铜献硬予繁圈雪函亦抽篇阵阴丁尺追堆雄迎泛爸楼避谋吨野猪旗累偏典馆索秦脂潮爷豆忽托惊塑遗愈朱替纤粗倾尚痛楚谢奋购磨君池旁碎骨监捕弟暴割贯殊释词亡壁顿宝午尘闻揭炮残冬桥妇警综招吴付浮遭徐您摇谷赞箱隔订男吹园纷唐败宋玻巨耕坦荣闭湾键凡驻锅救恩剥凝碱齿截炼麻纺禁废盛版缓净睛昌婚涉筒嘴插岸朗庄街藏姑贸腐奴啦惯乘伙恢匀纱扎辩耳彪臣亿璃抵脉秀萨俄网舞店喷纵寸汗挂洪贺闪柬爆烯津稻墙软勇像滚厘蒙芳肯坡柱荡腿仪旅尾轧冰贡登黎削钻勒逃障氨郭峰币港伏轨亩毕擦莫刺浪秘援株健售股岛甘泡睡童铸汤阀休汇舍牧绕炸哲磷绩朋淡尖启陷柴呈徒颜泪稍忘泵蓝拖洞授镜辛壮锋贫虚弯摩泰幼廷尊窗纲弄隶疑氏宫姐震瑞怪尤琴循描膜违夹腰缘珠穷森枝竹沟催绳忆邦剩幸浆栏拥牙贮礼滤钠纹罢拍咱喊袖埃勤罚焦潜伍墨欲缝姓刊饱仿奖铝鬼丽跨默挖链扫喝袋炭污幕诸弧励梅奶洁灾舟鉴苯讼抱毁懂寒智埔寄届跃渡挑丹艰贝碰拔爹戴码梦芽熔赤渔哭敬颗奔铅仲虎稀妹乏珍申桌遵允隆螺仓魏锐晓氮兼隐碍赫拨忠肃缸牵抢博巧壳兄杜讯诚碧祥柯页巡矩悲灌龄伦票寻桂铺圣恐恰郑趣抬荒腾贴柔滴猛阔辆妻填撤储签闹扰紫砂递戏吊陶伐喂疗瓶婆抚臂摸忍虾蜡邻胸巩挤偶弃槽劲乳邓吉仁烂砖租乌舰伴瓜浅丙暂燥橡柳迷暖牌秧胆详簧踏瓷谱呆宾糊洛辉愤竞隙怒粘乃绪肩籍敏涂熙皆侦悬掘享纠醒狂锁淀恨牲霸爬赏逆玩陵祝秒浙貌役彼悉鸭趋凤晨畜辈秩卵署梯炎滩棋驱筛峡冒啥寿译浸泉帽迟硅疆贷漏稿冠嫩胁芯牢叛蚀奥鸣岭羊凭串塘绘酵融盆锡庙筹冻辅摄袭筋拒僚旱钾鸟漆沈眉疏添棒穗硝韩逼扭侨凉挺碗栽炒杯患馏劝豪辽勃鸿旦吏拜狗埋辊掩饮搬骂辞勾扣估蒋绒雾丈朵姆拟宇辑陕雕偿蓄崇剪倡厅咬驶薯刷斥番赋奉佛浇漫曼扇钙桃扶仔返俗亏腔鞋棱覆框悄叔撞骗勘旺沸孤吐孟渠屈疾妙惜仰狠胀谐抛霉桑岗嘛衰盗渗脏赖涌甜曹阅肌哩厉烃纬毅昨伪症煮叹钉搭茎笼酷偷弓锥恒杰坑鼻翼纶叙狱逮罐络棚抑膨蔬寺骤穆冶枯册尸凸绅坯牺焰轰欣晋瘦御锭锦丧旬锻垄搜扑邀亭酯迈舒脆酶闲忧酚顽羽涨卸仗陪辟惩杭姚肚捉飘漂昆欺吾郎烷汁呵饰萧雅邮迁燕撒姻赴宴烦债帐斑铃旨醇董饼雏姿拌傅腹妥揉贤拆歪葡胺丢浩徽昂垫挡览贪慰缴汪慌冯诺姜谊凶劣诬耀昏躺盈骑乔溪丛卢抹闷咨刮驾缆悟摘铒掷颇幻柄惠惨佳仇腊窝涤剑瞧堡泼葱罩霍捞胎苍滨俩捅湘砍霞邵萄疯淮遂熊粪烘宿档戈驳嫂裕徙箭捐肠撑晒辨殿莲摊搅酱屏疫哀蔡堵沫皱畅叠阁莱敲辖钩痕坝巷饿祸丘玄溜曰逻彭尝卿妨艇吞韦怨矮歇"  # noqa: E501 - a table, not code
class Verdict(Exception):
    """What a check says that is no PASS: its outcome, a key of WORDS, what fills the sentence."""

def need(good: object, at: str, found: object = "", expected: object = "") -> None:
    if not good:
        raise Verdict("FAIL", "differs", {"at": at, "found": found, "expected": expected})
def same(found: Any, expected: Any, at: str) -> None:  # says where the two first differ
    if canonical(found) != canonical(expected):
        if type(found) is type(expected) and type(found) in (dict, list):
            one, other = (dict(part.items() if type(part) is dict else enumerate(part)) for part in (found, expected))
            for key in [*one, *other]:
                same(one.get(key), other.get(key), f"{at}.{key}")
        need(False, at, found, expected)

def sha(data: bytes, label: str = "") -> str:  # the label keeps a hash from posing as one of another kind
    return hashlib.sha256(label.encode() + b"\0" + data if label else data).hexdigest()
def canonical(value: object) -> bytes:  # the one written form
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

def read(path: Path) -> bytes:
    need(path.is_file(), path.name, "", "a file")
    with path.open("rb") as file:
        data = file.read(SIZE_MAX + 1)
    need(len(data) <= SIZE_MAX, path.name, "", f"≤ {SIZE_MAX} bytes")
    return data
def shape(value: Any, key: str, depth: int = 0) -> None:  # every key is known, every value of the kind its key says
    kind, nested = KIND[key]
    if depth < nested and type(value) is (list if nested == 1 else dict):
        for inner in value.values() if type(value) is dict else value:
            shape(inner, key, nested)
    elif kind == "row" and depth == nested and type(value) is dict:
        need(value.keys() <= KIND.keys(), key, sorted(value.keys() - KIND.keys()), "known keys")
        for inner in value:
            shape(value[inner], inner)
    else:
        number = type(value) is int and (kind in ("whole", "big") or (kind == "count" and value >= 0))
        good = (number and abs(value) < 2**53) or (kind == "flag" and type(value) is bool)
        good = good or (type(value) is str and re.fullmatch(FORMS.get(kind, "(?!)"), value))
        need(good and depth == nested, key, value, kind)

def tree(part: Any) -> str:  # the hash of a part by its rows, paired level by level (RFC 6962)
    level = [bytes.fromhex(sha(canonical(row), "anju/leaf/1")) for row in (part if type(part) is list else [part])]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [bytes.fromhex(sha(b"".join(p), "anju/node/1")) if len(p) == 2 else p[0] for p in pairs]
    return level[0].hex() if level else sha(b"", "anju/tree/1")
def in_words(root: str) -> str:  # 24 characters that people can compare: the 256 bits and 8 of their own hash
    number = int(root + sha(bytes.fromhex(root))[:2], 16)
    text = "".join(CHARACTERS[number >> shift & 2047] for shift in range(253, -1, -11))
    return " ".join(text[at : at + 4] for at in range(0, 24, 4))
def compared(root: str, given: str | None, **told: object) -> Row:
    told = {"words": in_words(root), "root": root, **told}
    if given is None:
        raise Verdict("UNCHECKED", "compare", told)
    typed = re.sub(r"\s", "", given)
    need(typed.lower() == root or typed == in_words(root).replace(" ", ""), "root", f"{told['words']} {root}", given)
    return told
def number(text: str) -> Fraction:
    need(re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,30})?", text), "number", text)
    return Fraction(text)
def rounded(value: Fraction) -> int:  # half up, away from zero
    return (1 if value >= 0 else -1) * floor(abs(value) + Fraction(1, 2))
def covers(leaves: list[Any], depth: int) -> bool:  # whether limits are the ends of splits of everything in two
    if len(leaves) == 1 and len(leaves[0]) == depth:
        return True
    heads = {(limits[depth]["household_id"], limits[depth]["rank"]) for limits in leaves}
    sides = [[limits for limits in leaves if limits[depth]["at_most"] is side] for side in (True, False)]
    return len(heads) == 1 and all(sides) and all(covers(side, depth + 1) for side in sides)

class Bundle:
    """A bundle and its checks. Each returns what fills its sentence in WORDS."""
    def open(self, path: Path) -> Row:
        data = read(path / "bundle.json" if path.is_dir() else path)
        both, inside = json.loads(data.decode()), data.replace(b"<", rb"\u003c")
        need(canonical(both) == data, "bundle.json", "", "canonical JSON")
        shape(both, "parts")
        self.manifest, self.parts, parts = both["manifest"], both["parts"], both["parts"]
        self.head, self.rules, self.papers = parts["round"], parts["rules"], self.manifest["papers"]
        for part, key in (("households", "household_id"), ("units", "unit_id"), ("objections", "objection_id")):
            ids = [row[key] for row in parts[part]]
            need(ids == sorted(set(ids)), part, "", "sorted, once")
        self.households = {row["household_id"]: row for row in parts["households"]}
        self.units = {row["unit_id"]: row for row in parts["units"]}
        self.seed, self.per, self.worst = self.head["seed"], self.rules["per"], self.rules["max_choices"] + 1
        self.keys = {own: sha(f"{self.seed}|{own}".encode()) for own in self.households}  # a draw sorts by them
        out = {(key, row[key]) for row in parts["left_out"] for key in row if key != "reasons"}
        self.offered = [own for own in self.units if ("unit_id", own) not in out]
        taking = [(row["order"], own) for own, row in self.households.items() if ("household_id", own) not in out]
        self.slots = [own for _, own in sorted(taking)]
        self.given = {own: list(rows) for own, rows in groupby(parts["allocation"], lambda row: row["household_id"])}
        self.homes = {own: [self.units[row["unit_id"]] for row in rows] for own, rows in self.given.items()}
        steps = sum(len(proof["leaves"]) for proof in parts["certificate"]) * len(self.households) * len(self.units)
        small = steps * self.worst <= WORK_MAX and max(self.worst, self.rules["reach"]["max_units"]) <= 101
        need(small and self.per in ("unit", "household"), "rules", steps)
        if path.is_dir():  # verify.html has the bundle inside; its hash is that of the page without it
            found = {f.name: sha(read(f).replace(inside, b"")) for f in path.iterdir() if f.name != "bundle.json"}
            same(found, self.papers, "papers")
        covered = {"format": FORMAT, "papers": self.papers, "trees": {name: tree(part) for name, part in parts.items()}}
        told = [self.manifest["format"], self.head["format"], self.manifest["root"]]
        same(told, [FORMAT, FORMAT, sha(canonical(covered), "anju/root/1")], "format, root")
        return {"rows": sum(map(len, parts.values())), "without": self.rules["without"]}

    def signature(self, key: str | None) -> Row:
        own, signed = (self.manifest.get("signature", {}).get(name) for name in ("key", "signed"))
        need(key in (None, own), "signature.key", own, key)
        if own is None:
            raise Verdict("UNCHECKED", "unsigned", {})
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError:
            raise Verdict("UNCHECKED", "no_library", {}) from None
        text = f"anju/signature/1:{self.manifest['root']}".encode()
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(own)).verify(bytes.fromhex(signed), text)
        if key is None:
            raise Verdict("UNCHECKED", "compare_key", {"key": own})
        return {"key": own}
    def rule(self, where: Row, name: str, key: str = "shape") -> Any:
        if name not in where:
            raise Verdict("UNCHECKED", key, {"what": self.rules["without"]})
        return where[name]

    def freeze(self, given: str | None) -> Row:
        draw, later = self.rule(self.head, "draw", "free_seed"), ("order", "paid", "tag", "commit", "status", "lines")
        pool: Row = {part: tree([{key: row[key] for key in row if key not in later} for row in self.parts[part]])
                for part in ("households", "units")}
        pool |= {"format": "anju/pool/1", "rules": tree(self.rules), **{k: draw[k] for k in ("frozen_on", "take")},
                 "sources": [{key: row[key] for key in row if key != "value"} for row in draw["sources"]],
                 "sealed": [[row["who"], row["commitment"]] for row in draw["sealed"]]}
        same(draw["pool_root"], sha(canonical(pool), "anju/pool/1"), "draw.pool_root")
        for row in draw["sources"]:
            last = self.head["as_of"] if "value" in row else "9"
            need(draw["frozen_on"] < row["occurred_on"] <= last, row["name"], row["occurred_on"], draw["frozen_on"])
        return compared(draw["pool_root"], given, day=draw["frozen_on"])
    def draw_seed(self) -> Row:
        draw, chances = self.rule(self.head, "draw", "free_seed"), 1
        used = [row for row in draw["sources"] if "value" in row][: draw["take"]]
        need(len(used) == draw["take"] >= 2, "draw.take", len(used), f"{draw['take']} ≥ 2")
        for row in used:
            form, base = CHANCES[row["kind"]]
            *red, blue = [int(n) for n in re.findall("[0-9]+", row["value"])] if not base else (1, 1)
            good = red == sorted(set(red)) and 1 <= red[0] and red[-1] <= 33 and 1 <= blue <= 16
            need(re.fullmatch(form, row["value"]) and good, row["name"], row["value"], form)
            chances *= base ** len(row["value"]) or comb(33, 6) * 16
        need(chances >= 2**64 and len({s["name"] for s in draw["sources"]}) == len(draw["sources"]), "sources", chances)
        for row in draw["sealed"]:
            text = f"{row.get('nonce', '')}|{row.get('number', '')}"
            fits = re.fullmatch(r"[0-9a-f]{16,64}\|[0-9]{1,40}", text) and sha(text.encode(), "anju/sealed/1")
            need(text == "|" or fits == row["commitment"], row["who"], text, row["commitment"])
        listed = [{key: row[key] for key in ("kind", "name", "value")} for row in used]
        listed += [{"kind": "resident", "name": s["who"], "value": s.get("number", "")} for s in draw["sealed"]]
        same(self.seed, sha(draw["pool_root"].encode() + b"\0" + canonical(listed), "anju/seed/1"), "round.seed")
        return {"used": [row["name"] for row in used], "bits": chances.bit_length() - 1,
                "passed": [r["name"] for r in draw["sources"][: draw["sources"].index(used[-1])] if "value" not in r],
                "blank": [sealed["who"] for sealed in draw["sealed"] if "number" not in sealed]}
    def order(self) -> Row:
        rule, places = self.rule(self.rules, "sequence"), []
        for own, row in self.households.items():
            first = row.get("priority_class", inf) if rule["priority_first"] else 0
            places.append((first, 0 if rule["by"] == "draw" else row[rule["by"]], self.keys[own], own))
        expected = {own: n for n, (*_, own) in enumerate(sorted(places), 1)}
        same({own: row["order"] for own, row in self.households.items()}, expected, "order")
        return {"n": len(expected)}

    def stood(self, period: Row) -> bool:  # a document, its period, on the day judged; day 1 is the day after it is out
        rows = sorted((row["published_on"], row["days"], row.get("withdrawn_on", "9"), row["document"])
                      for row in self.parts["publications"])
        up = [row for row in rows if row[3] == period["document"] and row[0] <= self.head["as_of"] < row[2]]
        again = [day for name in period["restarted_by"] for day in [row[0] for row in rows if row[3] == name][1:]]
        if not up or any(up[-1][0] < day <= self.head["as_of"] for day in again):
            return False
        since, days = up[-1][0], min(max(up[-1][1], period["days"]), 4000)
        last = (date.fromisoformat(since) + timedelta(days)).isoformat()
        if days and (period["working"] or period["moves_on_holiday"]):
            working = [day for day in self.head["working_days"] if day > since]
            last = working[days - 1] if period["working"] else next(day for day in working if day >= last)
        return bool(self.head["as_of"] > last)
    def gates(self) -> Row:
        due, gate, projects = dict[str, list[str]](), self.rules.get("gate"), self.head["projects"]
        said = [[f"demand {r['household_id']}" if "household_id" in r else f"units {r['unit_id']}", r["reasons"]]
                for r in self.parts["left_out"]]
        unpaid = {own for own, reasons in said if "prepayment" in reasons}
        still = [o for o in self.parts["objections"] if o["filed_on"] <= self.head["as_of"] < o.get("resolved_on", "9")]
        for period, rows in zip(self.rules["periods"], (self.households, self.units), strict=True):
            document, stood = period["document"], self.stood(period)
            for own in rows:
                against = any(o["document"] == document and o["subject"] in (own, "*") for o in still)
                due[f"{document} {own}"] = ["publicity"] * (not stood) + ["objection"] * against
        for own, row in self.households.items():
            short = f"demand {own}" in unpaid  # taken as it is said where the rule is not told
            if gate is not None:
                area = sum(count * gate["layouts"].get(layout, 0) for layout, count in row.get("demand", {}).items())
                least = rounded((area if "demand" in row else row["entitlement"]) * number(gate["per_m2"]))
                short = row["paid"] < least != 0
            due[f"demand {own}"] += ["prepayment"] * short
        for own, unit in self.units.items():
            found = {"other_project": projects and unit["project"] not in projects,
                     unit["status"]: unit["status"] != "available",
                     "joint_self_built": unit["construction"] == "joint_self_built"}
            due[f"units {own}"] += [reason for reason, holds in found.items() if holds]
        same(said, [[own, reasons] for own, reasons in due.items() if reasons], "left_out")
        told = {"n": len(self.slots), "out": len(said), "what": self.rules["without"]}
        if gate is None:
            raise Verdict("UNCHECKED", "no_gate", told)
        return told
    def entitlements(self) -> Row:
        rule, expected = self.rule(self.rules, "quota"), {}
        for own, row in self.households.items():
            more = [(row["bonus_persons"] * extra["heads"], extra.get("at_most_heads", inf)) for extra in rule["extra"]]
            heads = row["persons"] + sum(min(pair) for pair in more)
            expected[own] = min(max(heads * rule["m2_per_person"], rule["min_m2"]), rule.get("max_m2", inf))
        same({own: row["entitlement"] for own, row in self.households.items()}, expected, "entitlement")
        return {"n": len(expected)}

    def bands(self, row: Row, total: int) -> int | None:  # what a total area costs; None = it may not be so much
        cost, start = 0, 0
        for band in self.rules["bands"]:
            end = max((row[e["mark"]] + e["plus"] if e["mark"] else e["plus"] for e in band["ends"]), default=total)
            if (area := min(end, total) - start) > 0:
                if "price" not in band:
                    return None
                cost, start = cost + rounded(area * number(band["price"])), start + area
        return None if total > row.get("limit", total) else cost
    def prices(self) -> Row:
        lines, expected, share = {own: list[Row]() for own in self.units}, [], number(self.rules["share"])
        for own, unit in self.units.items():
            for rule in self.rules["additions"]:
                look = str(unit[rule["by"]]) if rule["by"] else "*"
                if (price := rule["figures"].get(look, rule["figures"].get("*"))) is not None:
                    amount = rounded((100 if rule["each"] else unit["area"]) * number(price))
                    lines[own].append({"item": rule["item"], "price": price, "amount": amount})
        same({own: unit["lines"] for own, unit in self.units.items()}, lines, "units.lines")
        self.adds = {own: sum(line["amount"] for line in lines[own]) for own in lines}
        for own, units in self.homes.items():
            row, area = self.households[own], sum(unit["area"] for unit in units)
            bands, adds = self.bands(row, area), sum(self.adds[unit["unit_id"]] for unit in units)
            need(bands is not None, f"{own}.area", area, "allowed")
            amount = adds + (bands or 0)
            need(not share or amount * share <= row["paid"], f"{own}.paid", row["paid"], f"≥ {amount} × {share}")
            expected.append({"household_id": own, "area": area, "amount": amount})
        same(self.parts["statements"], expected, "statements")
        return {"units": len(self.units), "n": len(expected), "share": share}
    def once(self) -> Row:
        pairs = [[row["household_id"], row["unit_id"]] for row in self.parts["allocation"]]
        given, unserved = {unit_id for _, unit_id in pairs}, sorted(set(self.slots) - set(self.homes))
        need(pairs == sorted(pairs) and len(given) == len(pairs), "allocation", "", "sorted, once")
        same(sorted((given - set(self.offered)) | (set(self.homes) - set(self.slots))), [], "allocation")
        same(self.parts["unserved"], unserved, "unserved")
        return {"units": len(pairs), "n": len(self.homes), "unserved": len(unserved)}

    def fits(self, row: Row, area: int, homes: int) -> bool:  # open demand
        reach, least = self.rules["reach"], row["entitlement"] - self.rules["reach"]["under_m2"]
        most = min(row["entitlement"] + reach["over_m2"], row.get("limit", inf))
        return bool(least <= area <= most and homes <= reach["max_units"])
    def demand(self) -> Row:
        sites: dict[int, set[tuple[str, str]]] = {}
        for own, units in self.homes.items():
            row, area = self.households[own], sum(unit["area"] for unit in units)
            if "demand" in row:
                same(Counter(unit["layout"] for unit in units), row["demand"], own)
            need("demand" in row or self.fits(row, area, len(units)), own, area, self.rules["reach"])
            if "together" in row:
                sites.setdefault(row["together"], set()).update((unit["project"], unit["building"]) for unit in units)
                need(len(sites[row["together"]]) == 1, own, sorted(sites[row["together"]]), "one building")
        return {"n": len(self.homes)}
    def access(self) -> Row:
        if self.head["private_needs"]:
            raise Verdict("PRIVATE", "private", {"n": self.head["private_needs"]})
        return {}

    def classes(self) -> Row:
        rows, found = [self.households[own] for own in self.slots], dict[str, list[str]]()
        choices = [choice for row in rows for choice in row.get("choices", ())]
        keys, named = {key for row in [*rows, *choices] for key in row}, {choice.get("unit_id") for choice in choices}
        seen = {name for name in FILTERS[:-1] if any(name in choice for choice in choices)}
        seen |= {"floor"} if keys & {"floor_min", "floor_max"} else set()
        seen |= ({"building", "project"} if "together" in keys else set()) | ({"layout"} if "demand" in keys else set())
        for own in self.offered:  # a class: all that a choice, a price or a condition can see of a home
            unit, low = self.units[own], self.units[own]["floor"] <= self.rules["low_floor_max"]
            meets = {"step_free": unit["step_free"], "low_floor": unit["step_free"] or low}
            text = {name: unit[name] for name in seen | ({"unit_id"} if own in named else set())}
            text |= {name: meets[name] for name in self.head["needs_seen"]} | {"area": unit["area"]}
            text["price"] = [[line["item"], line["price"], line["amount"]] for line in unit["lines"]]
            found.setdefault(canonical(text).decode(), []).append(own)
        self.ids, groups = sorted(found), [found[class_id] for class_id in sorted(found)]
        self.firsts, self.supply = [self.units[group[0]] for group in groups], [len(group) for group in groups]
        self.place = {own: c for c, group in enumerate(groups) for own in group}
        self.sites = [(unit["project"], unit["building"]) for unit in self.firsts]
        holders = {row["unit_id"]: row["household_id"] for row in self.parts["allocation"]}
        for group in groups:
            takers = sorted((holders[own] for own in group if own in holders), key=lambda own: self.keys[own])
            same([holders.get(own) for own in group[: len(takers)]], takers, f"pairing {group[0]}")
        return {"n": len(groups)}
    def rank(self) -> Row:  # of every class: the smallest choice that fits, else the worst
        self.ranks, rows = {own: [self.worst] * len(self.firsts) for own in self.slots}, self.parts["allocation"]
        fits = dict[Any, list[int]]()  # many households ask for the same: the classes of each wish are looked up once
        for own in self.slots:
            for choice in sorted(self.households[own].get("choices", ()), key=lambda choice: -choice["choice"]):
                low, high = choice.get("floor_min", -inf), choice.get("floor_max", inf)
                wish = (low, high, *((name, choice[name]) for name in FILTERS if name in choice))
                if wish not in fits:
                    fits[wish] = [c for c, unit in enumerate(self.firsts) if low <= unit["floor"] <= high
                                  and all(unit[name] == value for name, value in wish[2:])]
                for c in fits[wish]:
                    self.ranks[own][c] = choice["choice"]
        expected = [self.ranks[row["household_id"]][self.place[row["unit_id"]]] for row in rows]
        same([row["rank"] for row in rows], expected, "allocation.rank")
        return {"n": len(rows), "profile": [expected.count(rank) for rank in range(1, self.worst + 1)]}

    def stages(self) -> Row:  # their names, what an outcome of every rank counts in them, what the allocation reaches
        levels, worst, ranks = range(self.worst + 1), self.worst, [[r["rank"] for r in g] for g in self.given.values()]
        free = int(self.per == "unit" and any("demand" not in self.households[own] for own in self.slots))
        middle = {
            "leximin": {f"rank_{at}_or_worse": [int(r >= at) for r in levels] for at in range(worst, 1 - free, -1)},
            "rank_maximal": {f"rank_{at}_or_better": [-int(r <= at) for r in levels] for at in range(1, worst + free)},
            "utilitarian": {"sum_of_outcomes": [*levels]}, "order": {"order": [0 for _ in levels]},
        }[self.rules["principle"]]
        self.names, self.tables = ["unserved", "earliest", *middle, "sum_of_ranks", "sum_of_ties"], [*middle.values()]
        homes, self.ties = [rank for own in ranks for rank in own], dict[tuple[str, int], int]()
        outcomes = homes if self.per == "unit" else [max(own) for own in ranks]
        early = sum(2 ** (len(self.slots) - 1 - at) for at, own in enumerate(self.slots) if own not in self.homes)
        ties = sum(self.tie(row["household_id"], self.place[row["unit_id"]]) for row in self.parts["allocation"])
        self.reached = [len(self.slots) - len(self.homes), early,
                        *(sum(table[rank] for rank in outcomes) for table in self.tables), sum(homes), ties]
        self.sets = {own: self.sets_of(self.households[own]) for own in self.slots}
        self.proofs = [(self.names.index(proof["stage"]), proof) for proof in self.parts["certificate"]]
        for at, proof in self.proofs:
            need(covers([leaf["limits"] for leaf in proof["leaves"]], 0), proof["stage"], "", "leaves that cover all")
            for leaf in proof["leaves"]:
                idle = leaf["weights"][1:] if at < 2 else [*leaf["weights"][:2], *leaf["weights"][at + 1 :]]
                good = not any(idle) and (self.rules["principle"] != "order" if at > 1 else not leaf["limits"])
                need(good and len(leaf["weights"]) == len(self.names), proof["stage"], idle, "its own weights only")
        self.joint = max((at for at, proof in self.proofs if self.is_joint(at, proof["leaves"])), default=0)
        listed = [name for name in self.names if name != "earliest" or self.reached[0]]
        same([row["stage"] for row in self.parts["stages"]], listed, "stages")
        return {"stage": "", "reached": ""}
    def sets_of(self, row: Row) -> tuple[list[list[int]], list[Any]]:  # classes alike; every set it may have of them
        share, asked, groups, found = number(self.rules["share"]), row.get("demand"), dict[Any, list[int]](), []
        bound = share or asked is None or "limit" in row or any("price" not in band for band in self.rules["bands"])
        for c, unit in enumerate(self.firsts):
            if asked is None or unit["layout"] in asked:
                size = (unit["area"], self.adds[unit["unit_id"]]) if bound else (0, 0)
                groups.setdefault(("" if asked is None else unit["layout"], *size), []).append(c)
        looks, most, costs = sorted(groups), floor(row["paid"] / share) if share else inf, dict[int, Any]()
        for counts in [{"": n + 1} for n in range(self.rules["reach"]["max_units"])] if asked is None else [asked]:
            kinds = [([g for g, look in enumerate(looks) if look[0] == layout], n) for layout, n in counts.items()]
            if prod(comb(len(kind) + n - 1, n) for kind, n in kinds) * sum(counts.values()) > SETS_MAX:
                raise Verdict("UNCHECKED", "shape", {"what": "SETS_MAX"})
            for parts in product(*(combinations_with_replacement(kind, n) for kind, n in kinds)):
                homes = [g for part in parts for g in part]
                area, adds = (sum(looks[g][at] for g in homes) for at in (1, 2))
                cost = costs[area] if area in costs else costs.setdefault(area, self.bands(row, area) if bound else 0)
                good = asked is not None or self.fits(row, area, len(homes))
                if good and cost is not None and cost + adds <= most:
                    found.append(dict(Counter(homes)))
        return [groups[look] for look in looks], found
    def tie(self, own: str, c: int) -> int:
        drawn = f"{self.seed}|{own}|{self.ids[c]}".encode()
        return self.ties.get((own, c)) or self.ties.setdefault((own, c), int(sha(drawn)[:12], 16))
    def cheapest(self, own: str, charge: Any, span: tuple[int, int], site: Any) -> Any:  # set with its worst rank in it
        (home, outcome, prices, tie), (groups, options), best = charge, self.sets[own], inf
        ranks, deep = self.ranks[own], max((sum(option.values()) for option in options), default=0)
        for top in range(span[0] + 1 if any(outcome) else span[1], span[1] + 1):
            steps = []
            for group in groups:
                costs, fit = list[int](), [c for c in group if ranks[c] <= top and site in (None, self.sites[c])]
                heap = [(home[ranks[c]] + prices[c], c) for c in fit]
                heapify(heap)
                while deep and heap and (len(costs) < deep or heap[0][0] < costs[-1]):  # a tie number only adds
                    cost, c = heappop(heap)
                    more = [cost + (tie and tie * self.tie(own, c))] * min(deep, self.supply[c])
                    costs = sorted(costs + more)[:deep]
                steps.append([0, *accumulate(costs)])
            for option in options:
                if all(n < len(steps[g]) for g, n in option.items()):
                    best = min(best, outcome[top] + sum(steps[g][n] for g, n in option.items()))
        return best

    def bound(self, leaf: Row, must: set[str]) -> Any:  # what Σ weights × stages cannot go below; inf = nothing fits
        weights, prices, ranks = *([int(n) for n in leaf[key]] for key in ("weights", "prices")), range(self.worst + 1)
        need(min(*weights, *prices) >= 0, "certificate", "", "≥ 0")
        table = [sum(w * t[r] for w, t in zip(weights[2:-2], self.tables, strict=True)) for r in ranks]
        extra = table if self.per == "unit" else [0 for _ in ranks]
        home, outcome = [weights[-2] * r + extra[r] for r in ranks], [a - b for a, b in zip(table, extra, strict=True)]
        spans, groups = dict.fromkeys(self.slots, (0, self.worst)), dict[Any, list[str]]()
        for own, rank, most in ((limit["household_id"], limit["rank"], limit["at_most"]) for limit in leaf["limits"]):
            low, high = spans[own]
            spans[own] = (low, min(high, rank)) if most else (max(low, rank), high)
        for own in self.slots if weights[0] else sorted(must):
            groups.setdefault(self.households[own].get("together", own), []).append(own)
        total: Any = -sum(price * supply for price, supply in zip(prices, self.supply, strict=True))
        for together, members in groups.items():
            sums = []
            for site in set(self.sites) if type(together) is int else [None]:
                costs = [self.cheapest(own, (home, outcome, prices, weights[-1]), spans[own], site) for own in members]
                pairs = zip(members, costs, strict=True)
                sums.append(sum(cost if own in must else min(cost, weights[0]) for own, cost in pairs))
            total += min(sums, default=inf)
        return total
    def least(self, at: int, leaf: Row) -> Any:  # of a stage, those before it being what they are, in one leaf
        bound, weights = self.bound(leaf, set(self.homes) if at else set()), [int(w) for w in leaf["weights"]]
        rest = bound - sum(w * value for w, value in zip(weights[:at], self.reached, strict=False))
        if rest == inf or (rest > 0 and not weights[at]):
            return self.reached[at]
        return -(-rest // weights[at]) if weights[at] else -inf
    def is_joint(self, at: int, leaves: list[Row]) -> bool:  # one leaf that proves all stages from the third to this
        weights, later = [int(w) for w in leaves[0]["weights"]], 0
        asked = [self.households[own].get("demand", {"": self.rules["reach"]["max_units"]}) for own in self.homes]
        for n in range(at, 1, -1):
            if weights[n] <= later:
                return False
            span = 2**48 if n == len(self.names) - 1 else self.worst
            later += weights[n] * span * sum(sum(wants.values()) for wants in asked)
        total = sum(w * value for w, value in zip(weights[2:], self.reached[2:], strict=True))
        return at > 1 and len(leaves) == 1 and bool(self.bound(leaves[0], set(self.homes)) >= total)
    def is_earliest(self) -> bool:  # nobody unserved could be added to those served before it at no cost in number
        leaves, shown = {proof["household_id"]: proof["leaves"][0] for at, proof in self.proofs if at == 1}, []
        for place, own in enumerate(self.slots):
            if own in self.homes or self.sets[own] in shown:
                continue
            must = {other for other in self.slots[:place] if other in self.homes} | {own}
            if own not in leaves or self.bound(leaves[own], must) <= int(leaves[own]["weights"][0]) * self.reached[0]:
                return False
            shown += [] if "together" in self.households[own] else [self.sets[own]]
        return True
    def stage(self, row: Row) -> Row:
        at, told, value = self.names.index(row["stage"]), {"bound": "–", **row}, int(row["reached"])
        found = [[self.least(at, leaf) for leaf in proof["leaves"]] for n, proof in self.proofs if n == at != 1]
        proved = max((min(bounds) for bounds in found), default=2 ** self.reached[0] - 1 if at == 1 else -inf)
        proved = value if 1 < at <= self.joint or (at == 1 and self.is_earliest()) else proved
        same([value, row["status"] == "proved"], [self.reached[at], row.get("bound") == row["reached"]], row["stage"])
        need("bound" not in row or proved >= int(row["bound"]), f"{row['stage']}.bound", row.get("bound"), proved)
        if row["status"] != "proved":
            raise Verdict({"bounded": "BOUNDED", "claimed": "CLAIMED"}[row["status"]], row["status"], told)
        return told

    def receipt(self, code: str, name: str | None) -> Row:
        text = re.sub(r"[\s-]", "", code.upper()).translate(str.maketrans("018", "OIB"))
        salt = base64.b32decode(text[:26] + "======")
        need(text[26:] == base64.b32encode(bytes.fromhex(sha(salt, "anju/receipt/1"))).decode()[:2], "code", code)
        found = [row for row in self.households.values() if row["tag"] == sha(salt, "anju/tag/1")[:16]]
        need(found, "code", code, "a household")
        row, homes = found[0], self.given.get(found[0]["household_id"], [])
        fen = sum(s["amount"] for s in self.parts["statements"] if s["household_id"] == row["household_id"])
        told = {**row, "name": name, "homes": [h["unit_id"] for h in homes], "ranks": [h["rank"] for h in homes],
                "price": f"{fen // 100}.{fen % 100:02}"}
        if name is None:
            raise Verdict("UNCHECKED", "name_too", told)
        facts = [{"household_id": row["household_id"], "name": name, "access_need": needed} for needed in NEEDS]
        opened = [f["access_need"] for f in facts if sha(salt + canonical(f), "anju/private/1") == row["commit"]]
        need(opened, "commit", name, "the name on the roster")
        return {**told, "need": opened[0]}

CHECKS: tuple[tuple[str, Any], ...] = (
    ("V6", Bundle.draw_seed), ("V7", Bundle.order), ("V8", Bundle.gates), ("V9", Bundle.entitlements),
    ("V10", Bundle.prices), ("V12", Bundle.once), ("V13", Bundle.demand), ("V14", Bundle.access),
    ("V15", Bundle.classes), ("V16", Bundle.rank))

def attempt(code: str, test: Any, *given: Any) -> Row:  # one check, whatever it runs into
    try:
        outcome, key, told = "PASS", code, test(*given)
    except Verdict as verdict:
        outcome, key, told = verdict.args
    except Exception as error:  # noqa: BLE001 - whatever it is, the bundle is at fault, and nothing is let pass
        outcome, key, told = "FAIL", "not_valid", {"found": f"{type(error).__name__}: {error}"}
    names = [re.split("[：:]", text)[0] for text in WORDS[code]]
    said = [text.format(**{k: (mark.join(map(str, v)) or none) if type(v) is list else v for k, v in told.items()})
            for text, mark, none in zip(WORDS[key], ("、", ", "), WORDS["nothing"], strict=True)]
    zh, en = said if key == code else (f"{names[0]}：{said[0]}", f"{names[1]}: {said[1]}")
    found, expected = (str(told.get(name, ""))[:300] if outcome == "FAIL" else "" for name in ("found", "expected"))
    return {"name": f"{code} {names[1]}", "outcome": outcome, "zh": zh, "en": en, "found": found, "expected": expected}

def check_bundle(path: Path, root: str | None = None, pool: str | None = None, key: str | None = None,
                 receipt: str | None = None, name: str | None = None) -> list[Row]:
    """Every check of a bundle, in order; it ends early where the file is not sound."""
    b = Bundle()
    checks = [attempt("V1", b.open, path)]
    if checks[0]["outcome"] == "FAIL":
        return checks
    checks += [attempt("V3", compared, b.manifest["root"], root), attempt("V4", b.signature, key)]
    checks += [attempt("V5", b.freeze, pool), *(attempt(code, test, b) for code, test in CHECKS)]
    if all(check["outcome"] != "FAIL" for check in checks):
        start = attempt("V17", b.stages)
        checks += [attempt("V17", b.stage, row) for row in b.parts["stages"]] if start["outcome"] == "PASS" else [start]
    if receipt is not None:
        checks.append(attempt("V22", b.receipt, receipt, name))
    return checks

def main(argv: list[str] | None = None) -> int:
    parser = ArgumentParser(description="核验公开包 · checks a published bundle")
    parser.add_argument("bundle", type=Path)
    for option in ("root", "pool", "key", "receipt", "name"):
        parser.add_argument(f"--{option}")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    given = vars(parser.parse_args(argv))
    lang, checks = given.pop("lang"), check_bundle(given.pop("bundle"), **given)
    for check in checks:
        differs = f"\n{'':14} {check['found']} ≠ {check['expected']}" if check["outcome"] == "FAIL" else ""
        sys.stdout.write(f"{check['outcome']:<9} {check['name'].split()[0]:<4} {check[lang]}{differs}\n")
    sys.stdout.write(f"\n{WORDS['limits'][lang == 'en']}\n")
    return int(any(check["outcome"] == "FAIL" for check in checks))

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # a text stream
    sys.exit(main())
