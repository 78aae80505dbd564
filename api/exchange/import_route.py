"""POST /import: a file of records, or an EPCIS document, recorded while its answer tells line by line how far it is."""

import itertools
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.errors import ApiError, ErrorCode
from api.exchange.capturer import may_capture_events
from api.exchange.formats import Document, Format, Wanted, document_of
from api.exchange.importing import import_items
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.outcomes import ItemOutcome, as_told
from api.exchange.packed import UnpackedLimits
from api.exchange.progress import Progress
from api.exchange.records.kinds import KINDS, kind_named
from api.exchange.records.lines import ENCODINGS
from api.exchange.report_answer import report_of
from api.exchange.spooled import SPOOLED, receive, unless_left
from api.exchange.spreadsheets.reader import SHEETS_NAMED
from api.files import FileStore
from api.http.caller import CHALLENGE, actor_of, address_of
from api.http.request import JSON, HttpError
from api.http.responses import refuse
from api.recording import options_of
from api.settings import Settings
from auth.actor import Actor, Role
from auth.bearer import Bearers
from auth.policy import may_record
from graph.capture import CaptureRefused, Status
from graph.engine.driver import Graph
from graph.engine.errors import EngineError
from graph.model.problems import Problem

NDJSON = "application/x-ndjson"
_TOLD_EVERY_S = 1.0
_UNREACHABLE = "the database cannot be reached just now; send the rest of the file again, from `done` on"


@dataclass(frozen=True, slots=True)
class Place:
    """What the route needs of the service."""

    graph: Callable[[], Graph]
    bearers: Bearers
    check: Callable[[Actor], Awaitable[None]]
    files: FileStore
    settings: Settings


def import_routes(place: Place) -> list[Route]:
    async def handle(request: Request) -> Response:
        body = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115 # the answer is told from it
        try:
            return await _answered(request, place, body)
        except HttpError as error:
            refused = refuse(error.error, JSON, error.status, error.headers)
        except DocumentRefused as error:
            refused = refuse(ApiError(ErrorCode.DOCUMENT_REFUSED, f"{error.code}: {error}"), JSON, 400)
        except EngineError:
            error = ApiError(ErrorCode.ENGINE_UNAVAILABLE, "the database cannot be reached just now; send the same file again")
            refused = refuse(error, JSON, 503)
        except BaseException:
            body.close()
            raise
        body.close()
        return refused

    return [Route("/import", handle, methods=["POST"])]


async def _answered(request: Request, place: Place, body: tempfile.SpooledTemporaryFile[bytes]) -> Response:
    actor = await actor_of(request, place.bearers)
    _check_may_import(actor)
    await place.check(actor)
    wanted, done = _wanted(request)
    limit = place.settings.import_bytes
    long = f"found more than {limit:,} bytes; right is less, in several files, or packed"
    await receive(request, body, limit, HttpError(413, ErrorCode.BODY_TOO_LARGE, long))
    limits = UnpackedLimits(place.settings.unpacked_bytes, place.settings.unpacked_ratio)
    document = await anyio.to_thread.run_sync(document_of, body, wanted, limits)
    if document.format is Format.EPCIS and not may_capture_events(actor):
        raise HttpError(403, ErrorCode.FORBIDDEN, "found no right to capture events; it is for an enterprise, with the duty sync or admin")
    options = options_of(place.settings, place.files, actor, address_of(request))
    recorder = document.recorder(place.graph(), actor, options, place.files)
    items = _going_on(document, done)
    with report_of(document, request.query_params.get("report")) as report:
        outcomes = import_items(items, recorder, report.add if report else None, check=lambda: place.check(actor))
        answer = _Answer(document, Progress(done=done), outcomes, body)
        await unless_left(request, answer.begin())
        if report is None:
            return StreamingResponse(answer.lines(), media_type=NDJSON)
        return await report.answered(orjson.loads(await unless_left(request, answer.last())))


def _going_on(document: Document, done: int) -> Iterator[Item[Any]]:
    """What comes after so many. Raises `DocumentRefused` when there are not even these."""
    count = 0
    for count, item in enumerate(document.items(), 1):  # noqa: B007
        if item.index >= done:
            yield item
    if count < done:
        right = "right is the whole file that `done` was told of, or no from"
        raise DocumentRefused(DocumentProblem.TRUNCATED, f"found from={done}, and a file that ends after {count}; {right}")


def _check_may_import(actor: Actor) -> None:
    if actor.role is Role.PUBLIC:
        raise HttpError(401, ErrorCode.UNAUTHENTICATED, "found no token; importing needs the token of an enterprise", CHALLENGE)
    if actor.role is Role.PLATFORM:
        return
    if actor.role is not Role.ENTERPRISE:
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found the role {actor.role}; an enterprise, or the platform, imports")
    if not any(may_record(actor, kind.mutation) for kind in KINDS.values()):
        duties = ", ".join(sorted(actor.duties)) or "none"
        raise HttpError(403, ErrorCode.FORBIDDEN, f"found the duties: {duties}; importing is for who records something")


_PARAMETERS = ("kind", "format", "encoding", "from", "report")


def _wanted(request: Request) -> tuple[Wanted, int]:
    given = dict(request.query_params)
    if strange := sorted(given.keys() - set(_PARAMETERS)):
        raise _bad(f"found the parameter {strange[0][:40]!r}; right is {', '.join(_PARAMETERS)}")
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"') if "charset=" in parameters.lower() else None
    formats = {"application/x-ndjson": Format.NDJSON, "application/jsonl": Format.NDJSON, "text/csv": Format.CSV}
    told = formats.get(media_type.strip().lower())
    if (name := given.get("format")) is not None:
        if name not in list(Format):
            raise _bad(f"found format={name[:40]!r}; right is one of {', '.join(Format)}")
        told = Format(name)
    encoding = given.get("encoding", charset)
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise _bad(f"found encoding {encoding[:40]!r}; right is utf-8 or gb18030")
    kind = kind_named(given["kind"]) if "kind" in given else None
    if isinstance(kind, Problem):
        raise _bad(kind.message)
    start = given.get("from", "0")
    if not (start.isascii() and start.isdecimal() and len(start) < 16):
        raise _bad(f"found from={start[:40]!r}; right is the number that `done` told")
    return Wanted("", told, kind, ENCODINGS[encoding.lower()] if encoding else None), int(start)


def _bad(message: str) -> HttpError:
    return HttpError(400, ErrorCode.BAD_USER_INPUT, message)


@dataclass(slots=True)
class _Answer:
    """Lines of JSON: what was refused or has notes; every second how far it is; at the end `complete`, or why it is not."""

    document: Document
    progress: Progress
    outcomes: AsyncGenerator[ItemOutcome]
    body: tempfile.SpooledTemporaryFile[bytes]
    first: list[ItemOutcome] = field(default_factory=list[ItemOutcome])

    async def begin(self) -> None:
        """The first outcome, if there is one: what is wrong with the file as a whole is told by the status."""
        async for outcome in self.outcomes:
            self.first.append(outcome)
            return

    async def lines(self) -> AsyncGenerator[bytes]:
        ended: dict[str, Any] = {"complete": True}
        last = time.monotonic()
        try:
            async for outcome in self._all():
                self.progress.take(outcome.index, outcome.status, noted=bool(outcome.notes))
                if outcome.problems or outcome.notes:
                    yield _line(as_told(outcome))
                if time.monotonic() - last >= _TOLD_EVERY_S:
                    last = time.monotonic()
                    yield _line(self._counts())
        except DocumentRefused as refused:
            ended = {"complete": False, "error": {"code": refused.code.value, "message": str(refused)}}
        except EngineError:
            ended = {"complete": False, "error": {"code": ErrorCode.ENGINE_UNAVAILABLE.value, "message": _UNREACHABLE}}
        except HttpError as refused:
            ended = {"complete": False, "error": {"code": refused.error.code.value, "message": refused.error.message}}
        except CaptureRefused as refused:
            ended = {"complete": False, "error": {"code": ErrorCode.FORBIDDEN.value, "message": str(refused)}}
        finally:
            self.body.close()
        yield _line(self._counts() | self._left_out() | ended)

    async def last(self) -> bytes:
        """The line that counts, where what is told on the way is in a report."""
        told = b""
        async for line in self.lines():
            told = line
        return told

    async def _all(self) -> AsyncGenerator[ItemOutcome]:
        for outcome in self.first:
            yield outcome
        async for outcome in self.outcomes:
            yield outcome

    def _left_out(self) -> dict[str, Any]:
        """The sheets of a workbook that were not read, as many as a header takes."""
        sheets = self.document.left_out
        if not sheets:
            return {}
        named = [{"sheet": title[:80], "why": why} for title, why in itertools.islice(sheets.items(), SHEETS_NAMED)]
        return {"leftOut": named, "sheetsLeftOut": len(sheets)}

    def _counts(self) -> dict[str, Any]:
        of = self.progress.of
        return {
            "done": self.progress.done,
            "created": of(Status.CREATED),
            "updated": of(Status.UPDATED),
            "unchanged": of(Status.UNCHANGED),
            "rejected": of(Status.REJECTED),
            "noted": self.progress.noted,
        }


def _line(told: dict[str, Any]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
