"""Recording by the functions of `graph.capture`, with the files that records name: what mutations and documents have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from api.files import FileStore
from api.settings import Settings
from auth.actor import Actor
from graph.capture import Options, Outcome, Status
from graph.engine.driver import Graph
from graph.model.records.base import FileFacts

Captures: TypeAlias = Callable[[Graph, Actor, Sequence[Mapping[str, object]], Options | None], Awaitable[list[Outcome]]]


def options_of(settings: Settings, files: FileStore, actor: Actor, address: str | None = None) -> Options:
    """The limits of the settings, and what the store knows of files. address: of the client."""

    async def facts(digests: frozenset[str]) -> Mapping[str, FileFacts]:
        return await asyncio.to_thread(find, digests)

    def find(digests: frozenset[str]) -> Mapping[str, FileFacts]:
        stored = ((digest, files.find(digest, actor)) for digest in digests)
        return {digest: FileFacts(file.media_type, file.size) for digest, file in stored if file is not None}

    tolerance = int(settings.tolerance_minutes * 60_000)
    return Options(records=settings.records_per_call, tolerance_ms=tolerance, files=facts, address=address)


async def record(
    graph: Graph, actor: Actor, captures: Captures, sent: Sequence[Mapping[str, object]], options: Options, files: FileStore
) -> list[Outcome]:
    """An outcome per record; files that accepted records name are public from then on. Raises `CaptureRefused`."""
    outcomes = await captures(graph, actor, sent, options)
    accepted = [one for one, outcome in zip(sent, outcomes, strict=True) if outcome.status is not Status.REJECTED]
    if named := set(digests_of(accepted)):
        await asyncio.to_thread(files.name, named, actor)
    return outcomes


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
