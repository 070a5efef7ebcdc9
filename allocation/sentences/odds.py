"""What is said of chances before a draw, of those who work at once, and of many rounds in one folder."""

ROWS: dict[str, tuple[str, str]] = {
    "odds.draws": (
        "选项 {column}：{value} 次不行，应为 {least} 到 {most} 次；次数太少，区间太宽，说明不了什么。",
        "Option {column}: {value} draws will not do; expected {least} to {most}: with too few, the intervals are so "
        "wide that they say next to nothing.",
    ),
    "odds.confidence": (
        "选项 {column}：“{value}”无效，应为 0.5 到 0.999999，例如 0.95。",
        'Option {column}: "{value}" is not valid; expected 0.5 to 0.999999, such as 0.95.',
    ),
    "odds.nobody": (
        "批次“{value}”目前没有参加的安置户或房源，无机会可算；请用 anju check 查看原因。",
        'In round "{value}" no household or no home takes part as it stands, so there are no chances; anju check '
        "says why.",
    ),
    "odds.no_draw": (
        '批次“{round}”的选房顺序（rule = "{value}"）不由摇号决定，各次摇号顺序都相同，没有机会可算；每户得到什么请用 '
        "anju allocate 或 anju explain。",
        'The order of round "{round}" (rule = "{value}") does not depend on a draw: every draw gives the same one, so '
        "there are no chances; anju allocate and anju explain say what each household gets.",
    ),
    "odds.rounds_unguarded": (
        "选项 {column}：分轮选房的批次只能在有守护的情况下模拟。",
        "Option {column}: rounds of choosing are simulated with the guard only.",
    ),
    "odds.drawing": ("正在模拟摇号", "drawing"),
    "odds.drawn": ("已模拟 {counted} / {draws} 次", "{counted} of {draws} draws done"),
    "odds.method": (
        "模拟摇号 {draws} 次；每次的种子由“{seed}”和次序号得出，顺序号和同分号码都按公布的规则由它算出。",
        'Simulated: {draws} draws; the seed of each is made of "{seed}" and its number, and order and tie numbers '
        "follow from it by the published rules.",
    ),
    "odds.behaviour": (
        "假定：参加的户全部到场，按摇号顺序依次选房，无人弃选；轮到时，在守护认为可选的房源中取自己志愿最靠前的一套，"
        "再取下一套，凑成可以成立的一组即止；同一志愿的房源取本户号码最小的；预留房不动。真人可能另作选择。",
        "Assumed: everybody who takes part comes, chooses in the drawn order and waives nothing; at its turn a household "
        "takes, of the homes that may be taken, the one its declared choices rank best, then the next, and stops as soon "
        "as it has a set it may leave it at; of homes ranked alike the one with its smallest tie number; reserve homes "
        "stay out. People may choose otherwise.",
    ),
    "odds.rounds": (
        "分 {rounds} 轮选房：除最后一轮外每轮取一套，最后一轮取齐。",
        "Chosen in {rounds} rounds: one home in each but the last, then all that remain.",
    ),
    "odds.guarded": (
        "守护：一套房只有在后面每一户仍能得到住房时才可选。",
        "The guard: a home may be taken only where everybody still to come can be served.",
    ),
    "odds.unguarded": (
        "没有守护：只看本户的规则，后来的户可能无房可选。",
        "Without the guard: each household minds its own rules only, and those who come later may find nothing.",
    ),
    "odds.interval": (
        "括号内为 {percent}% 的 Clopper–Pearson 精确置信区间，逐个成立：一百个区间里平均至多 {misses} 个不含真值；"
        "平均志愿的区间由各志愿区间（Bonferroni）相加而得。两端向外舍入。",
        "In brackets: exact intervals (Clopper–Pearson) of {percent} % confidence, each by itself: of a hundred, at most "
        "{misses} on average miss the true chance; that of the mean choice adds up those of the choices (Bonferroni). "
        "Ends are rounded outwards.",
    ),
    "odds.promise": (
        "这是上述假定下的机会，不是承诺；名册、房源、志愿或规则一变，数字就变。",
        "These are chances under what is assumed above, not a promise; they change with roster, homes, choices or rules.",
    ),
    "odds.short": (
        "{draws} 次中有 {short} 次有户未得到住房。",
        "In {short} of {draws} draws somebody was left without a home.",
    ),
    "odds.unserved": ("未得到住房", "not served"),
    "odds.none_of_them": ("志愿之外", "none of its choices"),
    "odds.choice": ("第 {choice} 志愿", "choice {choice}"),
    "odds.column.household": ("安置户", "household"),
    "odds.column.served": ("得到住房 %", "served %"),
    "odds.column.within": ("全部在{choice}以内 %", "all within {choice} %"),
    "odds.column.none": ("至少一套在志愿之外 %", "some home of none of its choices %"),
    "odds.column.expected": ("最差一套的平均志愿", "mean choice of its worst home"),
    "odds.sheet.odds": ("机会明细", "odds"),
    "odds.sheet.households": ("各户机会", "households"),
    "odds.chart.title": ("{title}：摇号前的机会", "{title}: chances before the draw"),
    "odds.chart.outcomes": ("各户最差一套是第几志愿", "The choice of each household's worst home"),
    "odds.chart.outcomes_says": (
        "每条为一户：颜色越深，志愿越靠前；灰色为志愿之外，红色为未得到住房。",
        "One bar a household: the darker, the earlier the choice; grey is none of its choices, red not served.",
    ),
    "odds.chart.first": ("全部为第一志愿的机会", "The chance of everything at the first choice"),
    "odds.chart.first_says": (
        "点为机会，横线为置信区间；机会最大的在上。",
        "A dot is the chance, the line its interval; the likeliest on top.",
    ),
    "odds.chart.table": ("全部数字", "All figures"),
    "odds.chart.some": (
        "这里只列 {households} 户中的前 {drawn} 户；全部在结果文件夹的 odds.csv 中。",
        "Here are the first {drawn} of {households} households; all of them are in odds.csv of the output folder.",
    ),
    "odds.written": ("表格和图已写入 {folder}", "Tables and charts written to {folder}"),
    "workers.number": (
        "选项 {column}：“{value}”无效，应为 1 到 4096 的整数。",
        'Option {column}: "{value}" is not valid; expected a whole number from 1 to 4096.',
    ),
    "workers.no_ray": (
        "没有安装 Ray，不能使用集群“{value}”。请运行 pip install anju[cluster]，或去掉 --ray 在本机计算，结果相同。",
        'Ray is not installed, so the cluster "{value}" cannot be used. Run pip install anju[cluster], or leave out '
        "--ray and use this machine: the results are the same.",
    ),
    "workers.address": (
        "选项 {column}：“{value}”不是集群地址，应为 主机:端口、ray://主机:端口、auto 或 local。",
        'Option {column}: "{value}" is no address of a cluster; expected HOST:PORT, ray://HOST:PORT, auto or local.',
    ),
    "workers.unreachable": (
        "选项 {column}：连不上 Ray 集群“{value}”（{why}）。请检查地址，并确认集群已用 ray start 启动。",
        'Option {column}: the Ray cluster "{value}" does not answer ({why}). Check the address, and that the cluster was '
        "started with ray start.",
    ),
    "workers.other_code": (
        "集群“{value}”中的机器“{place}”安装的程序版本与本机不同，结果可能不一致，因此没有计算。请在各机器上安装同一版本。",
        'Machine "{place}" of the cluster "{value}" holds another version of this program; its results might differ, so '
        "nothing was computed. Install the same version on every machine.",
    ),
    "workers.lost": (
        "同一部分工作先后中断了 {value} 次（进程被终止，可能内存不足），没有写出任何结果。请减少 --workers 后重试。",
        "A part of the work was cut off {value} times (its process was killed, perhaps for want of memory); nothing has "
        "been written. Try again with fewer --workers.",
    ),
    "many.one_round": (
        "选项 {column}：“{value}”是一个批次，不是装有多个批次的文件夹，用不着它。",
        'Option {column}: "{value}" is one round, not a folder of rounds; it has no use there.',
    ),
    "many.solving": ("正在求解 {count} 个批次……", "Solving {count} rounds…"),
    "many.told.done": ("{name}：完成", "{name}: done"),
    "many.told.unserved": ("{name}：完成，有户未得到住房", "{name}: done, some households unserved"),
    "many.told.refused": ("{name}：资料有错，没有求解", "{name}: faults in its input, not solved"),
    "many.told.broken": ("{name}：程序出错，没有结果", "{name}: a fault of the program, no result"),
    "many.outcome.done": ("完成", "done"),
    "many.outcome.unserved": ("有户未得到住房", "some unserved"),
    "many.outcome.refused": ("资料有错", "faults"),
    "many.outcome.broken": ("程序出错", "program fault"),
    "many.column.name": ("批次", "round"),
    "many.column.outcome": ("情况", "outcome"),
    "many.column.households_in": ("参加户数", "households"),
    "many.column.households_served": ("得到住房", "served"),
    "many.column.units_allocated": ("分配套数", "homes"),
    "many.column.left_out": ("未参加", "left out"),
    "many.column.faults": ("错误", "faults"),
    "many.sheet": ("各批次", "rounds"),
    "many.written": (
        "完成 {done} 个，有户未得到住房 {unserved} 个，资料有错 {refused} 个，程序出错 {broken} 个；结果在 {folder}，一个批次一个文件夹。",
        "{done} done, {unserved} with households unserved, {refused} with faults, {broken} broken; results in {folder}, "
        "a folder a round.",
    ),
}
