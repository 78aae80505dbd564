"""The 33 public fields as the look-up page shows them: grouped, labelled, each value made ready for the template.

The fields and their Chinese labels are those of QB/T 4971-2018, table 6 (`public_fields.csv`); the grouping follows its table 3.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

_GROUPS = {
    "产品信息": ("productName", "netContentAndSpecification", "productStandard", "productCategory", "traceCode", "packagingArtwork"),
    "生产信息": (
        "productionDate",
        "bestBefore",
        "batchNumber",
        "placeOfProduction",
        "productionProcess",
        "producerNameAndContact",
        "uploadedOn",
    ),
    "企业信息": (
        "enterpriseName",
        "enterpriseAddress",
        "enterpriseWebsite",
        "productionLicenceNumber",
        "productionLicenceValidity",
        "integrityCertificateNumber",
        "integrityCertificateValidity",
        "integrityCertificate",
        "enterpriseTraceUrl",
        "voluntaryDisclosures",
    ),
    "消费说明": (
        "suitableAge",
        "instructionsForUse",
        "warnings",
        "ingredientList",
        "storageConditions",
        "nutrition",
        "qualityCommitment",
    ),
    "检验与原料": ("productInspectionReport", "mainIngredientCertificates", "milkSourceOrigin"),
}


def _labels() -> dict[str, str]:
    with Path(__file__).with_name("public_fields.csv").open(encoding="utf-8", newline="") as file:
        # Rows without a number stand in the standard's other tables only and are not public.
        return {row["field"]: row["zh"] for row in csv.DictReader(file) if row["no"]}


LABELS = _labels()


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a value: text, a link when `href` is set, and a file's digest when there is one."""

    text: str
    href: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    field: str
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: tuple[Row, ...]


def groups(product: Mapping[str, Any]) -> tuple[Group, ...]:
    """All 33 fields in their groups. A field that the enterprise has not stated is a row without parts."""
    return tuple(
        Group(title, tuple(Row(field, LABELS[field], parts(product.get(field))) for field in fields)) for title, fields in _GROUPS.items()
    )


def parts(value: object) -> tuple[Part, ...]:
    """A field's value for display: text, a date, a file `{name, url, sha256}`, or a list of these."""
    if value is None or value == "":
        return ()
    if isinstance(value, Mapping):
        return (_file(cast("Mapping[str, object]", value)),)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(part for each in cast("Sequence[object]", value) for part in parts(each))
    text = str(value)
    return (Part(text, _web_address(text)),)


def _file(file: Mapping[str, object]) -> Part:
    digest = file.get("sha256")
    return Part(str(file["name"]), _own_path(str(file["url"])), None if digest is None else str(digest))


def _own_path(url: str) -> str | None:
    """A file's address when it is safe to link: a path on this site, or a web address."""
    return url if url.startswith("/") and not url.startswith(("//", "/\\")) else _web_address(url)


def _web_address(text: str) -> str | None:
    """The text when the whole of it is a web address; an enterprise may type anything, `javascript:` included."""
    if any(character.isspace() for character in text):
        return None
    try:
        address = urlsplit(text)
    except ValueError:
        return None
    return text if address.scheme in ("http", "https") and address.netloc else None
