"""The schemas of letters about packages, XML and JSON, one of each for each content, made of the fields that letters have.

XSD 1.0 for the one, JSON Schema 2020-12 for the other. A letter has no field that its schema does not have.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from api.delivery.fields import FILE, IDENTIFIER, VALIDITY, Field, Value, fields_of
from api.exchange.annex_c.kinds import KIND_ATTRIBUTE, LIST, NAMESPACE, RECORD, ROOT, VALUE
from api.exchange.annex_c.xsd import TEXT_TYPE
from graph.delivery.recipients import Content, Form

FOLDER = Path(__file__).with_name("schemas")
STANDARDS = {Content.SHARED: "gongxiangxinxi", Content.PUBLIC: "gongkaixinxi"}
"""The metedataStandard of each content: 共享信息, 公开信息."""
TITLES = {
    Content.SHARED: "产品追溯共享信息: maternal and baby products draft, table 7",
    Content.PUBLIC: "公开信息: QB/T 4971-2018 table 6",
}
_SHA256 = "[0-9a-f]{64}"
_TYPES = {Value.TEXT: "text", Value.DATE: "xs:date", Value.WHOLE: "xs:nonNegativeInteger", Value.FILE: "file", Value.FILES: "file"}
_JSON: Mapping[Value, Mapping[str, Any]] = {
    Value.TEXT: {"type": "string"},
    Value.DATE: {"type": "string", "format": "date"},
    Value.WHOLE: {"type": "integer", "minimum": 0},
    Value.FILE: {"$ref": "#/$defs/file"},
    Value.FILES: {"type": "array", "items": {"$ref": "#/$defs/file"}},
}


def file_name(content: Content, form: Form) -> str:
    return f"letter-{content.value.lower()}.{'xsd' if form is Form.XML else 'json'}"


def schema_text(content: Content, form: Form) -> str:
    return _xml(content) if form is Form.XML else _json(content)


def _json(content: Content) -> str:
    package = {name: _property(field) for name, field in fields_of(content).items()}
    file = {name: {**_JSON[value], "description": said} for name, (value, said) in FILE.items()}
    file["sha256"] |= {"pattern": f"^{_SHA256}$"}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLES[content],
        **_object(
            {
                "id": {"type": "string", "pattern": "^msg_", "description": "As in the headers webhook-id and Idempotency-Key."},
                "type": {"const": "packages"},
                "content": {"const": content.value},
                "enterprise": {"type": "string", "description": "企业编码: whose packages these are."},
                "at": {"type": "string", "format": "date-time", "description": "When all of it was so."},
                "packages": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/package"}},
            }
        ),
        "$defs": {"package": _object(package), "file": _object(file)},
    }
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode() + "\n"


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """All of its properties are there, and no other."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _property(field: Field) -> dict[str, Any]:
    value = {"enum": list(field.choices)} if field.choices else dict(_JSON[field.value])
    return {**(value if field.always else {"anyOf": [value, {"type": "null"}]}), "description": field.said}


def _xml(content: Content) -> str:
    fields = {name: field for name, field in fields_of(content).items() if name not in (IDENTIFIER, VALIDITY)}
    files = any(field.value in (Value.FILE, Value.FILES) for field in fields.values())
    return _SCHEMA.format(
        namespace=NAMESPACE,
        root=ROOT,
        list=LIST,
        record=RECORD,
        kind=KIND_ATTRIBUTE,
        standard=STANDARDS[content],
        title=escape(TITLES[content]),
        fields="".join(_element(field) for field in fields.values()),
        file=_FILE.format(parts="".join(_part(name, *given) for name, given in FILE.items())) if files else "",
        text=TEXT_TYPE,
    )


def _element(field: Field) -> str:
    """Its values in elements of one name. A list that holds nothing is not written."""
    least = "" if field.always and field.value is not Value.FILES else ' minOccurs="0"'
    most = ' maxOccurs="unbounded"' if field.value is Value.FILES else ""
    if field.choices:
        choices = "".join(f'<xs:enumeration value="{one}"/>' for one in field.choices)
        kind = f'<xs:simpleType><xs:restriction base="xs:string">{choices}</xs:restriction></xs:simpleType>'
        value = f'<xs:element name="{VALUE}">{kind}</xs:element>'
    else:
        value = f'<xs:element name="{VALUE}" type="{_TYPES[field.value]}"{most}/>'
    return (
        f'\n      <xs:element name="{field.name}"{least}>'
        f"\n        <xs:annotation><xs:documentation>{escape(field.said)}</xs:documentation></xs:annotation>"
        f"\n        <xs:complexType><xs:sequence>{value}</xs:sequence></xs:complexType>"
        "\n      </xs:element>"
    )


def _part(name: str, value: Value, said: str) -> str:
    kind = "sha256" if name == "sha256" else _TYPES[value]
    return (
        f'\n      <xs:element name="{name}"><xs:annotation><xs:documentation>{escape(said)}</xs:documentation></xs:annotation>'
        f'<xs:complexType><xs:sequence><xs:element name="{VALUE}" type={quoteattr(kind)}/></xs:sequence></xs:complexType></xs:element>'
    )


_FILE = (
    """
  <xs:complexType name="file">
    <xs:all>{parts}
    </xs:all>
  </xs:complexType>
  <xs:simpleType name="sha256">
    <xs:restriction base="xs:string"><xs:pattern value=\""""
    + _SHA256.replace("{", "{{").replace("}", "}}")
    + """\"/></xs:restriction>
  </xs:simpleType>"""
)
_SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{namespace}" targetNamespace="{namespace}" elementFormDefault="qualified">
  <xs:annotation>
    <xs:documentation>{title}. Letters to partners, in the form of QB/T 4971-2018 annex C.</xs:documentation>
  </xs:annotation>

  <xs:element name="{root}">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="{list}">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="{record}" type="record" maxOccurs="unbounded"/>
            </xs:sequence>
            <xs:attribute name="{kind}" type="xs:string" fixed="{standard}" use="required"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
  </xs:element>

  <xs:complexType name="record">
    <xs:sequence>
      <xs:element name="header">
        <xs:complexType>
          <xs:sequence>
            <xs:element name="identifier" type="text"/>
            <xs:element name="validity" type="xs:nonNegativeInteger" minOccurs="0"/>
          </xs:sequence>
        </xs:complexType>
      </xs:element>
      <xs:element name="metadata" type="metadata"/>
    </xs:sequence>
  </xs:complexType>

  <xs:complexType name="metadata">
    <xs:all>{fields}
    </xs:all>
  </xs:complexType>
{file}
{text}</xs:schema>
"""
