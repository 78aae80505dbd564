"""What is asked for in a request for access, checked. No error tells whether a record, or its owner, exists."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.errors import ApiError, ErrorCode
from api.http.request import REASON_LENGTH, plain_reason
from api.resolvers.hops import checked_id
from api.schema.access_request import AccessRequestInput
from api.schema.scalars import require
from auth.actor import Role
from auth.restricted import KINDS, READERS
from graph.model.identifiers import Kind, owner_of
from graph.model.records.values import found
from graph.model.texts import instant_text
from graph.model.times import to_ms
from graph.requests import Wish, are_neighbours

if TYPE_CHECKING:
    from api.context import Context

_DAY_MS = 24 * 3600 * 1000


async def checked_wish(context: "Context", sent: AccessRequestInput) -> Wish:
    """ApiError for what cannot be asked for: UNKNOWN_FIELD, MALFORMED_ID, SEVERAL_OWNERS, BAD_REASON, NOT_A_NEIGHBOUR, BAD_USER_INPUT."""
    fields = _fields(sent.fields)
    records = _records(sent.records, fields, context.settings.access_records)
    reason = checked_reason(sent.reason, "request.reason")
    until = _until(to_ms(require(sent.until, "request.until")), context.loaders.now, context.settings.access_days)
    actor, owner = context.actor, owner_of(records[0])
    if actor.role is Role.REGULATOR and not (actor.scope.everything or owner in actor.scope.owners):
        bounds = " and ".join(filter(None, (actor.region and f"the region {actor.region}", actor.product_class)))
        message = f"found {owner}, which is no enterprise of {bounds}; right is one that the viewer supervises"
        raise ApiError(ErrorCode.FORBIDDEN, message, path="request.records")
    if actor.role is Role.ENTERPRISE:
        if owner == actor.enterprise:
            right = "right is another's: one's own are read by duty"
            raise ApiError(ErrorCode.BAD_USER_INPUT, f"found records of one's own enterprise; {right}", path="request.records")
        if not await are_neighbours(context.graph, actor, owner):
            message = f"found {owner}, with which {actor.enterprise} has exchanged nothing; right is an enterprise next to it in the chain"
            raise ApiError(ErrorCode.NOT_A_NEIGHBOUR, message, path="request.records")
    return Wish(fields, records, reason, until)


def checked_reason(text: str, path: str) -> str:
    """ApiError BAD_REASON for one that says nothing."""
    told = plain_reason(text)
    if told is None:
        right = f"right is a text of 1 to {REASON_LENGTH} characters that says why"
        raise ApiError(ErrorCode.BAD_REASON, f"found {found(text)} as the reason; {right}", path=path)
    return told


def _fields(sent: list[str]) -> tuple[str, ...]:
    path = "request.fields"
    if not sent:
        raise ApiError(ErrorCode.BAD_USER_INPUT, "found no field; right is at least one", path=path)
    for place, name in enumerate(sent):
        if name not in READERS:
            right = ", ".join(READERS)
            message = f"found {found(name)}, for which nobody can ask; right is one of: {right}"
            raise ApiError(ErrorCode.UNKNOWN_FIELD, message, path=f"{path}[{place}]")
    return _distinct(sent, path)


def _records(sent: Sequence[str], fields: tuple[str, ...], most: int) -> tuple[str, ...]:
    path = "request.records"
    if not sent:
        raise ApiError(ErrorCode.BAD_USER_INPUT, "found no record; right is at least one", path=path)
    if len(sent) > most:
        raise ApiError(ErrorCode.TOO_MANY_IDS, f"found {len(sent)} IDs; right is at most {most}", path=path)
    kinds = [Kind(kind) for kind in dict.fromkeys(KINDS[field] for field in fields)]
    records = _distinct([checked_id(str(text), f"{path}[{place}]", *kinds) for place, text in enumerate(sent)], path)
    for field in fields:
        if not any(record.startswith(f"{KINDS[field]}/") for record in records):
            message = f"found no record that has {field}; right is at least one of the form {KINDS[field]}/…"
            raise ApiError(ErrorCode.BAD_USER_INPUT, message, path=path)
    owners = sorted({owner_of(record) for record in records})
    if len(owners) > 1:
        message = f"found records of {len(owners)} owners; right is a request to each of them"
        raise ApiError(ErrorCode.SEVERAL_OWNERS, message, path=path)
    return records


def _distinct(sent: Sequence[str], path: str) -> tuple[str, ...]:
    if len(set(sent)) != len(sent):
        raise ApiError(ErrorCode.BAD_USER_INPUT, "found one of them twice; right is each once", path=path)
    return tuple(sent)


def _until(until: int, now: int, days: int) -> int:
    latest = now + days * _DAY_MS
    if not now < until <= latest:
        right = f"right is later than now, and {instant_text(latest)} at the latest, which is in {days} days"
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"found {instant_text(until)}; {right}", path="request.until")
    return until
