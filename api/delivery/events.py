"""What subscribers are told: captured events that their query asks for, as a query document of EPCIS 2.0."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import replace

import orjson

from api.exchange.epcis.documents import Syntax, answer
from api.exchange.epcis.queries import wanted_of
from auth.scope import Scope
from graph.delivery.recipients import Form, Recipient
from graph.engine.driver import Graph
from graph.events.pages import events_pages
from graph.events.stored import StoredEvent, event_sizes
from graph.model.records.epcis_event import hash_uri, identity_in

MEDIA_TYPES = {Form.JSON: "application/ld+json", Form.XML: "application/xml"}
_SYNTAXES = {Form.JSON: Syntax.JSON, Form.XML: Syntax.XML}
HEADERS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
_AT_ONCE = 100


async def events_told(graph: Graph, recipient: Recipient, records: Sequence[str]) -> list[StoredEvent]:
    """Of the events those that the subscription is about, in the order of their times."""
    about = dict(recipient.query or {})
    wanted = wanted_of(orjson.loads(about["queryText"]).items(), kept=True)
    found: dict[str, StoredEvent] = {}
    for start in range(0, len(records), _AT_ONCE):
        part = set(records[start : start + _AT_ONCE])
        named = [hash_uri(identity_in(record)) for record in sorted(part)]
        async for page in events_pages(graph, Scope.of(recipient.owner), replace(wanted, event_ids=named)):
            found.update({one.id: one for one in page if one.id in part and one.recorded_at >= about["since"]})
    return sorted(found.values(), key=lambda one: (one.at, one.id))


async def events_fitting(graph: Graph, recipient: Recipient, records: Sequence[str], room: int) -> int:
    """How many of the events, the first of them, take no more than so many bytes as they are kept; one at the least."""
    left = room
    for start in range(0, len(records), _AT_ONCE):
        part = records[start : start + _AT_ONCE]
        sizes = await event_sizes(graph, Scope.of(recipient.owner), recipient.owner, part)
        for place, record in enumerate(part, start):
            left -= sizes.get(record, 0)
            if left < 0:
                return max(place, 1)
    return len(records)


def document(recipient: Recipient, events: Sequence[StoredEvent]) -> bytes:
    return answer(events, _SYNTAXES[recipient.form], dict(recipient.query or {})["queryName"], recipient.name)


def signature(token: str, body: bytes) -> dict[str, str]:
    """HMAC-SHA256 by the token that the subscriber gave, in Base64."""
    return {"GS1-Signature": base64.b64encode(hmac.digest(token.encode(), body, "sha256")).decode()}
