"""The notebooks as pages: run from the first cell to the last, each picture and value as it came out."""

from __future__ import annotations

import html
import json
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

FIGURE = "application/vnd.plotly.v1+json"
FOLDED = '<details class="program" markdown="1"><summary>程序 · the program</summary>'
SECONDS_MAX = 120
"""A cell that takes longer is an error."""


def in_order(folder: Path) -> list[Path]:
    """The notebooks in the order they are meant to be read, which each says in its metadata."""
    found = {path: nbformat.read(path, as_version=4) for path in folder.glob("*.ipynb")}
    return sorted(found, key=lambda path: (found[path].metadata.get("anju", {}).get("order", 99), path.stem))


def run(path: Path) -> NotebookNode:
    """
    A notebook with its outputs.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        When a cell fails or an assertion in it does not hold.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=SECONDS_MAX,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return notebook


def pages(folder: Path) -> dict[str, str]:
    """Name of a notebook → its page in Markdown."""
    return {path.stem: page(run(path), path.stem) for path in in_order(folder)}


def page(notebook: NotebookNode, name: str) -> str:
    """A notebook that has been run, in Markdown."""
    parts, figures = [], 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"{FOLDED}\n\n```python\n{cell.source}\n```\n\n</details>")
        for output in cell.outputs:
            shown = _shown(output, f"{name}-{figures}")
            figures += FIGURE in output.get("data", {})
            if shown:
                parts.append(shown)
    script = '<script src="../assets/plotly.min.js"></script>\n<script src="../assets/figures.js"></script>'
    return "\n\n".join([*parts, *([script] if figures else [])]) + "\n"


def _shown(output: NotebookNode, name: str) -> str:
    data: dict[str, Any] = output.get("data", {})
    if FIGURE in data:
        figure = data[FIGURE]
        title = figure["layout"].get("title", {}).get("text", "")
        drawn = json.dumps({"data": figure["data"], "layout": figure["layout"]}, ensure_ascii=False).replace(
            "</", "<\\/"
        )
        return (
            f'<figure class="essay"><figcaption>{html.escape(title)}</figcaption>\n'
            f'<div class="figure" id="figure-{name}" role="img" aria-label="{html.escape(title, quote=True)}"></div>\n'
            f'<script type="application/json" class="figure-data" data-for="figure-{name}">{drawn}</script></figure>'
        )
    if "text/markdown" in data:
        return str(data["text/markdown"])
    if "text/html" in data:
        return f'<div class="output">\n{data["text/html"]}\n</div>'
    text = data.get("text/plain") or output.get("text", "")
    return f"```{{.text .output}}\n{text.rstrip()}\n```" if text else ""


def plotly_script() -> str:
    """The library that draws the figures, as it lies on this machine."""
    return str(get_plotlyjs())


if __name__ == "__main__":
    for notebook in in_order(Path(__file__).resolve().parent.parent.parent / "notebooks"):
        run(notebook)
        sys.stdout.write(f"{notebook.name}: ok\n")
