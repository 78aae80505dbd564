"""Spreadsheets from a template to the graph: filled in, imported, what is wrong told by row, mended and sent again."""

import csv
import io
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from api.exchange.records.kinds import KINDS
from tests.service import Service, milkline


def test_a_template_is_filled_in_imported_and_mended(tmp_path: Path) -> None:
    path, report = tmp_path / "farms.xlsx", tmp_path / "refused.csv"
    assert milkline("template", "-o", path).returncode == 0
    book: Any = openpyxl.load_workbook(path)
    book["牧场"].append(["F1", "青山牧场", "青禾市"])
    book["牧场"].append(["F2", None, "青禾市"])
    book["生乳运输"].append(["M1", "farm/6904321/F1", 12000.5, None, None, "2026-03-01 06:00"])
    book["生乳运输"].append(["M2", "farm/6904321/F1", "=1+1", None, None, "2026-03-01 06:00"])
    book.save(path)
    options = ("--enterprise", "6904321", "--data", tmp_path / "data")
    first = milkline("import", path, *options, "--report", report)
    assert (first.returncode, first.stdout.strip()) == (1, "2 records created, 0 amended, 0 known before, 2 refused"), first.stderr
    assert "record 1, line 3: refused: name: found nothing" in first.stderr
    assert "record 3, line 3: refused: quantityKg: found the formula '=1+1'" in first.stderr
    rows = list(csv.reader(io.StringIO(report.read_text("utf-8-sig"))))
    assert rows[0] == ["种类", "编号", "牧场名称", "牧场地址", "#line", "#problems"]
    assert rows[1][:5] == ["牧场", "F2", "", "青禾市", "3"]
    assert rows[3][:4] == ["生乳运输", "M2", "farm/6904321/F1", "'=1+1"]
    mended = report.read_text("utf-8-sig").replace('"F2",,', '"F2","东山牧场",').replace("'=1+1", "500")
    report.write_text(mended, "utf-8")
    again = milkline("import", report, *options)
    assert (again.returncode, again.stdout.strip()) == (0, "2 records created, 0 amended, 0 known before, 0 refused"), again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "a.csv"), "--kind"),
        (("-o", "a.ods"), ".xlsx or .csv"),
        (("-o", "a.csv", "--kind", "cow"), "right is one of"),
        (("-o", "missing/a.csv", "--kind", "farm"), "No such file"),
    ],
)
def test_a_template_that_cannot_be_written_says_why(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = milkline("template", arguments[0], tmp_path / arguments[1], *arguments[2:])
    assert ended.returncode == 1
    assert said in ended.stderr and "Traceback" not in ended.stderr


async def test_the_service_gives_templates_to_everybody(arcadedb_service: Service) -> None:
    def of(name: str) -> httpx2.Response:
        return httpx2.get(f"{arcadedb_service.url}/templates/{name}", timeout=60)

    assert openpyxl.load_workbook(io.BytesIO(of("milkline.xlsx").content)).sheetnames == [*(kind.title for kind in KINDS.values()), "#说明"]
    assert openpyxl.load_workbook(io.BytesIO(of("farm.xlsx").content)).sheetnames == ["牧场", "#说明"]
    assert of("farm.csv").content.decode("utf-8-sig").startswith('"编号","牧场名称"')
    assert [of(name).status_code for name in ("milkline.csv", "cow.csv", "farm", "farm.ods")] == [404] * 4
