"""
What of an output folder is for everybody: its public notices and its bundle, by name, and nothing that lies beside.

The statements, ``receipts.csv``, ``opening.json`` and ``round/`` are the office's own and are never named here. A
bundle that is not what its fingerprint says is not given away. Source: spec §8; trust.md §3.2, §3.4.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from allocation.documents import DOCUMENTS, FORMS
from allocation.messages import Fault, Faults
from allocation.verify import Bundle, attempt, in_words

BUNDLE_FILES = ("README.txt", "bundle.json", "verify.html", "verify.py")
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""Files in an archive carry one day, so that the same bundle is the same archive, byte for byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNotice:
    """One public notice of the folder: its document, and the file of each form that there is."""

    document: str
    files: dict[str, Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFolder:
    """
    ``root`` and ``words``: the fingerprint in hex and in 24 characters; ``checkers``: file → SHA-256 of each checker
    as the bundle has it (of the page without the bundle inside it).
    """

    path: Path
    round_id: str
    title: str
    root: str
    words: str
    checkers: dict[str, str]
    notices: tuple[PublicNotice, ...]

    def file(self, name: str) -> bytes:
        """One file of the bundle. KeyError: it has none of that name."""
        if name not in BUNDLE_FILES:
            raise KeyError(name)
        return (self.path / "bundle" / name).read_bytes()

    def archive(self) -> bytes:
        """The whole bundle as one .zip, the same bytes each time."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in BUNDLE_FILES:
                archive.writestr(zipfile.ZipInfo(f"{self.round_id}/{name}", ZIP_DAY), self.file(name), 8)
        return out.getvalue()


def read_public_folder(path: Path) -> PublicFolder:
    """
    The public part of an output folder of ``anju allocate``.

    Raises
    ------
    Faults
        There is no bundle, or its files are not those that its fingerprint was made of.
    """
    bundle = Bundle()
    place = path / "bundle"
    opened = attempt("V1", bundle.open, place)
    if not place.is_dir() or opened["outcome"] != "PASS":
        found = " ≠ ".join(part for part in (opened["found"], opened["expected"]) if part)
        raise Faults([Fault(table="out", code="public.no_bundle", place=str(path), params={"found": found})])
    root: str = bundle.manifest["root"]
    return PublicFolder(
        path=path,
        round_id=bundle.head["id"],
        title=bundle.head["title"],
        root=root,
        words=in_words(root),
        checkers={name: bundle.papers[name] for name in ("verify.py", "verify.html")},
        notices=tuple(_notices(path / "notices")),
    )


def _notices(folder: Path) -> list[PublicNotice]:
    """The public notices there are, in the order of a round; a link that leads elsewhere is none."""
    found = []
    for document in DOCUMENTS:
        paths = {form: folder / f"{document.name}.{form}" for form in FORMS}
        files = {form: path for form, path in paths.items() if path.is_file() and not path.is_symlink()}
        if document.public and files:
            found.append(PublicNotice(document=document.name, files=files))
    return found
