"""Captured events as documents of EPCIS 2.0, in the syntax that is asked for."""

from collections.abc import AsyncGenerator, Sequence
from enum import StrEnum

import orjson

from api.exchange.epcis.event import Value
from api.exchange.epcis.json_writer import CONTEXT, write_events
from api.exchange.epcis.xml_writer import DOCUMENT_END, document_start, query_document, write_event
from graph.events.stored import StoredEvent
from graph.model.texts import instant_text
from graph.model.times import now_ms

QUERY = "SimpleEventQuery"
Pages = AsyncGenerator[list[StoredEvent]]


class Syntax(StrEnum):
    JSON = "epcis-json"
    XML = "epcis-xml"


def answer(found: Sequence[StoredEvent], syntax: Syntax, query: str = QUERY, subscription: str | None = None) -> bytes:
    """A query document. Each event with the time at which it was captured, and with its hash for an ID where it had none."""
    bodies = [({**one.body, "eventID": one.event_id, "recordTime": instant_text(one.recorded_at)}, one.prefixes) for one in found]
    if syntax is Syntax.XML:
        return query_document((write_event(*one) for one in bodies), _now(), query, subscription)
    written, context = write_events(bodies)
    results = {"queryName": query} | ({"subscriptionID": subscription} if subscription is not None else {})
    results["resultsBody"] = {"eventList": written}  # pyright: ignore[reportArgumentType]
    return orjson.dumps(_head("EPCISQueryDocument", context) | {"epcisBody": {"queryResults": results}})


async def document(pages: Pages, syntax: Syntax) -> AsyncGenerator[bytes]:
    """A capture document, in pieces: each event as it was told. In JSON each declares its own namespaces: what follows is not known yet."""
    if syntax is Syntax.XML:
        yield document_start(_now())
        async for page in pages:
            yield b"".join(write_event(one.body, one.prefixes) + b"\n" for one in page)
        yield DOCUMENT_END
        return
    start = orjson.dumps(_head("EPCISDocument", [CONTEXT]))
    yield start[:-1] + b',"epcisBody":{"eventList":[\n'
    between = b""
    async for page in pages:
        written = b",\n".join(orjson.dumps(_alone(one)) for one in page)
        yield between + written
        between = b",\n" if written else between
    yield b"\n]}}\n"


def _alone(event: StoredEvent) -> dict[str, Value]:
    [written], context = write_events([(event.body, event.prefixes)])
    own = {"@context": context[1:]} if len(context) > 1 else {}
    return {**own, **written}  # pyright: ignore[reportGeneralTypeIssues]


def _head(kind: str, context: Sequence[str | dict[str, str]]) -> dict[str, object]:
    return {"@context": context, "type": kind, "schemaVersion": "2.0", "creationDate": _now()}


def _now() -> str:
    return instant_text(now_ms())
