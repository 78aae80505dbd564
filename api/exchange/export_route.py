"""GET /export: all that an enterprise has told, as a file that imports again; for its own staff, and for who supervises it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.errors import ErrorCode
from api.exchange.epcis.documents import Syntax, document
from api.exchange.event_reader import EventReader, whose
from api.exchange.records.export import ExportFormat, file_of, records_of
from api.exchange.records.files import with_files
from api.exchange.records.kinds import FILED, KINDS, RecordKind, kind_named
from api.exchange.report_answer import XLSX
from api.files import FileStore
from api.http.caller import CHALLENGE, actor_of, address_of, reason_for
from api.http.request import HttpError
from api.http.responses import refusing
from auth.actor import Actor, Role
from auth.bearer import Bearers
from auth.policy import READERS, leaves_a_trace, may_read_events
from auth.restricted import CONTACT_PERSON, FORMULA, RESEARCH_RECORDS
from auth.restricted import READERS as RESTRICTED_READERS
from graph import access
from graph.engine.driver import Graph
from graph.events.history import all_events
from graph.events.stored import StoredEvent
from graph.export import Export
from graph.model.identifiers import enterprise_id
from graph.model.problems import Problem
from graph.regions import bounded

P = TypeVar("P")
_MEDIA_TYPES = {
    ExportFormat.NDJSON: "application/x-ndjson",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.ANNEX_C: "application/xml",
    ExportFormat.EPCIS_JSON: "application/ld+json",
    ExportFormat.EPCIS_XML: "application/xml",
    ExportFormat.XLSX: XLSX,
}
_RESTRICTED = {"formula": FORMULA, "research_record": RESEARCH_RECORDS, "contact_person": CONTACT_PERSON}
_EXPORTERS = (Role.ENTERPRISE, Role.REGULATOR)
_PARAMETERS = frozenset({"format", "kind", "enterprise", "files"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for which kinds of whose records, why, and from where."""

    actor: Actor
    owner: str
    kinds: Sequence[RecordKind]
    form: ExportFormat
    files: bool
    reason: str | None
    address: str | None


def export_routes(
    graph: Callable[[], Graph],
    bearers: Bearers,
    check: Callable[[Actor], Awaitable[None]],
    store: FileStore,
    *,
    reason_required: bool,
) -> list[Route]:
    async def handle(request: Request) -> Response:
        actor = await actor_of(request, bearers)
        if actor.role is Role.PUBLIC:
            raise HttpError(401, ErrorCode.UNAUTHENTICATED, "found no token; exporting needs the token of an enterprise", CHALLENGE)
        await check(actor)
        asked = _asked(request, await bounded(graph(), actor), reason_required=reason_required)
        headers = {"Content-Disposition": f'attachment; filename="{asked.owner}.{asked.form.suffix}"', "Cache-Control": "private, no-store"}
        pieces = _pieces(graph(), asked, store, lambda: check(asked.actor))
        return StreamingResponse(pieces, media_type=_MEDIA_TYPES[asked.form], headers=headers)

    return [Route("/export", refusing(handle), methods=["GET"])]


def _asked(request: Request, actor: Actor, *, reason_required: bool) -> _Asked:
    given = request.query_params
    if strange := sorted(set(given) - _PARAMETERS):
        raise _bad(f"found the parameter {strange[0][:40]!r}; right is {', '.join(sorted(_PARAMETERS))}")
    if twice := [name for name in ("enterprise", "files", "format") if len(given.getlist(name)) > 1]:
        raise _bad(f"found the parameter {twice[0]} twice; right is once")
    form = given.get("format", "")
    if form not in list(ExportFormat):
        raise _bad(f"found format={form[:40]!r}; right is one of {', '.join(ExportFormat)}")
    if (files := given.get("files", "false")) not in ("true", "false"):
        raise _bad(f"found files={files[:40]!r}; right is true or false")
    if files == "true" and form != ExportFormat.NDJSON:
        raise _bad(f"found files=true with format={form}; right is format=ndjson, which alone holds files")
    if actor.role not in _EXPORTERS:
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found the role {actor.role}; records are exported by the enterprise that told them")
    owner = whose(given.get("enterprise", actor.enterprise))
    if not exports_of(actor, owner):
        right = "right is one's own, or, for a regulator, one that it supervises"
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found enterprise={owner!r}; {right}")
    reason = reason_for(request, actor, required=reason_required)
    kinds = _no_kinds(actor, given.getlist("kind")) if ExportFormat(form).events else _kinds(actor, given.getlist("kind"))
    return _Asked(actor, owner, kinds, ExportFormat(form), files == "true", reason, address_of(request))


def _no_kinds(actor: Actor, names: Sequence[str]) -> list[RecordKind]:
    if names:
        raise _bad(f"found kind={names[0][:40]!r}; right is none with a format of events")
    if not may_read_events(actor):
        right = "right is the duty QUALITY, SYNC or ADMIN"
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found the duties {', '.join(sorted(actor.duties)) or 'none'}; {right}")
    return []


def _kinds(actor: Actor, names: Sequence[str]) -> list[RecordKind]:
    """Those named, or all; HttpError 403 for what the actor does not read, so that no file is short without a word."""
    named = [kind_named(name) for name in names]
    for one in named:
        if isinstance(one, Problem):
            raise _bad(one.message)
    wanted = [kind for kind in FILED.values() if kind in (named or KINDS.values())]
    unread = [kind.name for kind in wanted if not may_export(actor, kind)]
    if unread:
        readable = ", ".join(kind.name for kind in KINDS.values() if may_export(actor, kind)) or "none"
        right = f"right is kind=… for each of those that are: {readable}"
        who = f"the duties: {', '.join(sorted(actor.duties)) or 'none'}" if actor.role is Role.ENTERPRISE else f"the role {actor.role}"
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found {who}, by which {', '.join(unread)} are not exported; {right}")
    return wanted


def exports_of(actor: Actor, owner: str) -> bool:
    """Whether what that enterprise has told leaves for the actor."""
    return actor.role in _EXPORTERS and owner != "" and (actor.scope.everything or owner in actor.scope.owners)


def may_export(actor: Actor, kind: RecordKind) -> bool:
    """Whether records of that kind leave for the actor, where exports_of holds for their owner."""
    field = _RESTRICTED.get(kind.name)
    if actor.role is Role.REGULATOR:
        return field is None
    return bool(actor.duties & (READERS[kind.model.KIND.value] if field is None else RESTRICTED_READERS[field]))


def _bad(message: str) -> HttpError:
    return HttpError(400, ErrorCode.BAD_USER_INPUT, message)


async def _events(graph: Graph, asked: _Asked) -> AsyncGenerator[list[StoredEvent]]:
    """Each page is in the access log before it leaves."""
    reader = EventReader(asked.actor, asked.owner, asked.reason, asked.address)
    async for page in all_events(graph, asked.actor.scope, asked.owner):
        await reader.log(graph, "export", page)
        yield page


async def _pieces(graph: Graph, asked: _Asked, store: FileStore, check: Callable[[], Awaitable[None]]) -> AsyncGenerator[bytes]:
    if asked.form.events:
        async for piece in document(_standing(_events(graph, asked), check), Syntax(asked.form.value)):
            yield piece
        return

    async def pages() -> AsyncGenerator[tuple[RecordKind, list[dict[str, Any]]]]:
        """Each is in the access log before it leaves."""
        async for kind, page in _standing(records_of(Export(graph, asked.actor.scope, asked.owner), asked.kinds), check):
            field = _RESTRICTED.get(kind.name)
            if field is not None or leaves_a_trace(asked.actor):
                read = frozenset(_record(asked.owner, kind, fields) for fields in page)
                opened = {record: access.Opened({field}) for record in read} if field is not None else {}
                await access.log(graph, access.Reading(asked.actor, "export", asked.reason, asked.address, read, opened))
            yield kind, page

    async for piece in file_of(with_files(pages(), store) if asked.files else pages(), asked.form):
        yield piece


async def _standing(pages: AsyncGenerator[P], check: Callable[[], Awaitable[None]]) -> AsyncGenerator[P]:
    """The pages while the check lets them: of who is suspended meanwhile the answer breaks off, which HTTP tells its client."""
    async for page in pages:
        await check()
        yield page


def _record(owner: str, kind: RecordKind, fields: dict[str, Any]) -> str:
    """The ID of the record that is read."""
    if kind.name == "contact_person":
        return enterprise_id(owner)
    for name in ("product",) if kind.name in _RESTRICTED else ("shipment", "store", "parent") if kind.name in _TOLD_OF else ():
        if name in fields:
            return str(fields[name])
    return kind.model.named(owner, fields) or enterprise_id(owner)


_TOLD_OF = frozenset({"receipt", "sale", "aggregation"})
"""What is told of records, and is none itself."""
