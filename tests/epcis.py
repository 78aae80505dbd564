"""EPCIS documents for tests: small ones of our own, and those of others in ../shared, which a machine may not have."""

import io
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2

from api.exchange.epcis.event import Event
from api.exchange.epcis.hashing import event_hash
from api.exchange.epcis.identity import Identity
from api.exchange.epcis.reading import read_events
from api.exchange.items import Item

MATERIAL = Path(os.environ.get("MILKLINE_SHARED", Path(__file__).parents[2] / "shared")) / "material" / "openepcis"
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"


def material(*folders: str) -> list[Path]:
    """The files of these folders; none where the material is not there."""
    return sorted(path for folder in folders for path in (MATERIAL / folder).glob("*") if path.suffix in (".json", ".xml"))


VALID = material(
    "2.0/EPCIS/JSON/Capture/Documents",
    "2.0/EPCIS/JSON/Capture/Events",
    "2.0/EPCIS/XML/Capture/Documents",
    "2.0/EPCIS/XML/Capture/Events",
    "1.2/EPCIS/XML/Capture/Documents",
)
INVALID = material("2.0/EPCIS/JSON/Capture/Invalid", "2.0/EPCIS/XML/Capture/Invalid")


def name_of(path: Path) -> str:
    return str(path.relative_to(MATERIAL))


def read(content: bytes | str | Path) -> Iterator[Item[Event]]:
    if isinstance(content, Path):
        content = content.read_bytes()
    return read_events(io.BytesIO(content.encode() if isinstance(content, str) else content))


def told_by(event: Event) -> str:
    """The hash of what it says, and the digest beside it where it has one."""
    return Identity.of(event, event_hash(event)).told


def event(**fields: Any) -> dict[str, Any]:
    """An ObjectEvent that is right, with other fields where given; None leaves one out."""
    whole = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-14T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": ["urn:epc:id:sgtin:6901234.000001.1"],
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not None}


def finished(job: str, headers: Mapping[str, str], within: float = 120.0) -> dict[str, Any]:
    """The capture job at this address, once it is through."""
    until = time.monotonic() + within
    while True:
        found = httpx2.get(job, headers=headers, timeout=60).json()
        if not found["running"] or time.monotonic() > until:
            return found
        time.sleep(0.2)


def document(*events: Any, context: Any = CONTEXT, **more: Any) -> str:
    head = {"@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-14T08:00:00Z", **more}
    return json.dumps(head | {"epcisBody": {"eventList": list(events)}})


def xml(*events: str, namespaces: str = "") -> str:
    return (
        f'<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" {namespaces} schemaVersion="2.0"'
        ' creationDate="2026-03-14T08:00:00Z">'
        f"<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody></epcis:EPCISDocument>"
    )


def xml_event(more: str = "", epc: str = "urn:epc:id:sgtin:6901234.000001.1", action: str = "OBSERVE") -> str:
    return (
        "<ObjectEvent><eventTime>2026-03-14T08:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"
        f"<epcList><epc>{epc}</epc></epcList><action>{action}</action>{more}</ObjectEvent>"
    )
