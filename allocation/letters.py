"""
Papers for one household each: 选房确认书, 交房通知, 异议处理答复. The name is whole, of the ID number the last four.

Source: domain.md §6.2, §6.3 (items 3, 4), §4 (what is paid before the keys; the chain of papers), §1 "Objections".
"""

from __future__ import annotations

from collections.abc import Sequence

from allocation.allocate import Allocation
from allocation.messages import Fault, Faults, Lang, sentence
from allocation.paper import Code, Grid, Paper, Text
from allocation.prepayment import balance_on, gate_reasons
from allocation.round import Round, demanded_m2, smallest_m2
from allocation.schema import Household, Objection
from allocation.slips import FOUR, HouseholdStatement, fingerprint, household_statements, signatures, warning
from allocation.wording import (
    BLANK,
    Occasion,
    capital,
    columns,
    day_in_characters,
    day_in_words,
    money,
)

Block = Text | Grid | Code


def confirmation_papers(allocation: Allocation, occasion: Occasion) -> list[Paper]:
    """选房确认书: the homes a household takes, to be signed by it, the office and a witness; by household_id."""
    lang = occasion.lang
    return [
        _paper(
            "confirmation",
            allocation.round,
            occasion,
            found.household,
            [
                *warning(allocation.round, lang),
                _about(found, lang),
                _said("confirmation.opening", lang, "opening", title=allocation.round.head.title),
                _homes(found, lang),
                _said(
                    "confirmation.area",
                    lang,
                    "area",
                    homes=len(found.units),
                    area=f"{found.allocated_m2:.2f}",
                    entitlement=f"{found.entitlement_m2:.2f}",
                ),
                _said("confirmation.stands", lang, "stands"),
                *signatures(lang, "household", "agent", "office", "witness"),
                *fingerprint(occasion),
            ],
        )
        for found in household_statements(allocation, lang)
    ]


def handover_papers(allocation: Allocation, occasion: Occasion) -> list[Paper]:
    """交房通知: when and where a household gets its keys, and what it pays before; by household_id."""
    round_, lang = allocation.round, occasion.lang
    on = round_.head.handover_on
    when = day_in_words(on, lang) if on else BLANK
    return [
        _paper(
            "handover",
            round_,
            occasion,
            found.household,
            [
                *warning(round_, lang),
                _address(found.household, lang),
                _said(
                    "handover.opening",
                    lang,
                    "opening",
                    when=when,
                    where=round_.head.handover_place or BLANK,
                ),
                _homes(found, lang),
                *_before_the_keys(allocation, found, occasion),
                _said("handover.bring", lang, "bring"),
                _said("handover.check", lang, "check"),
                _said("handover.contact", lang, "contact", office=round_.head.office or BLANK,
                      phone=round_.head.office_phone or BLANK),
            ],
            sealed=True,
        )
        for found in household_statements(allocation, lang)
    ]  # fmt: skip


def _before_the_keys(allocation: Allocation, found: HouseholdStatement, occasion: Occasion) -> list[Text]:
    """What is still to be paid, and whether the policy keeps the keys back until then."""
    round_, lang = allocation.round, occasion.lang
    own = found.household.household_id
    payments = [p for p in round_.tables.payments if p.household_id == own]
    due = found.price_yuan - balance_on(payments, occasion.issued_on)
    code = "handover.due" if due > 0 else "handover.refund" if due < 0 else "handover.paid"
    said = [
        _said(
            code,
            lang,
            "balance",
            on=day_in_words(occasion.issued_on, lang),
            amount=money(abs(due)),
            capital=capital(abs(due)),
        )
    ]
    gates = gate_reasons(
        "keys",
        round_.policy.prepayment,
        payments,
        occasion.issued_on,
        demanded_m2=demanded_m2(round_.demand.get(own), found.entitlement_m2, smallest_m2(round_.tables.units)),
        price_yuan=found.price_yuan,
    )
    short = max((reason.params["short"] for reason in gates), default=None)  # type: ignore[type-var]  # yuan, all of them
    if short is not None:
        said.append(_said("handover.keys", lang, "keys", amount=f"{short:,.2f}"))
    return said


# -- objections ---------------------------------------------------------------------------------------------------


def reply_papers(round_: Round, occasion: Occasion, objection_id: str = "") -> list[Paper]:
    """
    异议处理答复: what the office found and why, for each objection answered by the day of issue; by objection_id.

    Raises
    ------
    Faults
        There is no such objection, it has no answer yet, or none has.
    """
    wanted = [o for o in round_.tables.objections if not objection_id or o.objection_id == objection_id]
    answered = [o for o in wanted if o.resolved_on is not None and o.resolved_on <= occasion.issued_on and o.outcome]
    if not answered:
        code = "reply.open" if wanted and objection_id else "reply.unknown" if objection_id else "reply.none"
        raise Faults([Fault(table="objections", code=code, value=objection_id)])
    return [_reply(round_, o, occasion) for o in sorted(answered, key=lambda o: o.objection_id)]


def _reply(round_: Round, objection: Objection, occasion: Occasion) -> Paper:
    lang = occasion.lang
    about = {
        "objection_id": objection.objection_id,
        "filed_on": day_in_words(objection.filed_on, lang),
        "document": sentence(f"document.{objection.document}", lang),
        "subject": sentence("reply.all", lang) if objection.subject == "*" else objection.subject,
    }
    resolved = day_in_words(objection.resolved_on or occasion.issued_on, lang)
    heads = columns(lang, (".name", 36, "l"), (".value", 120, "l"))
    rows = [(sentence(f"reply.column.{name}", lang), value) for name, value in about.items()]
    rows.append((sentence("reply.column.resolved_on", lang), resolved))
    blocks: list[Block] = [
        Text(text=sentence("reply.address", lang, blank=BLANK), style="address", name="address"),
        _said("reply.opening", lang, "opening", **about),
        Grid(columns=heads, rows=tuple(rows), whole=True, name="objection"),
        Text(text=sentence("reply.outcome_heading", lang), style="heading"),
        Text(text=objection.outcome, name="outcome"),
        Text(text=sentence("reply.reason_heading", lang), style="heading"),
        Text(text=objection.reason or BLANK, name="reason"),
        Text(text=sentence("reply.remedy_heading", lang), style="heading"),
        _said("reply.remedy", lang, "remedy"),
        _said("handover.contact", lang, "contact", office=round_.head.office or BLANK,
              phone=round_.head.office_phone or BLANK),
    ]  # fmt: skip
    return Paper(
        title=sentence("reply.title", lang),
        subtitle=round_.head.title,
        blocks=tuple(blocks),
        closing=_seal(round_, occasion),
        lang=lang,
        key=objection.objection_id,
    )


# -- parts --------------------------------------------------------------------------------------------------------


def _paper(
    kind: str,
    round_: Round,
    occasion: Occasion,
    household: Household,
    blocks: Sequence[Block],
    *,
    sealed: bool = False,
) -> Paper:
    return Paper(
        title=sentence(f"{kind}.title", occasion.lang),
        subtitle=round_.head.title,
        blocks=tuple(blocks),
        closing=_seal(round_, occasion) if sealed else (),
        lang=occasion.lang,
        key=household.household_id,
    )


def _seal(round_: Round, occasion: Occasion) -> tuple[str, str]:
    lang = occasion.lang
    office = sentence("notice.seal", lang, office=round_.head.office or BLANK)
    return office, day_in_characters(occasion.issued_on, lang)


def _said(code: str, lang: Lang, name: str, /, **values: object) -> Text:
    return Text(text=sentence(code, lang, **values), name=name)


def _address(household: Household, lang: Lang) -> Text:
    said = sentence("letter.address", lang, name=household.name, household_id=household.household_id)
    return Text(text=said, style="address", name="address")


def _about(found: HouseholdStatement, lang: Lang) -> Grid:
    """Who it is: of an ID number its last four only."""
    household = found.household
    last_four = "*" * 14 + household.id_number[-4:] if household.id_number else BLANK
    pairs = (
        ("notice.column.household_id", household.household_id),
        ("notice.column.name", household.name),
        ("notice.column.village", household.village),
        ("letter.id_number", last_four),
        ("notice.column.persons", str(household.persons)),
        ("notice.column.order", str(found.order_no)),
    )
    cells = [cell for code, value in pairs for cell in (sentence(code, lang), value)]
    rows = tuple(tuple(cells[start : start + 4]) for start in (0, 4, 8))
    return Grid(columns=columns(lang, *FOUR), rows=rows, name="household")


def _homes(found: HouseholdStatement, lang: Lang) -> Grid:
    rows = [
        (str(number), unit.project, home, unit.unit_id, unit.layout, unit.orientation, f"{unit.area_m2:.2f}")
        for number, (home, unit) in enumerate(zip(found.homes, found.units, strict=True), 1)
    ]
    total = f"{found.allocated_m2:.2f}"
    count = sentence("notice.count_homes", lang, count=len(rows))
    rows.append((sentence("notice.total", lang), "", count, "", "", "", total))
    return Grid(
        columns=columns(
            lang,
            ("notice.column.number", 13, "c"),
            ("letter.project", 30, "c"),
            ("notice.column.home", 34, "c"),
            ("notice.column.unit_id", 30, "c"),
            ("notice.column.layout", 16, "c"),
            ("notice.column.orientation", 14, "c"),
            ("notice.column.area", 19, "r"),
        ),
        rows=tuple(rows),
        total=True,
        name="homes",
    )
