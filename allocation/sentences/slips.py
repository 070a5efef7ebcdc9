"""What stands on papers for one household each: statement, confirmation, hand-over, settlement, reply."""

ROWS: dict[str, tuple[str, str]] = {
    # -- statement ----------------------------------------------------------------------------------------------
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
    "statement.sign.agent": (
        "代理人签字：{blank}　　日期：{blank}",
        "Signed by the agent: {blank}  Date: {blank}",
    ),
    "statement.sign.witness": (
        "见证人签字：{blank}　　日期：{blank}",
        "Signed by the witness: {blank}  Date: {blank}",
    ),
    # -- confirmation and hand-over -----------------------------------------------------------------------------
    "letter.address": ("{name}（户编号 {household_id}）：", "To {name} (household {household_id}):"),
    "letter.id_number": ("身份证号", "ID number"),
    "letter.project": ("安置小区", "project"),
    "confirmation.title": ("选房确认书", "Confirmation of choice"),
    "confirmation.opening": (
        "本户参加“{title}”，选定下列房屋：",
        "This household takes part in “{title}” and chooses these homes:",
    ),
    "confirmation.area": (
        "共 {homes} 套，建筑面积 {area} 平方米；本户安置房分配指标 {entitlement} 平方米。面积为预测面积，最终以实测面积结算，多退少补。",
        "{homes} homes with {area} m²; the household's entitlement is {entitlement} m². Areas are forecasts; the final settlement goes by measured area.",
    ),
    "confirmation.stands": (
        "本户已核对以上内容，确认无误。选房一经签字确认，不得更改。本确认书一式两份，办理单位和安置户各执一份。",
        "The household has checked all of this and confirms it. A choice that is signed stands. Two copies: one for the office, one for the household.",
    ),
    "handover.title": ("交房通知", "Hand-over notice"),
    "handover.opening": (
        "你户分得的下列房屋已具备交付条件。请于 {when} 到 {where} 办理交房手续。",
        "The homes below are ready. Please come on {when} to {where} to take them over.",
    ),
    "handover.due": (
        "截至 {on}，你户尚应补缴房款 {amount} 元（人民币大写：{capital}），请在办理交房手续前缴清。",
        "On {on} your household still owes {amount} yuan ({capital}); please pay before the hand-over.",
    ),
    "handover.refund": (
        "截至 {on}，应退还你户房款 {amount} 元（人民币大写：{capital}），办理交房手续时一并办理。",
        "On {on} {amount} yuan ({capital}) are to be refunded to your household; this is done at the hand-over.",
    ),
    "handover.paid": (
        "截至 {on}，你户房款已经结清（应补 {amount} 元，{capital}）。",
        "On {on} your household owes nothing ({amount} yuan, {capital}).",
    ),
    "handover.keys": (
        "按规定，领取钥匙前尚须缴款 {amount} 元；未缴清的，不予交付钥匙。",
        "By the rules {amount} yuan must be paid before the keys are given.",
    ),
    "handover.bring": (
        "办理时请带：户主身份证原件、补偿安置协议、选房确认书、房款结算单和缴款收据；委托他人的，另带授权委托书和双方身份证原件。",
        "Please bring: the head's identity card, the agreement, the confirmation of choice, the statement and the receipts; an agent also brings the power of attorney and both identity cards.",
    ),
    "handover.check": (
        "交房时请当场查验房屋，核对水、电、气表读数；有质量问题的，请在交接记录上写明。",
        "Please inspect the homes on the spot and read the meters; write defects into the record of the hand-over.",
    ),
    "handover.contact": ("联系单位：{office}，电话：{phone}。", "Office: {office}, telephone: {phone}."),
    # -- reply to an objection ----------------------------------------------------------------------------------
    "reply.title": ("异议处理答复", "Reply to an objection"),
    "reply.address": ("异议人 {blank}：", "To {blank}:"),
    "reply.opening": (
        "你（单位）于 {filed_on} 对公示的{document}提出的异议（编号 {objection_id}）已经办结，现答复如下。",
        "{document}: your objection of {filed_on} (number {objection_id}) has been dealt with. This is the answer.",
    ),
    "reply.all": ("全部内容", "all of it"),
    "reply.column.objection_id": ("异议编号", "Objection"),
    "reply.column.filed_on": ("提出日期", "Filed on"),
    "reply.column.document": ("异议所对的公示", "Against"),
    "reply.column.subject": ("异议对象（户编号或房源编号）", "Subject (household or unit)"),
    "reply.column.resolved_on": ("办结日期", "Resolved on"),
    "reply.outcome_heading": ("一、处理结果", "1. Outcome"),
    "reply.reason_heading": ("二、事实和理由", "2. Facts and reasons"),
    "reply.remedy_heading": ("三、救济途径", "3. Remedies"),
    "reply.remedy": (
        "对本答复不服的，可以向上级主管部门反映，或者依法申请行政复议、提起行政诉讼。",
        "Who does not accept this reply may turn to the higher authority, or apply for administrative reconsideration or bring an action as the law provides.",
    ),
    "reply.none": (
        "异议表中没有已经办结并写明处理结果的异议，没有可以答复的。",
        "No objection has been resolved with an outcome, so there is nothing to reply to.",
    ),
    "reply.open": (
        "异议“{value}”在签发之日尚未办结，或者没有写明处理结果，不能答复。请先在异议表中填写。",
        "Objection “{value}” is not resolved by the day of issue, or has no outcome. Fill it in first.",
    ),
    "reply.unknown": ("没有编号为“{value}”的异议。", "There is no objection “{value}”."),
    # -- settlement ---------------------------------------------------------------------------------------------
    "settlement.title": ("安置房实测面积结算单", "Settlement by measured area"),
    "settlement.settled_on": ("结算日期", "settled on"),
    "settlement.balance": ("应补（正）或应退（负）", "to pay (+) or refund (−)"),
    "settlement.column.forecast_m2": ("预测 m²", "fcst m²"),
    "settlement.column.measured_m2": ("实测 m²", "meas. m²"),
    "settlement.column.difference_m2": ("误差 m²", "error m²"),
    "settlement.column.percent": ("误差比 %", "error %"),
    "settlement.column.price": ("单价", "yuan/m²"),
    "settlement.column.forecast_yuan": ("预测 元", "forecast"),
    "settlement.column.measured_yuan": ("实测 元", "measured"),
    "settlement.column.difference_yuan": ("差额 元", "diff."),
    "settlement.column.span": ("期间", "span"),
    "settlement.column.months": ("月数", "months"),
    "settlement.column.up_percent": ("上浮 %", "raised by %"),
    "settlement.column.monthly": ("每月 元", "yuan a month"),
    "settlement.rule.measured": (
        "按实测面积重新分段计价，多退少补；每行金额四舍五入到分后相加。单价以元/m²计。",
        "Priced anew by the measured areas. Each line is rounded half up to the fen, then summed. Prices in yuan per m².",
    ),
    "settlement.rule.three_percent": (
        "实测面积大于预测面积的，超出 3% 的部分不另计价；小于预测面积的，超出 3% 的部分双倍返还。每行金额四舍五入到分后相加。单价以元/m²计。",
        "What a home measures more than 3 % above the forecast is not charged; what it measures more than 3 % below is given back twice. Each line is rounded half up to the fen, then summed. Prices in yuan per m².",
    ),
    "settlement.rule.none": (
        "按规定，实测面积与预测面积的差异不作结算。单价以元/m²计。",
        "By the rules a difference of the measured area is not settled. Prices in yuan per m².",
    ),
    "settlement.allowance": (
        "过渡安置费自 {vacated} 所在月份起算，因交房（选房）于 {until} 停发，首尾月份均计。",
        "The transitional allowance runs from the month of {vacated} and stops with {until}; both months count.",
    ),
    "settlement.allowance_runs": (
        "过渡安置费自 {vacated} 所在月份起算，尚未停发（停发日期：{until}），计至结算日期所在月份。",
        "The transitional allowance runs from the month of {vacated} and has not stopped (stops on: {until}); it is counted to the month of this settlement.",
    ),
    "settlement.within": ("过渡期内", "within the period"),
    "settlement.overdue": ("逾期", "overdue"),
    "settlement.sum.price": ("实测房款", "price by measured area"),
    "settlement.sum.beyond": ("超出 3% 双倍返还", "given back twice beyond 3 %"),
    "settlement.sum.cash": ("已缴房款", "paid"),
    "settlement.sum.set_off": ("已用补偿款抵扣", "compensation set off already"),
    "settlement.sum.set_off_now": ("本次用补偿款抵扣", "compensation set off now"),
    "settlement.sum.compensation_rest": ("剩余补偿款（应付安置户）", "rest of the compensation, to be paid out"),
    "settlement.sum.allowance": ("过渡安置费（应付安置户）", "transitional allowance due"),
    "settlement.sum.allowance_paid": ("已发过渡安置费", "transitional allowance paid"),
    "settlement.sum.leftover": ("结余指标补偿（应付安置户）", "paid for the rest of the entitlement"),
    "settlement.sum.homestead": ("宅基地超出部分补偿（应付安置户）", "paid for homestead above the threshold"),
    "settlement.household_pays": ("应补缴", "to be paid by the household"),
    "settlement.office_pays": ("应退", "to be paid to the household"),
    "settlement.signs": (
        "“+”为安置户应付，“−”或负数为安置户已付或应得，合计为正的由安置户补缴，为负的退还安置户。",
        "+ is owed by the household, − is paid by it or due to it; a positive sum is paid by the household, a negative one is paid to it.",
    ),
    "settle.none_measured": (
        "分得的房屋都没有实测面积，不能结算。请在“实测面积”表中填写房源编号和实测面积。",
        "None of the homes given has a measured area. Fill in the table “measured”: unit_id and measured_m2.",
    ),
    "settle.forbidden": (
        "安置户“{value}”的实测面积进入了政策不许的段，不能计价。请核对实测面积。",
        "The measured area of household “{value}” reaches into a band that the policy forbids. Check it.",
    ),
}
