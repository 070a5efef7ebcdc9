"""What is said of the record itself: opening it, trouble with it, its audit, its copies."""

ROWS: dict[str, tuple[str, str]] = {
    # -- opening ------------------------------------------------------------------------------------------------
    "store.address": (
        "“{value}”不是记录库的地址；应为文件名、sqlite:///文件名 或 postgresql://用户@主机/库名",
        "“{value}” is no address of a record; give a file name, sqlite:///FILE or postgresql://user@host/database",
    ),
    "store.no_file": (
        "找不到文件“{value}”；请核对 --db 所指的位置，新建记录库用 anju office init",
        "there is no file “{value}”; check where --db points, or make a new record with: anju office init",
    ),
    "store.no_folder": ("“{value}”所在的文件夹不存在", "the folder of “{value}” does not exist"),
    "store.no_record": (
        "“{value}”里没有安居的记录；请核对地址，新建用 anju office init",
        "“{value}” holds no record of anju; check the address, or make one with: anju office init",
    ),
    "store.no_driver": (
        "连接“{value}”需要 PostgreSQL 驱动；请安装 anju[postgres]",
        "connecting to “{value}” needs the PostgreSQL driver; install anju[postgres]",
    ),
    "store.there": (
        "“{value}”已有内容，不会覆盖；请另选一个地址",
        "“{value}” holds something already and is not overwritten; choose another address",
    ),
    "store.newer": (
        "这个记录库是更新版本的安居（{version}）写的；请升级本机的安居后再打开",
        "this record was written by a newer anju ({version}); upgrade the program before you open it",
    ),
    "store.older": (
        "这个记录库的版本是 {version}，本程序需要 {wanted}；请先运行 anju office upgrade",
        "this record has version {version}, the program needs {wanted}; run first: anju office upgrade",
    ),
    "store.current": (
        "记录库已是最新版本 {version}，无须升级",
        "the record has the newest version, {version}, already",
    ),
    "store.upgrade_broken": (
        "升级后的审计不通过（{count} 处，首先是：{first}），已全部撤回，记录库未变",
        "the audit after the upgrade found {count} faults (first: {first}); all was rolled back, the record is unchanged",
    ),
    "store.network": (
        "“{value}”在网络盘或同步文件夹上，多人同时写会毁坏数据；请放到本机磁盘，多处办公请用 PostgreSQL",
        "“{value}” lies on a network drive or in a synchronised folder, where writing together destroys data; use a local "
        "disk, or PostgreSQL for several offices",
    ),
    "store.not_durable": (
        "数据库设置 {setting} 是“{found}”，断电会丢失已确认的操作；应为“{wanted}”",
        "the database has {setting} = “{found}” and could lose confirmed acts when power fails; it must be “{wanted}”",
    ),
    "store.encoding": (
        "数据库编码是 {found}，存不下全部汉字；请建 UTF8 编码的库",
        "the database's encoding is {found}, which cannot hold every character; make one with UTF8",
    ),
    "store.anchor_broken": (
        "锚点文件“{value}”读不出；请核对磁盘，确认记录库无误后移开它再打开",
        "the anchor file “{value}” cannot be read; check the disk, and move it aside once the record is known to be good",
    ),
    "store.other_record": (
        "锚点文件 {anchor} 属于另一个记录库；这个文件被换过，请核对",
        "the anchor file {anchor} belongs to another record: this file was exchanged; check it",
    ),
    "store.behind": (
        "记录库只到第 {found} 条，本机见过第 {seen} 条：第 {first} 至 {seen} 条不见了，像是恢复了旧备份；请找回最新的"
        "文件，或用 anju office restore 说明损失",
        "the record ends at entry {found}, this machine has seen entry {seen}: entries {first} to {seen} are gone, as after "
        "an old copy was put back; find the newest file, or use: anju office restore",
    ),
    "store.rewritten": (
        "第 {seen} 条与本机见过的不同：日志被改写过。请停止使用并报告，旧的指纹在 {anchor}",
        "entry {seen} is not the one this machine has seen: the log was written anew. Stop and report it; the old hash is "
        "in {anchor}",
    ),
    # -- trouble ------------------------------------------------------------------------------------------------
    "store.busy": (
        "记录库正忙，等了 20 秒没有轮到；本次什么也没有写入，请再做一次",
        "the record was busy for 20 seconds; nothing was written, do it again",
    ),
    "store.full": (
        "磁盘满了；本次什么也没有写入，请腾出空间后再做一次",
        "the disk is full; nothing was written: make room and do it again",
    ),
    "store.read_only": (
        "记录库是只读的；本次什么也没有写入，请核对文件和文件夹的写权限",
        "the record is read-only; nothing was written: check that file and folder may be written to",
    ),
    "store.disk": (
        "磁盘读写出错（{said}）；本次什么也没有写入，请检查磁盘并尽快备份",
        "the disk failed ({said}); nothing was written: check it and make a backup soon",
    ),
    "store.damaged": (
        "文件已损坏或不是记录库（{said}）；请用最近的备份恢复：anju office restore",
        "the file is damaged or is no record ({said}); restore the newest backup: anju office restore",
    ),
    "store.cannot_open": (
        "打不开记录库的文件（{said}）；请核对位置和权限",
        "the record's file cannot be opened ({said}); check its place and permissions",
    ),
    "store.denied": (
        "数据库不让进（{said}）；请核对用户名、口令和权限",
        "the database refuses ({said}); check user, password and permissions",
    ),
    "store.no_database": ("没有这个数据库（{said}）；请核对库名", "there is no such database ({said}); check its name"),
    "store.unreachable": (
        "连不上数据库（{said}）；本次什么也没有写入，请核对地址、网络和服务器",
        "the database cannot be reached ({said}); nothing was written: check address, network and server",
    ),
    "store.lost": (
        "与数据库的连接断了（{said}）；本次什么也没有写入，请再做一次",
        "the connection to the database was lost ({said}); nothing was written, do it again",
    ),
    "store.unknown": (
        "提交时连接断了，现在也连不上，不知道这次是否已记入；连上后用同一编号再做一次即可，不会重复：--command-id {command_id}",
        "the connection was lost while the act was being kept and has not come back: it is unknown whether it is in. Do it "
        "again with the same number, it is never done twice: --command-id {command_id}",
    ),
    "store.anchor_unwritten": (
        "第 {number} 条已记入记录库，但锚点文件写不了（{said}）；请腾出空间或检查权限",
        "entry {number} is in the record, but the anchor file could not be written ({said}); make room or check permissions",
    ),
    # -- copies -------------------------------------------------------------------------------------------------
    "store.backup_there": (
        "备份文件“{value}”已存在，不会覆盖；请另取名称",
        "the backup “{value}” is there already and is not overwritten; choose another name",
    ),
    "store.backup_broken": (
        "记录不完整，审计发现 {count} 处问题，首先是：{first}；没有写入任何文件",
        "the record is not whole: the audit found {count} faults, the first: {first}; nothing was written",
    ),
    "store.backup_behind": (
        "备份只到第 {found} 条，本机见过第 {seen} 条；第 {first} 至 {seen} 条会丢失。确实找不回时加 --accept-loss，损失会记入日志",
        "the backup ends at entry {found}, this machine has seen entry {seen}; entries {first} to {seen} would be lost. If "
        "they cannot be found, add --accept-loss: the loss is told in the log",
    ),
    "store.backup_other": (
        "备份属于另一个记录库（这里见过到第 {seen} 条的记录，备份到第 {found} 条）；确实要换用时加 --accept-loss",
        "the backup is of another record (this place has seen entry {seen}, the backup ends at {found}); to change over "
        "all the same, add --accept-loss",
    ),
    "store.in_use": (
        "“{value}”正被别的程序打开；请全部关闭后再恢复",
        "“{value}” is open in another program; close all of them before you restore",
    ),
    # -- audit --------------------------------------------------------------------------------------------------
    "record.whole": (
        "审计通过：{entries} 条日志首尾相连（其中拒绝 {refused} 条），{rows} 行数据与日志一致。末条指纹 {head}",
        "audit passed: {entries} entries chained without a gap ({refused} of them refusals), {rows} rows equal to what they "
        "tell. Newest hash {head}",
    ),
    "record.failed": ("审计不通过：{count} 处", "audit failed: {count} findings"),
    "record.more": ("另有 {count} 处没有列出", "{count} more are not listed"),
    "record.gap": ("日志缺第 {first} 至 {last} 条", "the log lacks entries {first} to {last}"),
    "record.link": (
        "日志第 {number} 条接不上前一条：前面有条目被改、删、插入或调换",
        "entry {number} of the log does not follow the one before it: an entry was edited, removed, inserted or swapped",
    ),
    "record.entry": (
        "日志第 {number} 条（{act}）的内容与它的指纹不符：被改过",
        "entry {number} of the log ({act}) does not have the content it was chained with: it was edited",
    ),
    "record.time": (
        "日志第 {number} 条的时间 {at} 早于前一条的 {before}",
        "entry {number} of the log is dated {at}, before the one ahead of it, {before}",
    ),
    "record.unreadable": ("日志第 {number} 条的内容读不出", "the content of entry {number} cannot be read"),
    "record.unknown_table": (
        "日志第 {number} 条说到不存在的表“{table}”",
        "entry {number} tells of a table “{table}” that there is not",
    ),
    "record.before": (
        "日志第 {number} 条改动 {table} 的 {key} 时，改前的值与此前的日志不符",
        "entry {number} changes {table} {key} from a value that the log before it does not tell of",
    ),
    "record.added_twice": (
        "日志第 {number} 条添加了已有的 {table} {key}",
        "entry {number} adds {table} {key}, which is there already",
    ),
    "record.move": (
        "日志第 {number} 条（{act}）把批次从“{from_state}”变为“{to_state}”，没有这样的路",
        "entry {number} ({act}) takes a round from “{from_state}” to “{to_state}”; there is no such way",
    ),
    "record.head": (
        "日志的末条是第 {number} 条，记录的末条是第 {found} 条或指纹不同：末尾被删、被加或被改",
        "the log ends at entry {number}, the head says {found} or another hash: entries at the end were removed, added or "
        "edited",
    ),
    "record.removed": ("{table} 的 {key} 被删除", "{table} {key} was removed"),
    "record.inserted": (
        "{table} 的 {key} 不是经本程序加入的",
        "{table} {key} was inserted by no act of the log",
    ),
    "record.edited": (
        "{table} 的 {key}：{column} 应为“{expected}”，现为“{found}”，不是经本程序改的",
        "{table} {key}: {column} should be “{expected}” and is “{found}”; no act of the log changed it",
    ),
    "record.guard": (
        "数据库里的防护“{name}”不见了：有人拆掉了它",
        "the guard “{name}” is missing from the database: somebody took it away",
    ),
    "record.file": ("数据库文件有损坏：{said}", "the database file is damaged: {said}"),
    "record.no_anchor": (
        "没有锚点文件 {anchor}：被删除，或这台机器从未用过这个记录库",
        "there is no anchor file {anchor}: it was removed, or this machine has never used this record",
    ),
    "record.anchor_broken": ("锚点文件 {anchor} 读不出", "the anchor file {anchor} cannot be read"),
    "record.other_anchor": ("锚点文件 {anchor} 属于另一个记录库", "the anchor file {anchor} belongs to another record"),
    "record.anchor": (
        "第 {number} 条与本机见过的不同（{anchor}）：日志被改写，或换上了旧文件",
        "entry {number} is not the one this machine has seen ({anchor}): the log was written anew, or an old file put back",
    ),
    "record.home_twice": ("房源 {unit_id} 给了 {count} 次", "home {unit_id} is given {count} times"),
    "record.left_out": (
        "{subject} 不在本批次之列，却在房源 {unit_id} 的分配中",
        "{subject} does not take part, yet home {unit_id} is given with it",
    ),
    "record.handed_elsewhere": (
        "房源 {unit_id} 交给了 {household_id}，它却不是该户的",
        "home {unit_id} was handed over to {household_id}, whose it is not",
    ),
    "record.day_end": (
        "{household_id} 在 {day} 的日结余额是 {found} 元，各笔相加是 {expected} 元",
        "the balance of {household_id} at the end of {day} is {found} yuan; its entries sum to {expected} yuan",
    ),
}
