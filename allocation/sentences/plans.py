"""What is said of a programme's plan: faults of its tables, its summary, what it lacks, the forecast."""

ROWS: dict[str, tuple[str, str]] = {
    "plan.target_past": (
        "完成期限“{value}”早于基准日 {other}；请改正其中之一",
        "the target “{value}” lies before the as_of day {other}; correct one of them",
    ),
    "plan.home_early": (
        "交房日期“{value}”早于选房日期 {other}",
        "the hand-over “{value}” lies before the selection day {other}",
    ),
    "plan.actual_later": (
        "安置日期“{value}”晚于基准日 {as_of}；尚未发生的安置请放在“已公布安排”表",
        "“{value}” lies after the as_of day {as_of}; what has not happened yet belongs into the table announced",
    ),
    "plan.layout_areas": (
        "户型“{layout}”每套 {value} m²，与第 {other_row} 行的 {other} m² 不同；计划按户型计面积，请分为两个户型名称",
        "a home of layout “{layout}” has {value} m² here and {other} m² in row {other_row}; a plan counts one area a "
        "layout: give them two names",
    ),
    "plan.capacity_beyond": (
        "可分配面积 {value} m² 超过竣工面积 {completed} m²",
        "{value} m² to allocate are more than the {completed} m² completed",
    ),
    "plan.homes_beyond": (
        "各户型房源合计 {homes} m²，超过竣工面积 {value} m²",
        "the homes add up to {homes} m², more than the {value} m² completed",
    ),
    "plan.placed_twice": (
        "“{value}”已安置和已公布的户数合计超过名册中的 {most} 户",
        "“{value}” is resettled and announced for more households than the {most} on the roster",
    ),
    "plan.joint": (
        "“{value}”是联合自建，不纳入分配，不能安置安置户",
        "“{value}” is joint self-building, which is never allocated; nobody can be placed there",
    ),
    "plan.no_previous": (
        "“{value}”不是 anju plan 的结果文件夹（其中没有 plan.csv）",
        "“{value}” is no output of anju plan (it holds no plan.csv)",
    ),
    "plan.previous_unknown": (
        "以前的计划中的安置户“{value}”不在本任务名册中",
        "household “{value}” of the previous plan is not on the roster of this programme",
    ),
    "plan.not_a_day": (
        "选项 {column}：“{value}”不是日期，应为如 2021-06-01",
        "Option {column}: “{value}” is no day; expected is e.g. 2021-06-01",
    ),
    "plan.no_summary": (
        "“{value}”不是 anju plan 的结果文件夹（其中没有 summary.json）",
        "“{value}” is no output of anju plan (it holds no summary.json)",
    ),
    "plan.sheet.plan": ("安置计划", "plan"),
    "plan.sheet.schedule": ("批次安排", "schedule"),
    "plan.chart.title": ("{title}：安置计划（截至 {as_of}）", "{title}: the plan as of {as_of}"),
    "plan.chart.curve": ("累计安置户数：计划与实际", "Households home: planned against actual"),
    "plan.chart.curve_says": (
        "实线：已安置；虚线：从今天起的计划；点线：已过批次原定可办理的户数；红线：目标户数和完成期限；橙色：按目前进度推算的完成日期范围。",
        "Solid: home already; dashed: the plan from today; dotted: what past batches were set to serve; red: the target "
        "and its day; orange: the range of days by which, at the pace so far, everybody is home.",
    ),
    "plan.chart.gantt": ("各小区的竣工与分配", "Projects: completed and allocated"),
    "plan.chart.gantt_says": (
        "菱形为竣工日（橙色为联合自建，不纳入分配），圆点为该批次分到该小区的户数（蓝色为已安置），红线为完成期限。",
        "A diamond is the day of completion (orange: joint self-building, never allocated); a dot is the number of "
        "households of a batch (blue: home already); the red line is the target.",
    ),
    "plan.chart.forecast": ("预计完成日期", "Forecast"),
    "plan.chart.batches": ("各批次", "Batches"),
    "plan.curve.set": ("已过批次原定", "set for past batches"),
    "plan.curve.actual": ("已安置", "home already"),
    "plan.curve.plan": ("计划", "plan"),
    "plan.curve.today": ("基准日", "as of"),
    "plan.curve.target": ("完成期限", "target"),
    "plan.curve.forecast": ("预计", "forecast"),
    "plan.gantt.allocated": ("竣工至分配完毕", "completed to given out"),
    "plan.gantt.households": ("户数", "households"),
    "plan.gantt.completed": ("竣工", "completed"),
    "plan.column.batch": ("批次", "batch"),
    "plan.column.held_on": ("选房日期", "selection day"),
    "plan.column.households_max": ("可办理户数", "can be served"),
    "plan.column.households": ("户数", "households"),
    "plan.column.persons": ("人口", "persons"),
    "plan.column.area_m2": ("面积（m²）", "m²"),
    "plan.column.stage": ("阶段", "stage"),
    "plan.column.value": ("所得", "value"),
    "plan.column.bound": ("界", "bound"),
    "plan.column.gap": ("差距", "gap"),
    "plan.column.status": ("证明", "proof"),
    "plan.stage.moved": ("改变已公布（户）", "announced households moved"),
    "plan.stage.late": ("逾期（户）", "late households"),
    "plan.stage.left_over": ("未能安排（户）", "households without a place"),
    "plan.stage.cost": ("今后过渡安置费（元）", "allowance from now on (yuan)"),
    "plan.stage.teams_split": ("分散的村组", "villages split"),
    "plan.stage.spread": ("等待月数平方和", "sum of squared months waited"),
    "plan.status.resettled": ("已安置", "home already"),
    "plan.status.kept": ("按已公布", "as announced"),
    "plan.status.moved": ("改变已公布", "moved from what was announced"),
    "plan.status.planned": ("新安排", "newly planned"),
    "plan.status.left_over": ("未能安排", "no place found"),
    "plan.proof.proved": ("价格界已证明", "proved by prices"),
    "plan.said.total": (
        "共 {households} 户 {persons} 人；完成期限 {target_on}，计划基准日 {as_of}。",
        "{households} households, {persons} persons; target {target_on}, planned as of {as_of}.",
    ),
    "plan.said.on_time": ("全部按期安置。", "Everybody is home in time."),
    "plan.said.late": (
        "逾期 {households} 户 {persons} 人：{list}",
        "{households} households, {persons} persons are late: {list}",
    ),
    "plan.said.money": (
        "过渡安置费：今后 {from_now} 元，自腾房起合计 {total} 元。",
        "Transitional allowance: {from_now} yuan from now on, {total} yuan since vacating.",
    ),
    "plan.said.waiting": (
        "等待最长 {most} 个月，平均 {mean}，标准差 {deviation}；分散的村组 {split} 个。",
        "Longest wait {most} months, mean {mean}, standard deviation {deviation}; villages split: {split}.",
    ),
    "plan.said.cut_short": (
        "注意：有阶段因时限而中止，同样的资料再次求解可能得到不同的计划；可加大 --time-limit。",
        "Note: the clock cut a stage short; the same input may give another plan next time. Allow more --time-limit.",
    ),
    "plan.said.written": ("计划已写入 {folder}", "Plan written to {folder}"),
    "lack.fewest": ("任何计划至少有 {count} 户逾期。", "In any plan at least {count} households are late."),
    "lack.short.office": (
        "期限内各批次可办理 {there} 户，需要 {needed} 户：缺 {short} 户的办理能力。",
        "Batches in time can serve {there} households, {needed} are needed: office capacity is {short} short.",
    ),
    "lack.short.batch_area": (
        "期限内各批次可分配 {there} m²，需要 {needed} m²：缺 {short} m²。",
        "Batches in time may give out {there} m², {needed} m² are needed: {short} m² short.",
    ),
    "lack.short.homes": (
        "期限内户型 {layout} 有 {there} 套，需要 {needed} 套：缺 {short} 套。",
        "Homes of layout {layout} in time: {there}, needed {needed}: {short} short.",
    ),
    "lack.short.project_area": (
        "期限内各小区可分配 {there} m²，需要 {needed} m²：缺 {short} m²。",
        "Projects in time have {there} m², {needed} m² are needed: {short} m² short.",
    ),
    "lack.and": ("；", "; "),
    "lack.more.office": ("批次 {where} 多办理 {amount} 户", "{amount} more households in batch {where}"),
    "lack.more.batch_area": ("批次 {where} 多分配 {amount} m²", "{amount} m² more in batch {where}"),
    "lack.more.homes": ("{where} 增加户型 {layout} {amount} 套", "{amount} more homes of layout {layout} in {where}"),
    "lack.more.project_area": ("{where} 增加 {amount} m²", "{amount} m² more in {where}"),
    "lack.remedy": (
        "这样即可全部按期安置（已求解核实，不能再少）：{parts}。",
        "This is enough for everybody (verified by solving; no less would do): {parts}.",
    ),
    "lack.remedy_not_least": (
        "这样即可全部按期安置（已求解核实，可能还可以更少）：{parts}。",
        "This is enough for everybody (verified by solving; less might do): {parts}.",
    ),
    "lack.earlier": (
        "{project}（竣工 {completed_on}）如能在 {by} 前竣工，即可全部按期安置（已求解核实）。",
        "{project} (completed {completed_on}), if completed by {by}, lets everybody be home in time (verified by solving).",
    ),
    "forecast.few": (
        "已办的选房批次只有 {held} 个，至少要有 {least} 个才能推算完成日期。",
        "Only {held} batches have been held; nothing can be said before {least}.",
    ),
    "forecast.idle": (
        "已过的 {held} 个批次都没有安置户的记录（至少要有 {least} 个批次），不能推算完成日期。",
        "None of the {held} past batches (at least {least} are needed) has a household on record; nothing can be said.",
    ),
    "forecast.range": (
        "按目前进度，{households} 户 {persons} 人全部安置的日期：早则 {early}（5%），居中 {middle}（50%），迟则 {late}（95%）。",
        "At the pace so far all {households} households, {persons} persons, are home by {early} (5 %), {middle} (50 %), "
        "{late} (95 %).",
    ),
    "forecast.in_time": (
        "在 {target_on} 前完成的可能性：{percent}%。",
        "Chance to be done by {target_on}: {percent} %.",
    ),
    "forecast.method": (
        "推算方法：今后每个批次办理的户数，取原定户数乘以已办 {held} 个批次中任一个的完成率，各批次独立（自助法，全部组合精确计算，不抽样）；房源按面积限制，今后竣工按已竣工 {slips} 个小区中任一个的延误天数顺延。",
        "Method: each coming batch serves its set number times the rate of any of the {held} batches held, independently "
        "(bootstrap, all combinations counted exactly, none sampled); homes limit it by their m², with coming completions "
        "shifted by the delay of any of the {slips} projects completed.",
    ),
    "forecast.beyond": (
        "有的日期晚于已排定的最后批次：假定以后按同样的间隔和平均户数继续办理。",
        "Some days lie after the last batch set: batches are taken to go on at the same distance and mean number.",
    ),
    "forecast.never": ("无法预计", "not foreseeable"),
    "progress.forecast": ("计划与预计完成日期", "Plan and forecast"),
    "progress.forecast_none": (
        "只凭已公布的数字不能推算完成日期：各批次的时间、户数和小区竣工日期都没有公布。有了安置任务资料后，运行 anju plan 任务文件夹 --out 计划，再用 anju serve --plan 计划 打开看板，这里就显示计划与预计日期。",
        "The published figures alone do not permit a forecast: no day or number of a batch, no completion of a project is "
        "published. With a programme's tables, run: anju plan PROGRAMME --out PLAN, then anju serve --plan PLAN; plan and "
        "forecast are then shown here.",
    ),
    "progress.forecast_of": ("资料：{title}（截至 {as_of}）。{note}", "From: {title} (as of {as_of}). {note}"),
    "progress.by_project": ("各小区：计划与实际", "By project: planned and actual"),
    "progress.by_village": ("各村组：计划与实际", "By village: planned and actual"),
    "progress.by_batch": ("各批次：计划与实际", "By batch: planned and actual"),
    "progress.column.project": ("小区", "project"),
    "progress.column.village": ("村组", "village"),
    "progress.column.batch": ("批次", "batch"),
    "progress.column.completed_on": ("竣工日期", "completed"),
    "progress.column.held_on": ("选房日期", "selection day"),
    "progress.column.households": ("计划户数", "households planned"),
    "progress.column.households_done": ("已安置户数", "households home"),
    "progress.column.households_max": ("可办理户数", "can be served"),
    "progress.column.persons": ("人口", "persons"),
    "progress.column.last_on": ("最后交房", "last home on"),
}
