"""What is said on the selection day."""

ROWS: dict[str, tuple[str, str]] = {
    "rehearse.day": ("预演第 {day} 天，共 {days} 天", "day {day} of {days}"),
    "rehearse.found": (
        "预演 {days} 天（{households} 户，种子 {seed}）：有守护时 {guarded} 天有户无房可选（{left_guarded} 户次）；"
        "没有守护时 {unguarded} 天有户无房可选（{left_unguarded} 户次，一天最多 {most} 户）。",
        "{days} days ({households} households, seed {seed}): with the guard somebody was left without on {guarded} days "
        "({left_guarded} households in all); without it on {unguarded} days ({left_unguarded} households, {most} on the "
        "worst day).",
    ),
    "rehearse.no_file": (
        "读不出预演结果文件“{value}”，应为 anju rehearse 批次 --json 写出的文件。",
        "“{value}” is no result of a rehearsal; expected a file that anju rehearse ROUND --json wrote.",
    ),
    # -- the day and its turns ------------------------------------------------------------------------------------
    "picking.reserve_short": (
        "政策要求预留 {needed} 套，房源表中标为预留（reserved）的只有 {there} 套。请先确定预留房。",
        "The policy holds back {needed} homes; the units table has {there} with status reserved. Decide which they are.",
    ),
    "picking.clock": (
        "时间 {at} 早于上一步的时间 {last}。请先校准时钟。",
        "The time {at} is before that of the last act, {last}. Set the clock right first.",
    ),
    "picking.over": ("本次选房已结束。", "The selection day is over."),
    "picking.no_household": ("安置户 {household_id} 不参加选房。", "Household {household_id} does not take part."),
    "picking.table_taken": (
        "{household_id} 正在选房，请等其选完。",
        "{household_id} is choosing; wait for the end of its turn.",
    ),
    "picking.not_next": (
        "还没轮到 {household_id}，下一户是 {next}。",
        "It is not the turn of {household_id}; next is {next}.",
    ),
    "picking.called_enough": (
        "{household_id} 已叫号 {calls} 次，应登记过号。",
        "{household_id} has been called {calls} times; record that it did not come.",
    ),
    "picking.call_again": (
        "{household_id} 只叫号 {called} 次，叫满 {calls} 次仍不到场才能过号。",
        "{household_id} has been called {called} times; only after {calls} calls in vain may it be skipped.",
    ),
    "picking.not_called": ("还没有叫 {household_id} 的号。", "{household_id} has not been called."),
    "picking.is_waiting": ("{household_id} 不在本场。", "{household_id} is not in this session."),
    "picking.is_called": ("正在叫 {household_id} 的号。", "{household_id} is being called."),
    "picking.is_at_table": ("{household_id} 正在选房。", "{household_id} is choosing."),
    "picking.is_skipped": (
        "{household_id} 叫号未到，须先申请补选。",
        "{household_id} did not come when called; it must first ask to be called again.",
    ),
    "picking.is_passed": (
        "{household_id} 选房超时，须先申请补选。",
        "The time of {household_id} ran out; it must first ask to be called again.",
    ),
    "picking.is_rested": (
        "{household_id} 本轮已选，等待下一轮。",
        "{household_id} has chosen in this round and waits for the next.",
    ),
    "picking.is_done": ("{household_id} 已选完。", "{household_id} has chosen."),
    "picking.is_waived": ("{household_id} 已弃选。", "{household_id} has waived."),
    "picking.is_void": ("{household_id} 的号已作废。", "The number of {household_id} is void."),
    "picking.forfeited": (
        "按本次规则，{household_id} 不能再补选。",
        "By the rules of this day {household_id} cannot be called again.",
    ),
    "picking.write_it": (
        "{household_id} 补选须有书面申请，请写明。",
        "To be called again {household_id} needs a written request; record it.",
    ),
    "picking.still_waiting": (
        "本场还有 {count} 户未叫，下一户是 {next}。",
        "{count} households of this session are still to be called; next is {next}.",
    ),
    # -- at the table ---------------------------------------------------------------------------------------------
    "picking.not_at_table": (
        "现在选房的是 {table}，不是 {household_id}。",
        "At the table is {table}, not {household_id}.",
    ),
    "picking.time_out": (
        "{household_id} 的选房时间已于 {deadline} 到，请登记超时。",
        "The time of {household_id} ended at {deadline}; record that it ran out.",
    ),
    "picking.time_left": ("选房时间到 {deadline} 才结束。", "There is time until {deadline}."),
    "picking.chosen_in_time": (
        "{household_id} 已在时间内选好，请确认。",
        "{household_id} has chosen in time; confirm its choice.",
    ),
    "picking.no_extension": (
        "{household_id} 已延时 {most} 次，不能再延。",
        "{household_id} has had its {most} extensions.",
    ),
    "picking.no_reason": ("这一步须写明理由。", "This takes a reason."),
    "picking.agents_none": (
        "本次不接受代理：{agent} 不能代 {household_id} 选房。",
        "No agents today: {agent} cannot choose for {household_id}.",
    ),
    "picking.agents_written": (
        "{agent} 代 {household_id} 选房须有书面委托。",
        "{agent} needs a written power of attorney to choose for {household_id}.",
    ),
    "picking.agents_sealed": (
        "{agent} 代 {household_id} 选房须有盖章的委托书。",
        "{agent} needs a sealed power of attorney to choose for {household_id}.",
    ),
    "picking.companion": (
        "{household_id} 没有满 {age} 岁的成员，不能带陪同人员。",
        "{household_id} has no member aged {age}, so nobody may come along.",
    ),
    "picking.which": ("请写明房源，每套只写一次。", "Name the homes, each once."),
    "picking.one_a_round": ("第 {round} 轮每户只选一套。", "In round {round} a household chooses one home."),
    "picking.no_unit": ("房源 {unit_id} 不在本次选房之列。", "Home {unit_id} is not up for choice."),
    "picking.reserved": ("房源 {unit_id} 是预留房，未经决定不能选。", "Home {unit_id} is held in reserve."),
    "picking.taken": (
        "房源 {unit_id} 已被选走。{layout} 户型还剩 {left} 套：{some}。",
        "Home {unit_id} is taken. Of layout {layout} {left} are left: {some}.",
    ),
    "picking.not_held": ("{household_id} 没有选定 {unit_id}。", "{household_id} does not hold {unit_id}."),
    "picking.nothing_held": ("{household_id} 还没有选定房源。", "{household_id} holds no home."),
    "picking.incomplete": (
        "{household_id} 选定 {held} 套，还不是可以确认的一组。",
        "{household_id} has {held} homes, which is no set that it may leave it at.",
    ),
    # -- homes ----------------------------------------------------------------------------------------------------
    "picking.unsafe_taken": ("房源 {unit_id} 已被选走。", "Home {unit_id} is taken."),
    "picking.unsafe_not_allowed": (
        "按该户的申报和条件，不能选 {unit_id}。",
        "What the household declared does not allow it {unit_id}.",
    ),
    "picking.unsafe_no_set": (
        "选了 {unit_id}，该户剩下的房源凑不成一组可选的房。",
        "With {unit_id} the household could not complete its set from what is left.",
    ),
    "picking.unsafe_needed": (
        "{unit_id} 要留：{count} 户（{some}）还需要 {needed} 套只有这类房能满足的房，选走后只剩 {there} 套。",
        "{unit_id} must be kept: {count} households ({some}) need {needed} homes that only homes like it can meet, "
        "and {there} would be left.",
    ),
    "picking.unsafe_searched": (
        "{unit_id} 要留：试遍各种搭配，选走后总有后面的户无房可选（有 {count} 户的房互相牵连：{some}）。",
        "{unit_id} must be kept: complete search found no way to serve everybody after it ({count} households whose "
        "homes depend on each other: {some}).",
    ),
    "picking.unsafe_undecided": (
        "{unit_id} 暂不能选：规定时间内没有算出后面的户是否都有房（牵涉 {count} 户：{some}）。",
        "{unit_id} cannot be given now: whether everybody can be served after it was not decided in time ({count} "
        "households: {some}).",
    ),
    "picking.not_reserved": ("房源 {unit_id} 不是预留房。", "Home {unit_id} is not held in reserve."),
    "picking.needed_still": (
        "{unit_id} 不能撤下：后面的户少了它就选不齐。可先释放预留房。",
        "{unit_id} cannot be withdrawn: without it not everybody could be served. Release a reserve home first.",
    ),
    "picking.fault_when": (
        "请写明故障发生的时间，不得晚于现在。",
        "Say when the failure was; it cannot be later than now.",
    ),
}
