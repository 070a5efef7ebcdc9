"""What the auditor's list says: what was found, and why it matters, with the case or rule behind it."""

ROWS: dict[str, tuple[str, str]] = {
    # -- people -------------------------------------------------------------------------------------------------
    "person.twice": (
        "同一身份证号（尾号 {tail}）计入多户：{subject}（{names}）",
        "one identity number (ending {tail}) is counted in several households: {subject} ({names})",
    ),
    "why.person.twice": (
        "一人只应安置一次。济南历城区曾在签约、拆房之后以“重复安置”撤销协议，因签约前没有查明、没有证据而败诉：须在签约前核实并留下依据",
        "a person is resettled once. Licheng, Jinan, cancelled an agreement as a duplicate after demolition and lost in court, having checked nothing before: check before signing and keep the evidence",
    ),
    "person.namesake": (
        "{name}（{birth} 出生）出现在多户：{subject}，且至少一处没有身份证号",
        "{name}, born {birth}, stands in several households: {subject}, at least once without an identity number",
    ),
    "why.person.namesake": (
        "可能是同一人，也可能同名同日生：补齐身份证号即可分清",
        "perhaps one person, perhaps two: their identity numbers will tell",
    ),
    "person.resettled": (
        "{name} 在已安置人员名单中（{listed}，{project}，{on}）",
        "{name} is on the list of those resettled before ({listed}, {project}, {on})",
    ),
    "why.person.resettled": (
        "重复安置是审计必查事项；认定前须有书面依据，否则事后难以撤销（历城案）",
        "resettling twice is looked for in every audit; without written evidence beforehand it can hardly be undone (the Licheng case)",
    ),
    "person.resettled_name": (
        "{name} 与已安置人员名单中的 {listed}（{project}，{on}）同名，无身份证号或出生日期可以分清",
        "{name} has the name of {listed} on the list of those resettled before ({project}, {on}); no number or birth date tells them apart",
    ),
    "why.person.resettled_name": (
        "同名未必同人：请查对证件后写明结论",
        "one name may be two people: look at the papers and write down what was found",
    ),
    "person.birth": (
        "{name} 的出生日期填 {told}，身份证号中是 {number}",
        "{name} is given as born on {told}; the identity number says {number}",
    ),
    "why.person.birth": (
        "证件与登记不符可能是冒名；涡阳 2009 年 44 人名单中 33 人冒名顶替",
        "papers that do not fit may hide an impostor: of 44 names on one list in Guoyang (2009) 33 were",
    ),
    "person.head_missing": (
        "户主 {name} 不在本户安置人口之中（人口表中的户主：{listed}）",
        "the head {name} is not among the household's own members (head in that table: {listed})",
    ),
    "why.person.head_missing": (
        "姓名、证件、协议、房屋应一一对应，以防冒名顶替（涡阳 2009：44 人中 33 人）",
        "name, card, agreement and home must belong together: an impostor's do not (Guoyang 2009: 33 of 44)",
    ),
    "person.head_number": (
        "户主 {name} 的身份证号尾号 {tail}，人口表中同名者尾号 {listed}",
        "the head {name} has an identity number ending {tail}; the member of that name one ending {listed}",
    ),
    "why.person.head_number": (
        "同名不同号：要么录错，要么是另一个人（涡阳 2009）",
        "one name, two numbers: a slip, or another person (Guoyang 2009)",
    ),
    # -- the survey roll ----------------------------------------------------------------------------------------
    "survey.missing": (
        "{name} 计入安置人口，但不在调查底册上",
        "{name} counts among the persons but is not on the survey roll",
    ),
    "why.survey.missing": (
        "合肥方广云案：约 300 名村民，500 多人参加摇号，380 余套房中 136 套不应分。底册之后的出生、婚入可以成立，但要有依据",
        "in the Hefei case some 300 villagers became more than 500 in the draw, and 136 of over 380 homes were wrong. Births and marriages after the survey may well count, with evidence",
    ),
    "survey.name": (
        "{name}（尾号 {tail}）在调查底册上名为 {roll}",
        "{name} (number ending {tail}) is called {roll} on the survey roll",
    ),
    "why.survey.name": (
        "号对名不对：改名、错字或冒名（涡阳 2009）",
        "the number fits and the name does not: a change of name, a slip, or an impostor (Guoyang 2009)",
    ),
    "survey.number": (
        "{name} 的身份证号尾号 {tail}，调查底册上尾号 {roll}",
        "{name} has a number ending {tail}; on the survey roll it ends {roll}",
    ),
    "why.survey.number": (
        "名对号不对：录错，或者是另一个人（涡阳 2009）",
        "the name fits and the number does not: a slip, or another person (Guoyang 2009)",
    ),
    "survey.household": (
        "{name} 在调查底册上属于 {roll} 户，现计入 {subject} 户",
        "{name} belongs to household {roll} on the survey roll and counts in {subject} now",
    ),
    "why.survey.household": (
        "人口在户间转移会改变各户指标：贵阳曾有半村人离婚分户",
        "people moved between households change what each may take: half a village in Guiyang divorced",
    ),
    "survey.more_household": (
        "{subject} 户计入 {persons} 人，调查底册上 {roll} 人",
        "household {subject} counts {persons} persons; the survey roll has {roll}",
    ),
    "why.survey.more_household": (
        "指标按人计，多一人就多一份面积；增加的人须有依据",
        "area goes by heads: every added one needs evidence",
    ),
    "survey.more_village": (
        "{subject} 计入 {persons} 人，调查底册上 {roll} 人",
        "{subject} counts {persons} persons; the survey roll has {roll}",
    ),
    "why.survey.more_village": (
        "参加人数多于在册人数（合肥方广云案：约 300 人变成 500 多人）；按村核对最易发现",
        "more in the draw than on the roll (Hefei: some 300 became over 500); by village it shows soonest",
    ),
    "survey.more": (
        "全批次计入 {persons} 人，调查底册共 {roll} 人",
        "the round counts {persons} persons; the whole survey roll has {roll}",
    ),
    "why.survey.more": (
        "参加人数多于在册人数（合肥方广云案）",
        "more in the draw than on the roll (the Hefei case)",
    ),
    # -- the freeze date ----------------------------------------------------------------------------------------
    "person.joined_late": (
        "{name} 户口 {on} 迁入，在冻结日期 {freeze} 之后",
        "{name} was registered on {on}, after the freeze date {freeze}",
    ),
    "why.person.joined_late": (
        "冻结之后迁入一般不计（杭州 2014 条例第 7 条，冻结期 30 个月）；军人、学生等例外须有依据",
        "who moves in after the freeze is as a rule not counted (Hangzhou 2014, art. 7: 30 months); exceptions for soldiers, students and so on need evidence",
    ),
    "person.born_late": (
        "{name} {on} 出生，在冻结日期 {freeze} 之后",
        "{name} was born on {on}, after the freeze date {freeze}",
    ),
    "why.person.born_late": (
        "新生儿是否计入各地不同（杭州 2014 条例第 7 条计入）；附出生证明",
        "whether newborns count differs (Hangzhou 2014, art. 7, counts them); attach the birth certificate",
    ),
    "person.joined_before": (
        "{subject} 户在冻结日期 {freeze} 前一年内迁入：{names}；{village}同期迁入 {count} 人",
        "household {subject} took in, within a year before the freeze date {freeze}: {names}; in {village} {count} persons did",
    ),
    "why.person.joined_before": (
        "为面积而结婚、迁户口在转塘、历城、贵阳都发生过（历城：娶带两孩的外地人值 200 多万元）。不得据此自动拒绝，只须核实",
        "marriages and moves for the sake of area happened in Zhuantang, Licheng and Guiyang (in Licheng one was worth over 2 million yuan). It refuses nobody by itself: look into it",
    ),
    # -- families and officers ----------------------------------------------------------------------------------
    "family.linked": (
        "{subject} 共用：{ties}；合计 {homes} 套",
        "{subject} share: {ties}; {homes} homes together",
    ),
    "why.family.linked": (
        "可能是一家分户，也可能有人代办：核实各户确实各自成户",
        "one family split in two, or somebody acting for others: see that each is a household of its own",
    ),
    "family.homes": (
        "相互关联的 {households} 户（{subject}；共用：{ties}）合计 {homes} 套，超过一户最多 {most} 套",
        "{households} households that hang together ({subject}; they share: {ties}) have {homes} homes, more than the {most} one may have",
    ),
    "why.family.homes": (
        "房源集中在一家人手中（永嘉新桥 2011：569 套中 316 套登记在干部家属名下）",
        "homes gathered in one family (Yongjia 2011: 316 of 569 were in the names of officials' families)",
    ),
    "officer.number": (
        "{subject} 户的 {name} 是工作人员 {officer}（{post}）的{relation}；该户 {homes} 套，选房顺序号 {order_no}",
        "{name} of household {subject} is {relation} of the officer {officer} ({post}); {homes} homes, order number {order_no}",
    ),
    "why.officer.number": (
        "摇号前应申报、回避（海淀 2008：前 13 名三居室中 6 名是审核单位职工，公示隐去了单位）",
        "to be declared, and recused, before the draw (Haidian 2008: 6 of the first 13 winners worked for the reviewing bureau, and the notice hid it)",
    ),
    "officer.name": (
        "{subject} 户的 {name} 与工作人员 {officer}（{post}）的{relation} {listed} 同名，无身份证号可以分清；该户 {homes} 套，选房顺序号 {order_no}",
        "{name} of household {subject} has the name of {listed}, {relation} of the officer {officer} ({post}); no number tells them apart; {homes} homes, order number {order_no}",
    ),
    "why.officer.name": (
        "同名未必同人：查对证件；确为亲属的应申报、回避（海淀 2008）",
        "one name may be two people: look at the papers; a relative is declared and recused (Haidian 2008)",
    ),
    "officer.phone": (
        "{subject} 户（{name}）的电话就是 {listed}（工作人员 {officer} 的{relation}，{post}）的电话；该户 {homes} 套，选房顺序号 {order_no}",
        "household {subject} ({name}) gave the telephone of {listed} ({relation} of the officer {officer}, {post}); {homes} homes, order number {order_no}",
    ),
    "why.officer.phone": (
        "材料可能由工作人员代办：涡阳的冒名材料由村会计一手申报",
        "an officer may have filed the papers: in Guoyang the village accountant filed those of the impostors",
    ),
    "officer.homes": (
        "与工作人员 {officer} 有关的户（{households}）合计 {homes} 套，超过一户最多 {most} 套",
        "households around the officer {officer} ({households}) have {homes} homes together, more than the {most} one may have",
    ),
    "why.officer.homes": (
        "房源集中在工作人员亲属手中（永嘉新桥 2011：569 套中 316 套）",
        "homes gathered in an officer's relatives (Yongjia 2011: 316 of 569)",
    ),
    # -- more than the rules give -------------------------------------------------------------------------------
    "homes.above": (
        "{subject} 户 {homes} 套，超过政策所定每户最多 {most} 套",
        "household {subject} has {homes} homes, more than the policy's {most}",
    ),
    "why.homes.above": (
        "申报的需求可以超出，但每一例都要有说明（审计逐一追查超标准、超范围）",
        "declared demand may exceed it, yet each case needs its reason (auditors chase every one above the standard)",
    ),
    "area.above": (
        "{subject} 户 {area} 平方米，指标 {entitled}，上限 {greatest}",
        "household {subject} has {area} m²; entitlement {entitled}, at most {greatest}",
    ),
    "why.area.above": (
        "审计逐一追查超标准、超范围的情形",
        "auditors chase every case above the standard or out of scope",
    ),
    # -- prices -------------------------------------------------------------------------------------------------
    "price.far": (
        "{subject} 有 {homes} 套房（{units}）的基准单价为 {price} 元，与政策首档 {first} 元相差超过两成",
        "{homes} homes of {subject} ({units}) have a base price of {price} yuan, more than a fifth off the policy's first band of {first}",
    ),
    "why.price.far": (
        "手工填写的单价绕过了政策：审计以台账与政策相比对",
        "a price by hand goes round the policy: auditors compare ledgers with it",
    ),
    "price.odd": (
        "{subject}（{project}，{layout}）的基准单价为 {price} 元，同小区同户型大多为 {usual} 元",
        "{subject} ({project}, {layout}) has a base price of {price} yuan; most homes of its project and layout have {usual}",
    ),
    "why.price.odd": (
        "只有一套便宜，最像人情价；确有质量、朝向差别的写明",
        "one cheap home among many looks like a favour; a defect or a poor orientation is a reason to write down",
    ),
    "price.statement": (
        "{subject} 户结算单房款 {stated} 元，按政策应为 {due} 元，相差 {difference} 元",
        "the statement of household {subject} asks {stated} yuan; by the policy it is {due}, a difference of {difference}",
    ),
    "why.price.statement": (
        "审计查出过约定 3,119.76 万元、实际只有 1,851.06 万元的合同：结算单要重算",
        "an audit found a contract of 31.20 million yuan where 18.51 million was real: statements are computed again",
    ),
    "price.lines": (
        "{subject} 户结算单合计 {stated} 元，各行相加为 {added} 元",
        "the statement of household {subject} says {stated} yuan; its lines add up to {added}",
    ),
    "why.price.lines": (
        "合计与明细不符：审计会重新加总",
        "the total is not the sum of its lines: auditors add up again",
    ),
    "price.not_allowed": (
        "{subject} 户结算 {stated} 元，但其房屋（{units}）的总面积为政策所不许",
        "household {subject} is charged {stated} yuan for homes ({units}) whose total area the policy forbids",
    ),
    "why.price.not_allowed": (
        "超标准、超范围：审计逐一追查",
        "above the standard: auditors chase every case",
    ),
    # -- the frozen roster --------------------------------------------------------------------------------------
    "roster.pool": (
        "名册指纹与公示的不符：公示 {recorded}，现在 {now}",
        "the roster's fingerprint is not the one published: {recorded} then, {now} now",
    ),
    "why.roster.pool": (
        "种子只对公示过的名册有效；名册变了，须查明改了什么（可用 --frozen 给出冻结时的批次）",
        "the seed holds for the roster that was published; find out what was changed (give the frozen round with --frozen)",
    ),
    "roster.policy": (
        "政策在名册冻结之后改过（指纹 {before} → {now}）",
        "the policy was changed after the roster was frozen (fingerprint {before} → {now})",
    ),
    "why.roster.policy": (
        "种子公布后改规则，等于挑结果",
        "to change rules once the seed is known is to choose the result",
    ),
    "roster.households": ("冻结之后安置户变动：{changes}", "a household changed after the freeze: {changes}"),
    "why.roster.households": (
        "种子公布后再增减户可以操纵名次（武汉 2009 六连号，6 份申请系伪造）；只能按公示程序更正，并重新公示",
        "households added or dropped once the seed is known can steer the order (Wuhan 2009: six numbers in a row, six forged applications); correct it by publication only",
    ),
    "roster.members": (
        "{subject} 户人口在冻结之后变动：{changes}",
        "members of {subject} changed after the freeze: {changes}",
    ),
    "why.roster.members": (
        "人口变动改变指标；公示之后的更正须撤回并重新公示满期",
        "people change what a household may take; after publication a correction needs withdrawal and a new full period",
    ),
    "roster.units": ("冻结之后房源变动：{changes}", "a home changed after the freeze: {changes}"),
    "why.roster.units": (
        "公示后增减、改价、改状态的房源可能为某户预留",
        "a home added, dropped, repriced or reserved after publication may be kept for somebody",
    ),
    "roster.demand": (
        "{subject} 户需求在冻结之后变动：{changes}",
        "the demand of {subject} changed after the freeze: {changes}",
    ),
    "why.roster.demand": (
        "知道种子之后改需求，等于看着结果再选",
        "to change a demand once the seed is known is to choose with the result in view",
    ),
    "roster.choices": (
        "{subject} 户志愿在冻结之后变动：{changes}",
        "the choices of {subject} changed after the freeze: {changes}",
    ),
    "why.roster.choices": (
        "知道种子之后改志愿，等于看着结果再选",
        "to change choices once the seed is known is to choose with the result in view",
    ),
    # -- a result -----------------------------------------------------------------------------------------------
    "result.stranger": (
        "结果中的 {subject} 户不在名册上，却分得 {units}",
        "household {subject} of the result is not on the roster, yet it has {units}",
    ),
    "why.result.stranger": (
        "冒名顶替（涡阳 2009：44 人中 33 人）",
        "impostors (Guoyang 2009: 33 of 44)",
    ),
    "result.left_out": (
        "{subject} 户不参加本批次，却分得 {units}",
        "household {subject} does not take part in this round, yet it has {units}",
    ),
    "why.result.left_out": (
        "未过公示、异议或预缴关口的户不能分房",
        "a household kept out by publication, objection or prepayment is given no home",
    ),
    "result.unit_twice": (
        "房源 {subject} 分给了多户：{households}",
        "the home {subject} was given to several: {households}",
    ),
    "why.result.unit_twice": (
        "一房两分：有系统取最大号加一而不加锁，就这样卖重了",
        "given twice: it happened to a system that took the next number without a lock",
    ),
    "result.unit_left_out": (
        "房源 {subject} 不在本批次可分配之列，却已分出",
        "the home {subject} does not take part in this round, yet it was given out",
    ),
    "why.result.unit_left_out": (
        "预留、有缺陷、联合自建或公示未满的房源不得分配",
        "a home that is reserved, defective, self-built or not yet published is given to nobody",
    ),
    "result.unit_stranger": (
        "结果中的房源 {subject} 不在房源表上",
        "the home {subject} of the result is not among the units",
    ),
    "why.result.unit_stranger": (
        "不在公示房源之内的房子不能出现在结果里",
        "a home that was never published has no place in a result",
    ),
    # -- the list itself ----------------------------------------------------------------------------------------
    "audit.where.result": ("分配结果", "result"),
    "audit.where.policy": ("政策", "policy"),
    "audit.note.incomplete": ("理由、批准人、批准日期没有填全", "reason, approver or day is missing"),
    "audit.note.other_mark": (
        "已有的说明核对码不符，是针对另一情况的；情况变了要重新说明",
        "the reason given bears another mark: it was for something else, and what changed is explained anew",
    ),
    "audit.note.concerned": (
        "批准人与此事有关，应由他人批准",
        "the approver is concerned in it; somebody else approves",
    ),
    "audit.without.survey": (
        "没有调查底册，姓名、证号、人数未与之核对",
        "no survey roll: names, numbers and counts were not compared",
    ),
    "audit.without.resettled": (
        "没有已安置人员名单，未查重复安置",
        "no list of those resettled before: nobody was looked up in it",
    ),
    "audit.without.officers": (
        "没有工作人员及亲属名单，未查回避",
        "no list of officers and their relatives: nobody was looked up in it",
    ),
    "audit.without.freeze_on": (
        "批次没有冻结日期，未查冻结后迁入",
        "the round has no freeze date: later arrivals were not looked for",
    ),
    "audit.without.frozen": (
        "没有给出冻结时的批次，未查冻结后的变动",
        "no frozen round was given: later changes were not looked for",
    ),
    "audit.without.result": ("没有给出分配结果，房款未重算", "no result was given: its prices were not computed again"),
    "audit.summary": (
        "疑点：未说明 {open} 条，已说明 {explained} 条",
        "exceptions: {open} open, {explained} explained",
    ),
    "audit.see": (
        "逐条查看并写明理由和批准人：anju office exceptions 批次 --write 疑点.csv",
        "see each, and give reason and approver: anju office exceptions ROUND --write exceptions.csv",
    ),
    "audit.open": ("未说明", "open"),
    "audit.explained": ("已说明", "explained"),
    "audit.reason": ("理由：{reason}（{approver}，{decided_on}）", "reason: {reason} ({approver}, {decided_on})"),
    "audit.unused": (
        "有说明但已不再成立：{code} {subject} {mark}",
        "explained but no longer found: {code} {subject} {mark}",
    ),
    "audit.village": ("{village}：{count} 条未说明", "{village}: {count} open"),
    "audit.written": (
        "已写入 {file}；填好理由、批准人、批准日期后放进批次（表名“疑点”）",
        "written to {file}; fill in reason, approver and day and put it into the round as the table exceptions",
    ),
}
