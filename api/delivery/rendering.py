"""What is told of packages: table 7 of the maternal and baby products draft, or the 33 public fields of QB/T 4971-2018 table 6, as JSON or
in the form of its annex C."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import orjson
from lxml import etree

from api.delivery.fields import COMMON, IDENTIFIER, NORMAL, OUT_OF_USE, TABLE_7, VALIDITY, fields_of
from api.delivery.letter_schemas import STANDARDS
from api.exchange.annex_c.kinds import KIND_ATTRIBUTE, LIST, NAMESPACE, RECORD, ROOT, VALUE
from api.exchange.annex_c.writer import put_text
from api.exchange.xml_stream import Element
from api.schema.file import File, file_of
from api.schema.public_trace import PublicTrace
from api.web.fields import LABELS
from graph.delivery.recipients import Content, Form
from graph.lookup import LookUps
from graph.model.texts import instant_text
from graph.verdicts import best_before

MEDIA_TYPES = {Form.JSON: "application/json", Form.XML: "application/xml; charset=utf-8"}
_ASKED = {"mainIngredientCertificates", "milkSourceOrigin"}
"""What is looked up for each batch."""


async def told_of(rows: Sequence[Mapping[str, Any]], content: Content, look_ups: LookUps, site: str) -> list[dict[str, Any]]:
    """The fields of each package, by name; None for what is not recorded. rows: of lookup/find; site: before the addresses of files."""
    return [await _public(row, look_ups, site) if content is Content.PUBLIC else _shared(row) for row in rows]


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    codes = [None if one is None else one.partition("/")[2].replace("/", ".", 1) for one in (row["id"], row["parent"])]
    return dict(zip(COMMON, (row["level"], OUT_OF_USE.get(row["state"], NORMAL), *codes), strict=True))


def _shared(row: Mapping[str, Any]) -> dict[str, Any]:
    return _common(row) | {name: best_before(row) if name == "bestBefore" else row[name] for name in TABLE_7}


async def _public(row: Mapping[str, Any], look_ups: LookUps, site: str) -> dict[str, Any]:
    trace = cast("Any", PublicTrace.of(row))
    origins = await look_ups.origins(row["batch"]) if row["batch"] else None
    told = _common(row) | {VALIDITY: row[VALIDITY]}
    for name in LABELS:
        if name in _ASKED:
            continue
        found = getattr(trace, _python(name))
        told[name] = _plain(found() if callable(found) else found, site)
    files = [file_of(text, told["traceCode"]) for text in origins.certificates] if origins else []
    told["mainIngredientCertificates"] = [_plain(file, site) for file in files]
    told["milkSourceOrigin"] = "；".join(origins.milk_sources) or None if origins else None
    return {name: told[name] for name in fields_of(Content.PUBLIC)}


def _python(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _plain(value: Any, site: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, File):
        url = cast("Any", value).url()
        return {"name": value.name, "mediaType": value.media_type, "sha256": value.sha256, "size": value.size, "url": site + url}
    return value


def body_of(letter: str, owner: str, content: Content, form: Form, packages: Sequence[Mapping[str, Any]], at: int) -> bytes:
    """at: ms, at which all of it was so."""
    if form is Form.XML:
        return _xml(content, packages)
    head = {"id": letter, "type": "packages", "content": content.value, "enterprise": owner, "at": instant_text(at)}
    return orjson.dumps(head | {"packages": packages})


def _xml(content: Content, packages: Sequence[Mapping[str, Any]]) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}{ROOT}", nsmap={None: NAMESPACE})
    records = _under(root, LIST)
    records.set(KIND_ATTRIBUTE, STANDARDS[content])
    for package in packages:
        record = _under(records, RECORD)
        header, metadata = _under(record, "header"), _under(record, "metadata")
        put_text(_under(header, "identifier"), package[IDENTIFIER])
        if package[VALIDITY] is not None:
            put_text(_under(header, "validity"), package[VALIDITY])
        _fields(metadata, {name: value for name, value in package.items() if name not in (IDENTIFIER, VALIDITY)})
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _fields(above: Element, fields: Mapping[str, Any]) -> None:
    for name, given in fields.items():
        values = cast("list[Any]", given if isinstance(given, list) else [given])
        if given is None or not values:
            continue
        element = _under(above, name)
        for value in values:
            held = _under(element, VALUE)
            if isinstance(value, dict):
                _fields(held, cast("dict[str, Any]", value))
            else:
                put_text(held, value)


def _under(above: Element, name: str) -> Element:
    return etree.SubElement(above, f"{{{NAMESPACE}}}{name}")
