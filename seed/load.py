"""The chain into a graph: packages in bulk, everything else by the functions that enterprises' own records go through.

Loading goes on where it was cut off: what is there already is found there, and left as it is.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from auth.actor import Actor, Duty, Role
from graph import capture
from graph.capture import Options, Outcome, Status
from graph.engine.driver import Dialect, Graph
from graph.model.records.base import FileFacts
from graph.model.times import now_ms
from seed.bulk import SUBJECT, begin, chunks, load_packings
from seed.chain import downstream, upstream
from seed.look_ups import load_look_ups
from seed.master import master
from seed.portions import Packing, Portion, Record, SeedFile, Stage
from seed.settings import SeedSettings

Keep: TypeAlias = Callable[[SeedFile], Awaitable[object]]
"""Puts a document into the file store."""

_CALLS: dict[Stage, Callable[[Graph, Actor, Sequence[Mapping[str, object]], Options], Awaitable[list[Outcome]]]] = {
    Stage.ENTERPRISE: capture.capture_enterprises,
    Stage.PRODUCT: capture.capture_products,
    Stage.FARM: capture.capture_farms,
    Stage.SITE: capture.capture_sites,
    Stage.LOT: capture.capture_ingredient_lots,
    Stage.MILK: capture.capture_milk_deliveries,
    Stage.BATCH: capture.capture_batches,
    Stage.PACKAGE: capture.capture_packages,
    Stage.AGGREGATION: capture.capture_aggregations,
    Stage.SHIPMENT: capture.capture_shipments,
    Stage.RECEIPT: capture.capture_receipts,
    Stage.REPACKING: capture.capture_aggregations,
    Stage.SALE: capture.capture_sales,
}
_WAVE = 60_000
"""Packages that are generated before they are loaded: of small chains everything, of large ones a block."""
_WRITERS: dict[Dialect, int] = {"arcadedb": 1, "neo4j": 2}
"""Transactions at once. On ArcadeDB two that both insert packages meet on a page, and one of them does all its work again."""
_RECORDS, _LISTED = 2_000, 10_000
"""In one call."""


class SeedRejected(Exception):
    """The graph's checks refused a record of the chain: the chain and the checks have grown apart."""


@dataclass(slots=True)
class Progress:
    """How far loading is. items: ITEM packages, of how many in all; records: everything that was stored."""

    items: int
    of: int
    records: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Records."""
        return self.records / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class _Wave:
    """Portions that are loaded together: what packing needs, the packages, and what happens to them."""

    before: list[Portion] = field(default_factory=list[Portion])
    packings: list[Packing] = field(default_factory=list[Packing])
    after: list[Portion] = field(default_factory=list[Portion])


async def load(
    graph: Graph,
    settings: SeedSettings,
    *,
    keep: Keep | None = None,
    progress: Callable[[Progress], None] | None = None,
    in_bulk: bool = True,
) -> Progress:
    """Everything of the chain into a migrated graph; what came to be stored, and how fast.

    in_bulk: False takes packages, too, through `capture_packages`: slower, with its checks. Raises `SeedRejected`,
    `SeedConflict` for a graph with other records in it, and the graph's `EngineError`.
    """
    writers = asyncio.Semaphore(_WRITERS[graph.dialect])
    loading = _Loading(graph, settings, keep, progress or (lambda _: None), in_bulk, writers)
    await begin(graph, settings)
    earlier: _Wave | None = None
    for wave in _waves(settings):
        await loading.portions(wave.before)
        # by maker: two writers of one batch's items would wait for each other
        lanes: list[list[Packing]] = [[], []]
        for packing in wave.packings:
            lanes[int(packing.enterprise[-1]) % 2].append(packing)
        try:
            async with asyncio.TaskGroup() as tasks:
                for lane in lanes:
                    tasks.create_task(loading.packings(lane))
                if earlier is not None:
                    tasks.create_task(loading.portions(earlier.after))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # the caller knows the errors of one loading, not of its tasks
        earlier = wave
    if earlier is not None:
        await loading.portions(earlier.after)
    return loading.told()


def _waves(settings: SeedSettings) -> Iterator[_Wave]:
    wave = _Wave(list(master(settings)))
    for block in range(settings.blocks):
        wave.before += upstream(settings, block)
        for portion in downstream(settings, block):
            if isinstance(portion, Packing):
                wave.packings.append(portion)
            else:
                wave.after.append(portion)
        if sum(packing.count for packing in wave.packings) >= _WAVE:
            yield wave
            wave = _Wave()
    if wave.packings:
        yield wave


@dataclass(slots=True)
class _Loading:
    graph: Graph
    settings: SeedSettings
    keep: Keep | None
    progress: Callable[[Progress], None]
    in_bulk: bool
    writers: asyncio.Semaphore
    items: int = 0
    records: int = 0
    started: float = field(default_factory=time.monotonic)

    def told(self) -> Progress:
        return Progress(self.items, self.settings.items, self.records, time.monotonic() - self.started)

    def _count(self, records: int, items: int = 0) -> None:
        self.records += records
        self.items += items
        self.progress(self.told())

    async def packings(self, packings: Iterable[Packing]) -> None:
        if not self.in_bulk:
            for packing in packings:
                for records in _calls(packing.inputs()):
                    await self._capture(Stage.PACKAGE, packing.enterprise, records, {})
                self._count(0, packing.items)
            return
        for chunk in chunks(packings):
            async with self.writers:
                stored = await load_packings(self.graph, self.settings, chunk, now_ms())
            self._count(stored, sum(packing.items for packing in chunk))

    async def portions(self, portions: Iterable[Portion]) -> None:
        """Stage by stage, and within a stage enterprise by enterprise: makers take cases out of pallets before distributors repack them."""
        groups: dict[tuple[Stage, str], list[Portion]] = {}
        for portion in portions:
            # the platform records enterprises, all in one call
            owner = "" if portion.stage is Stage.ENTERPRISE else portion.enterprise
            groups.setdefault((portion.stage, owner), []).append(portion)
        stages = list(Stage)
        for stage, enterprise in sorted(groups, key=lambda key: (stages.index(key[0]), key[1])):
            group = groups[stage, enterprise]
            facts = await self._files(file for portion in group for file in portion.files)
            for records in _calls(record for portion in group for record in portion.records):
                if stage is Stage.QUERY:
                    async with self.writers:
                        looks = await load_look_ups(self.graph, enterprise, records)
                    self._count(looks)
                else:
                    await self._capture(stage, enterprise, records, facts)

    async def _files(self, files: Iterable[SeedFile]) -> dict[str, FileFacts]:
        facts: dict[str, FileFacts] = {}
        for file in files:
            if self.keep is not None:
                await self.keep(file)
            facts[file.reference["sha256"]] = FileFacts(file.media_type, len(file.content))
        return facts

    async def _capture(self, stage: Stage, enterprise: str, records: list[Record], facts: dict[str, FileFacts]) -> None:
        async def known(wanted: frozenset[str]) -> Mapping[str, FileFacts]:
            return {sha256: facts[sha256] for sha256 in wanted if sha256 in facts}

        actor = Actor(SUBJECT, Role.ENTERPRISE, enterprise, frozenset({Duty.SYNC})) if enterprise else Actor(SUBJECT, Role.PLATFORM)
        async with self.writers:
            outcomes = await _CALLS[stage](self.graph, actor, records, Options(files=known))
        refused = next((outcome for outcome in outcomes if outcome.status is Status.REJECTED), None)
        if refused is not None:
            raise SeedRejected(f"{stage.value} {refused.id}: {refused.problems[0].code}: {refused.problems[0].message}")
        self._count(len(outcomes))


def _calls(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in calls of bounded size."""
    call: list[Record] = []
    listed = 0
    for record in records:
        size = sum(len(value) for value in _lists(record))
        if call and (len(call) == _RECORDS or listed + size > _LISTED):
            yield call
            call, listed = [], 0
        call.append(record)
        listed += size
    if call:
        yield call


def _lists(record: Record) -> Iterator[list[Any]]:
    return (cast("list[Any]", value) for value in record.values() if isinstance(value, list))
