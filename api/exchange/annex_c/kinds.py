"""Which `metedataStandard` (so spelt by the standard) is which kind of record, and what the header says of each.

The fields are those of the kinds (api/exchange/records), so that a field that a record gains is an element without more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.exchange.records.columns import Column
from api.exchange.records.kinds import KINDS, RecordKind
from graph import capture
from graph.model.records.packed_item import PackedItem

NAMESPACE = "http://www.abc.com"
"""Of the standard's example, in which documents are written. Documents are read in any."""
KIND_ATTRIBUTE = "metedataStandard"
ROOT, LIST, RECORD, VALUE = "root", "ListRecords", "record", "value"
ENCODING, JSON = "encoding", "json"
"""Of a value whose text XML would not give back as it is: a JSON string stands for it."""
_NAMES = {
    "enterprise": "qiye",
    "contact_person": "lianxiren",
    "site": "changsuo",
    "farm": "muchang",
    "product": "chanpin",
    "formula": "chanpinpeifang",
    "research_record": "yanfajilu",
    "ingredient_lot": "yuanliaopici",
    "milk_delivery": "shengruyunshu",
    "batch": "shengchanpici",
    "package": "baozhuang",
    "aggregation": "baozhuangguanlian",
    "shipment": "yunshu",
    "receipt": "shouhuo",
    "sale": "xiaoshou",
}
"""Pinyin of the Chinese titles, as `chanpinpici` is. A kind without one here has its own name."""
_VALIDITY = "shelfLifeDays"
PACKED_ITEM = RecordKind("chanpinpici", "commissionPackages", "PackageInput", "产品批次", PackedItem, capture.capture_packed_items)
"""The kind of the standard's example, by its name there: an item and its batch, in one record."""


@dataclass(frozen=True, slots=True)
class AnnexKind:
    """name: the metedataStandard. header, elements: the fields by the elements that hold them, in the header and in the metadata.

    elsewhere: the elements by the fields that they do not have the name of.
    """

    name: str
    kind: RecordKind
    header: Mapping[str, Column]
    elements: Mapping[str, Column]
    elsewhere: Mapping[str, str]


def _annex_kind(name: str, kind: RecordKind) -> AnnexKind:
    header: dict[str, Column] = {}
    elements: dict[str, Column] = {}
    for column in kind.columns.values():
        if column.field == kind.model.NAMED_BY:
            header["identifier"] = column
        elif column.name == _VALIDITY:
            header["validity"] = column
        else:
            elements[column.name] = column
    return AnnexKind(name, kind, header, elements, {column.name: name for name, column in header.items()})


ANNEX_KINDS: Mapping[str, AnnexKind] = {
    one.name: one
    for one in (
        _annex_kind("chanpinpici", PACKED_ITEM),
        *(_annex_kind(_NAMES.get(kind.name, kind.name), kind) for kind in KINDS.values()),
    )
}
"""By metedataStandard: the standard's own first, then in the order of import."""
NAMES: Mapping[str, str] = {one.kind.name: one.name for one in ANNEX_KINDS.values()}
"""The metedataStandard of each kind of record."""
