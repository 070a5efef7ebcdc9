"""A QR code as picture: PNG for Word, SVG for everything else."""

from __future__ import annotations

import io
from functools import lru_cache

import segno


@lru_cache(maxsize=64)
def png(data: str) -> bytes:
    """The code as PNG, 12 pixels a module: sharp at 300 dpi; the same text gives the same bytes."""
    made = io.BytesIO()
    segno.make(data, error="m", micro=False).save(made, kind="png", scale=12, border=2)
    return made.getvalue()


@lru_cache(maxsize=64)
def svg(data: str) -> str:
    """The code as one SVG element of 100 % of its box."""
    made = io.BytesIO()
    code = segno.make(data, error="m", micro=False)
    code.save(made, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True, nl=False)
    return made.getvalue().decode()
