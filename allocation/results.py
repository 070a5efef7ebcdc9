"""A round solved and written: outputs, notices, bundle, in one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation.console import heard, progress
from allocation.messages import Faults, Lang

if TYPE_CHECKING:
    from allocation.allocate import Allocation
    from allocation.round import Round
    from solver.problem import Per, Principle

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
    from allocation.allocate import allocate
    from allocation.bundle import write_bundle
    from allocation.documents import write_notices
    from allocation.drawing import not_drawn
    from allocation.kept import keep
    from allocation.outputs import MARK, to_json, whole_folder, write_outputs
    from allocation.publicrows import changed_since_freeze

    if round_.head.draw and not round_.head.seed:
        raise Faults([not_drawn(round_.head.draw)])
    if faults := changed_since_freeze(round_, principle=principle, per=per):
        raise Faults(faults)
    with whole_folder(folder) as half:

        def work() -> tuple[Allocation, dict[str, Any]]:
            allocation = allocate(
                round_,
                principle=principle,
                per=per,
                seconds_max=seconds_max,
                proof_seconds_max=PROOF_SECONDS,
                on_stage=tell,
            )
            figures = write_outputs(allocation, half, lang)
            keep(allocation, half)
            figures["root"] = write_bundle(allocation, half, earlier=earlier)["root"]
            write_notices(allocation, half, lang, root=figures["root"])
            (half / MARK).write_text(to_json(figures) + "\n", encoding="utf-8")
            return allocation, figures

        with progress(lang) as tell:
            found = heard(work)
        yield found
