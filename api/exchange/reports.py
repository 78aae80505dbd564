"""Reports of what was refused. Those of records are in the form of the file: mended, they are sent again."""

from collections.abc import Sequence
from typing import IO, Any, Protocol

import orjson

from api.exchange.items import Item
from api.exchange.outcomes import ItemOutcome, as_told
from api.exchange.records.cells import guarded, path_in_chinese, row_of
from api.exchange.records.csv_reader import Row
from api.exchange.records.kinds import RecordKind
from api.exchange.records.lines import readable
from api.exchange.records.told import COMMENT, Told
from graph.model.problems import Problem

_LINE, _PROBLEMS, _TEXT = f"{COMMENT}line", f"{COMMENT}problems", f"{COMMENT}text"
FIELD = f"{COMMENT}field"
_SHEET = f"{COMMENT}工作表"
_BESIDE = (f"{COMMENT}行号", f"{COMMENT}列", f"{COMMENT}问题", f"{COMMENT}应为", f"{COMMENT}code", FIELD)
"""The columns of a table's report beside those of the table: for people, and the last two, which stay as they are, for programs."""
_SAYS_RIGHT = "; right is "
_MARK = f',"{_LINE}":'


class Report(Protocol):
    def add(self, item: Item[Any], outcome: ItemOutcome) -> None:
        """Writes the item, unless there is nothing to say of it."""
        ...


class OutcomeReport:
    """A line of JSON for each item that was refused or has notes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, item: Item[Any], outcome: ItemOutcome) -> None:
        if outcome.problems or outcome.notes:
            self._file.write(orjson.dumps(as_told(outcome), option=orjson.OPT_APPEND_NEWLINE))


class NdjsonReport:
    """Each refused line as it was, with its place and what is wrong."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, item: Item[Any], outcome: ItemOutcome) -> None:
        if not outcome.problems:
            return
        problems = [{"code": one.code.value, "path": one.path, "message": one.message} for one in outcome.problems]
        comment = orjson.dumps({_LINE: item.line, _PROBLEMS: problems})[1:]
        text = readable(str(item.raw)).strip()
        if _is_object(text):
            # the text as it stands, since no digit of a number may change, without what a report said before
            sent = text[:-1].rpartition(_MARK)[0] or text[:-1]
            self._file.write(sent.encode() + (b"," if sent.strip() != "{" else b"") + comment + b"\n")
        else:
            self._file.write(orjson.dumps({_TEXT: text})[:-1] + b"," + comment + b"\n")


def _is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


class CsvReport:
    """Each refused row as it was, under its headings, with its place and what is wrong: of several problems each has a line in each cell.
    What is beyond the headings stands behind all that, where it is beyond them again.

    With a byte order mark, for spreadsheets.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._headings: tuple[str, ...] | None = None

    def add(self, item: Item[Any], outcome: ItemOutcome) -> None:
        if not outcome.problems or not isinstance(item.raw, Row):
            return
        names = [place for place, name in enumerate(item.raw.headings) if not name.startswith(COMMENT)]
        headings = tuple(item.raw.headings[place] for place in names)
        if headings != self._headings:
            beside = _BESIDE if item.sheet is None else (_SHEET, *_BESIDE)
            self._write([*map(guarded, headings), *beside], b"" if self._file.tell() else b"\xef\xbb\xbf")
            self._headings = headings
        cells = [readable(item.raw.cells[place]) if place < len(item.raw.cells) else "" for place in names]
        about: Told | None = item.value or item.about
        place = [] if item.sheet is None else [guarded(item.sheet)]
        told = _told(outcome.problems, about.kind if about else None)
        beyond = item.raw.cells[len(item.raw.headings) :]
        behind = [_guarded_again(readable(cell)) for cell in beyond] if any(beyond) else []
        self._write([*map(_guarded_again, cells), *place, str(item.line), *map(guarded, told), *behind])

    def _write(self, cells: list[str], mark: bytes = b"") -> None:
        self._file.write(mark + row_of(cells).encode())


def _guarded_again(cell: str) -> str:
    """A cell of the document: one that is guarded already stays as it is."""
    return cell if cell.startswith("'") else guarded(cell)


def _told(problems: Sequence[Problem], kind: RecordKind | None) -> list[str]:
    """Columns, what was found, what would be right, codes and fields."""
    rows = [(path_in_chinese(kind, one.path) if kind else "", *_split(one.message), one.code.value, one.path) for one in problems]
    return ["\n".join(" ".join(told.splitlines()) for told in column).rstrip("\n") for column in zip(*rows, strict=True)]


def _split(message: str) -> tuple[str, str]:
    found, told, right = message.partition(_SAYS_RIGHT)
    if not told:
        found, told, right = message.rpartition("; ")
    return (found if told else right).removeprefix("found "), right if told else ""
