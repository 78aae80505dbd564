"""The names of records: `<kind>/<enterprise code>/<number>`, and `enterprise/<enterprise code>`."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What a record is; the value is the first part of its ID."""

    ENTERPRISE = "enterprise"
    FARM = "farm"
    MILK_DELIVERY = "milk"
    INGREDIENT_LOT = "lot"
    PRODUCTION_BATCH = "batch"
    PACKAGE = "package"
    SHIPMENT = "shipment"
    SITE = "site"
    CONSUMER_QUERY = "query"
    PRODUCT = "product"

    @property
    def label(self) -> str:
        """The node label in the graph."""
        return _LABELS[self]

    @property
    def traceable(self) -> bool:
        """Whether custody runs through it. A product is a class of things, not a thing."""
        return self is not Kind.PRODUCT


_LABELS = {
    Kind.ENTERPRISE: "Enterprise",
    Kind.FARM: "Farm",
    Kind.MILK_DELIVERY: "MilkDelivery",
    Kind.INGREDIENT_LOT: "IngredientLot",
    Kind.PRODUCTION_BATCH: "ProductionBatch",
    Kind.PACKAGE: "Package",
    Kind.SHIPMENT: "Shipment",
    Kind.SITE: "Site",
    Kind.CONSUMER_QUERY: "ConsumerQuery",
    Kind.PRODUCT: "Product",
}

_CODE = re.compile(r"[A-Z0-9]{4,20}")
NUMBER_LENGTH = 64
_MARKS = frozenset("-._")


class MalformedId(ValueError):
    """The text is not an ID, number or enterprise code; the message says what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class RecordId:
    kind: Kind
    enterprise: str
    number: str | None

    @property
    def text(self) -> str:
        tail = "" if self.number is None else f"/{self.number}"
        return f"{self.kind.value}/{self.enterprise}{tail}"

    def __str__(self) -> str:
        return self.text


def shown(text: str, limit: int = 80) -> str:
    """A found value, fit for a message: quoted, control characters escaped, cut when long."""
    cut = text if len(text) <= limit else text[:limit]
    tail = "" if cut is text else f"… ({len(text)} characters)"
    return repr(cut) + tail


def is_enterprise_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def check_enterprise_code(text: str) -> str:
    if not is_enterprise_code(text):
        raise MalformedId(f"found {shown(text)}; an enterprise code is 4 to 20 of the characters A-Z and 0-9")
    return text


def check_number(text: str) -> str:
    """A record's number as kept: NFC, 1-64 letters, digits, '-', '.', '_'; a number in another normal form is composed."""
    number = text if len(text) > 4 * NUMBER_LENGTH else unicodedata.normalize("NFC", text)
    if not 1 <= len(number) <= NUMBER_LENGTH:
        raise MalformedId(f"found {shown(text)}; a number has 1 to {NUMBER_LENGTH} characters")
    if number in (".", ".."):
        raise MalformedId(f"found {shown(text)}, which an address takes for a step in its path; a number has more than dots")
    for character in number:
        # M: the vowel signs and tone marks without which letters of many scripts cannot be written
        if character not in _MARKS and unicodedata.category(character)[0] not in "LM" and unicodedata.category(character) != "Nd":
            raise MalformedId(f"found {shown(text)} with {shown(character)}; a number is made of letters, digits, '-', '.' and '_'")
    return number


@lru_cache(maxsize=65_536)
def parse_id(text: str) -> RecordId:
    """`MalformedId` unless the text is an ID of a known kind, with a well-formed enterprise code and number."""
    kind_text, _, rest = text.partition("/")
    try:
        kind = Kind(kind_text)
    except ValueError:
        kinds = " ".join(kind.value for kind in Kind)
        raise MalformedId(f"found {shown(text)}; an ID is <kind>/<enterprise code>/<number>, with a kind of: {kinds}") from None
    if kind is Kind.ENTERPRISE:
        return RecordId(kind, check_enterprise_code(rest), None)
    enterprise, slash, number = rest.partition("/")
    if not slash:
        raise MalformedId(f"found {shown(text)}; an ID of this kind is {form_of(kind)}")
    return RecordId(kind, check_enterprise_code(enterprise), check_number(number))


def parse_id_of(text: str, kinds: Collection[Kind]) -> RecordId:
    """As `parse_id`, where an ID of one of the kinds is wanted (any without one): `MalformedId` shows their forms. What is an ID of
    another kind is given as it is."""
    try:
        return parse_id(text)
    except MalformedId:
        if not kinds or text.partition("/")[0] in kinds:
            raise
        raise MalformedId(f"found {shown(text)}; right is {' or '.join(map(form_of, kinds))}") from None


def form_of(kind: Kind) -> str:
    return f"{kind.value}/<enterprise code>{'' if kind is Kind.ENTERPRISE else '/<number>'}"


def record_id(kind: Kind, enterprise: str, number: str) -> str:
    return f"{kind.value}/{enterprise}/{number}"


def enterprise_id(code: str) -> str:
    return f"{Kind.ENTERPRISE.value}/{code}"


def owner_of(record_id: str) -> str:
    """The enterprise code in a well-formed ID."""
    return record_id.split("/", 2)[1]


def kind_of(record_id: str) -> Kind:
    """The kind of a well-formed ID."""
    return Kind(record_id.partition("/")[0])


def by_kind(record_ids: Iterable[str]) -> dict[Kind, list[str]]:
    """Well-formed IDs, those of each kind in their order."""
    groups: dict[Kind, list[str]] = {}
    for record_id in record_ids:
        groups.setdefault(kind_of(record_id), []).append(record_id)
    return groups
