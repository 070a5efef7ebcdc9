"""What stands on notices, statements and the dashboard, and in what is published."""

ROWS: dict[str, tuple[str, str]] = {
    # -- notices and dashboard ----------------------------------------------------------------------------------
    "statement.title": ("房款结算单", "Statement of price"),
    "statement.numbered": ("{item}（第 {number} 段）", "{item} {number}"),
    "statement.detailed": ("{item}（{detail}）", "{item} ({detail})"),
    "statement.floor": ("{floor} 层", "floor {floor}"),
    "statement.column.number": ("序号", "no."),
    "statement.column.homes": ("套数", "homes"),
    "statement.column.later": ("其他收付款", "other receipts and refunds"),
    "statement.column.sum": ("结算", "settlement"),
    "statement.column.capital": ("人民币大写", "in capitals"),
    "statement.home_number": ("第 {number} 套", "home {number}"),
    "statement.home": ("户型 {layout}　{area} m²", "layout {layout}, {area} m²"),
    "statement.later": ("其他收付款（至 {as_of}）", "other receipts and refunds (to {as_of})"),
    "statement.due": ("应补缴", "to be paid"),
    "statement.refund": ("应退", "to be refunded"),
    "statement.rounding": (
        "每行金额四舍五入到分后相加。面积与金额按分配时的资料计算，最终以实测面积结算，多退少补。",
        "Each line is rounded half up to the fen, then summed. Areas and amounts are those of the allocation; the final settlement goes by measured area.",
    ),
    "statement.sign.office": (
        "经办：{blank}　　审核：{blank}　　日期：{blank}",
        "Prepared: {blank}  Checked: {blank}  Date: {blank}",
    ),
    "statement.sign.household": (
        "安置户签字：{blank}　　日期：{blank}",
        "Signed by the household: {blank}  Date: {blank}",
    ),
    "statement.sheet.summary": ("结算汇总", "Statements"),
    "statement.sheet.lines": ("结算明细", "Lines"),
    "notice.example": (
        "示例：本方案所用价格、面积等标准为示例，并非株洲市或任何地方的规定。",
        "EXAMPLE: the prices, areas and other standards used here are examples. They are no rule of Zhuzhou or of any other place.",
    ),
    "notice.partly_example": (
        "示例：本方案所用标准中，没有出处的是示例，并非株洲市或任何地方的规定。",
        "EXAMPLE: standards used here that name no source are examples. They are no rule of Zhuzhou or of any other place.",
    ),
    "notice.address_without_room": ("{building} {floor} 层 {unit_id}", "{building}, floor {floor}, {unit_id}"),
    "notice.total": ("合计", "total"),
    "notice.count_homes": ("{count} 套", "{count} homes"),
    "notice.count_households": ("{count} 户", "{count}"),
    "notice.column.order": ("顺序号", "order"),
    "notice.column.name": ("户主", "head"),
    "notice.column.household_id": ("户编号", "ID"),
    "notice.column.village": ("村组", "village"),
    "notice.column.persons": ("人口", "pers."),
    "notice.column.entitlement": ("指标 m²", "entitled m²"),
    "notice.column.home": ("房屋", "home"),
    "notice.column.layout": ("户型", "layout"),
    "notice.column.area": ("面积 m²", "area m²"),
    "notice.column.total_area": ("合计 m²", "total m²"),
    "notice.column.left_out": ("安置户或房源", "household or homes"),
    "notice.column.reasons": ("原因", "reason"),
    "notice.plan.title": ("安置房分配方案公示", "Allocation plan: public notice"),
    "notice.plan.opening": (
        "“{title}”的分配方案已按事先公布的规则算出，现予公示，请安置户核对，接受监督。",
        "The plan of “{title}” was computed by the rules published beforehand. It is put up here for every household to check.",
    ),
    "notice.plan.facts_heading": ("一、基本情况", "1. Figures"),
    "notice.plan.facts": (
        "参加本次分配的安置户 {households_in} 户、房源 {units_in} 套。方案分给 {households} 户（安置人口 {persons} 人）"
        "房屋 {homes} 套，建筑面积 {area} 平方米；未分得房屋的 {unserved} 户。",
        "{households_in} households and {units_in} homes take part. The plan gives {homes} homes with {area} m² to "
        "{households} households ({persons} persons); {unserved} households get none.",
    ),
    "notice.plan.principle_heading": ("二、分配原则", "2. Principle"),
    "notice.principle.served": (
        "先使尽可能多的安置户都分得房屋；无法全部满足的，顺序号在前的优先。",
        "As many households as possible are served first; if not all can be, earlier order numbers come first.",
    ),
    "notice.principle.leximin": (
        "在此前提下，先使得到最差志愿的尽可能少，再使次差的尽可能少，依次类推。",
        "Then as few as possible get the worst choice, then the next worst, and so on.",
    ),
    "notice.principle.rank_maximal": (
        "在此前提下，先使得到第一志愿的尽可能多，再使第二志愿的尽可能多，依次类推。",
        "Then as many as possible get their first choice, then their second, and so on.",
    ),
    "notice.principle.utilitarian": (
        "在此前提下，使所得志愿的序号之和最小。",
        "Then the sum of the choices' numbers is the smallest.",
    ),
    "notice.principle.order": (
        "在此前提下，按选房顺序号依次选房，但所选不得使后面本可分得房屋的安置户落空。",
        "Then households choose in order number, but no choice may leave a later one without homes it could have had.",
    ),
    "notice.per.household": (
        "一户分得几套的，以其中最差的志愿计。",
        "A household with several homes counts by the worst of its choices.",
    ),
    "notice.per.unit": ("每套房屋分别计。", "Each home counts by itself."),
    "notice.principle.ties": (
        "结果仍相同的，由公开的摇号种子决定，与名册的排列无关。",
        "What is still equal is decided by the public draw's seed, never by the order of the roster.",
    ),
    "notice.proof.proved": (
        "计算结果的每一步都有证书证明为最优。",
        "A certificate proves every step of the result to be the best.",
    ),
    "notice.proof.claimed": (
        "求解程序完整搜索后认定计算结果为最优，其中有的步骤没有可供他人验算的证书。",
        "The solver's complete search found nothing better; for some steps there is no certificate that others can check.",
    ),
    "notice.proof.bounded": (
        "计算结果中有的步骤尚未证明为最优。",
        "Not every step of the result is proved to be the best.",
    ),
    "notice.plan.homes_heading": ("三、分配方案", "3. The plan"),
    "notice.plan.left_out_heading": ("四、未参加本次分配的安置户和房源", "4. Left out"),
    "notice.plan.left_out": (
        "下列安置户和房源没有参加本次分配，或者参加而未分得房屋：",
        "These households and homes did not take part, or took part and got none:",
    ),
    "notice.plan.none_left_out": ("无。", "None."),
    "notice.units_listed": ("房源 {count} 套：{homes}", "{homes} ({count})"),
    "notice.unserved": ("参加分配，未分得房屋", "took part, got no home"),
    "notice.reason.prepayment": ("预缴房款未达到规定数额。", "The prepayment does not reach what the rules ask for."),
    "notice.reason.other": (
        "不符合参加条件，原因由本单位告知本人。",
        "The conditions are not met; the office tells the household itself why.",
    ),
    "notice.plan.period_heading": ("五、公示期限和异议", "5. Period and objections"),
    "notice.calendar.natural": ("日", "days"),
    "notice.calendar.working": ("个工作日", "working days"),
    "notice.plan.period": (
        "公示期为 {days} {calendar}，自 {on} 公示的次日起算，至 {last} 止。",
        "The notice stands for {days} {calendar}, counted from the day after {on}; the last day is {last}.",
    ),
    "notice.plan.period_unknown": (
        "公示期为 {days} {calendar}，自 {on} 公示的次日起算，至 {blank} 止（{year} 年放假安排尚未公布，请填写）。",
        "The notice stands for {days} {calendar}, counted from the day after {on}; the last day is {blank} (the holidays of {year} are not announced yet: fill in).",
    ),
    "notice.plan.objections": (
        "对本方案有异议的，可以在公示期内以书面形式提出，写明姓名、联系方式、异议事项和理由。",
        "An objection may be made in writing within this period, with name, how to be reached, what is objected to and why.",
    ),
    "notice.plan.contact": ("受理单位：{blank}", "Office: {blank}"),
    "notice.plan.phone": ("联系电话：{blank}", "Telephone: {blank}"),
    "notice.plan.place": ("受理地点：{blank}", "Address: {blank}"),
    "notice.plan.check_heading": ("六、核对依据", "6. What it can be checked by"),
    "notice.plan.check": (
        "选房顺序号和同等情形的取舍由下列种子算出；下列指纹由所用规则算出，规则改动一处，指纹即不同。",
        "Order numbers and ties come from this seed. The fingerprint is made from the rules in force: one change, and it differs.",
    ),
    "notice.check.round": ("批次", "Round"),
    "notice.check.as_of": ("基准日", "Day judged on"),
    "notice.check.seed": ("摇号种子", "Seed of the draw"),
    "notice.check.policy": ("政策", "Policy"),
    "notice.check.source": ("政策依据", "Source"),
    "notice.check.policy_hash": ("政策指纹（SHA-256）", "Policy fingerprint (SHA-256)"),
    "notice.plan.office": ("{blank}（盖章）", "{blank} (seal)"),
    "programme.no_file": (
        "找不到文件“{value}”。请把安置任务的数字放进这个文件。",
        "The file “{value}” was not found or cannot be read. Put the programme's figures into it.",
    ),
    "programme.not_toml": (
        "“{value}”不是 UTF-8 编码的 TOML 文件（{detail}）。请改正所说的位置。",
        "“{value}” is not a TOML file in UTF-8 ({detail}). Correct the place it names.",
    ),
    "programme.no_table": (
        "没有这一组数据（见到“{value}”），应为若干个 [[…]]。请补上。",
        "This table is missing (found “{value}”); expected entries headed [[…]]. Add them.",
    ),
    "programme.year": (
        "年份“{value}”不是整数，应为报道中“今年”的年份，例如 2021。",
        "The year “{value}” is not a whole number; expected the report's “this year”, such as 2021.",
    ),
    "programme.text_missing": (
        "见到“{value}”，应为不空的文字，要加引号。请补上。",
        "Found “{value}”; expected a text in quotes that is not blank. Add it.",
    ),
    "programme.unknown_key": (
        "不认识“{value}”。请核对写法，或删去。",
        "“{value}” is not known here. Check the spelling, or remove it.",
    ),
    "programme.not_boolean": (
        "见到“{value}”，应为 true（已公布）或 false（本单位台账）。",
        "Found “{value}”; expected true (published) or false (the office's own record).",
    ),
    "programme.not_one_of": (
        "见到“{value}”，应为下列之一：{allowed}。",
        "Found “{value}”; expected one of: {allowed}.",
    ),
    "programme.not_date": (
        "见到“{value}”，应为日期，不加引号，例如 2021-05-28。",
        "Found “{value}”; expected a date without quotes, such as 2021-05-28.",
    ),
    "programme.not_a_number": (
        "数值“{value}”不对，应为不加引号的非负数，精确到 {step}。没有公布的数，请不要写 value。",
        "The value “{value}” is not a number of 0 or more, without quotes, in steps of {step}. "
        "If it was not published, leave `value` out.",
    ),
    "programme.no_source": (
        "数值“{value}”没有来源。请写明 source；没有来源的数不得作为已公布的数显示。",
        "The value “{value}” has no source. Name its `source`; what has none may not be shown as published.",
    ),
    "programme.unknown_name": (
        "“{value}”不在 [[{table}]] 中。请核对写法，或补上。",
        "“{value}” is not among [[{table}]]. Check the spelling, or add it.",
    ),
    "programme.twice": (
        "名称“{value}”出现了{count}次，应各不相同。",
        "The name “{value}” appears {count} times; names must differ.",
    ),
    "programme.figure_missing": (
        "缺少指标“{value}”，进度页要用。没有公布的，保留指标，不写 value。",
        "The figure “{value}”, which the progress page needs, is missing. "
        "If it was not published, keep it without `value`.",
    ),
    "programme.other_unit": (
        "单位是 {unit}，而“{value}”的单位是 {whole_unit}：不同口径不能互为部分。",
        "It is counted in {unit}, but “{value}” in {whole_unit}: one cannot be part of the other.",
    ),
    "programme.circle": (
        "顺着“{value}”又回到了自身：指标不能是自己的一部分。",
        "Following “{value}” leads back to where it began: a figure cannot be part of itself.",
    ),
    "programme.parts_exceed": (
        "总数“{value}”小于已知各部分之和 {total}。请核对总数和各部分。",
        "The whole “{value}” is less than the sum of its known parts, {total}. Check the whole and the parts.",
    ),
    "unit.household": ("户", "households"),
    "unit.person": ("人", "persons"),
    "unit.m2": ("平方米", "m²"),
    "unit.unit": ("套", "units"),
    "unit.project": ("个", "projects"),
    "unit.batch": ("批次", "batches"),
    "unit.community": ("个", "communities"),
    "page.language": ("语言 · Language", "Language · 语言"),
    "page.product": ("安居 · 安置房分配", "anju · resettlement housing"),
    "page.damaged": (
        "数据文件有错，本页不显示任何数字。请按下列各条改正：",
        "The data file has faults, so this page shows no figure. Correct these:",
    ),
    "page.fault": ("{place} · {column}：{sentence}", "{place} · {column}: {sentence}"),
    "page.published": ("已公布", "published"),
    "page.own_record": ("本单位台账", "the office's record"),
    "page.not_published": ("未公布", "not published"),
    "page.computed": ("由已公布数字计算", "computed from published figures"),
    "page.amount": ("{value} {unit}", "{value} {unit}"),
    "progress.title": ("安置任务进度", "Progress of the programme"),
    "progress.source": (
        "数字来源：{sources}。“今年”指 {year} 年，“明年”指 {next_year} 年。"
        "每个数字下面写明统计口径；没有公布的，不推算。",
        "Source: {sources}. “This year” is {year}, “next year” {next_year}. Each figure stands with its definition; "
        "what was not published is not guessed.",
    ),
    "progress.resettled": ("安置户与安置人口", "Households and persons"),
    "progress.this_year": ("今年新安置", "newly resettled this year"),
    "progress.rest": ("其余（未公布如何划分）", "the rest (split not published)"),
    "progress.share": ("今年新安置占全部（{unit}）", "Newly resettled this year, of all {unit}"),
    "progress.share_definition": (
        "{part} ÷ {whole}，{unit}。四舍五入到 0.1%。",
        "{part} ÷ {whole} {unit}, rounded half up to 0.1 %.",
    ),
    "progress.by_year_end": ("到今年底已安置（{unit}）", "Resettled by the end of this year, {unit}"),
    "progress.range": ("{least}–{most}", "{least}–{most}"),
    "progress.by_year_end_definition": (
        "以前年度已安置数未公布，只能给出范围：最少是今年新安置数，最多是全部。",
        "How many were resettled in earlier years is not published, so only a range can be given: "
        "at least this year's, at most all.",
    ),
    "progress.by_year_end_known": ("以前年度与今年之和。", "Earlier years and this year together."),
    "progress.resettled_chart": (
        "今年新安置 {households} 户、{persons} 人；其余 {rest_households} 户、{rest_persons} 人"
        "以前年度已安置或留到明年，如何划分未公布。",
        "{households} households and {persons} persons are newly resettled this year. "
        "The other {rest_households} households and {rest_persons} persons were resettled earlier or are left for next year; the split is not published.",
    ),
    "progress.percent_axis": ("占全部安置任务（%）", "of the whole task (%)"),
    "progress.completed": ("今年竣工交房", "Completed this year"),
    "progress.government": ("联合自建以外", "other than joint self-building"),
    "progress.joint": ("联合自建", "joint self-building"),
    "progress.area_chart": (
        "今年竣工交房 {whole} 平方米，其中联合自建 {part} 平方米，其余 {rest} 平方米（由前两个数字相减）。",
        "{whole} m² completed this year, of which {part} m² joint self-building; "
        "the other {rest} m² is the difference.",
    ),
    "progress.allocation": ("今年分配", "To allocate this year"),
    "progress.two_stocks": (
        "竣工面积、分配面积和新安置户是三种不同的口径（例如分配的房源可能是往年竣工的），本系统不拿一种推算另一种。",
        "Area completed, area to allocate and people newly resettled are three different stocks "
        "(homes allocated may have been completed in earlier years); none is derived from another here.",
    ),
    "progress.done": ("已完成", "Done"),
    "progress.breakdown": ("分项与预测", "By project, batch and village; forecast"),
    "progress.no_breakdown": (
        "除大丰家园选房日外，各项目、各批次、各村组的数字以及实际进度均未公布，因此没有分项，也不作预测。"
        "已公布的目标是到 {next_year} 年全部安置完成。",
        "Apart from the Dafeng Jiayuan selection day, no figures by project, batch or village and no actual progress "
        "were published, so none is shown and no date is forecast. "
        "The published target is that all are resettled by {next_year}.",
    ),
    # -- bundle -------------------------------------------------------------------------------------------------
    "bundle.private_value": (
        "公开包的 {place} 中会出现名册里不得公布的内容“{value}”（身份证号、电话或全名）。没有写出公开包。请从编号、批次名称等公开栏中删去。",
        '{place} of the bundle would hold "{value}", an ID number, telephone or whole name of the roster. No bundle was written. Take it out of the public columns (ids, titles).',
    ),
    "bundle.readme": (
        "本文件夹是一次安置房分配的公开包：名册（姓名已遮挡）、房源、公示与异议、选房顺序号、志愿、分配结果、房款结算单，以及结果最优的证明。\n\n怎样核验（不需要联网，也不需要安居系统）：\n1. 电脑装有 Python 3.11 或更新版本时，在本文件夹打开命令行，运行：python verify.py .\n2. 加上公示栏上的指纹再核一次：python verify.py . --root 指纹\n3. 用回执码找到自己这一户：python verify.py . --receipt 回执码\n\n每项检查的结论：PASS 通过；FAIL 不通过；PRIVATE 只有本户能核；BOUNDED 有界限、差额未证；CLAIMED 只由求解程序声称；UNCHECKED 本程序不核。\n请务必比对指纹：没有比对，只能说明公开包自身一致，不能说明它就是公示的那一份。",
        "This folder is the bundle of one allocation of resettlement homes: the roster (names masked), the units, publications and objections, order numbers, choices, the allocation, the statements, and the proof that the result is the best there is.\n\nHow to check it (no network and no anju needed):\n1. With Python 3.11 or later, open a command line in this folder and run: python verify.py . --lang en\n2. Once more with the fingerprint on the notice: python verify.py . --lang en --root FINGERPRINT\n3. Find your own household by its receipt code: python verify.py . --lang en --receipt CODE\n\nOutcomes: PASS; FAIL; PRIVATE only the household itself can check it; BOUNDED with a gap that is not proved; CLAIMED by the solver's word only; UNCHECKED by this program.\nDo compare the fingerprint: without it the bundle is only known to agree with itself, not to be the one that was published.",
    ),
}
