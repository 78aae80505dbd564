"""Empty tables to fill in: the columns of each kind of record under Chinese headings, as CSV and as a workbook."""

import io
from collections.abc import Iterator, Sequence
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from api.exchange.records.cells import cell_columns, chinese_heading, row_of, times_of
from api.exchange.records.choices import WORDS
from api.exchange.records.columns import Column, Form, columns_of
from api.exchange.records.examples import example_id, example_list
from api.exchange.records.headings import heading_of
from api.exchange.records.kinds import FILED, RecordKind
from api.exchange.records.local_times import CHINA
from api.exchange.records.own_numbers import takes_numbers
from api.exchange.records.told import COMMENT

_ROWS = 10_000
"""Rows of a sheet that offer the choices of a closed list."""
_NOTES = f"{COMMENT}说明"
_OWN = "，本企业的记录可只填编号"
_FORMS = {
    Form.TEXT: "文本",
    Form.TIME: f"时间，按标题中的时区（{CHINA}）",
    Form.DATE: "日期，如 2026-03-01",
    Form.DECIMAL: "数字",
    Form.NUMBER: "数字",
    Form.WHOLE: "整数",
    Form.FLAG: "是 或 否",
    Form.OBJECT: "JSON",
}


def template_csv(kind: RecordKind) -> bytes:
    """With a byte order mark, by which spreadsheets know the encoding."""
    return b"\xef\xbb\xbf" + row_of(_headings(kind)).encode()


def template_xlsx(kinds: Sequence[RecordKind] = tuple(FILED.values())) -> bytes:
    """A sheet a kind, and one that says what the columns are, which readers leave out."""
    book = Workbook(write_only=True)
    for kind in kinds:
        sheet = book.create_sheet(kind.title)
        sheet.freeze_panes = "A2"
        cells: list[Any] = []
        for place, (heading, column, mandatory) in enumerate(_columns(kind), start=1):
            letter = get_column_letter(place)
            sheet.column_dimensions[letter].width = max(12, 2 * len(heading))
            if column.form is Form.TEXT:
                sheet.column_dimensions[letter].number_format = "@"  # a long code stays what it is
            choices = ("是", "否") if column.form is Form.FLAG else [WORDS[choice] for choice in column.choices]
            if choices:
                offered = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
                cast("Any", offered).add(f"{letter}2:{letter}{_ROWS}")
                sheet.data_validations.append(offered)
            cell = WriteOnlyCell(sheet, value=heading)
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="FFF2CC" if mandatory else "DDEBF7")
            cells.append(cell)
        sheet.append(cells)
    _explain(book, kinds)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _explain(book: Workbook, kinds: Sequence[RecordKind]) -> None:
    sheet = book.create_sheet(_NOTES)
    sheet.append(["表", "列", "字段", "必填", "内容"])
    for kind in kinds:
        for (heading, column, mandatory), name in zip(_columns(kind), cell_columns(kind), strict=True):
            own = _OWN if takes_numbers(kind, name) else ""
            sheet.append([kind.title, heading, name, "是" if mandatory else "", _content(column) + own])


def _content(column: Column) -> str:
    """What is filled in."""
    if column.choices:
        return "、".join(f"{WORDS[choice]} ({choice})" for choice in column.choices)
    if column.part is not None and column.many:
        keys = "；".join(_key(inner) for inner in columns_of(column.part).values())
        return f"JSON 列表，每项的键：{keys}。如 {example_list(column.part)}"
    several = "多个，用分号隔开" if column.many else ""
    if column.numbered:
        one = f"编号，或 ID，如 {example_id(column.numbered[0])}"
    elif column.kinds:
        one = f"ID，如 {'、'.join(map(example_id, column.kinds))}"
    else:
        return several or _FORMS[column.form]
    return f"{several}：{one}" if several else one


def _key(column: Column) -> str:
    form = f"时间，无时区时按标题中的时区（{CHINA}）" if column.form is Form.TIME else _content(column)
    form = "true 或 false" if column.form is Form.FLAG else form
    return f"{column.name}（{heading_of('', column.name)}：{form}{'，必填' if column.required else ''}）"


def _headings(kind: RecordKind) -> list[str]:
    return [heading for heading, _, _ in _columns(kind)]


def _columns(kind: RecordKind) -> Iterator[tuple[str, Column, bool]]:
    """Each heading, with what is below it, and whether there must be something."""
    for way in cell_columns(kind).values():
        part = way[-1].part
        timed = way[-1].form is Form.TIME and not way[-1].many
        offset = f"({CHINA})" if timed or (part is not None and times_of(part)) else ""
        yield chinese_heading(kind, way) + offset, way[-1], len(way) == 1 and way[0].required
