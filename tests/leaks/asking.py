"""One side of a pair as its actor meets it: planted, filled, and asked over the whole schema."""

import io
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, cast

import openpyxl
import orjson
from graphql import DocumentNode, parse
from starlette.requests import Request

from api.context import Context
from api.door.buckets import Buckets
from api.door.limits import Door, Visitor
from api.errors import ApiError
from api.exchange.capturer import may_capture_events
from api.exchange.epcis.queries import wanted_of
from api.exchange.fsma204.events import Events
from api.exchange.fsma204.tracing import Asking, trace
from api.exchange.fsma204.workbook import write
from api.exchange.records.export import ExportFormat, file_of, records_of
from api.files import FileStore
from api.http.execution import run
from api.http.responses import execution_errors
from api.resolvers.lineage import seeds_of
from api.resolvers.loaders import Loaders
from api.resolvers.root import GRAPHQL_SCHEMA
from api.settings import Settings
from auth.actor import Actor
from auth.hidden import HiddenNames
from graph.delivery import named_queries
from graph.engine.driver import Graph
from graph.events.jobs import job_by_id, jobs_page
from graph.events.pages import events_found
from graph.events.wanted import Place
from graph.export import Export
from graph.lookup import LookUps, Suspicion
from tests.engines import wipe
from tests.leaks.content import fill
from tests.leaks.extras import NOW
from tests.leaks.pairs import Side
from tests.leaks.questions import Asked, EventsQuestion, ExportQuestion, FsmaQuestion, Question
from tests.planting import plant

_SETTINGS = Settings.model_validate({})


class FirstNames(HiddenNames):
    """Opaque names by the IDs that records had before they were renamed, so that answers differ in nothing else."""

    def __init__(self, side: Side) -> None:
        super().__init__(b"k" * 32)
        object.__setattr__(self, "side", side)

    def of(self, actor: Actor, record_id: str) -> str:
        side: Side = cast(Any, self).side
        return HiddenNames.of(self, actor, side.first_names.get(record_id, record_id))


async def establish(graph: Graph, side: Side) -> None:
    await wipe(graph)
    await plant(graph, side.world)
    await fill(graph, side)


def context(graph: Graph, actor: Actor, side: Side, look_ups: LookUps) -> Context:
    loaders = Loaders(graph, actor)
    loaders.now = NOW
    door = Door(cast(Buckets, None), None, None, None)
    return Context(
        actor,
        graph,
        _SETTINGS,
        FirstNames(side),
        loaders,
        cast(FileStore, None),
        look_ups,
        Visitor(door, "tests", 1, Request({"type": "http"})),
    )


async def answers(graph: Graph, actor: Actor, side: Side, asked: Sequence[Asked], pages: int) -> list[tuple[Asked, bytes]]:
    """Of each question the bytes of its answer, and of the pages that follow it."""
    look_ups = LookUps(graph, Suspicion(1_000, 1_000), _SETTINGS.limits)
    found: list[tuple[Asked, bytes]] = []
    for question in asked:
        if isinstance(question, EventsQuestion):
            found.append((question, orjson.dumps(await events(graph, actor, question))))
            continue
        if isinstance(question, ExportQuestion):
            found.append((question, await exported(graph, actor, question)))
            continue
        if isinstance(question, FsmaQuestion):
            found.append((question, orjson.dumps(await spreadsheet(context(graph, actor, side, look_ups), question), default=str)))
            continue
        following: Question | None = question
        for _ in range(pages):
            if following is None:
                break
            body = await answer(following, context(graph, actor, side, look_ups))
            found.append((following, orjson.dumps(body)))
            following = following.following(body["data"])
    return found


async def events(graph: Graph, actor: Actor, asked: EventsQuestion) -> list[Any]:
    """Up to three pages of what is asked, and of what was named; the job; and what is named; as the routes read them."""
    named = await named_queries.by_name(graph, actor.scope, asked.owner, asked.query)
    found: list[Any] = [named and asdict(named)]
    for wanted in (asked.wanted, *([wanted_of(orjson.loads(named.text).items())] if named else [])):
        after: Place | None = None
        for _ in range(3):
            page = await events_found(graph, actor.scope, wanted, asked.limit, after, asked.owner)
            found.append(list(map(asdict, page.events)))
            if page.following is None:
                break
            after = page.following
    # jobs and the names of queries are told to who may capture, as their routes have it
    if may_capture_events(actor):
        job = await job_by_id(graph, actor.scope, asked.document)
        jobs = await jobs_page(graph, actor.scope, asked.limit, asked.document.rpartition("/")[2])
        found += [job and asdict(job), *map(asdict, jobs), *map(asdict, await named_queries.listed(graph, actor))]
    return found


async def exported(graph: Graph, actor: Actor, asked: ExportQuestion) -> bytes:
    pages = records_of(Export(graph, actor.scope, asked.owner), asked.kinds)
    return b"".join([piece async for piece in file_of(pages, ExportFormat.NDJSON)])


async def spreadsheet(context: Context, asked: FsmaQuestion) -> Any:
    """All cells, but for when it was made; or the refusal."""
    try:
        seeds = await seeds_of(context, asked.seeds)
    except ApiError as refused:
        return [refused.code, refused.message]
    traced = await trace(Asking(context.loaders, context.view, context.settings.limits, asked.radius), seeds)
    out = io.BytesIO()
    await write(Events(context.loaders, traced).rows(), traced, asked.radius, out)
    sheets = [list(sheet.values) for sheet in openpyxl.load_workbook(out)]
    return [[row for row in sheet if not str(row[0]).startswith("Made at")] for sheet in sheets]


@cache
def parsed(text: str) -> DocumentNode:
    return parse(text)


async def answer(question: Question, context: Context) -> dict[str, Any]:
    executed = await run(GRAPHQL_SCHEMA, parsed(question.text), context, question.variables)
    errors = executed.errors or []
    shown = execution_errors(errors)
    assert not any(error["extensions"]["code"] == "INTERNAL" for error in shown), (question, errors)
    return {"errors": shown, "data": executed.data, "extensions": context.extensions}
