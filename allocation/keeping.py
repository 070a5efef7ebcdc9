"""``anju office``: the record itself: made, looked at, audited, copied. No rule lives here."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer
from rich.table import Table

from allocation.console import EXIT_FAILED_CHECK, err, one_of, out, say
from allocation.messages import LANGS, Fault, Faults, Lang, reason_sentence, sentence
from allocation.session import NOON, RoundId, Session, command


@command("init")
def init(
    session: Session,
    drill: Annotated[
        bool, typer.Option("--drill", help="演练库，日期自定 · for practice, its day set by hand")
    ] = False,
) -> None:
    """新建记录库。 Make a new record."""
    from allocation.backup import init as make
    from allocation.store import CHINA, now

    if session.today and not drill:
        raise Faults([Fault(table="command", code="office.today_not_drill", value=str(session.today))])
    at = datetime.combine(session.today, NOON, CHINA) if session.today else now()
    session.tell(make(session.db, who=session.who, drill=drill, clock=lambda: at))


@command("upgrade")
def upgrade(session: Session) -> None:
    """把旧版本的记录库升级到本程序的版本，先自动复制一份。 Bring an older record to this version, a copy first."""
    from allocation.backup import upgrade as bring

    session.tell(bring(session.db, who=session.who))


@command("audit", acts=False)
def audit(session: Session) -> None:
    """审计：由日志重新推算，与各表逐行核对。 Tell the state again from the log, and compare it row by row."""
    from allocation.audit import audit as look

    store = session.open()
    try:
        found = look(store)
    finally:
        store.close()
    texts = [reason_sentence(reason, session.lang) for reason in found.findings]
    figures = {
        "entries": found.entries,
        "refused": found.refused,
        "rows": found.rows,
        "head": found.head,
        "findings": [{"code": reason.code, "text": text} for reason, text in zip(found.findings, texts, strict=True)],
        "more": found.more,
    }

    def in_words() -> None:
        if not texts:
            out.print(
                sentence(
                    "record.whole", session.lang, **{k: figures[k] for k in ("entries", "refused", "rows", "head")}
                )
            )
            return
        for text in texts:
            out.print(f"· {text}", markup=False)
        if found.more:
            out.print(sentence("record.more", session.lang, count=found.more))
        out.print(sentence("record.failed", session.lang, count=len(texts) + found.more))

    say(session.json, figures, in_words)
    if texts:
        raise typer.Exit(EXIT_FAILED_CHECK)


@command("log", acts=False)
def log(
    session: Session,
    round_id: Annotated[str, typer.Option("--round", metavar="ROUND", help="只看一个批次 · of one round")] = "",
    last: Annotated[int, typer.Option(min=1, max=100_000, help="最近几条 · how many")] = 20,
) -> None:
    """最近的日志：谁、何时、办了什么，办成没有。 The newest entries: who did what when, and whether it was done."""
    from allocation.overview import log_rows

    store = session.open()
    try:
        with store.reading() as connection:
            rows = log_rows(connection, round_id, last)
    finally:
        store.close()
    say(session.json, {"entries": rows}, lambda: _print_log(rows, session.lang))


@command("backup", acts=False)
def backup(session: Session, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """备份成一个文件，并审计这个备份。 Copy the record into one file, and audit the copy."""
    from allocation.backup import backup as copy

    store = session.open()
    try:
        figures = copy(store, file)
    finally:
        store.close()
    say(session.json, figures, lambda: out.print(sentence("office.backed_up", session.lang, **figures), markup=False))


@command("restore")
def restore(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    accept_loss: Annotated[bool, typer.Option(help="接受备份之后的操作丢失 · later acts may be lost")] = False,
    replace_it: Annotated[bool, typer.Option("--replace", help="替换现有文件 · in place of the file there")] = False,
) -> None:
    """由备份恢复记录库；链条断了的备份不予恢复。 Make the record anew from a backup whose chain is whole."""
    from allocation.backup import restore as bring

    session.tell(bring(file, session.db, who=session.who, accept_loss=accept_loss, replace=replace_it))


@command("export", acts=False)
def export(
    session: Session,
    round_id: RoundId,
    out_path: Annotated[Path, typer.Option("--out", metavar="DIR|FILE.xlsx", help="写到哪里 · where to write")],
    form: Annotated[str, typer.Option(metavar="csv|parquet|xlsx")] = "",
    heading: Annotated[str, typer.Option(metavar="zh|code", help="表头 · headings")] = "zh",
) -> None:
    """导出一个批次的各张表，可再导入。 Write a round's tables, to be read again."""
    from allocation.roster import export_round

    kind = one_of("--form", form or ("xlsx" if out_path.suffix == ".xlsx" else "csv"), ("csv", "parquet", "xlsx"))
    titles = cast("Literal['code', 'zh']", one_of("--heading", heading, ("zh", "code")))
    store = session.open()
    try:
        with store.reading() as connection:
            counts = export_round(connection, round_id, out_path, cast("Any", kind), titles)
    except OSError as error:
        raise Faults(
            [Fault(table="out", code="out.unwritable", place=str(out_path), value=str(error.strerror))]
        ) from error
    finally:
        store.close()
    figures = {"round": round_id, "written": str(out_path), **counts}
    say(
        session.json,
        figures,
        lambda: out.print(sentence("summary.written", session.lang, folder=out_path), markup=False),
    )


@command("status", acts=False)
def status(session: Session, round_id: Annotated[str, typer.Argument(metavar="[ROUND]")] = "") -> None:
    """批次办到哪一步，下一步还缺什么，最早哪天能办。 Where a round stands, and what the next step still asks for."""
    from allocation.overview import rounds
    from allocation.overview import status as look

    store = session.open()
    try:
        with store.reading() as connection:
            if round_id:
                figures = look(connection, round_id, store.clock().date(), session.lang)
            else:
                figures = {"rounds": rounds(connection)}
    finally:
        store.close()
    say(
        session.json,
        figures,
        lambda: _print_status(figures, session.lang) if round_id else _print_rounds(figures, session.lang),
    )


# -- words out --------------------------------------------------------------------------------------------------------


STANDING = (
    "households", "units", "balance_yuan", "last_closed", "pool_root", "seed", "plan_root", "settled", "handed_over",
)  # fmt: skip
"""The figures of a round that are told in words where there are any."""


def _print_rounds(figures: Mapping[str, Any], lang: Lang) -> None:
    table = Table(*(sentence(f"figure.{key}", lang) for key in ("round", "title", "state")))
    for row in figures["rounds"]:
        table.add_row(row["round"], row["title"], sentence(f"state.{row['state']}", lang))
    out.print(table)


def _print_status(figures: Mapping[str, Any], lang: Lang) -> None:
    out.print(f"{figures['title']}  {sentence('state.' + figures['state'], lang)}  {figures['today']}", markup=False)
    for row in figures["publications"]:
        word = sentence("office.stood" if row["stood"] else "office.not_stood", lang)
        days = f"{row.get('published_on') or '—'} → {row.get('last_day') or '—'}"
        out.print(f"  {sentence('document.' + row['document'], lang)}  {days}  {word}", markup=False)
    for row in figures["objections_open"]:
        document = sentence("document." + row["document"], lang)
        told = {**row, "document": document}
        out.print("  " + sentence("office.open_objection", lang, **told), markup=False)
    for key in (
        "households",
        "units",
        "balance_yuan",
        "last_closed",
        "pool_root",
        "seed",
        "plan_root",
        "settled",
        "handed_over",
    ):
        if figures[key]:
            out.print(f"  {sentence(f'figure.{key}', lang)}  {figures[key]}", markup=False)
    for row in figures["left_out"]:
        subject = row.get("household") or row.get("unit")
        out.print(f"  {sentence('figure.left_out', lang)}  {subject}: {' '.join(row['explained'])}", markup=False)
    for row in figures["next"]:
        word = sentence("office.open" if row["open"] else "office.missing", lang, day=row["earliest"] or "—")
        out.print(f"→ {sentence('act.' + row['act'], lang)}  {word}", markup=False)
        for text in row["missing"]:
            out.print(f"    · {text}", markup=False)


def _print_log(rows: list[dict[str, Any]], lang: Lang) -> None:
    for row in rows:
        word = sentence("office.log.done" if row["outcome"] == "done" else "office.log.refused", lang)
        act = sentence(f"act.{row['act']}", lang)
        said = " ".join(f"{key}={value}" for key, value in row["said"].items() if value not in (None, "", []))
        out.print(
            f"{row['number']:>6}  {row['at'][:19]}  {row['who']}  {act}  {row['round']}  {word}  {said}", markup=False
        )


@command("hall-screen", acts=False)
def hall_screen(
    session: Session,
    round_id: Annotated[str, typer.Option("--round", metavar="ROUND", help="批次编号 · the round's id")],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="页面写到哪里 · where the pages go")],
    watch: Annotated[
        bool, typer.Option("--watch", help="随记录更新，直到 Ctrl-C · keep them up to date until Ctrl-C")
    ] = False,
) -> None:
    """大厅屏幕和剩余房源的网页，姓名已隐去。 The hall's screen and the homes left, as pages; names are masked."""
    import time

    from allocation.hall_screen import PAGES, file_name, keep_writing, write_pages
    from allocation.hall_view import HallView, Watch, open_running
    from allocation.store import now

    def tell(view: HallView, lost: bool) -> None:
        said = {key: view.figures.get(key) or "—" for key in ("table", "called")}
        code = "screen.told_lost" if lost else "screen.told"
        err.print(sentence(code, session.lang, **said | {"number": view.number}), markup=False)

    store = open_running(session.db) if watch else session.open()
    try:
        looking = Watch(store)
        if watch:
            err.print(sentence("screen.watching", session.lang, folder=folder), markup=False)
            with contextlib.suppress(KeyboardInterrupt):
                keep_writing(looking, round_id, folder, wait=time.sleep, moment=time.monotonic, tell=tell)
        else:
            write_pages(looking.look(round_id), folder, store.clock(), seen=now())
    finally:
        store.close()
    figures = {"round": round_id, "folder": str(folder), "pages": [file_name(p, g) for p in PAGES for g in LANGS]}
    say(session.json, figures, lambda: out.print(sentence("screen.written", session.lang, folder=folder), markup=False))
