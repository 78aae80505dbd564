"""Annex C, written as a stream: a list of records for each run of one kind."""

import io
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, cast

import orjson
from lxml import etree

from api.exchange.annex_c.kinds import ANNEX_KINDS, ENCODING, JSON, KIND_ATTRIBUTE, LIST, NAMES, NAMESPACE, RECORD, ROOT, VALUE
from api.exchange.records.columns import Column, columns_of
from api.exchange.records.told import Told
from api.exchange.xml_stream import Element

_BLANKS = " \t\r\n"
_NO_XML = frozenset("\ufffe\uffff")
"""What a record's texts may have and XML may not."""


class AnnexCWriter:
    """Each call gives the bytes that follow those of the call before; `end` the last."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._open, self._list = ExitStack(), ExitStack()
        self._kind: str | None = None
        self._file = self._open.enter_context(etree.xmlfile(self._out, encoding="UTF-8"))
        self._file.write_declaration()
        self._open.enter_context(self._file.element(f"{{{NAMESPACE}}}{ROOT}", nsmap={None: NAMESPACE}))

    def write(self, records: Iterable[Told]) -> bytes:
        """fields: by the names of the schema, with values as JSON has them."""
        for told in records:
            name = NAMES[told.kind.name]
            if name != self._kind:
                self._list.close()
                self._file.write("\n")
                self._list.enter_context(self._file.element(f"{{{NAMESPACE}}}{LIST}", {KIND_ATTRIBUTE: name}))
                self._kind = name
            self._file.write("\n")
            self._file.write(record_of(told))
        return self._written()

    def end(self) -> bytes:
        self._list.close()
        self._file.write("\n")
        self._open.close()
        return self._out.getvalue()

    def _written(self) -> bytes:
        self._file.flush()
        written = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return written


def record_of(told: Told) -> Element:
    """Its names have no namespace: they are written where that of the root is the default."""
    kind = ANNEX_KINDS[NAMES[told.kind.name]]
    record = etree.Element(RECORD)
    header = etree.SubElement(record, "header")
    for name, column in kind.header.items():
        if (value := told.fields.get(column.name)) is not None:
            etree.SubElement(header, name).text = _text(value)
    _add(etree.SubElement(record, "metadata"), kind.elements, told.fields)
    return record


def _add(above: Element, columns: Mapping[str, Column], fields: Mapping[str, object]) -> None:
    for name, column in columns.items():
        given = fields.get(name)
        values = cast("list[object]", given) if column.many else [given]
        if given is None or not (values or column.required):
            continue
        element = etree.SubElement(above, name)
        for value in values:
            _value(etree.SubElement(element, VALUE), column, value)


def _value(element: Element, column: Column, value: Any) -> None:
    if column.part is not None:
        _add(element, columns_of(column.part), value)
        return
    put_text(element, value)


def put_text(element: Element, value: object) -> None:
    """A text, number or flag, so that it is read as it was."""
    text = _text(value)
    if text != text.strip(_BLANKS) or not _NO_XML.isdisjoint(text):
        element.set(ENCODING, JSON)
        text = orjson.dumps(text).decode().replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    element.text = text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
