"""What of a document in the form of annex C was refused, in the same form: each record with its problems in a comment before it."""

import os
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from api.exchange.annex_c.kinds import KIND_ATTRIBUTE, LIST, NAMES, NAMESPACE, ROOT
from api.exchange.annex_c.reader import Raw
from api.exchange.annex_c.writer import record_of
from api.exchange.items import Item
from api.exchange.outcomes import ItemOutcome
from api.exchange.records.told import Told

_BEGIN = f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} xmlns="{NAMESPACE}">\n'
_END_OF_LIST = f"</{LIST}>\n"
_END = f"{_END_OF_LIST}</{ROOT}>\n".encode()


class AnnexCReport:
    """The file is a whole document after each record."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._list: str | None = None

    def add(self, item: Item[Any], outcome: ItemOutcome) -> None:
        if not outcome.problems:
            return
        told = item.value
        if isinstance(told, Told):
            name, written = NAMES[told.kind.name], etree.tostring(record_of(told), encoding="unicode")
        elif isinstance(item.raw, Raw):
            name, written = item.raw.kind, item.raw.text
        else:
            return
        self._to_end_of_list()
        if name != self._list:
            given = "" if name is None else f" {KIND_ATTRIBUTE}={quoteattr(name)}"
            self._write(f"{_END_OF_LIST if self._file.tell() > len(_BEGIN) else ''}<{LIST}{given}>\n")
            self._list = name
        said = [f"line {item.line}", *(f"{one.path}: {one.code.value}: {one.message}" for one in outcome.problems)]
        self._write("".join(f"<!-- {_comment(text)} -->\n" for text in said) + written + "\n")
        self._file.write(_END)

    def _to_end_of_list(self) -> None:
        """Where the next record goes: before the end of the list that the file ends with."""
        if self._file.seek(0, os.SEEK_END) == 0:
            self._write(_BEGIN)
        else:
            self._file.seek(-len(_END), os.SEEK_END)

    def _write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "xmlcharrefreplace"))


def _comment(text: str) -> str:
    """Two hyphens end a comment, and what XML cannot have ends the document."""
    shown = "".join(one if one.isprintable() else "\ufffd" for one in text)
    while "--" in shown:
        shown = shown.replace("--", "- -")
    return shown
