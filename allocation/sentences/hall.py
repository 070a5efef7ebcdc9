"""What the hall's screen and the pages of a selection day say."""

ROWS: dict[str, tuple[str, str]] = {
    # -- the hall's screen ----------------------------------------------------------------------------------------
    "screen.hall": ("选房现场", "Selection day"),
    "screen.homes": ("剩余房源", "Homes left"),
    "screen.drill": ("【演练】", "[DRILL] "),
    "screen.as_of": ("截至 {at}", "As of {at}"),
    "screen.stale": (
        "画面停在 {at}，已有 {minutes} 分钟没有更新。请以现场宣布为准。",
        "This screen stands still since {at}, for {minutes} min. Go by what is announced in the hall.",
    ),
    "screen.lost": (
        "{at} 起读不到选房记录，此后的情况本画面不知道。请以现场宣布为准。",
        "The record cannot be read since {at}; what came after is not known here. Go by what is announced in the hall.",
    ),
    "screen.not_begun": ("选房尚未开始", "Choosing has not begun"),
    "screen.session": ("第 {round} 轮 · 第 {session} 场", "Round {round} · session {session}"),
    "screen.over": ("选房已结束", "The selection day is over"),
    "screen.choosing": ("正在选房", "Choosing now"),
    "screen.until": ("到 {at} 为止", "until {at}"),
    "screen.called": (
        "请到选房台（第 {times} 次叫号，共 {most} 次）",
        "Please come to the table (call {times} of {most})",
    ),
    "screen.between": ("请稍候", "Please wait"),
    "screen.next": ("接下来", "Next"),
    "screen.nobody": ("本场没有待叫的户", "Nobody else is to be called in this session"),
    "screen.counts": ("已选 {done} 户，待叫 {to_call} 户", "{done} have chosen, {to_call} to be called"),
    "screen.left": ("剩余房源（套）", "Homes left"),
    "screen.building": ("楼栋", "Building"),
    "screen.all": ("合计", "Total"),
    "screen.legend": (
        "绿底为可选的房；划线的已被选走、预留或不在本次之列。格内为房号和户型。",
        "Green: free. Struck through: taken, in reserve or not up for choice. Each square has room and layout.",
    ),
    "screen.home_free": ("{unit_id} · {layout} 户型 · 可选", "{unit_id} · layout {layout} · free"),
    "screen.home_gone": ("{unit_id} · {layout} 户型 · 不可选", "{unit_id} · layout {layout} · not free"),
    "screen.written": ("已写出：{folder}", "Written: {folder}"),
    "screen.watching": (
        "随记录更新，按 Ctrl-C 停止；打开 {folder}/hall.html。",
        "Kept up to date with the record until Ctrl-C; open {folder}/hall.html.",
    ),
    "screen.told": (
        "第 {number} 条：正在选房 {table}，叫号 {called}",
        "entry {number}: choosing {table}, called {called}",
    ),
    "screen.told_lost": ("读不到记录，画面已注明。", "The record cannot be read; the screen says so."),
}
