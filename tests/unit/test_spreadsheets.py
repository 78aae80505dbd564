"""Spreadsheets: templates that are filled in and read, what is wrong by row and column, and workbooks that are attacks."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from random import Random
from typing import Any

import openpyxl
import pytest

from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.packed import UnpackedLimits
from api.exchange.records.choices import WORDS
from api.exchange.records.columns import from_text
from api.exchange.records.csv_reader import read_csv
from api.exchange.records.kinds import KINDS, RecordKind
from api.exchange.records.told import Told
from api.exchange.spreadsheets.reader import read_xlsx
from api.exchange.spreadsheets.templates import template_csv, template_xlsx

LIMITS = UnpackedLimits(1 << 28, 200)


def filled(*rows: list[Any], sheet: str = "生乳运输", template: bytes | None = None) -> bytes:
    book: Any = openpyxl.load_workbook(io.BytesIO(template or template_xlsx()))
    for row in rows:
        book[sheet].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(content: bytes, kind: RecordKind | None = None) -> list[Item[Told]]:
    return list(read_xlsx(io.BytesIO(content), LIMITS, None, kind))


def told(item: Item[Told]) -> tuple[str, dict[str, object]]:
    assert item.value is not None, item.problems
    return item.value.kind.name, dict(item.value.fields)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_has_a_template_whose_headings_are_read(kind: RecordKind):
    assert list(read_csv(io.BytesIO(template_csv(kind)), kind=kind)) == []
    assert read(template_xlsx([kind])) == []
    with_row = template_csv(kind) + b",".join(b'"x"' for _ in range(template_csv(kind).count(b'","') + 1)) + b"\r\n"
    [item] = read_csv(io.BytesIO(with_row), kind=kind)
    assert item.value is None or {name.partition(".")[0] for name in item.value.fields} == set(kind.columns)


def test_a_template_that_is_filled_in_is_read_as_it_stands():
    row = ["M-1", "farm/6904321/青山-1", 12000.5, datetime(2026, 3, 1, 4, 40), 3.4, datetime(2026, 3, 1), 4, "黑龙江"]
    content = filled(row, ["M-2", "farm/6904321/青山-1", "1", "2026-03-01T04:40:00+09:00", None, "2026/3/1 6:00"])
    first, second = read(content)
    assert told(first) == (
        "milk_delivery",
        {
            "number": "M-1",
            "farm": "farm/6904321/青山-1",
            "quantityKg": "12000.5",
            "departedAt": "2026-03-01T04:40:00+08:00",
            "departureTemperatureC": 3.4,
            "arrivedAt": "2026-03-01T00:00:00+08:00",
            "arrivalTemperatureC": 4.0,
            "milkSourceOrigin": "黑龙江",
        },
    )
    assert told(second)[1] == {
        "number": "M-2",
        "farm": "farm/6904321/青山-1",
        "quantityKg": "1",
        "departedAt": "2026-03-01T04:40:00+09:00",
        "arrivedAt": "2026-03-01T06:00:00+08:00",
    }
    assert (first.line, second.line) == (2, 3)


def test_every_choice_of_a_closed_list_has_a_word_that_stands_for_it():
    columns = [column for kind in KINDS.values() for column in kind.columns.values() if column.choices]
    choices = {choice for column in columns for choice in column.choices}
    assert set(WORDS) == choices
    assert len(set(WORDS.values())) == len(WORDS)
    for column in columns:
        assert [from_text(column, WORDS[choice]) for choice in column.choices] == list(column.choices)


def test_the_words_of_a_template_are_read():
    first, second = read(filled(["S-1", "门店", "一店"], ["S-2", "STORE", "二店"], sheet="场所"))
    assert told(first)[1]["siteKind"] == told(second)[1]["siteKind"] == "STORE"
    [moved] = read(filled(["P1", "package/6904321/C1", "装入", "2026年3月1日 14:30"], sheet="包装关联"))
    assert (told(moved)[1]["action"], told(moved)[1]["at"]) == ("ADD", "2026-03-01T14:30:00+08:00")


def test_several_sheets_are_several_kinds_and_those_hidden_or_of_notes_are_left_out():
    book: Any = openpyxl.Workbook()
    book.active.title = "牧场"
    book.active.append(["编号", "牧场名称", "牧场地址"])
    book.active.append([7, "青山牧场", "青禾市"])
    site = book.create_sheet("Tabelle2")
    site.append([])
    site.append(["number", "siteKind", "name"])
    site.append(["P-1", "PLANT", "一厂"])
    book.create_sheet("#说明").append(["notes"])
    book.create_sheet("draft").append(["notes"])
    book["draft"].sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    items = read(written.getvalue())
    assert [told(item) for item in items] == [
        ("farm", {"number": "7", "name": "青山牧场", "address": "青禾市"}),
        ("site", {"number": "P-1", "siteKind": "PLANT", "name": "一厂"}),
    ]
    assert [(item.index, item.line) for item in items] == [(0, 2), (1, 3)]
    left_out: dict[str, str] = {}
    list(read_xlsx(written, LIMITS, left_out=left_out))
    assert left_out == {"#说明": "its name begins with #", "draft": "it is hidden"}
    for sheet in book.worksheets:
        sheet.title = f"#{sheet.title.removeprefix('#')}"
    book.save(written := io.BytesIO())
    with pytest.raises(DocumentRefused, match=r"found no sheet with headings; left out: sheet '#牧场', since .*, sheet '#draft'"):
        read(written.getvalue())


@pytest.mark.parametrize(
    ("cell", "path", "found"),
    [
        ("=1+1", "number", "formula"),
        (6904321000012345678, "number", "15"),
        ("#N/A", "number", "error"),
    ],
)
def test_a_cell_that_a_spreadsheet_has_changed_is_told_by_row_and_column(cell: Any, path: str, found: str):
    first, second = read(filled([cell, "farm/6904321/F", 1], ["M-2", "farm/6904321/F", 1]))
    assert [(one.path, found in one.message) for one in first.problems] == [(path, True)]
    assert first.line == 2
    assert second.value is not None


def test_dates_are_dates_and_flags_are_flags():
    row = ["W-77", "乳清粉", "enterprise/NZWHEY1", 25000, datetime(2026, 2, 20, 10), "MILK_BASE", "是", False]
    [item] = read(filled(row, sheet="原料批次"))
    assert told(item)[1] | {} == {
        "number": "W-77",
        "name": "乳清粉",
        "supplier": "enterprise/NZWHEY1",
        "quantityKg": "25000",
        "receivedAt": "2026-02-20T10:00:00+08:00",
        "category": "MILK_BASE",
        "mainIngredient": True,
        "heatSensitive": False,
    }
    headings = [name for name, column in KINDS["batch"].columns.items() if column.part is None or column.many]
    values: dict[str, Any] = {"number": "B", "productionDate": date(2026, 3, 1), "startedAt": datetime(2026, 3, 1, 8)}
    book: Any = openpyxl.Workbook()
    book.active.append(headings)
    book.active.append([values.get(name) for name in headings])
    written = io.BytesIO()
    book.save(written)
    [batch] = read(written.getvalue(), KINDS["batch"])
    assert told(batch)[1] == {"number": "B", "productionDate": "2026-03-01", "startedAt": "2026-03-01 08:00:00"}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (
            ["请于周五前填写"],
            r"in sheet '备注': found .* no kind alone; .*or by the name of the sheet; a sheet that is no table .* begins with #",
        ),
        (["编号", "牧场名称", "牧场地址", "备注"], r"in sheet '备注': .* alone: farm has no '备注'; right is"),
        (["编号", "编号"], r"in sheet '备注': found .*; right is"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_named_with_the_way_out(headings: list[str], found: str):
    book: Any = openpyxl.Workbook()
    book.active.title = "备注"
    book.active.append(headings)
    book.save(written := io.BytesIO())
    with pytest.raises(DocumentRefused, match=found):
        read(written.getvalue())


def test_a_template_says_what_is_filled_in():
    book: Any = openpyxl.load_workbook(io.BytesIO(template_xlsx()))
    says = {(sheet, name): (heading, content) for sheet, heading, name, _, content in book["#说明"].iter_rows(min_row=2, values_only=True)}
    assert says["生乳运输", "farm"][1] == "ID，如 farm/6904321/F1，本企业的记录可只填编号"
    assert says["包装", "parent"][1] == "编号，或 ID，如 package/6904321/P1"
    assert says["包装关联", "children"][1] == "多个，用分号隔开：编号，或 ID，如 package/6904321/P1"
    assert says["投料", "source"][1] == "ID，如 milk/6904321/M1、lot/6904321/L1、batch/6904321/B1"
    heading, content = says["生产批次", "inputs"]
    assert heading == "投料(+08:00)"
    assert "source（来源：ID，如 milk/6904321/M1、" in content and "at（时间：时间，无时区时按标题中的时区（+08:00），必填）" in content
    assert '"quantityKg":"10","at":"2026-03-14T08:30:00+08:00","rework":false}]' in content
    assert "sharePercent（比例(%)：数字，必填）" in says["产品配方", "shares"][1]


@pytest.mark.parametrize(
    ("headings", "at"),
    [
        (["number", "inputs(+08:00)"], "2026-03-01T09:00:00+08:00"),
        (["number", "inputs", "startedAt(+09:00)"], "2026-03-01T09:00:00+09:00"),
        (["number", "inputs(+08:00)", "startedAt(+09:00)"], "2026-03-01T09:00:00+08:00"),
        (["number", "inputs", "startedAt(+09:00)", "endedAt(+08:00)"], "2026-03-01 09:00"),
        (["number", "inputs"], "2026-03-01 09:00"),
    ],
)
def test_times_in_a_list_are_local_by_the_heading(headings: list[str], at: str):
    book: Any = openpyxl.Workbook()
    book.active.append(headings)
    book.active.append(["B1", '[{"source": "M1", "at": "2026-03-01 09:00"}, {"at": "2026-03-01T09:00:00Z"}, 1]'])
    book.save(written := io.BytesIO())
    [item] = read(written.getvalue(), KINDS["batch"])
    assert told(item)[1]["inputs"] == [{"source": "M1", "at": at}, {"at": "2026-03-01T09:00:00Z"}, 1]


def test_a_cell_that_shows_a_time_is_a_date_at_midnight_alone():
    book: Any = openpyxl.Workbook()
    book.active.append(["number", "productionDate"])
    for number, moment in enumerate((datetime(2026, 3, 1), datetime(2026, 3, 1, 8, 30)), start=2):
        book.active.append([f"B{number}", moment])
        book.active.cell(number, 2).number_format = "yyyy/m/d h:mm"
    book.save(written := io.BytesIO())
    assert [told(item)[1]["productionDate"] for item in read(written.getvalue(), KINDS["batch"])] == ["2026-03-01", "2026-03-01 08:30:00"]


@cache
def unchanged() -> bytes:
    return filled(["M-1", "farm/6904321/F", 1])


def changed(change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(unchanged())) as source, zipfile.ZipFile(written, "w", 8) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, change(entry.filename, source.read(entry)))
        for name, content in added.items():
            target.writestr(f"xl/{name}.xml", content)
    return written.getvalue()


def in_sheets(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, content: content.replace(old, new, 1) if name.startswith("xl/worksheets/") else content


def sharing_texts(name: str, content: bytes) -> bytes:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/texts.xml" ContentType="' + kind + b'"/>'
    return content.replace(b"</Types>", part + b"</Types>") if name == "[Content_Types].xml" else content


TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
RANDOM = Random(1).randbytes(50_000_000).hex().encode()
LAUGHS = b'<!DOCTYPE z [<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)) + b"]>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (filled()[:-900], DocumentProblem.TRUNCATED),
        (changed(lambda _, content: content, media=b" " * 100_000_000), DocumentProblem.TOO_LARGE),
        (changed(sharing_texts, texts=TEXTS % RANDOM), DocumentProblem.TOO_LARGE),
        (changed(in_sheets(b"<worksheet", LAUGHS + b"<worksheet")), DocumentProblem.UNKNOWN_FORMAT),
        (changed(in_sheets(b"<sheetData>", b'<sheetData><row r="1"><c r="XFD1" t="n"><v>1</v></c></row>')), DocumentProblem.TOO_LARGE),
        (changed(in_sheets(b"</sheetData>", b"<row>")), DocumentProblem.MALFORMED_DOCUMENT),
        (changed(sharing_texts, texts=LAUGHS + TEXTS % b"&a11;"), DocumentProblem.UNKNOWN_FORMAT),
    ],
    ids=["broken off", "zip bomb", "texts that fill the memory", "entities in a sheet", "a wide row", "no XML", "entities in the texts"],
)
def test_a_workbook_that_is_an_attack_or_broken_says_why(content: bytes, code: DocumentProblem):
    with pytest.raises(DocumentRefused, match="right is") as refused:
        read(content)
    assert refused.value.code is code


def test_a_zip_archive_that_is_no_workbook_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.csv", "number\n")
    with pytest.raises(DocumentRefused, match="no workbook"):
        read(written.getvalue())


ENDLESS = b'<row r="9000"><c t="inlineStr"><is><t>' + RANDOM[:17_000_000]
STYLES = b"<cellXfs>" + b'<xf numFmtId="0"/>' * 100_000


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        (changed(in_sheets(b'r="2"', b'r="1000000000000"')), DocumentProblem.TOO_LARGE, "row 1000000000000"),
        (changed(in_sheets(b'<row r="2"', b'<row r="1"')), DocumentProblem.MALFORMED_DOCUMENT, "row 1 after row 1"),
        (changed(in_sheets(b'r="B2"', b'r="XFE2"')), DocumentProblem.TOO_LARGE, "column 16,385 in row 2"),
        (changed(in_sheets(b'r="B2"', b'r="A2"')), DocumentProblem.MALFORMED_DOCUMENT, "column 1, in row 2, after column 1"),
        (changed(in_sheets(b'r="B2"', b'r="B3"')), DocumentProblem.MALFORMED_DOCUMENT, "the cell of row 3"),
        (
            changed(in_sheets(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:A9"/></mergeCells>')),
            DocumentProblem.MALFORMED_DOCUMENT,
            "merged cells A2:A9",
        ),
        (
            changed(lambda _, text: text.replace(b"</sheetData>", ENDLESS) if b'<row r="2"' in text else text),
            DocumentProblem.TOO_LARGE,
            "no further row",
        ),
        (
            changed(lambda name, text: text.replace(b"<cellXfs", STYLES + b"</cellXfs><cellXfs") if name == "xl/styles.xml" else text),
            DocumentProblem.TOO_LARGE,
            "too many styles",
        ),
    ],
    ids=["a far row", "a row twice", "a far column", "a cell twice", "a strange cell", "merged cells", "an endless row", "many styles"],
)
def test_a_sheet_that_no_spreadsheet_has_is_refused_at_once(content: bytes, code: DocumentProblem, found: str):
    began = time.monotonic()
    with pytest.raises(DocumentRefused, match=f"found .*{found}.*right is") as refused:
        read(content)
    assert (refused.value.code, time.monotonic() - began < 10) == (code, True)
