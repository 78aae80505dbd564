"""Spreadsheets from a template to the graph: filled in, imported, what is wrong told by row, mended and sent again."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from api.exchange.records.kinds import FILED
from tests.service import Service, milkline

BESIDE = ["#工作表", "#行号", "#列", "#问题", "#应为", "#code", "#field"]
NOTES = "; left out: sheet '#说明', since its name begins with #"


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
    assert (first.returncode, first.stdout.strip()) == (1, f"2 records created, 0 amended, 0 known before, 2 refused{NOTES}"), first.stderr
    assert "record 1, sheet 牧场, row 3, farm/6904321/F2: refused: name: found nothing" in first.stderr
    assert "record 3, sheet 生乳运输, row 3, milk/6904321/M2: refused: quantityKg: found the formula '=1+1'" in first.stderr
    rows = list(csv.reader(io.StringIO(report.read_text("utf-8-sig"))))
    assert rows[0] == ["种类", "编号", "牧场名称", "牧场地址", *BESIDE]
    assert rows[1][:7] == ["牧场", "F2", "", "青禾市", "牧场", "3", "牧场名称"]
    assert rows[3][:4] == ["生乳运输", "M2", "farm/6904321/F1", "'=1+1"]
    mended = report.read_text("utf-8-sig").replace('"F2",,', '"F2","东山牧场",').replace("'=1+1", "500")
    report.write_text(mended, "utf-8")
    again = milkline("import", report, *options)
    assert (again.returncode, again.stdout.strip()) == (0, "2 records created, 0 amended, 0 known before, 0 refused"), again.stderr


def test_what_is_wrong_stands_beside_the_rows_of_a_workbook_and_is_mended_in_it(tmp_path: Path) -> None:
    path, report, options = tmp_path / "farms.xlsx", tmp_path / "refused.xlsx", ("--enterprise", "6904321", "--data", tmp_path / "data")
    assert milkline("template", "-o", path).returncode == 0
    book: Any = openpyxl.load_workbook(path)
    book["牧场"].append(["F 1", "青山牧场"])
    book["牧场"].append(["F2", "'=1+1", ""])
    book["生乳运输"].append(["M1", "farm/6904321/F2", -5, None, None, "2026-03-01 06:00"])
    book.save(path)
    first = milkline("import", path, *options, "--report", report)
    assert (first.returncode, first.stdout.strip()) == (1, f"0 records created, 0 amended, 0 known before, 3 refused{NOTES}"), first.stderr
    told: Any = openpyxl.load_workbook(report)
    headings, farm, other = [list(row) for row in told["牧场"].iter_rows(values_only=True)]
    assert headings == ["编号", "牧场名称", "牧场地址", *BESIDE]
    assert farm[:6] == ["F 1", "青山牧场", None, "牧场", "2", "编号\n牧场地址"]
    assert farm[6].startswith("'F 1' with") and farm[7].startswith("a number is made of")
    assert farm[8:] == ["MALFORMED_NUMBER\nMISSING", "number\naddress"]
    assert other[:6] == ["F2", "'=1+1", None, "牧场", "3", "牧场地址"]
    assert [cell.fill.fgColor.rgb == "00F8CBAD" for cell in told["牧场"][2]][:4] == [True, False, True, False]
    assert told["生乳运输"]["C2"].value == -5
    told["牧场"]["A2"], told["牧场"]["C2"], told["牧场"]["C3"], told["生乳运输"]["C2"] = "F1", "青禾市", "青禾市", 500
    told.save(report)
    again = milkline("import", report, *options, "--report", tmp_path / "none.xlsx")
    assert (again.returncode, again.stdout.strip()) == (0, "3 records created, 0 amended, 0 known before, 0 refused"), again.stderr
    assert openpyxl.load_workbook(tmp_path / "none.xlsx").sheetnames == ["#"]
    exported = milkline("export", *options, "--format", "ndjson", "--kind", "farm")
    assert [json.loads(line)["name"] for line in exported.stdout.splitlines()] == ["青山牧场", "=1+1"]


def test_a_report_that_is_no_table_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "farms.ndjson").write_text('{"kind": "farm"}\n')
    options = ("--enterprise", "6904321", "--data", tmp_path / "data")
    ended = milkline("import", tmp_path / "farms.ndjson", *options, "--report", tmp_path / "refused.xlsx")
    assert (ended.returncode, "found --report refused.xlsx of a file in ndjson" in ended.stderr) == (1, True), ended.stderr


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


async def test_the_answer_names_sheet_row_kind_and_id_of_what_was_refused(arcadedb_service: Service) -> None:
    """Of cells that cannot be read, and of records that are wrong."""
    book = openpyxl.Workbook()
    farms: Any = book.active
    farms.title = "牧场"
    for row in (["编号", "牧场名称", "牧场地址"], ["SH-1", "=1+1", "青禾市"], ["SH-2", None, "青禾市"], ["SH 3", "a", "=1+1"]):
        farms.append(row)
    sites = book.create_sheet("场所 2")
    for row in (["编号", "场所类型", "名称"], ["SH-4", "牛棚", "一厂"]):
        sites.append(row)
    written = io.BytesIO()
    book.save(written)
    headers = arcadedb_service.headers("6904321")
    answer = httpx2.post(f"{arcadedb_service.url}/import", content=written.getvalue(), headers=headers, timeout=60)
    *told, ended = [json.loads(line) for line in answer.text.splitlines()]
    assert (ended["complete"], ended["rejected"]) == (True, 4)
    assert [(one["sheet"], one["line"], one["kind"], one.get("id")) for one in told if "problems" in one] == [
        ("牧场", 2, "farm", "farm/6904321/SH-1"),
        ("牧场", 3, "farm", "farm/6904321/SH-2"),
        ("牧场", 4, "farm", None),
        ("场所 2", 2, "site", "site/6904321/SH-4"),
    ]


@pytest.mark.parametrize("report", ["", "?report=csv"])
async def test_the_answer_names_the_sheets_that_were_left_out(arcadedb_service: Service, report: str) -> None:
    """A hidden sheet may be one of records."""
    book = openpyxl.Workbook()
    farms: Any = book.active
    farms.title = "牧场"
    for row in (["编号", "牧场名称", "牧场地址"], ["LO-1", "青山牧场", "青禾市"]):
        farms.append(row)
    for title, state in (("牧场 2", "hidden"), ("lists", "veryHidden"), ("#说明", "visible")):
        sheet = book.create_sheet(title)
        sheet.append(["编号", "牧场名称", "牧场地址"])
        sheet.sheet_state = state
    written = io.BytesIO()
    book.save(written)
    headers = arcadedb_service.headers("6904321")
    answer = httpx2.post(f"{arcadedb_service.url}/import{report}", content=written.getvalue(), headers=headers, timeout=60)
    ended = json.loads(answer.headers["milkline-import"] if report else answer.text.splitlines()[-1])
    assert (ended["complete"], ended["done"], ended["sheetsLeftOut"]) == (True, 1, 3)
    assert ended["leftOut"] == [
        {"sheet": "牧场 2", "why": "it is hidden"},
        {"sheet": "lists", "why": "it is hidden"},
        {"sheet": "#说明", "why": "its name begins with #"},
    ]


async def test_a_sheet_of_no_kind_is_named_and_the_others_are_read(arcadedb_service: Service, tmp_path: Path) -> None:
    """It counts as refused: a heading that is mistyped must not lose its records without a word."""
    book = openpyxl.Workbook()
    notes: Any = book.active
    notes.title = "汇总"
    notes.append(["请于周五前填写"])
    for title, rows in {
        "牧场": [["编号", "牧场名称", "牧场地址"], ["NK-1", "青山牧场", "青禾市"]],
        "北区": [[], ["编号", "牧场名称", "牧场地址", "电话"], ["NK-2", "东山牧场", "青禾市", "1"]],
        "场所": [["编号", "场所类型", "名称"], ["NK-3", "门店", "一店"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(written := io.BytesIO())
    headers = arcadedb_service.headers("6904321")
    answer = httpx2.post(f"{arcadedb_service.url}/import", content=written.getvalue(), headers=headers, timeout=60)
    *told, ended = [json.loads(line) for line in answer.text.splitlines()]
    assert (ended["complete"], ended["created"], ended["rejected"]) == (True, 2, 2)
    assert ended["leftOut"] == [{"sheet": title, "why": "its headings tell of no kind"} for title in ("汇总", "北区")]
    problems = [(one["sheet"], one["line"], one["problems"][0]) for one in told if "problems" in one]
    assert [(sheet, line, problem["code"]) for sheet, line, problem in problems] == [("汇总", 1, "MISSING"), ("北区", 2, "MISSING")]
    for sheet, _, problem in problems:
        assert problem["message"].startswith(f"in sheet '{sheet}': found the headings") and "; right is the kind" in problem["message"]
    assert "has no '电话'" in problems[1][2]["message"]

    (tmp_path / "book.xlsx").write_bytes(written.getvalue())
    report = tmp_path / "refused.csv"
    ended = milkline("import", tmp_path / "book.xlsx", "--enterprise", "6904321", "--data", tmp_path / "data", "--report", report)
    assert ended.returncode == 1
    assert ended.stdout.startswith("2 records created, 0 amended, 0 known before, 2 refused; left out: sheet '汇总', since its headings")
    assert "sheet 北区, row 2: refused: kind: in sheet '北区': found the headings" in ended.stderr
    with report.open(encoding="utf-8-sig", newline="") as written_report:
        told = list(csv.DictReader(written_report))
    assert [(row["#工作表"], row["#行号"], row["#code"]) for row in told] == [("汇总", "1", "MISSING"), ("北区", "2", "MISSING")]
    assert "in sheet '北区': found the headings" in told[1]["#问题"] and "the name of the sheet" in told[1]["#应为"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_the_report_names_a_sheet_of_no_kind_and_can_be_sent_again(arcadedb_service: Service, form: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    farms: Any = book.active
    farms.title = "牧场"
    for row in (["编号", "牧场名称", "牧场地址"], ["NR-1", "青山牧场", "青禾市"], ["NR-2", None, "青禾市"]):
        farms.append(row)
    book.create_sheet("汇总").append(["请于周五前填写"])

    def sent(content: bytes) -> tuple[bytes, dict[str, Any]]:
        headers = arcadedb_service.headers("6904321")
        answer = httpx2.post(f"{arcadedb_service.url}/import?report={form}", content=content, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.content, json.loads(answer.headers["milkline-import"])

    for refused in (2, 1):  # then without the row that is refused for itself
        book.save(written := io.BytesIO())
        report, ended = sent(written.getvalue())
        assert ended["rejected"] == refused
        told = report.decode() if form == "csv" else str([list(sheet.values) for sheet in openpyxl.load_workbook(io.BytesIO(report))])
        assert "汇总" in told and "which tell of no kind alone" in told
        _, again = sent(report)
        assert (again["complete"], again["rejected"]) == (True, refused - 1)
        farms.delete_rows(3)


async def test_the_service_gives_templates_to_everybody(arcadedb_service: Service) -> None:
    def of(name: str) -> httpx2.Response:
        return httpx2.get(f"{arcadedb_service.url}/templates/{name}", timeout=60)

    assert openpyxl.load_workbook(io.BytesIO(of("milkline.xlsx").content)).sheetnames == [*(kind.title for kind in FILED.values()), "#说明"]
    assert openpyxl.load_workbook(io.BytesIO(of("farm.xlsx").content)).sheetnames == ["牧场", "#说明"]
    assert of("farm.csv").content.decode("utf-8-sig").startswith('"编号","牧场名称"')
    assert [of(name).status_code for name in ("milkline.csv", "cow.csv", "farm", "farm.ods")] == [404] * 4
