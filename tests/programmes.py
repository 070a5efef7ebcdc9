"""Small programmes as files, to be changed by a test."""

import csv
import io
from pathlib import Path

import openpyxl

HEAD = {
    "id": "P-1",
    "title": "小任务",
    "as_of": "2021-06-01",
    "target_on": "2021-12-31",
}
POLICY = """\
[policy]
example = true
[policy.allowance]
per = "person"
yuan = "100.00"
until = "hand_over"
months = { "高层" = 12, "*" = 6 }
overdue = [{ after_months = 0, up_percent = 100 }]
"""


class Programme:
    """Two projects, three batches, eight households of two villages; everybody can be home in time."""

    def __init__(self) -> None:
        self.head = dict(HEAD)
        self.policy = POLICY
        self.tables = {
            "projects": [
                {"project": "甲苑", "completed_on": "2021-03-01", "planned_on": "2021-02-01", "completed_m2": "500"},
                {"project": "乙苑", "completed_on": "2021-08-01", "completed_m2": "500"},
                {"project": "联建", "completed_on": "2021-03-01", "completed_m2": "500", "construction": "联合自建"},
            ],
            "stock": [
                {"project": "甲苑", "layout": "100", "area_m2": "100", "homes": 4},
                {"project": "乙苑", "layout": "100", "area_m2": "100", "homes": 4},
                {"project": "联建", "layout": "100", "area_m2": "100", "homes": 5},
            ],
            "batches": [
                {"batch": "B1", "held_on": "2021-07-01", "households_max": 3},
                {"batch": "B2", "held_on": "2021-09-01", "households_max": 3},
                {"batch": "B3", "held_on": "2021-11-01", "households_max": 3},
            ],
            "households": [
                {
                    "household_id": f"H{n}",
                    "village": "东村" if n < 4 else "西村",
                    "persons": 2 + n % 2,
                    "vacated_on": "2020-06-01" if n < 4 else "2021-02-01",
                    "entitlement_m2": "100",
                }
                for n in range(8)
            ],
            "demand": [{"household_id": f"H{n}", "layout": "100", "count": 1} for n in range(8)],
        }

    def write(self, folder: Path, form: str = "csv") -> Path:
        """The programme in ``folder``, as CSV files or one workbook."""
        folder.mkdir(parents=True, exist_ok=True)
        dates = "".join(f"{k} = {v if k in ('as_of', 'target_on') else repr(v)}\n" for k, v in self.head.items())
        (folder / "programme.toml").write_text(dates + self.policy, encoding="utf-8")
        if form == "xlsx":
            book = openpyxl.Workbook()
            book.remove(book.worksheets[0])
            for name, rows in self.tables.items():
                page = book.create_sheet(name)
                for line in self._lines(rows):
                    page.append(line)
            book.save(folder / "programme.xlsx")
            return folder / "programme.xlsx"
        for name, rows in self.tables.items():
            text = io.StringIO()
            csv.writer(text).writerows(self._lines(rows))
            (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")
        return folder

    @staticmethod
    def _lines(rows: list[dict[str, object]]) -> list[list[object]]:
        names = list(dict.fromkeys(name for row in rows for name in row))
        return [names, *([row.get(name, "") for name in names] for row in rows)]
