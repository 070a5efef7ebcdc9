"""What stands on the dashboard, and in what is published."""

ROWS: dict[str, tuple[str, str]] = {
    # -- dashboard ------------------------------------------------------------------------------------------
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
        "本文件夹是一次安置房分配的公开包。全部内容在 bundle.json 一个文件里：名册（姓名已遮挡）、房源、公示与异议、规则、选房顺序号与摇号办法、志愿、分配结果、房款，以及结果最优的证明。\n\n怎样核验（不需要联网，也不需要安居系统）：\n1. 手机或电脑：用浏览器打开 verify.html，选择 bundle.json，对照公示栏上的 24 个字，输入回执码。\n2. 电脑装有 Python 3.11 或更新版本时，在本文件夹打开命令行，运行：python verify.py . --root 公示栏上的24个字\n3. 找到自己这一户：python verify.py . --receipt 回执码 --name 姓名\n\n每项检查的结论：PASS 通过；FAIL 不通过；PRIVATE 只有本户能核；BOUNDED 有界限、差额未证；CLAIMED 只由求解程序声称；UNCHECKED 本程序不核。\n请务必比对指纹：没有比对，只能说明公开包自身一致，不能说明它就是公示的那一份。",
        "This folder is the bundle of one allocation of resettlement homes. All of it is in one file, bundle.json: the roster (names masked), the homes, publications and objections, the rules, order numbers and how they were drawn, choices, the allocation, prices, and the proof that the result is the best there is.\n\nHow to check it (no network and no anju needed):\n1. On a phone or computer: open verify.html in a browser, choose bundle.json, compare the 24 characters with the notice, type your receipt code.\n2. With Python 3.11 or later, open a command line in this folder and run: python verify.py . --lang en --root FINGERPRINT\n3. Find your own household: python verify.py . --lang en --receipt CODE --name NAME\n\nOutcomes: PASS; FAIL; PRIVATE only the household itself can check it; BOUNDED with a gap that is not proved; CLAIMED by the solver's word only; UNCHECKED by this program.\nDo compare the fingerprint: without it the bundle is only known to agree with itself, not to be the one that was published.",
    ),
    "audit.A1": ("旧包", "earlier bundle"),
    "audit.A1.pass": (
        "旧包的名册、房源、种子、公示、异议都在，未改；房屋有变的 {moved} 户：{who}",
        "its roster, homes, seed, publications and objections are all there, unchanged; homes changed for {moved}: {who}",
    ),
    "audit.A2": ("审计开封", "opening"),
    "audit.A2.pass": (
        "{n} 户的承诺全部打开；{needs} 户的无障碍需求都满足",
        "the commitments of all {n} households open; the access needs of {needs} are met",
    ),
    "audit.A3": ("政策文件", "policy"),
    "audit.A3.pass": ("即公开包所称的政策：{hash}", "it is the policy the bundle names: {hash}"),
    "audit.A4": ("张榜的方案公示", "plan notice"),
    "audit.A4.pass": (
        "公示的方案表 {rows} 行、{cells} 格，未参加的户和房，批次、种子、政策指纹和公开包指纹，都与公开包一致；表外的文字和理由的措辞不核",
        "{rows} rows, {cells} cells of its plan, who and what is left out, round, seed, policy and bundle fingerprints are those of the bundle; sentences outside the tables and the wording of reasons are not compared",
    ),
    "sign.key_exists": (
        "{place} 已存在，不会覆盖私钥。请另取文件名。",
        "{place} exists; a key is never overwritten. Choose another name.",
    ),
    "sign.key_inside": (
        "私钥 {place} 在公开包里，会随包公布。请移到别处。",
        "The key {place} lies inside the bundle and would be published with it. Move it elsewhere.",
    ),
    "sign.no_key": (
        "{place} 不是 Ed25519 私钥文件{value}。请用 anju sign --new 生成。",
        "{place} is no file of an Ed25519 private key {value}. Make one with anju sign --new.",
    ),
    "sign.no_bundle": (
        "{place} 不是完好的公开包：{value}。没有签名。",
        "{place} is no sound bundle: {value}. It was not signed.",
    ),
    "sign.done": ("已签名。请公布公钥：{key}", "Signed. Publish the public key: {key}"),
    "sign.new": (
        "私钥已写入 {file}，请妥善保管。公布公钥：{key}",
        "The private key is in {file}: keep it safe. Publish the public key: {key}",
    ),
}
