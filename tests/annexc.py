"""Annex C of QB/T 4971-2018 for tests: the standard's own example, documents made of records, the published schema."""

import io
from collections.abc import Iterator

from lxml import etree

from api.exchange.annex_c.reader import read_annex_c
from api.exchange.annex_c.xsd import PUBLISHED
from api.exchange.items import Item
from api.exchange.records.told import Told

SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<root xmlns="http://www.abc.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<ListRecords metedataStandard="chanpinpici">
<record>
<header>
<identifier>产品的标识编码</identifier>
<validity>730</validity>
</header>
<metadata>
<!-- 批次号 -->
<batch>
<value><![CDATA[批2013-010234]]></value>
</batch>
<!-- 生产日期 -->
<productionDate>
<value><![CDATA[2013-07-03]]></value>
</productionDate>
</metadata>
</record>
</ListRecords>
</root>
"""
"""Table C.1, as printed."""
PACKED = SAMPLE.replace("</metadata>", "<packedAt><value>2013-07-03T14:30:00+08:00</value></packedAt>\n</metadata>")
"""The same, with when the item was packed."""


def farm(number: str = "青山-1", more: str = "", name: str = "青山牧场") -> str:
    fields = f"<name><value>{name}</value></name><address><value>青禾市</value></address>{more}"
    return f"<record><header><identifier>{number}</identifier></header><metadata>{fields}</metadata></record>"


def document(*records: str, kind: str = "muchang", namespace: str | None = "http://www.abc.com") -> str:
    declared = f' xmlns="{namespace}"' if namespace else ""
    listed = "\n".join(records)
    return f'<root{declared}>\n<ListRecords metedataStandard="{kind}">\n{listed}\n</ListRecords>\n</root>'


def read(content: str | bytes) -> Iterator[Item[Told]]:
    return read_annex_c(io.BytesIO(content if isinstance(content, bytes) else content.encode()))


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(PUBLISHED))
