"""The endpoint that the service is measured against: Starlette, the async driver, the service's own statements with the same parameters.

It does what anybody would write who wanted just these answers: no schema, no tokens, no limits, no times, no gaps. What a question
leads on to is followed hop by hop with nothing but a set. Run by `bench.processes`, with the engine's address in the environment.
"""

import logging
import os
import socket
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import neo4j
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.scope import Scope
from graph.lineage.items import WITH_LOOK_UPS, WITH_SALES, Befalling
from graph.model.identifiers import Kind
from graph.model.times import STILL
from graph.model.ulid import new_ulid
from graph.portions import portions
from graph.statements import Row, Statement, statement

EVERYTHING, PUBLIC = Scope.ALL.parameters(), Scope.NONE.parameters()
KINDS = {kind.value: kind for kind in Kind}
PRESENT = {kind: statement("lineage/present", label=kind.label) for kind in Kind if kind.traceable}
UP = {
    Kind.MILK_DELIVERY: statement("lineage/upstream", label="MilkDelivery", edge="SUPPLIED"),
    Kind.INGREDIENT_LOT: statement("lineage/upstream", label="IngredientLot", edge="SUPPLIED"),
    Kind.PRODUCTION_BATCH: statement("lineage/upstream", label="ProductionBatch", edge="CONSUMED_BY|UNTOLD_FROM"),
}
DOWN = {
    kind: statement("lineage/downstream", label=kind.label, edge=edge)
    for kind, edge in (
        (Kind.FARM, "SUPPLIED"),
        (Kind.ENTERPRISE, "SUPPLIED"),
        (Kind.MILK_DELIVERY, "CONSUMED_BY"),
        (Kind.INGREDIENT_LOT, "CONSUMED_BY"),
        (Kind.PRODUCTION_BATCH, "CONSUMED_BY|UNTOLD_TO"),
    )
}
BATCHES_OF_ITEMS = statement("lineage/batches_of_items")
ITEM_COUNTS = statement("lineage/item_counts")
ITEMS = statement("lineage/items_of_batches")
BATCH_STAYS, STAYS = statement("lineage/stays_of_batch_items"), statement("lineage/stays_of_packages")
FIND, COUNT = statement("lookup/find"), statement("lookup/count")
RECORD, ATTACH = statement("lookup/record"), statement("lookup/attach")
STATE = statement("capture/state", label="MilkDelivery")
FARMS = statement("capture/present", label="Farm")
PUT = statement("capture/put", label="MilkDelivery")
SUPPLY = statement("capture/supply", label="MilkDelivery", source="Farm")
AUDIT = statement("capture/audit")
LOG = statement("access/log")

driver: neo4j.AsyncDriver
database = os.environ.get("BENCH_DATABASE")
Session = neo4j.AsyncSession
Answer = Callable[[Session, dict[str, Any]], Awaitable[Any]]


async def read(session: Session, read: Statement, ids: Iterable[str], **more: Any) -> list[Row]:
    found: list[Row] = []
    for portion in portions(ids):
        result = await session.run(read.text, {"ids": portion, "scope": EVERYTHING, **more})
        found += [row async for row in result]
    return found


def kind_of(record: str) -> Kind:
    return KINDS[record.partition("/")[0]]


async def present(session: Session, ids: Iterable[str], *, any_owner: bool) -> None:
    groups: defaultdict[Kind, list[str]] = defaultdict(list)
    for record in ids:
        groups[kind_of(record)].append(record)
    for kind, wanted in groups.items():
        await read(session, PRESENT[kind], wanted, any=any_owner)


async def walk(session: Session, statements: dict[Kind, Statement], frontier: Iterable[str], known: set[str]) -> set[str]:
    """Everything that the frontier leads on to, and the frontier. known: what has been expanded before."""
    reached = set(frontier)
    waiting = reached - known
    while waiting:
        known |= waiting
        groups: defaultdict[Kind, list[str]] = defaultdict(list)
        for record in waiting:
            groups[kind_of(record)].append(record)
        found: set[str] = set()
        for kind, ids in groups.items():
            if kind in statements:
                for row in await read(session, statements[kind], ids):
                    found.update(link[0] for link in row[1])
        waiting = found - reached
        reached |= waiting
    return reached


async def shown(reached: set[str]) -> dict[str, Any]:
    nodes = sorted(reached)[:100]
    await log(nodes)
    return {"counts": Counter(record.partition("/")[0] for record in reached), "nodes": nodes}


async def log(records: Iterable[str]) -> None:
    """The access log's entries, one an owner."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        kind, owner, *_ = record.split("/")
        kinds[owner][kind] += 1
    number, now = new_ulid(), time.time_ns() // 1_000_000
    entries = [
        {
            "id": f"{number}/{owner}",
            "owner": owner,
            "at": now,
            "subject": "bench",
            "role": "REGULATOR",
            "operation": None,
            "reason": None,
            "address": "127.0.0.1",
            "records": counts.total(),
            "kinds": [f"{kind}:{count}" for kind, count in sorted(counts.items())],
        }
        for owner, counts in sorted(kinds.items())
    ]

    async def write(tx: neo4j.AsyncManagedTransaction) -> None:
        result = await tx.run(LOG.text, {"entries": entries, "scope": EVERYTHING})
        await result.consume()

    async with driver.session(database=database) as session:
        await session.execute_write(write)


async def backward(session: Session, asked: dict[str, Any]) -> Any:
    cans = asked["from"]
    await present(session, cans, any_owner=False)
    batches = {row[0] for row in await read(session, BATCHES_OF_ITEMS, cans)}
    return await shown(await walk(session, UP, batches, set()))


async def forward(session: Session, asked: dict[str, Any]) -> Any:
    seeds = asked["from"]
    await present(session, seeds, any_owner=False)
    reached = await walk(session, DOWN, seeds, set())
    batches = [record for record in reached if record.startswith("batch/")]
    await read(session, ITEM_COUNTS, batches)
    for row in await read(session, ITEMS, batches):
        reached.update(row[1])
    sites = await befell(session, WITH_LOOK_UPS, batches, reached)
    await present(session, sites, any_owner=True)
    return await shown(reached - set(seeds))


async def befell(session: Session, befalling: Befalling, batches: list[str], reached: set[str]) -> set[str]:
    """Adds parents, shipments, sites and look-ups of the batches' items; the sites."""
    sites: set[str] = set()

    def happened(rows: list[Row]) -> None:
        for kind, target, _, _, _, destination, _ in rows:
            if kind == "SOLD_AT":
                continue
            reached.add(target)
            if kind == "SHIPPED_IN" and destination:
                sites.add(destination)

    parents = {row[0] for row in await read(session, BATCH_STAYS, batches)}
    happened(await read(session, befalling.of_batch_items, batches))
    known: set[str] = set()
    while unread := parents - known:
        known |= unread
        happened(await read(session, befalling.of_packages, unread))
        parents = {row[0] for row in await read(session, STAYS, unread)}
    reached |= known | sites
    return sites


async def recall(session: Session, asked: dict[str, Any]) -> Any:
    """Radius 1."""
    seeds, known = asked["from"], set[str]()
    await present(session, seeds, any_owner=False)
    first = [record for record in await walk(session, DOWN, seeds, known) if record.startswith("batch/")]
    inputs = {link[0] for row in await read(session, UP[Kind.PRODUCTION_BATCH], first) for link in row[1]}
    reached = await walk(session, DOWN, inputs, known)
    batches = list({record for record in reached if record.startswith("batch/")} | set(first))
    await read(session, ITEM_COUNTS, batches)
    items = {item for row in await read(session, ITEMS, batches) for item in row[1]}
    sites = await befell(session, WITH_SALES, batches, set())
    await present(session, sites, any_owner=True)
    await log({*batches, *sites})
    return {"batches": sorted(batches), "items": len(items), "sites": sorted(sites)}


async def look_up(session: Session, asked: dict[str, Any]) -> Any:
    code, now = asked["code"], time.time_ns() // 1_000_000
    enterprise, _, number = code.partition(".")
    package = f"package/{enterprise}/{number}"
    candidates = [{"id": package, "enterprise": enterprise}]
    result = await session.run(FIND.text, {"candidates": candidates, "still": STILL, "scope": PUBLIC})
    [found] = [row async for row in result]
    ulid = new_ulid()
    query = f"query/{enterprise}/{ulid}"
    properties = {
        "owner": enterprise,
        "number": ulid,
        "version": 1,
        "recordedAt": now,
        "recordedBy": "look-up",
        "code": code,
        "time": now,
        "channel": asked["channel"],
        "place": asked["place"],
        "verdict": "AUTHENTIC",
        "count": 0,
    }

    async def record(tx: neo4j.AsyncManagedTransaction) -> Any:
        rows = [{"id": code, "code": code, "n": 1, "firstAt": now, "places": [asked["place"]], "query": None}]
        result = await tx.run(COUNT.text, {"rows": rows, "placesKept": 64, "scope": PUBLIC})
        [counted] = [row async for row in result]
        kept = {"id": query, "package": package, "properties": properties, "displaced": ""}
        written = await tx.run(RECORD.text, {"queries": [kept], "scope": PUBLIC})
        await written.consume()
        attached = await tx.run(ATTACH.text, {"queries": [{"id": query, "package": package}], "scope": PUBLIC})
        await attached.consume()
        return counted

    counted = await session.execute_write(record)
    names = asked["fields"]
    return {"queryCount": counted["count"], "firstQueriedAt": counted["firstAt"], "product": {name: found[name] for name in names}}


async def record(session: Session, asked: dict[str, Any]) -> Any:
    """Milk deliveries: what is stored, the farms, the records, their edges, the audit entry."""
    owner, audit, now = asked["owner"], new_ulid(), time.time_ns() // 1_000_000
    rows: list[dict[str, Any]] = [
        {"id": f"milk/{owner}/{one['number']}", "expected": 0, "content": one, "digest": asked["digest"]} for one in asked["records"]
    ]
    ids = [row["id"] for row in rows]
    entry = {
        "id": audit,
        "at": now,
        "actor": "bench",
        "enterprise": owner,
        "role": "ENTERPRISE",
        "action": "recordMilkDeliveries",
        "records": ids,
        "digests": [row["digest"] for row in rows],
        "statuses": ["CREATED"] * len(rows),
    }
    own = Scope.of(owner).parameters()

    async def write(tx: neo4j.AsyncManagedTransaction) -> None:
        for read, parameters in (
            (STATE, {"rows": [{"id": row["id"], "digest": row["digest"]} for row in rows]}),
            (FARMS, {"ids": sorted({one["farm"] for one in asked["records"]})}),
            (PUT, {"rows": rows, "at": now, "by": "bench", "audit": audit}),
            (SUPPLY, {"rows": [{"id": row["id"], "source": row["content"]["farm"]} for row in rows]}),
            (AUDIT, {"entry": entry}),
        ):
            result = await tx.run(read.text, {**parameters, "scope": own})
            _ = [row async for row in result]

    await session.execute_write(write)
    return {"outcomes": [{"id": record, "status": "CREATED", "problems": []} for record in ids]}


def answering(work: Answer, access: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        async with driver.session(database=database, default_access_mode=access, fetch_size=-1) as session:
            return Response(orjson.dumps(await work(session, asked)), media_type="application/json")

    return answer


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    global driver
    auth = (os.environ["BENCH_USER"], os.environ["BENCH_PASSWORD"])
    async with neo4j.AsyncGraphDatabase.driver(os.environ["BENCH_URI"], auth=auth, notifications_min_severity="OFF") as driver:
        yield


READING = {"backward": backward, "forward": forward, "recall": recall}
WRITING = {"look-up": look_up, "record": record}
app = Starlette(
    routes=[
        *(Route(f"/{name}", answering(work, neo4j.READ_ACCESS), methods=["POST"]) for name, work in READING.items()),
        *(Route(f"/{name}", answering(work, neo4j.WRITE_ACCESS), methods=["POST"]) for name, work in WRITING.items()),
    ],
    lifespan=lifespan,
)


def main() -> None:
    logging.getLogger("neo4j").setLevel(logging.ERROR)  # it tells of each try again
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="on")
    print(f"ready http://127.0.0.1:{listening.getsockname()[1]}", flush=True)  # noqa: T201
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
