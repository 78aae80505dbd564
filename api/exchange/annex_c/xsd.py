"""The XML Schema of annex C, made of the fields of the records.

XSD 1.0 cannot say which elements belong to which `metedataStandard`: each element is one of any kind's, and the reader knows the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from api.exchange.annex_c.kinds import ANNEX_KINDS, ENCODING, JSON, KIND_ATTRIBUTE, LIST, NAMESPACE, RECORD, ROOT, VALUE
from api.exchange.records.columns import Column, columns_of
from graph.model.records.base import Part

PUBLISHED = Path(__file__).with_name("annex-c.xsd")
_TIME = r"\d{4}-\d{2}-\d{2}T.*(Z|[+\-]\d{2}:\d{2})"
_DATE = r"\d{4}-\d{2}-\d{2}"
_SIMPLE = {
    "name": ("xs:token", '<xs:minLength value="1"/>'),
    "time": ("xs:dateTime", f'<xs:pattern value="{_TIME}"/>'),
    "date": ("xs:date", f'<xs:pattern value="{_DATE}"/>'),
    "decimal": ("xs:decimal", '<xs:minInclusive value="0"/>'),
    "number": ("xs:double", ""),
    "flag": ("xs:boolean", ""),
}
_FORMATS = {"date-time": "time", "date": "date", "decimal": "decimal"}


@dataclass(slots=True)
class _Element:
    """One name, whichever kinds have it. types: of its values, by the XML of the type where it has no name of its own."""

    types: set[str] = field(default_factory=set[str])
    many: bool = False
    kinds: list[str] = field(default_factory=list[str])

    @property
    def type(self) -> str:
        """Of all its values: a text where the kinds differ."""
        return next(iter(self.types)) if len(self.types) == 1 else "text"


def schema_text() -> str:
    """The whole schema."""
    parts: dict[str, type[Part]] = {}
    metadata: dict[str, _Element] = {}
    for kind in ANNEX_KINDS.values():
        _gather(metadata, kind.elements.values(), kind.kind.model, f"{kind.kind.title} {kind.name}", parts)
    types = "".join(_simple(name, base, facets) for name, (base, facets) in _SIMPLE.items())
    objects = "".join(_object(name, part) for name, part in sorted(parts.items()))
    kinds = "".join("\n      " + _listed(kind.name, kind.kind.title) for kind in ANNEX_KINDS.values())
    [days] = {_type(_form(kind.kind.model, kind.header["validity"])) for kind in ANNEX_KINDS.values() if "validity" in kind.header}
    return _SCHEMA.format(
        namespace=NAMESPACE,
        root=ROOT,
        list=LIST,
        record=RECORD,
        kind=KIND_ATTRIBUTE,
        kinds=kinds,
        days=days.replace("<xs:simpleType>", '<xs:simpleType name="days">'),
        metadata=_content(metadata, with_kinds=True),
        objects=objects,
        types=types,
        text=TEXT_TYPE,
    )


def _gather(found: dict[str, _Element], columns: Iterable[Column], model: type[Part], kind: str, parts: dict[str, type[Part]]) -> None:
    for column in columns:
        element = found.setdefault(column.name, _Element())
        element.many |= column.many
        element.kinds.append(kind)
        if column.part is None:
            element.types.add(_type(_form(model, column)))
        else:
            name = column.part.__name__
            parts[name] = column.part
            element.types.add(name)


def _form(model: type[Part], column: Column) -> Mapping[str, Any]:
    """The JSON Schema of one value."""
    form = model.model_json_schema()["properties"][column.name]
    form = form.get("items", form)
    return next(one for one in form.get("anyOf", [form]) if one.get("type") != "null")


def _type(form: Mapping[str, Any]) -> str:
    match form:
        case {"enum": choices}:
            return _restricted("xs:token", "".join(_listed(one) for one in choices))
        case {"pattern": pattern}:
            return _restricted("xs:token", f"<xs:pattern value={quoteattr(pattern)}/>")
        case {"type": "integer", "minimum": least, "maximum": most}:
            return _restricted("xs:integer", f'<xs:minInclusive value="{least}"/><xs:maxInclusive value="{most}"/>')
        case {"format": written} if written in _FORMATS:
            return _FORMATS[written]
        case {"type": "boolean"}:
            return "flag"
        case {"type": "number"}:
            return "number"
        case {"maxLength": _}:
            return "text"
        case _:
            return "name"


def _content(elements: Mapping[str, _Element], *, with_kinds: bool = False) -> str:
    """The elements in any order, each with its values."""
    return "".join(
        f'\n      <xs:element name="{name}">{_said(", ".join(one.kinds)) if with_kinds else ""}<xs:complexType><xs:sequence>'
        f"{_values(one)}</xs:sequence></xs:complexType></xs:element>"
        for name, one in elements.items()
    )


def _values(element: _Element) -> str:
    times = f'minOccurs="0" maxOccurs="{"unbounded" if element.many else 1}"'
    if element.type.startswith("<"):
        return f'<xs:element name="{VALUE}" {times}>{element.type}</xs:element>'
    return f'<xs:element name="{VALUE}" type="{element.type}" {times}/>'


def _object(name: str, part: type[Part]) -> str:
    found: dict[str, _Element] = {}
    nested: dict[str, type[Part]] = {}
    _gather(found, columns_of(part).values(), part, name, nested)
    if nested:
        raise TypeError(f"{name} has objects within it, which no record had so far")
    choice = f'<xs:choice minOccurs="0" maxOccurs="unbounded">{_content(found)}\n    </xs:choice>'
    return f'\n  <xs:complexType name="{name}">\n    {choice}\n  </xs:complexType>'


def _simple(name: str, base: str, facets: str) -> str:
    return "\n  " + _restricted(base, facets).replace("<xs:simpleType>", f'<xs:simpleType name="{name}">')


def _restricted(base: str, facets: str) -> str:
    within = f'<xs:restriction base="{base}">{facets}</xs:restriction>' if facets else f'<xs:restriction base="{base}"/>'
    return f"<xs:simpleType>{within}</xs:simpleType>"


def _listed(value: str, said: str = "") -> str:
    return f'<xs:enumeration value="{value}">{_said(said)}</xs:enumeration>' if said else f'<xs:enumeration value="{value}"/>'


def _said(text: str) -> str:
    return f"<xs:annotation><xs:documentation>{text}</xs:documentation></xs:annotation>"


TEXT_TYPE = f"""  <xs:complexType name="text">
    <xs:simpleContent>
      <xs:extension base="xs:string">
        <xs:attribute name="{ENCODING}">
          <xs:simpleType><xs:restriction base="xs:token"><xs:enumeration value="{JSON}"/></xs:restriction></xs:simpleType>
        </xs:attribute>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
"""
"""Of the text of an element, which may be JSON."""
_SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{namespace}" targetNamespace="{namespace}" elementFormDefault="qualified">
  <xs:annotation>
    <xs:documentation xml:lang="zh">QB/T 4971-2018 附录 C 信息交换格式，适用于各类追溯记录。命名空间取自标准样例。</xs:documentation>
    <xs:documentation xml:lang="en">The exchange format of QB/T 4971-2018 annex C, for every kind of record. The namespace is that of the
      standard's example. Which elements belong to which metedataStandard is said in docs/reference/annex-c.md.</xs:documentation>
  </xs:annotation>

  <xs:element name="{root}">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="{list}" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="{record}" type="record" minOccurs="0" maxOccurs="unbounded"/>
            </xs:sequence>
            <xs:attribute name="{kind}" type="kind" use="required"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
  </xs:element>

  <xs:simpleType name="kind">
    <xs:restriction base="xs:token">{kinds}
    </xs:restriction>
  </xs:simpleType>

  <xs:complexType name="record">
    <xs:sequence>
      <xs:element name="header">
        <xs:complexType>
          <xs:sequence>
            <xs:element name="identifier" type="name" minOccurs="0"/>
            <xs:element name="validity" type="days" minOccurs="0"/>
          </xs:sequence>
        </xs:complexType>
      </xs:element>
      <xs:element name="metadata" type="metadata" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>

  <xs:complexType name="metadata">
    <xs:choice minOccurs="0" maxOccurs="unbounded">{metadata}
    </xs:choice>
  </xs:complexType>
{objects}
{types}
  {days}
{text}</xs:schema>
"""
