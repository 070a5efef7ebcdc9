"""What is said of a policy, of who takes part, and of prices."""

ROWS: dict[str, tuple[str, str]] = {
    # -- policy -------------------------------------------------------------------------------------------------
    "policy.unreadable": (
        "这个文件打不开。请核对文件名和位置。",
        "This file cannot be opened. Check its name and place.",
    ),
    "policy.not_utf8": ("文件不是 UTF-8 编码。请另存为 UTF-8。", "The file is not in UTF-8. Save it as UTF-8."),
    "policy.syntax": ("TOML 写法有误（{message}）。请改正这一行。", "This is not TOML ({message}). Correct this line."),
    "policy.unknown_key": ("没有这一项。可用的有：{known}。", "There is no such key. Known here: {known}."),
    "policy.missing": ("缺少这一项。请补上。", "This key is missing. Add it."),
    "policy.choice": ("“{value}”不在可选之列，应为：{known}。", "“{value}” is not one of: {known}."),
    "policy.number": ("“{value}”不是数字，例如应为 50.0。", "“{value}” is not a number; write it like 50.0."),
    "policy.money": (
        '“{value}”不是金额。金额要写成带引号的文字，最多两位小数，例如 "1500.00"。',
        '“{value}” is not money. Write money as text in quotes, with two decimals at most: "1500.00".',
    ),
    "policy.whole": ("“{value}”不是整数，例如应为 7。", "“{value}” is not a whole number; write it like 7."),
    "policy.true_false": (
        "“{value}”应为 true 或 false，不加引号。",
        "“{value}” must be true or false, without quotes.",
    ),
    "policy.text": ("“{value}”应为带引号的文字。", "“{value}” must be text in quotes."),
    "policy.day": ("“{value}”不是日期，例如应为 2021-05-20。", "“{value}” is not a date; write it like 2021-05-20."),
    "policy.span": (
        '“{value}”不是整数范围，应写成 "3"、"2-6" 或 "7-"。',
        '“{value}” is no range of whole numbers; write it like "3", "2-6" or "7-".',
    ),
    "policy.section": ("“{value}”应为一组（[…] 或 {{…}}）。", "“{value}” must be a table ([…] or {{…}})."),
    "policy.list": ("“{value}”应为列表（[[…]] 或 […]）。", "“{value}” must be a list ([[…]] or […])."),
    "policy.least": ("“{value}”太小，不得小于 {limit}。", "“{value}” is too small; at least {limit}."),
    "policy.more_than": ("“{value}”太小，须大于 {limit}。", "“{value}” is too small; more than {limit}."),
    "policy.greatest": (
        "“{value}”太大，不得大于 {limit}（六成写成 0.60）。",
        "“{value}” is too large; at most {limit} (sixty percent as a share is 0.60).",
    ),
    "policy.decimals": ("“{value}”最多可有 {limit} 位小数。", "“{value}” may have {limit} decimals at most."),
    "policy.too_large": ("“{value}”位数太多。", "“{value}” has too many digits."),
    "policy.invalid": ("“{value}”在这里不能用。请核对写法。", "“{value}” cannot stand here. Check how it is written."),
    "policy.needed": ("因为有 {because}，这一项不能缺。请补上。", "This is needed because of {because}. Add it."),
    "policy.needed_with": ("“{value}”要和 {key} 一起写。", "“{value}” goes together with {key}."),
    "policy.below": ("“{value}”小于下限 {least}。", "“{value}” is below the least, {least}."),
    "policy.person_class_needed": (
        '“{value}”：person_class 与 when = "person_class" 必须同时出现。',
        '“{value}”: person_class and when = "person_class" go together.',
    ),
    "policy.span_backwards": ("范围“{value}”前大后小。请对调。", "The range “{value}” runs backwards. Swap its ends."),
    "policy.span_overlap": ("范围“{value}”与“{other}”重叠。", "The range “{value}” overlaps “{other}”."),
    "policy.span_gap": (
        "范围“{value}”之前漏了 {first} 至 {last}。请补上。",
        "Before the range “{value}”, {first} to {last} are left out. Add them.",
    ),
    "policy.band_one_price": (
        "每段只写一种价格：price、up_percent、market_times 或 forbidden = true；现有“{value}”。",
        "A band has one of price, up_percent, market_times or forbidden = true; found “{value}”.",
    ),
    "policy.band_two_ends": (
        "up_to 与 over_m2（“{value}”）只能写一个。",
        "A band ends at up_to or at over_m2 (“{value}”), not both.",
    ),
    "policy.first_band_price": ("第一段要写 price 或 market_times。", "The first band needs price or market_times."),
    "policy.last_band_open": (
        "最后一段止于“{value}”，其余面积没有价格。请再加一段（不写止点；不允许的写 forbidden = true）。",
        "The last band ends at “{value}”; the rest has no price. Add a band without an end (forbidden = true to refuse).",
    ),
    "policy.band_open_early": (
        "这一段没有止点，后面的段用不到。请写 up_to 或 over_m2。",
        "This band has no end, so the later ones are never reached. Give it up_to or over_m2.",
    ),
    "policy.band_forbidden_early": (
        "forbidden（“{value}”）只能写在最后一段。",
        "Only the last band may be forbidden (“{value}”).",
    ),
    "policy.bands_order": (
        "这一段的止点“{value}”不大于前一段。各段要由小到大，up_to 在前，over_m2 在后。",
        "This band ends at “{value}”, not beyond the one before. Bands run upwards, up_to before over_m2.",
    ),
    "policy.market_needed": (
        "这里（“{value}”）要用市场价。请写 pricing.market_price。",
        "This (“{value}”) needs the market price. Add pricing.market_price.",
    ),
    "policy.floors_two_ways": (
        "table 与 per_storey（“{value}”）只能用一种。",
        "Floors are priced by table or by per_storey (“{value}”), not both.",
    ),
    "policy.steps_order": ("各档月数“{value}”要由小到大。", "The months “{value}” must run upwards."),
    "policy.no_such_key": (
        "出处或示例里的“{value}”不是本政策的一项。请核对写法。",
        "“{value}” is traced or marked an example, but is no key of this policy. Check its spelling.",
    ),
    "policy.share_without_price": (
        "预缴比例“{value}”没有房价可依。请写 pricing.bands。",
        "A prepayment share of “{value}” has no price to be taken of. Add pricing.bands.",
    ),
    "policy.one_measure": (
        "预缴条件只能用一种算法：share（占房款比例）或 per_m2（每平方米金额）。请留一个。",
        "A payment is measured one way: by share (of the price) or per_m2. Keep exactly one.",
    ),
    "policy.gate_no_price_yet": (
        "比例“{value}”无法计算：摇号之前还没有房款。请改用 per_m2。",
        "The share “{value}” cannot be taken: before the draw there is no price yet. Use per_m2.",
    ),
    "policy.late_steps": (
        "逾期分段“{value}”的次序不对：日数应逐段增大，只有最后一段可以不写。请改正。",
        "The steps “{value}” are out of order: their days must rise, and only the last may leave them out. Correct them.",
    ),
    "policy.order_needless": (
        "“{value}”在 rule = {rule} 时不起作用，只用于 {rules}。请删去，或改 rule。",
        "“{value}” says nothing with rule = {rule}; it belongs to {rules}. Remove it, or change the rule.",
    ),
    "policy.extension": (
        "延时次数“{value}”与每次延时的秒数不一致：两项应同为 0 或同大于 0。请改正。",
        "The number of extensions “{value}” and their seconds disagree: both are 0 or both more. Correct them.",
    ),
    # -- reasons for being left out -----------------------------------------------------------------------------
    "document.demand": ("安置需求", "The resettlement demand"),
    "document.units": ("房源", "The list of available units"),
    "document.plan": ("分配方案", "The allocation plan"),
    "document.result": ("分配结果", "The result of the allocation"),
    "objection.open": (
        "异议 {objection_id}（{filed_on} 提出）尚未处理。",
        "Objection {objection_id}, filed on {filed_on}, is not resolved yet.",
    ),
    "unit.other_project": (
        "属于“{project}”，不在本批次范围。",
        "It belongs to “{project}”, which is not in this round.",
    ),
    "unit.status.reserved": ("预留房。", "It is reserved."),
    "unit.status.defective": ("有质量缺陷，暂不分配。", "It has a defect and is not given out for now."),
    "unit.status.allocated": ("已分配。", "It has been allocated already."),
    "unit.joint_self_built": ("联合自建，不纳入分配方案。", "Joint self-building is not part of the allocation plan."),
    "publication.calendar_unknown": (
        "“{value}”的公示期按工作日计算，但 {year} 年的放假安排尚未公布，无法计算。请待国务院办公厅通知公布后再办。",
        "The period of “{value}” runs in working days, but the holidays of {year} are not announced yet, so it cannot be "
        "counted. Wait for the State Council's notice.",
    ),
    "publicity.never": (
        "{document}没有公示过。请先公示，期满后再办。",
        "{document} was never published. Publish it and let its period end first.",
    ),
    "publicity.announced": (
        "{document}到 {on} 才公示，现在还没有公示。",
        "{document} will be published on {on}; it has not been yet.",
    ),
    "publicity.withdrawn": (
        "{document}于 {published_on} 公示，{withdrawn_on} 已撤回。请重新公示，公示期重新计算。",
        "{document} was published on {published_on} and withdrawn on {withdrawn_on}. "
        "Publish it again; its period runs afresh.",
    ),
    "publicity.running": (
        "{document}于 {published_on} 公示，应满 {days} 天，最后一天是 {last_day}，最早 {earliest} 可以办理。",
        "{document} was published on {published_on} for {days} days; the last day is {last_day}, "
        "{earliest} is the earliest day to go on.",
    ),
    "publicity.too_few_days": (
        "{document}于 {published_on} 公示，只写了 {own_days} 天，规定不少于 {days} 天，"
        "最后一天是 {last_day}，最早 {earliest} 可以办理。",
        "{document} was published on {published_on} for {own_days} days; the rules demand {days}. "
        "The last day is {last_day}, {earliest} is the earliest day to go on.",
    ),
    "publicity.restarted": (
        "{document}于 {published_on} 公示，但{restarted_by}于 {on} 重新公示，{document}须重新公示。",
        "{document} was published on {published_on}. {restarted_by} was published anew on {on}, "
        "so the former must be published again.",
    ),
    "prepayment.short": (
        "预缴款应为 {needed} 元，截止日前计入 {paid} 元，差 {short} 元。",
        "The prepayment due is {needed} yuan; {paid} yuan counted by the due date, {short} yuan are missing.",
    ),
    "prepayment.late": (
        "预缴款应在 {due_on} 以前缴足 {needed} 元，截止日前计入 {paid} 元；其后缴的 {late} 元不计入，差 {short} 元。",
        "The prepayment of {needed} yuan was due by {due_on}; {paid} yuan counted, {late} yuan came later and do not "
        "count, {short} yuan are missing.",
    ),
    "prepayment.set_off_exceeds": (
        "安置户 {household_id} 抵扣的补偿款合计“{value}”元，多于应得补偿 {owed} 元。请核对收据和补偿款。",
        "Household {household_id} has “{value}” yuan set off, more than the {owed} yuan of compensation it is owed. "
        "Check the receipts and the compensation.",
    ),
    "order.blank": (
        "安置户 {household_id} 没有填写，而选房顺序以此为准。请补填。",
        "Household {household_id} has no value here, and the order of choosing rests on it. Fill it in.",
    ),
    "order.twice": (
        "顺序号“{value}”重复（安置户 {household_id}），每户应各有一个号。请核对后改正。",
        "The number “{value}” is given more than once (household {household_id}); expected one of its own for each. "
        "Check and correct it.",
    ),
    "order.village_not_crossed": (
        "安置户 {household_id} 的村组“{value}”不在交叉选房的次序里。请核对村组名称，或在规则 order.cross 中补上。",
        "The village “{value}” of household {household_id} is not among the steps that cross the villages. "
        "Check its name, or add it to order.cross of the policy.",
    ),
    "draw.pool_root": (
        "“{value}”不是名册指纹，应为 64 位十六进制数。请照公示的名册指纹填写。",
        "“{value}” is no fingerprint of a roster; expected 64 hexadecimal digits. Copy it from the notice.",
    ),
    "draw.source.ssq": (
        "“{value}”不是双色球开奖号码，应为六个不同的红球（1–33）和一个蓝球（1–16），例如 03 08 12 19 26 33 + 09。请核对。",
        "“{value}” is no 双色球 result; expected six different red balls (1–33) and a blue one (1–16), "
        "such as 03 08 12 19 26 33 + 09. Check it.",
    ),
    "draw.source.dice": (
        "“{value}”不是骰子点数，应为依次掷出的 1–6，例如 3 1 6 2。请核对。",
        "“{value}” are no dice; expected the faces 1–6 in the order thrown, such as 3 1 6 2. Check it.",
    ),
    "draw.source.digits": (
        "“{value}”不全是数字，应为依次抽出的数字，例如 0 7 3 9。请核对。",
        "“{value}” are not digits only; expected them in the order drawn, such as 0 7 3 9. Check it.",
    ),
    "draw.source.beacon": (
        "“{value}”不是公开随机数，应为至少 32 位十六进制数。请照公布的数值填写。",
        "“{value}” is no public random value; expected at least 32 hexadecimal digits. Copy it as published.",
    ),
    "draw.source.twice": (
        "来源“{value}”写了两次，每个事件只能用一次。请删去一个，或写明期号。",
        "The source “{value}” stands twice; an event is used once. Remove one, or name the issue.",
    ),
    "draw.table": (
        "“{value}”不是一张表，应写成 [draw] 或 [[draw.sources]]。",
        "“{value}” is no table; expected [draw] or [[draw.sources]].",
    ),
    "draw.missing": (
        "没有填写。摇号方案缺这一项，请补上。",
        "Nothing is filled in; the plan of the draw needs it. Add it.",
    ),
    "draw.unknown": ("不认识“{value}”这一项。请核对写法。", "“{value}” is not known here. Check the spelling."),
    "draw.day": (
        "“{value}”不是日期，应写成不加引号的 2021-05-18。请改正。",
        "“{value}” is no day; expected a TOML date without quotes, such as 2021-05-18. Correct it.",
    ),
    "draw.kind": (
        "“{value}”不是来源种类，应为 ssq、dice、digits 或 beacon。请改正。",
        "“{value}” is no kind of source; expected ssq, dice, digits or beacon. Correct it.",
    ),
    "draw.take": (
        "“{value}”应为 2 至 {sources}（来源的个数）之间的整数：前几个已发生的来源用作种子。请改正。",
        "“{value}” should be a whole number from 2 to {sources}, the number of sources: so many of the first that take "
        "place make the seed. Correct it.",
    ),
    "draw.not_before": (
        "事件日期 {value} 不晚于冻结日期 {frozen_on}：名册须在全部事件之前冻结并公告。请另选事件。",
        "The event's day {value} is not after the freeze on {frozen_on}: the roster is frozen and announced before every "
        "event. Choose other events.",
    ),
    "draw.not_yet": (
        "事件在 {value}，晚于基准日 {as_of}，不可能已有结果。请核对。",
        "The event is on {value}, after the day the round is judged on, {as_of}: it cannot have an outcome yet. Check it.",
    ),
    "draw.sealed": (
        "{who} 公开的数“{value}”与封存时公布的承诺不符。请照封存的纸条填写；没有公开的留空。",
        "The number “{value}” that {who} opened does not fit the commitment posted. Copy it from the sealed paper; leave "
        "blank what was not opened.",
    ),
    "draw.seed_too": (
        "有 [draw] 时种子由它得出，不另填写。请删去 seed。",
        "With [draw] the seed is made by it and is not written besides. Remove seed.",
    ),
    "draw.not_frozen": (
        "名册还没有冻结。请先运行 anju draw 批次 --freeze，公告指纹并写入 draw.pool_root。",
        "The roster has not been frozen. First run anju draw ROUND --freeze, announce the fingerprint and write it into "
        "draw.pool_root.",
    ),
    "draw.not_drawn": (
        "还没有摇号：已有结果的来源不足 {take} 个。请在事件发生后填入 draw.sources 的 value。",
        "There has been no draw: fewer than {take} sources have an outcome. Fill in their value after the events.",
    ),
    "draw.other_fairness": (
        "摇号前冻结的规则是 {frozen}，这里要的是 {value}。没有写出任何结果。已冻结的批次只能按冻结的原则分配；要比较各原则，请用 anju compare。",
        "The rules frozen before the draw are {frozen}; {value} was asked for. Nothing was written. A frozen round is allocated "
        "as it was frozen; to compare principles use anju compare.",
    ),
    "draw.changed": (
        "名册、房源、政策或摇号办法在冻结后有改动：现在的指纹以 {value} 开头，冻结时的以 {frozen} 开头。没有写出任何结果。请改回冻结时的内容；抽签后不得重抽。",
        "The roster, the homes, the policy or the method has changed since the freeze: the fingerprint now begins with "
        "{value}, the frozen one with {frozen}. Nothing was written. Restore what was frozen; no draw is held twice.",
    ),
    "draw.announce": (
        "名册、房源、规则和摇号办法已于 {frozen_on} 冻结，指纹：{words}（{pool_root}）。下列公开事件中先发生的 {take} 个的结果即为种子；抽签只进行一次。",
        "Roster, homes, rules and method were frozen on {frozen_on}; fingerprint: {words} ({pool_root}). The outcomes of the "
        "first {take} of these public events that take place make the seed; there is one draw only.",
    ),
    "draw.announce_source": (
        "{number}. {occurred_on} {name}（{kind}）：{text}",
        "{number}. {occurred_on} {name} ({kind}): {text}",
    ),
    "draw.announce_sealed": ("住户封存的数：{who} {commitment}", "a resident's sealed number: {who} {commitment}"),
    "draw.no_plan": (
        "round.toml 没有 [draw]，无从冻结；用 --seed 排出演示顺序号。",
        "round.toml has no [draw] to freeze; --seed gives order numbers for a demonstration.",
    ),
    "draw.too_little_chance": (
        "种子只来自 {events} 个公开事件，约 {bits} 位随机；应不少于 2 个事件、{needed} 位。"
        "请增加来源，例如连续三期双色球。",
        "The seed rests on {events} public events, about {bits} bits of chance; expected 2 events and {needed} bits. "
        "Add sources, such as three 双色球 draws in a row.",
    ),
    "calendar.key": (
        "不认识“{value}”，应为 holidays 或 working_weekends。请核对写法。",
        "“{value}” is not known here; expected holidays or working_weekends. Check the spelling.",
    ),
    "calendar.empty": (
        "没有日期，应为国务院办公厅通知里的日期，例如 [2026-10-01]。请补上。",
        "There are no days; expected those of the State Council's notice, such as [2026-10-01]. Add them.",
    ),
    "calendar.not_a_day": (
        "“{value}”不是 {year} 年的日期，应写成不加引号的 {year}-10-01。请改正。",
        "“{value}” is no day of {year}; expected a date without quotes, such as {year}-10-01. Correct it.",
    ),
    "calendar.not_a_working_weekend": (
        "“{value}”不能是调休上班日：它不在周末，或同时列为放假。请核对通知。",
        "“{value}” cannot be a weekend worked in exchange: it is a weekday, or a holiday as well. Check the notice.",
    ),
    # -- statements and pricing ---------------------------------------------------------------------------------
    "unit.floor_unpriced": (
        "房源 {unit_id}：政策的楼层差价表里没有第“{value}”层。请补政策，或改正楼层。",
        "Unit {unit_id}: the policy's floor table has no floor “{value}”. Complete the policy, or correct the floor.",
    ),
    "unit.floors_unknown": (
        "房源 {unit_id}：政策对顶层另计，但没有填总层数（现为“{value}”）。请补上。",
        "Unit {unit_id}: the policy prices the top floor, but the storeys of the building are missing (“{value}”).",
    ),
    "unit.factor_unpriced": (
        '房源 {unit_id}：政策的差价表里没有“{value}”。请补政策（"*" 表示其余），或改正这一格。',
        'Unit {unit_id}: the policy\'s table has no “{value}”. Complete the policy ("*" = the rest), or correct this cell.',
    ),
    "entitlement.needs": (
        "安置户 {value}：政策按 {base} 算指标，这一栏不能空。请补上。",
        "Household {value}: the policy makes the entitlement from {base}; this cell must be filled.",
    ),
    "entitlement.no_size": (
        "安置户 {value}：政策没有 {heads} 人户的规定。请补政策，或改正人数。",
        "Household {value}: the policy has no row for {heads} heads. Complete the policy, or correct the persons.",
    ),
    "entitlement.unknown_class": (
        "安置户 {value}：政策没有人员类别“{found}”。请补政策，或改正这一格。",
        "Household {value}: the policy has no class of persons “{found}”. Complete the policy, or correct this cell.",
    ),
    "entitlement.persons": (
        "{persons} 人 + 增计 {extra} 人，每人 {m2_per_person} m²（另有标准的 {special} 人）",
        "{persons} persons + {extra} extra, {m2_per_person} m² each ({special} with their own figure)",
    ),
    "entitlement.sizes": (
        "{persons} 人 + 增计 {extra} 人，按户规模 {heads} 人",
        "{persons} persons + {extra} extra: the row for {heads} heads",
    ),
    "entitlement.homestead": (
        "{persons} 人 + 增计 {extra} 人；宅基地 {homestead_m2} m² × {ratio}",
        "{persons} persons + {extra} extra; homestead of {homestead_m2} m² × {ratio}",
    ),
    "entitlement.recognised": (
        "{persons} 人 + 增计 {extra} 人；认定原面积 {original_m2} m²",
        "{persons} persons + {extra} extra; recognised original area of {original_m2} m²",
    ),
    "entitlement.compensation": (
        "{persons} 人 + 增计 {extra} 人；补偿款 {compensation_yuan} 元 ÷ {price} 元/m²",
        "{persons} persons + {extra} extra; compensation of {compensation_yuan} yuan ÷ {price} yuan/m²",
    ),
    "entitlement.original": (
        "由 {before} m² 提到认定原面积（{heads} 人）",
        "raised from {before} m² to the original area ({heads} heads)",
    ),
    "entitlement.floor": (
        "由 {before} m² 提到 {heads} 人户的下限",
        "raised from {before} m² to the floor for {heads} heads",
    ),
    "entitlement.cap": (
        "由 {before} m² 降到 {heads} 人户的上限",
        "lowered from {before} m² to the cap for {heads} heads",
    ),
    "entitlement.min": (
        "由 {before} m² 提到每户下限（{heads} 人）",
        "raised from {before} m² to the least area ({heads} heads)",
    ),
    "entitlement.max": (
        "由 {before} m² 降到每户上限（{heads} 人）",
        "lowered from {before} m² to the greatest area ({heads} heads)",
    ),
    "statement.item": ("项目", "item"),
    "statement.unit_id": ("房源编号", "unit"),
    "statement.area_m2": ("面积 m²", "area m²"),
    "statement.price_yuan_per_m2": ("单价 元/m²", "price yuan/m²"),
    "statement.amount_yuan": ("金额 元", "amount yuan"),
    "statement.entitlement_m2": ("分配指标（m²）", "entitlement (m²)"),
    "statement.allocated_m2": ("分得面积（m²）", "allocated (m²)"),
    "statement.price": ("房款合计", "price"),
    "statement.prepaid": ("已预缴房款", "prepaid"),
    "statement.balance": ("余款（正数应补缴，负数应退）", "balance (positive: to pay, negative: to refund)"),
    "statement.item.band": ("分段房款", "band"),
    "statement.item.base_price": ("基准单价差价", "difference of base price"),
    "statement.item.floor": ("楼层差价", "floor"),
    "statement.item.top_floor": ("顶层另计", "top floor"),
    "statement.item.orientation": ("朝向差价", "orientation"),
    "statement.item.layout": ("户型差价", "layout"),
    "statement.item.fee": ("费用", "fee"),
    "statement.item.deposit": ("押金", "deposit"),
    "statement.item.storeroom": ("储藏室", "storeroom"),
    "statement.item.garage": ("车库车位", "garage"),
}
