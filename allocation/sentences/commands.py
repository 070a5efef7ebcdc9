"""What the commands say."""

ROWS: dict[str, tuple[str, str]] = {
    "cli.interrupted": ("已中断，没有写出任何结果。", "Interrupted; nothing has been written."),
    "cli.faults": (
        "共 {count} 处错误，没有写出任何结果。请改正后重试。",
        "{count} faults; nothing has been written. Correct them and try again.",
    ),
    "cli.annotated": ("已写出标注工作簿：{file}", "Marked workbook written: {file}"),
    "cli.note": ("提示：{text}", "Note: {text}"),
    "cli.check.good": (
        "批次 {round} 资料无误：安置户 {households} 户，其中 {households_in} 户参加；房源 {units} 套，其中 {units_in} 套参加；志愿 {choices} 条。",
        "Round {round} has no fault: {households} households, {households_in} take part; {units} units, {units_in} take "
        "part; {choices} choices.",
    ),
    "cli.solving": ("正在求解……", "Solving…"),
    "cli.stage.done": ("阶段 {name} 完成：{value}", "stage {name} done: {value}"),
    "cli.not_one_of": (
        "选项 {column} 的值“{value}”无效，应为以下之一：{allowed}。",
        'Option {column}: "{value}" is not valid; expected one of {allowed}.',
    ),
    "cli.seed.empty": ("选项 --seed：种子不能为空。", "Option --seed: the seed must not be empty."),
    "cli.sign": (
        "请给出公开包和 --key 私钥文件，或用 --new 生成私钥。",
        "Give the bundle and --key KEYFILE, or make a key with --new KEYFILE.",
    ),
    "cli.draw.title": ("选房顺序号（种子：{seed}）", "Order numbers (seed: {seed})"),
    "out.not_ours": (
        "结果文件夹“{place}”已存在，且不是 anju 写出的结果，因此没有改动它。请换一个文件夹。",
        'The output folder "{place}" exists and was not written by anju, so it was left alone. Choose another.',
    ),
    "out.unwritable": (
        "无法写入结果文件夹“{place}”：{value}。没有写出任何结果。",
        'Cannot write the output folder "{place}": {value}. Nothing has been written.',
    ),
    "out.exists": (
        "“{place}”已存在，没有改动它。请换一个名称。",
        '"{place}" is there already and was left alone. Give another name.',
    ),
    "price.household.unknown": (
        "安置户“{value}”不在本批次名册中。",
        'Household "{value}" is not on this round\'s roster.',
    ),
    "price.unit.unknown": ("房源“{value}”不在本批次房源表中。", 'Unit "{value}" is not in this round\'s units table.'),
    "price.unit.twice": ("房源“{value}”写了不止一次。", 'Unit "{value}" is named more than once.'),
    "price.forbidden": (
        "这组房源的总面积超出政策允许安置户“{value}”购买的范围。",
        'The policy does not allow household "{value}" a set of homes of this total area.',
    ),
    "price.household.left_out": (
        "注意：该户目前不参加本批次。",
        "Note: this household does not take part in the round as it stands.",
    ),
    "price.unit.left_out": (
        "注意：所列房源中有目前不参加本批次的。",
        "Note: at least one of these units does not take part as it stands.",
    ),
    "price.outside_band": (
        "注意：总面积超出该户指标允许的上下幅度。",
        "Note: the total area is outside the band around the entitlement.",
    ),
    "price.prepayment_short": (
        "注意：该户预缴房款不足这组房源要求的比例。",
        "Note: the prepayment does not cover its share of this price.",
    ),
    "summary.households_in": ("参加户数", "households taking part"),
    "summary.households_served": ("得房户数", "households served"),
    "summary.persons_served": ("得房人口", "persons served"),
    "summary.units_allocated": ("分配套数", "units allocated"),
    "summary.principle": ("公平原则", "principle"),
    "summary.per": ("计量单位", "outcomes per"),
    "summary.profile": ("志愿分布（志愿: 数量）", "profile (choice: outcomes)"),
    "summary.left_out": ("未参加（户、套）", "left out (households, units)"),
    "summary.unserved": ("未得房户", "unserved households"),
    "summary.stages": ("各阶段证明", "stages"),
    "summary.seconds": ("求解用时（秒）", "solve (seconds)"),
    "summary.shortfall": (
        "安置户 {household_id}：因预缴不足 {short_yuan} 元，得第 {rank} 志愿，而非第 {better_rank} 志愿。",
        "Household {household_id}: short of {short_yuan} yuan prepaid, it got choice {rank} instead of {better_rank}.",
    ),
    "summary.shortfall_unserved": (
        "安置户 {household_id}：因预缴不足 {short_yuan} 元没有得房，否则可得第 {better_rank} 志愿。",
        "Household {household_id}: short of {short_yuan} yuan prepaid, it got no home; with them, choice {better_rank}.",
    ),
    "summary.written": ("结果已写入 {folder}", "Results written to {folder}"),
    "proof.proved": ("已证明（附证书）", "proved (certificate)"),
    "proof.claimed": ("求解器声称最优", "claimed by the solver"),
    "proof.bounded": ("未证明", "not proved"),
    "principle.leximin": ("最差者最优", "leximin"),
    "principle.rank_maximal": ("首选最多", "rank-maximal"),
    "principle.utilitarian": ("总和最小", "utilitarian"),
    "principle.order": ("按序挑选", "in order"),
    "per.household": ("按户（取最差一套）", "household (its worst home)"),
    "per.unit": ("按套", "unit"),
    "compare.principle": ("原则", "principle"),
    "compare.at_rank": ("第 {rank} 志愿", "choice {rank}"),
    "compare.households_served": ("得房户", "served"),
    "compare.worst_rank": ("最差志愿", "worst"),
    "compare.mean": ("平均志愿", "mean"),
    "compare.envious": ("更想要后序号者的房（户）", "would rather have a later home"),
    "compare.village_spread": ("村组间平均志愿之差", "spread between villages"),
    "compare.decided": ("求解完毕（由求解器声称）", "decided (by the solver's word)"),
    "compare.village": ("平均志愿：{village}", "mean choice: {village}"),
    "check.PASS": ("通过", "PASS"),
    "check.FAIL": ("不通过", "FAIL"),
    "check.PRIVATE": ("本户自核", "PRIVATE"),
    "check.BOUNDED": ("未证明", "BOUNDED"),
    "check.CLAIMED": ("求解器声称", "CLAIMED"),
    "check.UNCHECKED": ("未核", "UNCHECKED"),
    "check.differs": ("现为 {found}；应为 {expected}", "found {found}; expected {expected}"),
    "witness.counted": (
        "安置户 {households}（{count} 户）共需 {needed} 套，只能从这 {there} 套中选：{homes}；还缺 {short} 套。",
        "Households {households} ({count} in all): homes needed {needed}, homes they can use {there}: {homes}; "
        "{short} short.",
    ),
    "witness.together": (
        "安置户 {households}（{count} 户）不能同时得房；能用的 {there} 套为：{homes}。",
        "Households {households} ({count}) cannot all be served; the {there} homes they can use are: {homes}.",
    ),
    "witness.alone": (
        "安置户 {households} 即使独自选房，也没有一组房源符合规定。",
        "Household {households} could not be served even if all homes were its own: no set of them keeps the rules.",
    ),
    "witness.alone_counted": (
        "安置户 {households} 即使独自选房也不够：需要 {needed} 套，合其规定的有 {there} 套（{homes}）。",
        "Household {households} could not be served even if all homes were its own: homes needed {needed}, within its "
        "rules {there} ({homes}).",
    ),
    "witness.no_homes": ("没有", "none"),
    "witness.home": ("{count} 套户型 {layout}（{area} m²）", "{count} × layout {layout} ({area} m²)"),
    "witness.and": ("、", ", "),
    "witness.or": ("，或", ", or "),
    "witness.and_more": ("{some} 等共 {count} 个", "{some} and others, {count} in all"),
    "witness.rules": ("如改变以下任一项即可得房：{rules}。", " Any one of these, changed, would serve them: {rules}."),
    "witness.several_rules": (
        "只改变一项规定不能使其得房，须同时改变几项。",
        " No single rule changed would serve them; several stand in the way.",
    ),
    "witness.not_smallest": (
        "时限内未能确定是否还有更小的一组。",
        " Whether a smaller set exists was not decided in time.",
    ),
    "witness.not_minimal": (
        "时限内未能再缩小；这一组中可能有不相干的户。",
        " It could not be narrowed in time; some of them may be beside the point.",
    ),
    "witness.rule.homes": ("现有各类房源的套数", "the number of homes of the kinds there are"),
    "witness.rule.demand": ("申报的户型", "the layouts declared"),
    "witness.rule.size_max": ("面积上限", "the upper limit of the area"),
    "witness.rule.size_min": ("面积下限", "the lower limit of the area"),
    "witness.rule.budget": ("预缴房款", "the prepayment"),
    "witness.rule.totals": ("价格档不允许的总面积", "the total areas that the price bands forbid"),
    "witness.rule.need": ("无障碍或低楼层需要", "the access need"),
    "witness.rule.group": ("同栋居住的要求", "the wish to share a building"),
    "witness.mend.homes": (
        "增加 {homes}，即有 {served} 户得房。",
        "With {homes} more, {served} households are served.",
    ),
    "witness.mend.left_out": (
        "本批次目前未参加的同样房源：{units}。",
        " Such units that do not take part now: {units}.",
    ),
    "witness.mend.not_least": ("时限内未能确定是否更少也行。", " Whether less would do was not decided in time."),
    "witness.mend.demand": (
        "安置户 {household_id} 不限申报户型、改按面积上下限选房，即有 {served} 户得房。",
        "If household {household_id} takes any layouts within its area limits, {served} households are served.",
    ),
    "witness.mend.size_max": (
        "安置户 {household_id} 的面积上限放宽 {amount} m²，即有 {served} 户得房。",
        "With household {household_id}'s upper limit {amount} m² wider, {served} households are served.",
    ),
    "witness.mend.size_min": (
        "安置户 {household_id} 的面积下限放宽 {amount} m²，即有 {served} 户得房。",
        "With household {household_id}'s lower limit {amount} m² wider, {served} households are served.",
    ),
    "witness.mend.budget": (
        "安置户 {household_id} 再预缴 {amount} 元，即有 {served} 户得房。",
        "If household {household_id} prepays {amount} yuan more, {served} households are served.",
    ),
    "witness.mend.need": (
        "不计安置户 {household_id} 的无障碍或低楼层需要，即有 {served} 户得房。",
        "Without household {household_id}'s access need, {served} households are served.",
    ),
    "witness.mend.group": (
        "安置户 {household_id} 不要求同栋，即有 {served} 户得房。",
        "If household {household_id} need not share a building, {served} households are served.",
    ),
    "witness.cut_short": (
        "时限内未能查清全部原因和办法，以上所列均已核实。",
        "Not every cause and remedy was found in the time allowed; those listed are verified.",
    ),
    "explain.somebody": ("{name}（{household_id}，顺序号 {order_no}）", "{name} ({household_id}, no. {order_no})"),
    "explain.then": ("；", "; "),
    "explain.home": ("{unit_id}（第 {rank} 志愿）", "{unit_id} (choice {rank})"),
    "explain.served": ("{household}：得 {homes}。", "{household} got {homes}."),
    "explain.nothing_better": ("已是第一志愿，没有更好的志愿。", "This is its first choice; there is no better one."),
    "explain.unserved": ("{household}：本批次未得房。", "{household} got no home in this round."),
    "explain.left_out": ("{household}：没有参加本批次，原因如下。", "{household} does not take part in this round:"),
    "explain.choice": ("第 {choice} 志愿：", "Choice {choice}: "),
    "explain.choice.layout": ("户型 {layout} 的第 {choice} 志愿：", "Choice {choice} for layout {layout}: "),
    "explain.no_homes": ("没有相符的房源。", "no home matches it."),
    "explain.homes": ("相符的房源 {count} 套，{kinds}。", "{count} homes match it: {kinds}."),
    "explain.held.held": ("别户取得 {count} 套", "{count} held by others"),
    "explain.held.own": ("本户取得 {count} 套", "{count} its own"),
    "explain.held.free": ("无人取得 {count} 套", "{count} held by nobody"),
    "explain.held.left_out": ("未参加本批次 {count} 套", "{count} not in this round"),
    "explain.holder": (
        "{unit_id} 归 {household}，其第 {rank} 志愿",
        "{unit_id} went to {household}, whose choice {rank} it is",
    ),
    "explain.holders": ("{holders}。", " {holders}."),
    "explain.fit.money": ("其中 {count} 套该户预缴房款不足。", " For {count} of them its prepayment is not enough."),
    "explain.fit.rules": (
        "其中 {count} 套不合该户的户型、面积、无障碍或同栋规定。",
        " {count} of them break its own rules (layout, area, access, building).",
    ),
    "explain.impossible": (
        "即使所有房源都归它，也没有一组合规房源能在第 {choice} 志愿以内。",
        "Even if all homes were its own, no set within its rules keeps within choice {choice}.",
    ),
    "explain.forced": ("如果给它第 {choice} 志愿以内的房：", "If it were given choice {choice} or better: "),
    "explain.stage.served": (
        "得房户数由 {value} 户减为 {forced} 户。",
        "the households served would fall from {value} to {forced}.",
    ),
    "explain.stage.earliest": (
        "得房户数不变，但须让顺序号更靠前的户落空。",
        "as many would be served, but one earlier in order would go without.",
    ),
    "explain.stage.outcomes_at_rank": (
        "落到第 {rank} 志愿的由 {value} 增为 {forced}。",
        "the outcomes at choice {rank} would rise from {value} to {forced}.",
    ),
    "explain.stage.max_outcomes_at_rank": (
        "得到第 {rank} 志愿的由 {value} 减为 {forced}。",
        "the outcomes at choice {rank} would fall from {value} to {forced}.",
    ),
    "explain.stage.sum_of_outcomes": (
        "志愿总和由 {value} 增为 {forced}。",
        "the sum of outcomes would rise from {value} to {forced}.",
    ),
    "explain.stage.order": (
        "顺序号靠前的 {household} 就选不到它选的房。",
        "{household} could not have what it chose in its turn.",
    ),
    "explain.stage.sum_of_ranks": (
        "各套房志愿之和由 {value} 增为 {forced}。",
        "the sum of ranks over all homes would rise from {value} to {forced}.",
    ),
    "explain.stage.sum_of_ties": (
        "其他各项都一样，由公开摇号决定：抽签数之和由 {value} 增为 {forced}。",
        "all else is equal and the public draw decided: the sum of tie numbers would rise from {value} to {forced}.",
    ),
    "explain.stage.none": ("各项都不变差。", "no stage would be worse."),
    "explain.worse": ("这样有 {count} 户变差：{households}。", " {count} would do worse: {households}."),
    "explain.nobody_worse": ("这样没有哪一户变差。", " Nobody would do worse."),
    "explain.affected": ("{household} {before}→{after}", "{household} {before}→{after}"),
    "explain.not_served": ("未得房", "unserved"),
    "explain.not_proved": (
        "（求解未完全证明，以上为所找到的结果。）",
        " (Not fully proved: this is the result found.)",
    ),
    "explain.mend.demand": ("不限申报户型就有可能。", " Without its declared layouts it could."),
    "explain.mend.size_max": (
        "面积上限放宽 {amount} m² 就有可能。",
        " With {amount} m² more at its upper limit it could.",
    ),
    "explain.mend.size_min": (
        "面积下限放宽 {amount} m² 就有可能。",
        " With {amount} m² less at its lower limit it could.",
    ),
    "explain.mend.budget": ("再预缴 {amount} 元就有可能。", " With {amount} yuan more prepaid it could."),
    "explain.mend.need": ("不计无障碍或低楼层需要就有可能。", " Without its access need it could."),
    "explain.mend.group": ("不要求同栋就有可能。", " Without the wish to share a building it could."),
    "chart.title": ("四种公平原则比较：{title}", "The four principles compared: {title}"),
    "chart.profile": ("各志愿的户数或套数", "outcomes at each choice"),
    "chart.villages": ("各村组的平均志愿（越小越好）", "mean choice by village (less is better)"),
    "chart.choice": ("志愿", "choice"),
    "chart.outcomes": ("数量", "outcomes"),
    "chart.mean": ("平均志愿", "mean choice"),
    "chart.figures": ("数字", "figures"),
    "chart.written": ("图表已写入 {file}", "Chart written to {file}"),
    "summary.verified": ("公开包核验：{outcomes}", "bundle checked: {outcomes}"),
    "word.language": ("中文", "English"),
    "word.languages": ("语言", "Languages"),
    "notice.written": ("{title}：{papers} 份（{who}）", "{title}: {papers} ({who})"),
    "notice.for_all": ("公开", "for everybody"),
    "notice.private": ("只给本户或异议人", "for its household alone"),
    "notice.name.demand": ("安置对象及安置需求公示", "Demand"),
    "notice.name.units": ("房源公示", "Available homes"),
    "notice.name.call": ("选房公告", "Call to choose"),
    "notice.name.plan": ("分配方案公示", "Allocation plan"),
    "notice.name.result": ("分配结果公示", "Result"),
    "notice.name.reply": ("异议处理答复", "Reply to objections"),
    "notice.name.statement": ("房款结算单", "Statements"),
    "notice.name.confirmation": ("选房确认书", "Confirmations of choice"),
    "notice.name.settlement": ("实测面积结算单", "Settlements by measured area"),
    "notice.name.handover": ("交房通知", "Hand-over notices"),
    "notice.not_a_day": (
        "选项 {column}：“{value}”不是日期，应写成 2021-05-28。",
        "Option {column}: “{value}” is no date; write it like 2021-05-28.",
    ),
    "notice.template_for_one": (
        "选项 {column}：一个模板只用于一种文书，不能与 all 同用。请指明文书。",
        "Option {column}: a template is for one document and cannot be used with all. Name the document.",
    ),
    "notice.template_note": (
        "Word 文件按模板排版；PDF 和网页仍按标准版式，内容出自同一记录。",
        "The Word file follows the template; PDF and web page keep the standard layout, with the same content.",
    ),
    "template.unreadable": (
        "这不是能读的 Word 文件（.docx）。请在 Word 中另存为“Word 文档（.docx）”。",
        'This is no Word file that can be read. Save it in Word as "Word Document (.docx)".',
    ),
    "template.too_large": (
        "模板解开后超过 {megabytes} MB。请删去图片。",
        "Unpacked the template is more than {megabytes} MB. Take out pictures.",
    ),
    "template.macro": (
        "模板带有宏。请另存为不带宏的 .docx。",
        "The template has macros. Save it as .docx without macros.",
    ),
    "template.external": (
        "模板引用了外部文件（链接的图片或模板）。请把内容放进文件里，或删去链接。",
        "The template refers to files outside it (a linked picture or template). Put them into the file, or remove the link.",
    ),
    "template.unknown": (
        "“{value}”：不认识“{name}”。这里可用的有：{known}。",
        "“{value}”: “{name}” is not known. Known here: {known}.",
    ),
    "template.broken": (
        "“{value}”：占位符不完整，应写成 {{{{ 名称 }}}} 或 {{%tr for row in 表名 %}}。",
        "“{value}”: a tag is not complete; write {{{{ name }}}} or {{%tr for row in table %}}.",
    ),
    "template.not_allowed": (
        "“{value}”：模板里只能写名称、逐行重复（for … in 表名、endfor）和有无判断（if 名称、else、endif）。",
        "“{value}”: a template may hold names, rows repeated (for … in table, endfor) and conditions (if name, else, endif) only.",
    ),
    "template.unclosed": (
        "“{value}”：没有对应的结束（endfor 或 endif）。",
        "“{value}”: its end (endfor or endif) is missing.",
    ),
    "template.unopened": (
        "“{value}”：前面没有对应的 for 或 if。",
        "“{value}”: there is no for or if before it that it belongs to.",
    ),
    "paper.private_value": (
        "公示“{place}”中会出现名册里不得公布的内容“{value}”（身份证号、电话或全名）。请从编号、村组、批次名称等公开栏中删去。",
        '"{place}" would hold "{value}", an ID number, telephone or whole name of the roster. Take it out of the public columns (ids, villages, titles).',
    ),
    "paper.nobody": (
        "没有分得房屋的安置户，不能出具“{value}”。",
        "No household has a home, so there is no “{value}” to be issued.",
    ),
    "paper.no_key": (
        "没有户编号或异议编号为“{value}”的文书。",
        "There is no paper for household or objection “{value}”.",
    ),
    "paper.no_glyph": (
        "本机字体中没有“{character}”（{point}），PDF 中以〓代替。请安装含有此字的字体（如 fonts-noto-cjk-extra、宋体-ExtB）后重新生成。",
        "No font of this machine has “{character}” ({point}); it stands as 〓 in the PDF. Install a font that has it (fonts-noto-cjk-extra, SimSun-ExtB) and write it again.",
    ),
    "kept.no_round": (
        "结果文件夹“{place}”中没有 round 文件夹（较早版本写出的）。请用 anju allocate 重新写出，或者直接给出批次。",
        'The result "{place}" has no folder "round" (an earlier version wrote it). Write it again with anju allocate, or give the round itself.',
    ),
    "kept.broken": (
        "结果文件夹“{place}”的 {value} 缺失，或者与其他文件不一致。请用 anju allocate 重新写出。",
        '{value} of the result "{place}" is missing or does not agree with the other files. Write it again with anju allocate.',
    ),
    "kept.other_round": (
        "选项 --round 给的是另一个批次“{value}”，结果属于“{kept}”。",
        "Option --round gives another round, “{value}”; the result belongs to “{kept}”.",
    ),
    "paper.no_font": (
        "本机没有安装中文字体，无法生成 PDF。请安装其中之一：{fonts}。",
        "No Chinese font is installed on this machine, so no PDF can be made. Install one of: {fonts}.",
    ),
    "word.yes": ("是", "yes"),
    "word.no": ("否", "no"),
    "convert.differs": (
        "换出的文件读回来与原批次不一致（{value}），因此没有写出。请把这一情况告诉维护人员。",
        "What was written would not read as the same round ({value}), so nothing was written. Please report it.",
    ),
    "convert.written": ("已写入 {folder}：{files}", "written to {folder}: {files}"),
    "convert.left": ("不属于批次、没有带上的：{files}", "no part of the round and left behind: {files}"),
    # -- the template -------------------------------------------------------------------------------------------
    "template.how": ("填表说明", "how to fill it in"),
    "template.title": ("安置房分房批次：填报模板", "A round of resettlement homes: the workbook to fill in"),
    "template.steps": (
        "一、橙色标签的表必须填，灰色标签的表可以不填（没有内容就空着，不要删标题行）。\n"
        "二、橙色、带 ★ 的列必须填，灰色的列按需要填。鼠标停在标题上可看说明、写法和例子，全部列的说明在最后一张表“栏目说明”。\n"
        "三、编号、身份证号、电话的单元格已设为文本格式，请直接输入，不要改格式；从别处粘贴时请用“选择性粘贴—数值”。\n"
        "四、日期写成 2021-05-28；金额为元，面积为平方米，最多两位小数；不要写公式，不要合并单元格。\n"
        "五、有下拉箭头的单元格请从中选择。\n"
        "六、“批次”表中“政策文件”填政策文件的名称，并把该文件放在本工作簿旁边。\n"
        "七、可以在各表右侧另加自己的列（如“备注”），系统原样保留。\n"
        "八、填好后运行 anju check 文件名.xlsx，一次列出全部错误；加 --annotate 标注.xlsx 可在表中标出。\n"
        "九、“调查底册”“已安置人员”“工作人员及亲属”三表供查找疑点，只用于核对，不对外公布；"
        "运行 anju office exceptions 文件名.xlsx 列出疑点，理由和批准人填入“疑点”表。",
        "1. Sheets with an orange tab are required; grey ones may stay empty (leave their headings).\n"
        "2. Orange columns with a ★ are required. Hover over a heading for its meaning, form and example.\n"
        "3. IDs, identity numbers and telephones are formatted as text: type them as they are.\n"
        "4. Dates as 2021-05-28; yuan and m² with at most two decimals; no formulas, no merged cells.\n"
        "5. Choose from the list where there is one.\n"
        "6. Name the policy's file in the sheet of the round, and put that file beside the workbook.\n"
        "7. Columns of your own are kept.\n"
        "8. anju check FILE.xlsx tells all faults at once.\n"
        "9. Survey roll, resettled and officers are compared with, never published: anju office exceptions FILE.xlsx.",
    ),
    "template.columns": ("栏目说明", "columns"),
    "template.columns.headings": ("表|栏目|必填|填什么|写法|例子", "table|column|required|what|form|example"),
    "template.optional": ("（可不填）", " (optional)"),
    "template.example": ("例：{value}", "for example {value}"),
    "template.wrong": ("应为{expected}", "expected is {expected}"),
    "template.written": ("已写出空白模板 {file}", "the empty workbook was written to {file}"),
}
