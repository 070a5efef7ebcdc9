"""``anju office``: the acts on a round, as a clerk types them. No rule lives here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from allocation.console import EXIT_UNSERVED, one_of, out, say
from allocation.messages import Lang, reason_sentence, sentence
from allocation.session import (
    DocumentName,
    HouseholdId,
    ObjectionId,
    OnDay,
    RoundFiles,
    RoundId,
    Session,
    UnitId,
    Why,
    Yuan,
    command,
    parsed_area,
    parsed_day,
    parsed_document,
    parsed_event,
    parsed_seal,
    parsed_time,
    parsed_yuan,
    print_figures,
    read_draw,
)

# -- a round's papers ---------------------------------------------------------------------------------------------


@command("import")
def import_(session: Session, files: RoundFiles) -> None:
    """导入一个批次。 Take a round into the record."""
    from allocation.office import import_round
    from allocation.tables import read_round

    given = read_round(files, twice_ok=True)
    session.act(lambda clerk: import_round(clerk, given))


@command("revise")
def revise(session: Session, files: RoundFiles, reason: Why) -> None:
    """按更正后的文件更正名册；正在公示的内容须先撤回。 Bring the roster to corrected files."""
    from allocation.office import revise as bring
    from allocation.tables import read_round

    given = read_round(files, twice_ok=True)
    session.act(lambda clerk: bring(clerk, given, reason=reason))


# -- publications and objections ----------------------------------------------------------------------------------


@command("publish")
def publish(
    session: Session,
    round_id: RoundId,
    document: DocumentName,
    days: Annotated[int | None, typer.Option(min=1, max=365, help="天数，默认按政策 · default: the policy's")] = None,
    out_dir: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="核对要公示的结果文件夹 · the result that goes up, to be checked"),
    ] = None,
) -> None:
    """公示：从今天起，所示内容随即锁定。 Put a document up from today; what it shows is frozen."""
    from allocation.publishing import publish as put_up

    root = None
    if out_dir is not None:
        from allocation.kept import root_of

        root = root_of(out_dir)
    session.act(lambda clerk: put_up(clerk, round_id, parsed_document(document), days=days, bundle_root=root))


@command("withdraw")
def withdraw(session: Session, round_id: RoundId, document: DocumentName, reason: Why) -> None:
    """撤回公示；更正后须重新公示满期。 Take a document down; it must stand its full period anew."""
    from allocation.publishing import withdraw as take_down

    session.act(lambda clerk: take_down(clerk, round_id, parsed_document(document), reason=reason))


@command("object")
def object_(
    session: Session,
    round_id: RoundId,
    document: DocumentName,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="户、房源编号或 '*' · household_id, unit_id or *")],
    said: Annotated[str, typer.Option("--text", help="异议内容 · what is objected")],
    objection_id: Annotated[str, typer.Option("--id", help="异议编号，默认自动 · its number, made by default")] = "",
    on: OnDay = None,
) -> None:
    """登记异议。 File an objection."""
    from allocation.publishing import object_to

    filed = parsed_day(on) if on else None
    session.act(
        lambda clerk: object_to(
            clerk, round_id, parsed_document(document), subject, said=said, objection_id=objection_id, filed_on=filed
        )
    )


@command("hear")
def hear(
    session: Session,
    round_id: RoundId,
    objection_id: ObjectionId,
    minutes: Annotated[str, typer.Option(help="听取意见的记录 · what was said")],
) -> None:
    """记录听取异议的情况。 Tell that an objection was heard."""
    from allocation.publishing import hear as listen

    session.act(lambda clerk: listen(clerk, round_id, objection_id, minutes=minutes))


@command("resolve")
def resolve(
    session: Session,
    round_id: RoundId,
    objection_id: ObjectionId,
    verdict: Annotated[str, typer.Argument(metavar="upheld|dismissed", help="成立 · 不成立")],
    reason: Why,
) -> None:
    """处理异议：成立的撤回所涉公示，更正后重新公示。 Uphold or dismiss; upheld takes the document down."""
    from allocation.publishing import resolve as decide

    upheld = one_of("VERDICT", verdict, ("upheld", "dismissed")) == "upheld"
    session.act(lambda clerk: decide(clerk, round_id, objection_id, upheld=upheld, reason=reason))


# -- money --------------------------------------------------------------------------------------------------------


@command("pay")
def pay(
    session: Session,
    round_id: RoundId,
    household_id: HouseholdId,
    amount: Yuan,
    receipt_no: Annotated[str, typer.Option("--receipt", metavar="NO", help="收据编号 · the receipt's number")],
    kind: Annotated[str, typer.Option(metavar="cash|compensation", help="现金或抵扣 · cash, or set off")] = "cash",
    on: OnDay = None,
) -> None:
    """登记预缴收款。 Enter a receipt."""
    from allocation.ledger import pay as book

    checked = cast("Literal['cash', 'compensation']", one_of("--kind", kind, ("cash", "compensation")))
    paid_on = parsed_day(on) if on else None
    session.act(
        lambda clerk: book(
            clerk, round_id, household_id, parsed_yuan(amount), receipt_no, kind=checked, paid_on=paid_on
        )
    )


@command("refund")
def refund(
    session: Session,
    round_id: RoundId,
    household_id: HouseholdId,
    amount: Yuan,
    receipt_no: Annotated[str, typer.Option("--receipt", metavar="NO", help="收据编号 · the receipt's number")],
    reason: Why,
) -> None:
    """登记退款。 Give money back."""
    from allocation.ledger import refund as give_back

    session.act(lambda clerk: give_back(clerk, round_id, household_id, parsed_yuan(amount), receipt_no, reason=reason))


@command("correct")
def correct(
    session: Session,
    round_id: RoundId,
    receipt_no: Annotated[str, typer.Argument(metavar="RECEIPT", help="记错的收据 · the receipt that is wrong")],
    reason: Why,
    amount: Annotated[
        str | None, typer.Option(metavar="YUAN", help="正确金额，0 即冲销 · the right amount; 0 takes it back")
    ] = None,
    household_id: Annotated[str, typer.Option("--household", metavar="ID", help="正确的户 · the right household")] = "",
) -> None:
    """冲正：反向一笔，再记正确的一笔；原记录不动。 Put an entry right by its opposite and the right one."""
    from allocation.ledger import correct as put_right

    right = None if amount is None else parsed_yuan(amount)
    session.act(
        lambda clerk: put_right(clerk, round_id, receipt_no, amount=right, household_id=household_id, reason=reason)
    )


@command("balance", acts=False)
def balance(
    session: Session,
    round_id: RoundId,
    household_id: Annotated[str, typer.Argument(metavar="[HOUSEHOLD]")] = "",
    on: OnDay = None,
) -> None:
    """某日终了的余额：一户或全部。 Balances at the end of a day, of one household or all."""
    from allocation.ledger import balances_fen
    from allocation.roster import round_row, yuan

    store = session.open()
    try:
        with store.reading() as connection:
            round_row(connection, round_id)
            day = parsed_day(on) if on else store.clock().date()
            found = balances_fen(connection, round_id, day)
    finally:
        store.close()
    if household_id:
        found = {household_id: found.get(household_id, 0)}
    rows = [{"household_id": own, "balance": str(yuan(fen))} for own, fen in found.items()]
    figures = {"round": round_id, "day": day, "balances": rows, "total": str(yuan(sum(found.values())))}
    say(session.json, figures, lambda: _print_balances(figures, session.lang))


@command("close-day")
def close_day(
    session: Session,
    round_id: RoundId,
    on: OnDay = None,
    bank: Annotated[str | None, typer.Option(metavar="YUAN", help="银行对账合计 · what the bank says")] = None,
) -> None:
    """日结：固定当日余额，与银行合计核对。 Fix a day's balances, and check them with the bank's total."""
    from allocation.ledger import close_day as close

    day, total = parsed_day(on) if on else None, None if bank is None else parsed_yuan(bank)
    session.act(lambda clerk: close(clerk, round_id, day=day, bank_yuan=total))


# -- the plan -----------------------------------------------------------------------------------------------------


@command("freeze")
def freeze(
    session: Session,
    round_id: RoundId,
    carve_out: Annotated[
        list[str] | None, typer.Option(metavar="OBJECTION", help="未决异议，所涉户或房不参加 · keeps its subject out")
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="摇号方案 [draw]，默认用导入的 · how the seed will be made"),
    ] = None,
) -> None:
    """锁定名册和摇号方案；指纹先公告，再摇号。 Fix roster and plan of the draw; post the fingerprint, then draw."""
    from allocation.office import freeze as fix

    table = None if plan is None else read_draw(plan)
    done = session.act(lambda clerk: fix(clerk, round_id, carve_out=carve_out or [], plan=table))
    for line in () if session.json else done.figures["announcement"]:
        out.print(line, markup=False)


@command("draw")
def draw(
    session: Session,
    round_id: RoundId,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="公告的公开事件及其结果 · an announced event and what came out"),
    ] = None,
    sealed: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="WHO=NUMBER:NONCE", help="住户公开封存的数 · a sealed number, opened"),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="仅演练库 · in a drill: the seed imported")] = False,
) -> None:
    """摇号：由锁定的名册和公开事件得出种子和顺序，只摇一次。 Draw the order, once, from frozen roster and events."""
    from allocation.office import draw as hold

    events = dict(parsed_event(text) for text in source or [])
    opened = dict(parsed_seal(text) for text in sealed or [])
    session.act(lambda clerk: hold(clerk, round_id, events, opened=opened, demo=demo))


@command("allocate")
def allocate(
    session: Session,
    round_id: RoundId,
    out_dir: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果文件夹 · where the results go")],
    time_limit: Annotated[float | None, typer.Option(metavar="S", min=0.1, help="求解时限（秒） · seconds")] = None,
) -> None:
    """求解，写出结果、公告和公开包，方案存入记录库。 Solve, write results, notices and bundle, and keep the plan."""
    from allocation.office import Plan
    from allocation.office import allocate as keep
    from allocation.results import solved
    from allocation.round import judge
    from allocation.tables import RoundInput

    @contextmanager
    def solve(given: RoundInput, earlier: Sequence[str]) -> Iterator[Plan]:
        asked = solved(judge(given), out_dir, session.lang, seconds_max=time_limit, earlier=earlier)
        with asked as (allocation, figures):
            homes = tuple((home.household_id, home.unit_id, home.rank) for home in allocation.homes)
            yield Plan(homes=homes, unserved=allocation.unserved, root=figures["root"])

    done = session.act(lambda clerk: keep(clerk, round_id, solve))
    if done.figures["unserved"]:
        raise typer.Exit(EXIT_UNSERVED)


@command("open-picking")
def open_picking(session: Session, round_id: RoundId) -> None:
    """开始按顺序选房（代替统一求解）。 The households choose in order, in place of a solve."""
    from allocation.office import move

    session.act(lambda clerk: move(clerk, round_id, "open-picking"))


@command("hall-open")
def hall_open(
    session: Session,
    round_id: RoundId,
    sessions_a_day: Annotated[
        int | None, typer.Option(min=1, help="每天几场，默认都在一天 · sessions a day, default all on one")
    ] = None,
) -> None:
    """选房日开始：此后只能当场选房。 The selection day begins; from now on homes are chosen at the table."""
    from allocation.hall import open_hall

    session.act(lambda clerk: open_hall(clerk, round_id, sessions_a_day=sessions_a_day))


@command("hall")
def hall(
    session: Session,
    round_id: RoundId,
    act: Annotated[
        str,
        typer.Argument(
            metavar="ACT",
            help="call arrive pick undo confirm waive skip extend expire request release withdraw next_session fault",
        ),
    ],
    who_and_homes: Annotated[
        list[str] | None, typer.Argument(metavar="[HOUSEHOLD] [UNIT]…", help="安置户、房源 · household, homes")
    ] = None,
    reason: Why = "",
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="代理人 · who chooses for it")] = "",
    paper: Annotated[
        str, typer.Option("--paper", metavar="written|sealed", help="委托书 · its power of attorney")
    ] = "",
    companion: Annotated[bool, typer.Option("--companion", help="有陪同 · somebody comes along")] = False,
    since: Annotated[
        str, typer.Option("--since", metavar="HH:MM[:SS]", help="故障发生的时间 · when the failure was")
    ] = "",
) -> None:
    """选房日的一步：叫号、到场、选房、确认、弃选、过号、延时、超时…… One act of the selection day."""
    from allocation import hall as day

    name = one_of("ACT", act, day.NAMES)
    names = list(who_and_homes or ())
    own = "" if name in ("release", "withdraw", "next_session", "fault") or not names else names.pop(0)
    if paper:
        one_of("--paper", paper, ("written", "sealed"))
    asked = day.Asked(
        act=next(known for known in day.NAMES if known == name), household_id=own, units=tuple(names), reason=reason,
        agent=agent, paper=paper, companion=companion,
    )  # fmt: skip
    moment = parsed_time(since) if since else None
    session.act(lambda clerk: day.act(clerk, round_id, asked, since=moment))


@command("hall-now", acts=False)
def hall_now(
    session: Session,
    round_id: RoundId,
    homes: Annotated[
        bool, typer.Option("--homes", help="逐套列出能不能选、为什么 · every home, safe or why not")
    ] = False,
) -> None:
    """现在谁在选、下一户是谁、还剩什么。 Who is choosing, who is next, what is left."""
    from allocation import hall as day

    store = session.open()
    try:
        with store.reading() as connection:
            figures = day.now(connection, round_id)
            rows = day.offers(connection, round_id) if homes else []
    finally:
        store.close()
    listed = [
        {"unit_id": offer.unit_id, "rank": offer.rank, "safe": offer.refusal is None,
         "why": reason_sentence(offer.refusal, session.lang) if offer.refusal else sentence("hall.safe", session.lang)}
        for offer in rows
    ]  # fmt: skip

    def words() -> None:
        print_figures(figures, session.lang)
        for row in listed:
            out.print(f"  {row['unit_id']}  {row['rank']}  {row['why']}", markup=False)

    say(session.json, {**figures, "homes": listed} if homes else figures, words)


@command("pick")
def pick(session: Session, round_id: RoundId, household_id: HouseholdId, unit_id: UnitId) -> None:
    """选定一套房（未确认）。 Hold a home for a household."""
    from allocation.homes import pick as hold

    session.act(lambda clerk: hold(clerk, round_id, household_id, unit_id))


@command("pick-confirm")
def pick_confirm(session: Session, round_id: RoundId, household_id: HouseholdId) -> None:
    """确认一户选定的房。 Confirm what a household holds."""
    from allocation.homes import pick_confirm as give

    session.act(lambda clerk: give(clerk, round_id, household_id))


@command("pick-undo")
def pick_undo(session: Session, round_id: RoundId, household_id: HouseholdId, unit_id: UnitId) -> None:
    """取消未确认的选定。 Let go of a home that is not confirmed."""
    from allocation.homes import pick_undo as let_go

    session.act(lambda clerk: let_go(clerk, round_id, household_id, unit_id))


@command("waive")
def waive(session: Session, round_id: RoundId, household_id: HouseholdId, reason: Why) -> None:
    """弃选。 The household takes nothing this time."""
    from allocation.homes import waive as give_up

    session.act(lambda clerk: give_up(clerk, round_id, household_id, reason=reason))


@command("void")
def void(session: Session, round_id: RoundId, household_id: HouseholdId, reason: Why) -> None:
    """作废已确认的选房或弃选，须写明理由。 Undo a confirmed choice or a waiver, with the reason."""
    from allocation.homes import void as undo

    session.act(lambda clerk: undo(clerk, round_id, household_id, reason=reason))


@command("confirm")
def confirm(session: Session, round_id: RoundId) -> None:
    """结果公示期满无异议，确认结果。 The result has stood: it is final."""
    from allocation.office import move

    session.act(lambda clerk: move(clerk, round_id, "confirm"))


@command("settle")
def settle(
    session: Session,
    round_id: RoundId,
    household_id: HouseholdId,
    measured: Annotated[
        list[str] | None, typer.Option(metavar="UNIT=M2", help="实测面积，未给的按实测表，再按原面积 · a measured area")
    ] = None,
) -> None:
    """结算一户：按实测面积多退少补。 Settle a household by measured areas."""
    from allocation.homes import settle as reckon

    areas = dict(parsed_area(text) for text in measured or [])
    session.act(lambda clerk: reckon(clerk, round_id, household_id, areas))


@command("hand-over")
def hand_over(session: Session, round_id: RoundId, unit_id: UnitId) -> None:
    """交房：结算缴清后交钥匙。 Hand over the keys of a settled and paid home."""
    from allocation.homes import hand_over as give_keys

    session.act(lambda clerk: give_keys(clerk, round_id, unit_id))


def _print_balances(figures: Mapping[str, Any], lang: Lang) -> None:
    for row in figures["balances"]:
        out.print(f"{row['household_id']}  {row['balance']}", markup=False)
    out.print(sentence("office.total", lang, day=figures["day"], total=figures["total"]), markup=False)
