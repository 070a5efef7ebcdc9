"""A round solved and written: outputs, notices, bundle, in one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation.console import heard, progress
from allocation.messages import Faults, Lang

if TYPE_CHECKING:
    from allocation.allocate import Allocation
    from allocation.round import Round
    from solver.problem import Per, Principle, Stage

PROOF_SECONDS = 60.0
"""How long certificates are searched for; what is not proved by then is called claimed."""


@contextmanager
def solved(
    round_: Round,
    folder: Path,
    lang: Lang,
    *,
    principle: Principle | None = None,
    per: Per | None = None,
    seconds_max: float | None = None,
    earlier: Sequence[str] = (),
) -> Iterator[tuple[Allocation, dict[str, Any]]]:
    """
    The allocation of a round and its summary; ``folder`` appears when the block ends without an error.

    ``earlier``: roots of bundles of the round that were published before, oldest first.
    """
    from allocation.outputs import whole_folder

    refuse(round_, principle, per)
    with whole_folder(folder) as half:
        with progress(lang) as tell:
            found = heard(
                lambda: written(
                    round_, half, lang, principle=principle, per=per, seconds_max=seconds_max, earlier=earlier,
                    on_stage=tell,
                )
            )  # fmt: skip
        yield found


def refuse(round_: Round, principle: Principle | None, per: Per | None) -> None:
    """Faults of a round that may not be solved yet, or not so."""
    from allocation.drawing import not_drawn
    from allocation.publicrows import changed_since_freeze

    if round_.head.draw and not round_.head.seed:
        raise Faults([not_drawn(round_.head.draw)])
    if faults := changed_since_freeze(round_, principle=principle, per=per):
        raise Faults(faults)


def written(
    round_: Round,
    folder: Path,
    lang: Lang,
    *,
    principle: Principle | None = None,
    per: Per | None = None,
    seconds_max: float | None = None,
    earlier: Sequence[str] = (),
    on_stage: Callable[[Stage], None] | None = None,
) -> tuple[Allocation, dict[str, Any]]:
    """The same, written file by file into ``folder``, which exists and which nobody looks at before it is whole."""
    from allocation.allocate import allocate
    from allocation.bundle import write_bundle
    from allocation.documents import write_notices
    from allocation.kept import keep
    from allocation.outputs import MARK, to_json, write_outputs

    allocation = allocate(
        round_,
        principle=principle,
        per=per,
        seconds_max=seconds_max,
        proof_seconds_max=PROOF_SECONDS,
        on_stage=on_stage,
    )
    figures = write_outputs(allocation, folder, lang)
    keep(allocation, folder)
    figures["root"] = write_bundle(allocation, folder, earlier=earlier)["root"]
    write_notices(allocation, folder, lang, root=figures["root"])
    (folder / MARK).write_text(to_json(figures) + "\n", encoding="utf-8")
    return allocation, figures
