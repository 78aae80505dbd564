"""Tables written as workbooks: every text comes back as it was, no cell is a formula, and what is long goes on in the next column."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exchange.items import DocumentRefused, Item
from api.exchange.packed import UnpackedLimits
from api.exchange.records.cells import KIND, cell_columns, cell_of, row_of
from api.exchange.records.kinds import KINDS
from api.exchange.records.told import Told
from api.exchange.spreadsheets import writer
from api.exchange.spreadsheets.reader import read_xlsx
from api.exchange.spreadsheets.writer import write_workbook

LIMITS = UnpackedLimits(1 << 28, 1_000)
NASTY = [
    "=1+1",
    "'=1",
    "+a",
    "-2+3",
    "@a",
    "\tb",
    "\rc",
    "a\rb\r\nc\n",
    "#N/A",
    "#REF!",
    "_x000D_",
    "_x005F_x000D_",
    " a ",
    "\ufffe",
    "12.50",
    "1e5",
]


def table(records: list[dict[str, Any]], name: str = "research_record") -> io.BytesIO:
    kind = KINDS[name]
    rows = [row_of([KIND, *cell_columns(kind)])]
    rows += [row_of([kind.name, *(cell_of(way, fields) for way in cell_columns(kind).values())]) for fields in records]
    return io.BytesIO("".join(rows).encode())


def book_of(written: io.BytesIO) -> io.BytesIO:
    book = io.BytesIO()
    write_workbook(written, book)
    return book


def read(book: io.BytesIO) -> list[Item[Told]]:
    return list(read_xlsx(book, LIMITS))


def fields(items: list[Item[Told]]) -> list[dict[str, object]]:
    return [dict(item.value.fields) if item.value else {"problems": item.problems} for item in items]


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(text: str) -> None:
    records = [{"number": "R1", "product": "P1", "project": text, "data": text}]
    book = book_of(table(records))
    assert fields(read(book)) == records
    cells = [cell for row in openpyxl.load_workbook(book)["研发记录"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value).startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), min_size=1, max_size=5))
def test_any_text_comes_back(texts: list[str]) -> None:
    records = [{"number": str(place), "product": "P1", "data": text} for place, text in enumerate(texts)]
    assert fields(read(book_of(table(records)))) == records


def test_numbers_are_numbers_where_no_digit_is_lost() -> None:
    quantities = ["1", "12000.5", "12000.50", "123456789012345.123456789", "0.000000001", "0012"]
    records = [{"number": "7", "name": "a", "quantityKg": one, "receivedAt": "2026-03-01T00:00:00.000Z"} for one in quantities]
    book = book_of(table(records, "ingredient_lot"))
    assert fields(read(book)) == records
    sheet: Any = openpyxl.load_workbook(book)["原料批次"]
    column = next(cell.column for cell in sheet[1] if cell.value == "数量(kg)")
    kinds = [type(sheet.cell(row, column).value) for row in range(2, len(records) + 2)]
    assert kinds[:4] == [int, float, str, str] and kinds[5] is str
    assert isinstance(sheet["A2"].value, str)


def test_what_is_longer_than_a_cell_goes_on_in_the_next_columns() -> None:
    packages = [f"package/6904321/06904321000017.{number:09}" for number in range(3_000)]
    records: list[dict[str, Any]] = [
        {"store": "S1", "packages": packages, "soldAt": "2026-03-01T00:00:00.000Z"},
        {"store": "S1", "packages": packages[:2], "soldAt": "2026-03-02T00:00:00.000Z"},
    ]
    book = book_of(table(records, "sale"))
    assert fields(read(book)) == records
    headings = next(openpyxl.load_workbook(book)["销售"].iter_rows(values_only=True))
    assert headings[1:4] == ("包装", "包装…2", "包装…3")
    text = "x" * (writer.CELL - 1) + "y" + "=1+1"
    assert fields(read(book_of(table([{"number": "1", "product": "P", "data": text}]))))[0]["data"] == text


def test_more_rows_than_a_sheet_has_are_on_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "ROWS", 10)
    records = [{"number": str(number), "product": "P", "project": "a"} for number in range(25)]
    book = book_of(table(records))
    assert openpyxl.load_workbook(book).sheetnames == ["研发记录", "研发记录 2", "研发记录 3"]
    assert fields(read(book)) == records


def test_what_fits_no_workbook_is_refused() -> None:
    several = "".join(f"kind,a{number}\r\ncow,b\r\n" for number in range(101))
    with pytest.raises(DocumentRefused, match="found 101 different headings; right is at most 100 sheets"):
        book_of(io.BytesIO(several.encode()))
    with pytest.raises(DocumentRefused, match="found a table of 501 columns"):
        book_of(io.BytesIO(b"a," * 500 + b"b\r\nc\r\n"))
    with pytest.raises(DocumentRefused, match="found 包装…2 in line 1; right is a column of the same heading"):
        read(book_of(io.BytesIO("kind,包装…2\r\nsale,x\r\n".encode())))


def changed(part: str, old: str, new: str, encoding: str = "utf-8") -> io.BytesIO:
    """A workbook of one record, with something else in one of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(book_of(table([{"number": "R1"}]))) as book, zipfile.ZipFile(made, "w") as other:
        for name in book.namelist():
            text = book.read(name).decode()
            assert name != part or old in text
            other.writestr(name, text.replace(old, new, 1).encode(encoding) if name == part else text)
    return made


@pytest.mark.parametrize(
    ("part", "tag"),
    [
        ("xl/styles.xml", "<fonts"),
        ("xl/workbook.xml", "<sheet"),
        ("[Content_Types].xml", "<Override"),
        ("xl/_rels/workbook.xml.rels", "<Relationship"),
        ("xl/worksheets/sheet1.xml", "<row"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_more_attributes_of_an_element_than_are_read_is_refused(part: str, tag: str, encoding: str) -> None:
    many = " ".join(f'a{place}="1"' for place in range(1_200))
    book = changed(part, f"{tag} ", f"{tag} {many} ", encoding)
    with pytest.raises(DocumentRefused, match=r"found 1,2\d\d attributes of one element in '.*' of the workbook; right is at most 1,000"):
        read(book)


def test_a_workbook_in_another_encoding_than_workbooks_are_in_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"found the encoding 'UTF-7' of 'xl/styles.xml' in the workbook; right is UTF-8 or UTF-16"):
        read(changed("xl/styles.xml", "<styleSheet", '<?xml version="1.0" encoding="UTF-7"?><styleSheet'))


def test_a_style_with_what_no_style_has_is_no_workbook() -> None:
    with pytest.raises(DocumentRefused, match=r"found no workbook: .*; right is a workbook"):
        read(changed("xl/styles.xml", "<font>", '<font a="1">'))
