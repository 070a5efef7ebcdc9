"""What stands on the papers of the office: public notices, and what all papers share."""

ROWS: dict[str, tuple[str, str]] = {
    # -- what all notices share ---------------------------------------------------------------------------------
    "notice.example": (
        "示例：本文所用价格、面积等标准为示例，并非株洲市或任何地方的规定。",
        "EXAMPLE: the prices, areas and other standards used here are examples. They are no rule of Zhuzhou or of any other place.",
    ),
    "notice.partly_example": (
        "示例：本文所用标准中，没有出处的是示例，并非株洲市或任何地方的规定。",
        "EXAMPLE: standards used here that name no source are examples. They are no rule of Zhuzhou or of any other place.",
    ),
    "notice.address_without_room": ("{building} {floor} 层 {unit_id}", "{building}, floor {floor}, {unit_id}"),
    "notice.heading": ("{number}、{heading}", "{number}. {heading}"),
    "notice.number.1": ("一", "1"),
    "notice.number.2": ("二", "2"),
    "notice.number.3": ("三", "3"),
    "notice.number.4": ("四", "4"),
    "notice.number.5": ("五", "5"),
    "notice.number.6": ("六", "6"),
    "notice.item": ("{number}.", "{number}."),
    "notice.named": ("{household_id}　{name}", "{household_id}　{name}"),
    "notice.heading.facts": ("基本情况", "Figures"),
    "notice.heading.principle": ("分配原则", "Principle"),
    "notice.heading.left_out": ("未参加本次分配的安置户和房源", "Left out"),
    "notice.heading.period": ("公示期限和异议", "Period and objections"),
    "notice.heading.check": ("核对依据", "What it can be checked by"),
    "notice.total": ("合计", "total"),
    "notice.count_homes": ("{count} 套", "{count} homes"),
    "notice.count_households": ("{count} 户", "{count}"),
    "notice.column.number": ("序号", "no."),
    "notice.column.order": ("顺序号", "order"),
    "notice.column.name": ("户主", "head"),
    "notice.column.household_id": ("户编号", "ID"),
    "notice.column.village": ("村组", "village"),
    "notice.column.persons": ("人口", "pers."),
    "notice.column.heads": ("计指标", "counted"),
    "notice.column.entitlement": ("指标 m²", "entitled m²"),
    "notice.column.demand": ("申报户型×套数", "layout × homes"),
    "notice.column.home": ("房屋", "home"),
    "notice.column.unit_id": ("房源编号", "unit"),
    "notice.column.building": ("楼栋", "building"),
    "notice.column.entrance": ("单元", "entr."),
    "notice.column.floor": ("楼层", "floor"),
    "notice.column.room": ("房号", "room"),
    "notice.column.orientation": ("朝向", "faces"),
    "notice.column.layout": ("户型", "layout"),
    "notice.column.area": ("面积 m²", "area m²"),
    "notice.column.price": ("单价", "yuan/m²"),
    "notice.column.status": ("状态", "state"),
    "notice.column.total_area": ("合计 m²", "total m²"),
    "notice.column.session": ("场次", "session"),
    "notice.column.left_out": ("安置户或房源", "household or homes"),
    "notice.column.reasons": ("原因", "reason"),
    "notice.column.band": ("房屋总面积所在的段", "band of the household's total area"),
    "notice.column.band_price": ("单价 元/m²", "yuan/m²"),
    "notice.status.available": ("可分配", "available"),
    "notice.status.reserved": ("预留", "reserved"),
    "notice.status.defective": ("待整改", "defective"),
    "notice.status.allocated": ("已分配", "allocated"),
    "notice.status.joint_self_built": ("联建", "self-built"),
    "notice.status.other_project": ("其他小区", "elsewhere"),
    "notice.left_out": (
        "下列安置户和房源没有参加本次分配，或者参加而未分得房屋：",
        "These households and homes did not take part, or took part and got none:",
    ),
    "notice.none_left_out": ("无。", "None."),
    "notice.units_listed": ("房源 {count} 套：{homes}", "{homes} ({count})"),
    "notice.unserved": ("参加分配，未分得房屋", "took part, got no home"),
    "notice.reason.prepayment": ("预缴房款未达到规定数额。", "The prepayment does not reach what the rules ask for."),
    "notice.reason.other": (
        "不符合参加条件，原因由本单位告知本人。",
        "The conditions are not met; the office tells the household itself why.",
    ),
    "notice.calendar.natural": ("日", "days"),
    "notice.calendar.working": ("个工作日", "working days"),
    "notice.period": (
        "公示期为 {days} {calendar}，自 {on} 公示的次日起算，至 {last} 止。",
        "The notice stands for {days} {calendar}, counted from the day after {on}; the last day is {last}.",
    ),
    "notice.period_unknown": (
        "公示期为 {days} {calendar}，自 {on} 公示的次日起算，至 {blank} 止（{year} 年放假安排尚未公布，请填写）。",
        "The notice stands for {days} {calendar}, counted from the day after {on}; the last day is {blank} (the holidays of {year} are not announced yet: fill in).",
    ),
    "notice.objections": (
        "对公示的{document}有异议的，可以在公示期内以书面形式提出，写明姓名、联系方式、异议事项和理由。",
        "{document}: an objection may be made in writing within this period, with name, how to be reached, what is objected to and why.",
    ),
    "notice.contact.office": ("受理单位：{value}", "Office: {value}"),
    "notice.contact.office_phone": ("联系电话：{value}", "Telephone: {value}"),
    "notice.contact.office_place": ("受理地点：{value}", "Address: {value}"),
    "notice.contact.office_hours": ("受理时间：{value}", "Hours: {value}"),
    "notice.contact.supervision_phone": ("监督电话：{value}", "Supervision: {value}"),
    "notice.check": (
        "选房顺序号和同等情形的取舍由下列种子算出；下列指纹由所用规则算出，规则改动一处，指纹即不同。",
        "Order numbers and ties come from this seed. The fingerprint is made from the rules in force: one change, and it differs.",
    ),
    "notice.check_rules": (
        "下列指纹由所用规则算出，规则改动一处，指纹即不同。",
        "The fingerprint is made from the rules in force: one change, and it differs.",
    ),
    "notice.check.round": ("批次", "Round"),
    "notice.check.as_of": ("基准日", "Day judged on"),
    "notice.check.seed": ("摇号种子", "Seed of the draw"),
    "notice.check.policy": ("政策", "Policy"),
    "notice.check.source": ("政策依据", "Source"),
    "notice.check.policy_hash": ("政策指纹（SHA-256）", "Policy fingerprint (SHA-256)"),
    "notice.root": (
        "公开包指纹（SHA-256）。公开包改动一处，指纹即不同；请与公示栏、回执上的逐字核对。",
        "Fingerprint of the published bundle (SHA-256). One change in the bundle, and it differs: compare it with the notice board and your receipt.",
    ),
    "notice.root_words": ("同一指纹的二十四字：", "The same in 24 characters:"),
    "notice.seal": ("{office}（盖章）", "{office} (seal)"),
    # -- demand -------------------------------------------------------------------------------------------------
    "notice.demand.title": ("安置对象及安置需求公示", "Households and resettlement demand: public notice"),
    "notice.demand.opening": (
        "“{title}”的安置对象、安置人口、安置房分配指标和申报的安置需求已经审核，现予公示，请安置户核对，接受监督。",
        "The households of “{title}”, their persons, entitlements and declared demand have been examined. They are put up here for everyone to check.",
    ),
    "notice.demand.facts": (
        "安置户 {households} 户，安置人口 {persons} 人，计入指标的人口 {heads} 人，安置房分配指标合计 {area} 平方米。"
        "其中 {declared} 户申报了户型，共 {homes} 套；其余各户按指标面积选房。",
        "{households} households with {persons} persons, {heads} heads counted; entitlements of {area} m² together. "
        "{declared} households declared layouts, {homes} homes in all; the others choose by area.",
    ),
    "notice.demand.heading": ("安置对象及安置需求", "Households and demand"),
    "notice.demand.how": (
        "“计指标”为计入指标的人口，即安置人口加上按规定增计的人口。为保护个人信息，户主姓名只显示首末字；身份证号、电话、家庭成员等不予公示。",
        "“Counted” are the persons and the extra heads the rules give. To protect personal information names are masked; ID numbers, telephones and members are not published.",
    ),
    "notice.demand.open": ("按指标面积", "by area"),
    # -- units --------------------------------------------------------------------------------------------------
    "notice.units.title": ("安置房房源公示", "Available homes: public notice"),
    "notice.units.opening": (
        "“{title}”的房源已经核定，现予公示，请安置户核对，接受监督。",
        "The homes of “{title}” have been established. They are put up here for everyone to check.",
    ),
    "notice.units.facts": (
        "房源共 {homes} 套，建筑面积 {area} 平方米；其中可分配 {free} 套，建筑面积 {free_area} 平方米，"
        "不参加本次分配 {kept} 套，各套状态见下表。面积为预测面积，最终以实测面积为准。",
        "{homes} homes with {area} m²; {free} of them with {free_area} m² can be allocated, {kept} take no part: see "
        "the table. Areas are forecasts; the measured areas count in the end.",
    ),
    "notice.units.heading": ("房源", "Homes"),
    "notice.units.price_heading": ("房款计价", "How a price is made"),
    "notice.units.prices": (
        "一户房屋的总面积依次分入下列各段，按各段单价计价；楼层差价按每套房屋另计。上表“单价”（元/m²）为第一段单价加楼层差价；“联建”为联合自建房，不在分配方案之内。",
        "A household's total area is split over these bands in order; a floor's addition is counted for each home. The price in the table above is the first band's with the floor's addition; joint self-built homes are no part of the allocation.",
    ),
    "notice.units.no_price": ("政策文件没有规定价格。", "The policy gives no prices."),
    "notice.band.standard": ("标准安置面积以内", "up to the standard area"),
    "notice.band.original": ("认定原面积以内", "up to the recognised original area"),
    "notice.band.entitlement": ("安置房分配指标以内", "up to the entitlement"),
    "notice.band.over": ("超出指标 {area} m² 以内", "up to {area} m² beyond the entitlement"),
    "notice.band.rest": ("再超出的部分", "all the rest"),
    "notice.band.all": ("全部面积", "the whole area"),
    # -- call ---------------------------------------------------------------------------------------------------
    "notice.call.title": ("选房公告", "Call to choose homes"),
    "notice.call.opening": (
        "“{title}”的选房顺序号已经确定，现将选房时间、地点、规则和选房顺序公告如下。",
        "The order numbers of “{title}” are settled. When, where, by which rules and in which order homes are chosen is made known here.",
    ),
    "notice.call.when_heading": ("时间、地点和范围", "When, where and who"),
    "notice.call.when": ("选房时间：{value}。请提前到场签到。", "Time: {value}. Please come in time to sign in."),
    "notice.call.where": ("选房地点：{value}", "Place: {value}"),
    "notice.call.who": (
        "参加选房的安置户 {households} 户，可选房源 {units} 套。",
        "{households} households choose among {units} homes.",
    ),
    "notice.call.bring_heading": ("所带材料", "What to bring"),
    "notice.call.bring": (
        "户主本人身份证原件、补偿安置协议、预缴房款收据；委托他人的，另带授权委托书和双方身份证原件。",
        "The head's own identity card, the agreement, the receipts of the prepayment; an agent also brings the power of attorney and both identity cards.",
    ),
    "notice.call.rules_heading": ("选房规则", "Rules"),
    "notice.call.calls": (
        "按选房顺序号依次叫号，连续叫号 {calls} 次无人应答的，视为缺席。",
        "Numbers are called in order; who does not answer {calls} calls is absent.",
    ),
    "notice.call.seconds": ("每户选房时间为 {time}。", "A household has {time} to choose."),
    "notice.call.extension": (
        "经申请可以延时，每次 {time}，最多 {times} 次。",
        "On request the time is extended by {time}, {times} times at most.",
    ),
    "notice.call.timeout.pass": ("超时未选定的，由下一顺序号选房。", "When the time is over the next number chooses."),
    "notice.call.timeout.assign": (
        "超时未选定的，由系统按其志愿从剩余房源中指定。",
        "When the time is over, the best home left by the household's choices is assigned.",
    ),
    "notice.call.passed.when_ready": (
        "超时的户选定后，随即补选。",
        "A household whose time ran out chooses as soon as it has decided.",
    ),
    "notice.call.passed.end_of_session": (
        "超时的户在本场末尾补选。",
        "A household whose time ran out chooses at the end of the session.",
    ),
    "notice.call.passed.void": ("超时的户，本次选房顺序号作废。", "A household whose time ran out loses its number."),
    "notice.call.late.end_of_slot": (
        "迟到的户，在本时段末尾选房。",
        "Who comes late chooses at the end of the time slot.",
    ),
    "notice.call.late.end_of_session": (
        "迟到的户，在本场末尾选房。",
        "Who comes late chooses at the end of the session.",
    ),
    "notice.call.late.end_of_day": ("迟到的户，在当日末尾选房。", "Who comes late chooses at the end of the day."),
    "notice.call.late.void": ("迟到的户，本次选房顺序号作废。", "Who comes late loses the number."),
    "notice.call.absent.later_session": (
        "整场缺席的户，在以后一场的末尾选房。",
        "Who misses a whole session chooses at the end of a later one.",
    ),
    "notice.call.absent.day_of_arrival": (
        "整场缺席的户，在实际到场当日的末尾选房。",
        "Who misses a whole session chooses at the end of the day of arrival.",
    ),
    "notice.call.absent.void": (
        "整场缺席的户，本次选房顺序号作废。",
        "Who misses a whole session loses the number.",
    ),
    "notice.call.request": (
        "补选须提出书面申请。",
        "To be called again takes a written request.",
    ),
    "notice.call.agents.none": ("选房须由本人到场，不得委托。", "Households choose in person; no agents."),
    "notice.call.agents.written": (
        "本人不能到场的，可以书面委托一人代为选房。",
        "Who cannot come may send an agent with a written power of attorney.",
    ),
    "notice.call.agents.sealed": (
        "本人不能到场的，可以委托一人代为选房，委托书须经村（社区）盖章。",
        "Who cannot come may send an agent; the village seals the power of attorney.",
    ),
    "notice.call.companion": (
        "年满 {age} 周岁的，可以有一人陪同。",
        "From the age of {age} one companion may come along.",
    ),
    "notice.call.final": ("选房一经签字确认，不得更改。", "A choice that is signed stands."),
    "notice.call.fault.void_after_fault": (
        "因停电、设备故障中断的，恢复到故障发生时的状态继续选房，故障之后的选房结果无效。",
        "After a power or computer failure the state at the failure is restored; what was chosen after it is void.",
    ),
    "notice.call.fault.keep_confirmed": (
        "因停电、设备故障中断的，已签字确认的选房结果有效，恢复后继续选房。",
        "After a power or computer failure what was signed stands, and choosing goes on.",
    ),
    "notice.call.order_heading": ("选房顺序", "Order"),
    "notice.call.order_priority": ("优先类别的安置户排在前面。", "Priority classes come first."),
    "notice.call.order_skips": (
        "不参加本次选房的户，其顺序号空缺，不再顺延。",
        "A household that does not take part leaves its number empty; nobody moves up.",
    ),
    "notice.call.session": ("第 {number} 场", "{number}"),
    "notice.call.contact_heading": ("咨询和监督", "Questions and supervision"),
    "notice.order.signed_on": (
        "选房顺序号按签约日期先后确定，同日的由摇号确定。",
        "Order numbers go by the day of signing, those of one day by the draw.",
    ),
    "notice.order.signed_at": (
        "选房顺序号按签约时刻先后确定。",
        "Order numbers go by the moment of signing.",
    ),
    "notice.order.handed_over_on": (
        "选房顺序号按交房（腾空）日期先后确定，同日的由摇号确定。",
        "Order numbers go by the day the old house was handed over, those of one day by the draw.",
    ),
    "notice.order.given": ("选房顺序号按已经确定的顺序。", "Order numbers are those given before."),
    "notice.order.draw": ("选房顺序号由公开摇号确定。", "Order numbers come from the public draw."),
    "notice.order.points": (
        "选房顺序号按积分从高到低确定，积分相同的由摇号确定。",
        "Order numbers go by points from the highest, equal ones by the draw.",
    ),
    "notice.order.phases": (
        "选房顺序号按分期先后、期内按规定次序确定。",
        "Order numbers go by phase, then by the rule inside a phase.",
    ),
    "notice.order.villages": (
        "选房顺序号由各村组按规定次序交叉确定。",
        "Order numbers cross the villages step by step.",
    ),
    "notice.order.start_number": (
        "选房顺序号由摇出的起始号向后依次确定，至末号后从首号接续。",
        "Order numbers run upward from a drawn start and go on from the first after the last.",
    ),
    "notice.minutes": ("{minutes} 分钟", "{minutes} minutes"),
    "notice.seconds": ("{seconds} 秒", "{seconds} seconds"),
    "notice.minutes_seconds": ("{minutes} 分 {seconds} 秒", "{minutes} minutes {seconds} seconds"),
    # -- plan and result ----------------------------------------------------------------------------------------
    "notice.plan.title": ("安置房分配方案公示", "Allocation plan: public notice"),
    "notice.plan.opening": (
        "“{title}”的分配方案已按事先公布的规则算出，现予公示，请安置户核对，接受监督。",
        "The plan of “{title}” was computed by the rules published beforehand. It is put up here for every household to check.",
    ),
    "notice.plan.facts": (
        "参加本次分配的安置户 {households_in} 户、房源 {units_in} 套。分给 {households} 户（安置人口 {persons} 人）"
        "房屋 {homes} 套，建筑面积 {area} 平方米；未分得房屋的 {unserved} 户。",
        "{households_in} households and {units_in} homes take part. {homes} homes with {area} m² go to "
        "{households} households ({persons} persons); {unserved} households get none.",
    ),
    "notice.plan.heading": ("分配方案", "The plan"),
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
    "notice.result.title": ("安置房分配结果公示", "Result of the allocation: public notice"),
    "notice.result.opening": (
        "“{title}”的分配方案已经公示，现将分配结果公示如下，请安置户核对，接受监督。",
        "The plan of “{title}” has been put up. Its result is put up here for every household to check.",
    ),
    "notice.result.objected": (
        "方案公示期间收到异议 {count} 件，已答复 {answered} 件。",
        "{count} objections to the plan came in; {answered} are answered.",
    ),
    "notice.result.heading": ("分配结果", "The result"),
}
