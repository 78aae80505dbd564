"""Recording by the functions of `graph.capture`, with the files that records name: what mutations and documents have in common."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias, cast

import structlog

from api.exchange.epcis.recording import tell_news
from api.files import FileStore
from api.settings import Settings
from auth.actor import Actor
from graph.capture import Options, Outcome, Status
from graph.engine.driver import Graph
from graph.model.records.base import FileFacts

Captures: TypeAlias = Callable[[Graph, Actor, Sequence[Mapping[str, object]], Options | None], Awaitable[list[Outcome]]]
Record: TypeAlias = Callable[[Actor, Captures, Sequence[Mapping[str, object]]], Awaitable[list[Outcome]]]
"""One call: an outcome per record; files that accepted records name are public from then on. Raises `CaptureRefused`."""
_log = structlog.get_logger(__name__)


def options_of(settings: Settings, files: FileStore, actor: Actor, address: str | None = None) -> Options:
    """The limits of the settings, and what the store knows of files. address: of the client."""

    async def facts(digests: frozenset[str]) -> Mapping[str, FileFacts]:
        return await asyncio.to_thread(find, digests)

    def find(digests: frozenset[str]) -> Mapping[str, FileFacts]:
        stored = ((digest, files.find(digest, actor)) for digest in digests)
        return {digest: FileFacts(file.media_type, file.size) for digest, file in stored if file is not None}

    tolerance = int(settings.tolerance_minutes * 60_000)
    return Options(records=settings.records_per_call, tolerance_ms=tolerance, files=facts, address=address)


@asynccontextmanager
async def recording(
    graph: Graph, actor: Actor, options: Options, files: FileStore, *, seconds: float | None = None
) -> AsyncGenerator[Record]:
    """Calls; after the last of them, or those before one that failed, the events that waited for what they told are recorded again.

    actor: of whom the news is. seconds: that may take; what is not through by then waits on.
    """
    news: set[str] = set()

    async def record(by: Actor, captures: Captures, sent: Sequence[Mapping[str, object]]) -> list[Outcome]:
        outcomes = await captures(graph, by, sent, options)
        news.update(*(outcome.news for outcome in outcomes))
        accepted = [one for one, outcome in zip(sent, outcomes, strict=True) if outcome.status is not Status.REJECTED]
        if named := set(digests_of(accepted)):
            await asyncio.to_thread(files.name, named, by)
        return outcomes

    async def tell() -> None:
        try:
            async with asyncio.timeout(seconds):
                await tell_news(graph, actor, news, options)
        except TimeoutError:
            _log.warning("events wait on", news_of=actor.enterprise, error=f"it took more than {seconds:g} s")

    try:
        yield record
    except Exception:
        await tell()
        raise
    await tell()


def digests_of(sent: object) -> Iterator[str]:
    """Of the files that records name."""
    if isinstance(sent, Mapping):
        for name, value in cast("Mapping[str, object]", sent).items():
            if name == "sha256" and isinstance(value, str):
                yield value.lower()
            elif isinstance(value, Mapping | list | tuple):
                yield from digests_of(cast("object", value))
    elif isinstance(sent, list | tuple):
        for value in cast("Sequence[object]", sent):
            if isinstance(value, Mapping | list | tuple):
                yield from digests_of(cast("object", value))
