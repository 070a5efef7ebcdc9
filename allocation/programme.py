"""
安置任务: the programme's published figures, each with its definition, and what may honestly be computed from them.

Two figures may be divided or subtracted only where the data say that one is part of the other (``part_of``). Area
allocated and people newly resettled are different stocks, and nothing here leads from one to the other.
A figure that nobody published is kept as an indicator without a value, never filled in.

Source: spec §1 and §9; domain.md section 0, "sanity ratios", and section 7.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal, get_args

from allocation.messages import Fault, Faults, Lang

FigureUnit = Literal["household", "person", "m2", "unit", "project", "batch", "community"]
Period = Literal["done", "this_year", "by_next_year"]

FIGURES_FILE = "figures.toml"
NEEDED_FIGURES = (
    "target_households",
    "target_persons",
    "newly_resettled_households",
    "newly_resettled_persons",
    "completed_projects",
    "completed_area",
    "completed_joint_self_built_area",
    "allocation_batches",
    "allocation_area",
    "lived_in_communities",
    "day_households",
    "day_persons",
    "day_units",
)
"""Figures of spec §1 that the progress page shows by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSource:
    """Where figures come from; ``published`` is False for the office's own record."""

    key: str
    title: Mapping[Lang, str]
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    One indicator with its definition (统计口径).

    ``value`` is in ``unit`` (``m2`` exact to 0.01, everything else whole), or None when nobody published it.
    ``part_of`` names the figure it is a part of, or is blank. ``project``, ``batch``, ``village`` are blank for the
    whole programme. ``on`` is the day the figure tells of, if it tells of a day.
    """

    key: str
    unit: FigureUnit
    period: Period
    label: Mapping[Lang, str]
    definition: Mapping[Lang, str]
    value: Decimal | None = None
    source: FigureSource | None = None
    part_of: str = ""
    on: date | None = None
    project: str = ""
    batch: str = ""
    village: str = ""

    @property
    def published(self) -> bool:
        """A value stands here and its source is a publication."""
        return self.value is not None and self.source is not None and self.source.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """All figures in the order of the file. ``year`` is the report's "this year"."""

    year: int
    figures: tuple[Figure, ...]
    sources: tuple[FigureSource, ...]

    def figure(self, key: str) -> Figure:
        """The figure of that name; KeyError if there is none."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """
    A whole and what is known of its parts, all in the whole's unit.

    ``rest`` is the whole less the known parts: it lies in the ``unknown`` parts, and how is not published.
    """

    whole: Figure
    known: tuple[Figure, ...]
    unknown: tuple[Figure, ...]
    rest: Decimal


def data_folder() -> Path:
    """The ``data`` folder of the checkout that this package runs from."""
    return Path(__file__).resolve().parent.parent / "data"


def share(programme: Programme, part: str, whole: str) -> Decimal:
    """
    A part's share of its whole in percent, rounded half up to 0.1.

    Raises
    ------
    ValueError
        When the data do not say that ``part`` is part of ``whole``, or one of them has no value, or the whole is 0.
    """
    part_value, whole_value = _one_stock(programme, part, whole)
    if whole_value == 0:
        raise ValueError(f"{whole} is 0: nothing can be a share of it")
    return (part_value * 100 / whole_value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def remainder(programme: Programme, part: str, whole: str) -> Decimal:
    """
    A whole less one of its parts, in their unit.

    Raises
    ------
    ValueError
        When the data do not say that ``part`` is part of ``whole``, or one of them has no value.
    """
    part_value, whole_value = _one_stock(programme, part, whole)
    return whole_value - part_value


def breakdown(programme: Programme, whole: str) -> Breakdown:
    """
    The parts of a figure, known and not published, and what is left between them.

    Raises
    ------
    ValueError
        When the whole itself has no value.
    """
    figure = programme.figure(whole)
    parts = [part for part in programme.figures if part.part_of == whole]
    known = tuple(part for part in parts if part.value is not None)
    return Breakdown(
        whole=figure,
        known=known,
        unknown=tuple(part for part in parts if part.value is None),
        rest=_value(figure) - sum((_value(part) for part in known), Decimal(0)),
    )


def resettled_by_year_end(programme: Programme, whole: str) -> tuple[Decimal, Decimal]:
    """
    The least and the most that can be resettled at the end of this year, given what is published.

    The least counts only known parts of earlier years and this year; the most adds all of the rest if a part of
    those periods is not published. Both are equal once every part up to this year has a value.
    """
    parts = breakdown(programme, whole)
    least = sum((_value(part) for part in parts.known if part.period != "by_next_year"), Decimal(0))
    open_parts = any(part.period != "by_next_year" for part in parts.unknown)
    return least, least + parts.rest if open_parts else least


def _value(figure: Figure) -> Decimal:
    if figure.value is None:
        raise ValueError(f"{figure.key} is not published: nothing is computed from it")
    return figure.value


def _one_stock(programme: Programme, part: str, whole: str) -> tuple[Decimal, Decimal]:
    """Both values, if the data say that one is part of the other."""
    if whole not in _wholes(programme, part):
        raise ValueError(f"{part} is not declared part of {whole}: different stocks are not compared")
    return _value(programme.figure(part)), _value(programme.figure(whole))


def _wholes(programme: Programme, key: str) -> Iterator[str]:
    """The figures that ``key`` is part of, nearest first."""
    whole = programme.figure(key).part_of
    while whole:
        yield whole
        whole = programme.figure(whole).part_of


# -- reading -----------------------------------------------------------------------------------------------------

_FIGURE_TEXTS = ("key", "unit", "period", "label_zh", "label_en", "definition_zh", "definition_en")
_FIGURE_OPTIONS = ("value", "part_of", "source", "on", "project", "batch", "village")
_SOURCE_TEXTS = ("key", "title_zh", "title_en")
_VALUE_END = 10**12  # no programme comes near it; beyond it Decimal could no longer tell 0.01


def read_programme(folder: Path | None = None) -> Programme:
    """
    Reads and checks ``figures.toml`` of a programme folder (``data/programme`` when None).

    Raises
    ------
    Faults
        With every fault of the file at once: unreadable, missing or unknown keys, values of the wrong kind,
        names used twice or not known, parts of another unit or larger than their whole, a needed figure missing.
    """
    content = _toml((folder or data_folder() / "programme") / FIGURES_FILE)
    faults: list[Fault] = []
    year = content.get("year")
    if not isinstance(year, int) or isinstance(year, bool):
        faults.append(_fault("programme.year", "year", year))
    sources = [
        source for at, row in _rows(content, "sources", faults) if (source := _read_source(at, row, faults)) is not None
    ]
    by_key = {source.key: source for source in sources}
    figures = [
        figure
        for at, row in _rows(content, "figures", faults)
        if (figure := _read_figure(at, row, by_key, faults)) is not None
    ]
    faults += _doubles("sources", [source.key for source in sources])
    faults += _doubles("figures", [figure.key for figure in figures])
    if not faults:
        faults += _check_parts(figures)
        missing = [key for key in NEEDED_FIGURES if key not in {figure.key for figure in figures}]
        faults += [_fault("programme.figure_missing", key, key) for key in missing]
    if faults:
        raise Faults(faults)
    assert isinstance(year, int)
    return Programme(year=year, figures=tuple(figures), sources=tuple(sources))


def _fault(code: str, column: str, value: object, **params: object) -> Fault:
    text = "" if value is None else str(value)
    return Fault(table="programme", code=code, place=FIGURES_FILE, column=column, value=text, params=params)


def _toml(path: Path) -> dict[str, object]:
    """The file's content, decimals exact; Faults when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise Faults([_fault("programme.no_file", "", path.name)]) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Faults([_fault("programme.not_toml", "", path.name, detail=str(error))]) from error


def _rows(content: Mapping[str, object], table: str, faults: list[Fault]) -> Iterator[tuple[str, dict[str, object]]]:
    """Each row of an array of tables with the name a clerk finds it by: its key, or its number in the file."""
    rows = content.get(table)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(_fault("programme.no_table", table, "" if rows is None else type(rows).__name__))
        return
    for number, row in enumerate(rows, 1):
        yield f"{table}.{row.get('key') or number}", row


def _texts(at: str, row: Mapping[str, object], names: Sequence[str], faults: list[Fault]) -> dict[str, str]:
    """The needed texts of a row, blank where faulty."""
    texts = {}
    for name in names:
        value = row.get(name)
        texts[name] = value.strip() if isinstance(value, str) else ""
        if not texts[name]:
            faults.append(_fault("programme.text_missing", f"{at}.{name}", value))
    return texts


def _unknown_keys(at: str, row: Mapping[str, object], known: Sequence[str]) -> list[Fault]:
    return [_fault("programme.unknown_key", f"{at}.{name}", name) for name in sorted(set(row) - set(known))]


def _read_source(at: str, row: Mapping[str, object], faults: list[Fault]) -> FigureSource | None:
    before = len(faults)
    faults += _unknown_keys(at, row, (*_SOURCE_TEXTS, "published"))
    texts = _texts(at, row, _SOURCE_TEXTS, faults)
    published = row.get("published")
    if not isinstance(published, bool):
        faults.append(_fault("programme.not_boolean", f"{at}.published", published))
    if len(faults) > before:
        return None
    return FigureSource(
        key=texts["key"], title={"zh": texts["title_zh"], "en": texts["title_en"]}, published=published is True
    )


def _read_figure(
    at: str, row: Mapping[str, object], sources: Mapping[str, FigureSource], faults: list[Fault]
) -> Figure | None:
    before = len(faults)
    faults += _unknown_keys(at, row, (*_FIGURE_TEXTS, *_FIGURE_OPTIONS))
    texts = _texts(at, row, _FIGURE_TEXTS, faults)
    for name, allowed in (("unit", get_args(FigureUnit)), ("period", get_args(Period))):
        if texts[name] and texts[name] not in allowed:
            faults.append(_fault("programme.not_one_of", f"{at}.{name}", texts[name], allowed=" ".join(allowed)))
    options = {name: row[name] for name in ("part_of", "project", "batch", "village", "source") if name in row}
    optional_texts = _texts(at, options, tuple(options), faults)
    value = _read_value(at, row, texts["unit"], faults)
    source = _read_source_name(at, row, sources, faults)
    on = row.get("on")
    if on is not None and type(on) is not date:
        faults.append(_fault("programme.not_date", f"{at}.on", on))
    if len(faults) > before:
        return None
    optional_texts.pop("source", None)
    return Figure(
        key=texts["key"],
        unit=texts["unit"],  # type: ignore[arg-type]  # one of FigureUnit: checked above
        period=texts["period"],  # type: ignore[arg-type]  # one of Period: checked above
        label={"zh": texts["label_zh"], "en": texts["label_en"]},
        definition={"zh": texts["definition_zh"], "en": texts["definition_en"]},
        value=value,
        source=source,
        on=on if isinstance(on, date) else None,
        **optional_texts,
    )


def _read_value(at: str, row: Mapping[str, object], unit: str, faults: list[Fault]) -> Decimal | None:
    """A whole number, or m² to 0.01; None when the row gives none. A bool is no number."""
    value = row.get("value")
    if value is None:
        return None
    step = Decimal("0.01") if unit == "m2" else Decimal(1)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite() and 0 <= number < _VALUE_END and number % step == 0:
            return number
    faults.append(_fault("programme.not_a_number", f"{at}.value", value, step=step))
    return None


def _read_source_name(
    at: str, row: Mapping[str, object], sources: Mapping[str, FigureSource], faults: list[Fault]
) -> FigureSource | None:
    """A value needs a source, and a source must be known."""
    name = row.get("source")
    if name is None:
        if row.get("value") is not None:
            faults.append(_fault("programme.no_source", f"{at}.source", row["value"]))
        return None
    source = sources.get(name) if isinstance(name, str) else None
    if source is None:
        faults.append(_fault("programme.unknown_name", f"{at}.source", name, table="sources"))
    return source


def _doubles(table: str, keys: Sequence[str]) -> list[Fault]:
    return [
        _fault("programme.twice", f"{table}.{key}", key, count=count)
        for key, count in Counter(keys).items()
        if count > 1
    ]


def _check_parts(figures: Sequence[Figure]) -> list[Fault]:
    """Every part has a known whole of its own unit, none is part of itself, and known parts fit into the whole."""
    by_key = {figure.key: figure for figure in figures}
    faults: list[Fault] = []
    for figure in figures:
        if not figure.part_of:
            continue
        at = f"figures.{figure.key}.part_of"
        whole = by_key.get(figure.part_of)
        if whole is None:
            faults.append(_fault("programme.unknown_name", at, figure.part_of, table="figures"))
        elif whole.unit != figure.unit:
            faults.append(_fault("programme.other_unit", at, figure.part_of, unit=figure.unit, whole_unit=whole.unit))
        elif _is_part_of_itself(figure, by_key):
            faults.append(_fault("programme.circle", at, figure.part_of))
    return faults or _check_sums(figures)


def _is_part_of_itself(figure: Figure, by_key: Mapping[str, Figure]) -> bool:
    seen: list[str] = []
    at: Figure | None = figure
    while at is not None and at.part_of:
        if at.key in seen:
            return True
        seen.append(at.key)
        at = by_key.get(at.part_of)
    return False


def _check_sums(figures: Sequence[Figure]) -> list[Fault]:
    faults = []
    for whole in figures:
        known = [part.value for part in figures if part.part_of == whole.key and part.value is not None]
        total = sum(known, Decimal(0))
        if whole.value is not None and total > whole.value:
            faults.append(_fault("programme.parts_exceed", f"figures.{whole.key}.value", whole.value, total=total))
    return faults
