"""Packages in bulk: what `graph.capture.capture_packages` would store of them, in a few large statements and without its checks.

A case travels as one row with its items in it. Each chunk is one transaction with its audit entry, whose ID is made from what the
chunk is: a chunk that is there already, because the reply to its commit was lost or the loading was started again, is skipped.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.records.base import canonical, digest_of
from graph.model.times import STILL, now_ms
from graph.statements import statement
from seed.portions import PER_INNER, Case, Packing, package
from seed.settings import SeedSettings

_LOADED = statement("seed/loaded")
_RECORDED = statement("seed/recorded")
_CASES = statement("seed/cases")
_GIFT_CASES = statement("seed/gift_cases")
_AUDIT = statement("capture/audit")

SUBJECT = "seed"
PACKAGES = 6_000
"""In one transaction: 5,000 items in their cases."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SeedConflict(Exception):
    """The graph holds records that are not of this chain."""


def fixed_ulid(at: int, *name: object) -> str:
    """A ULID of a time (ms) that is the same for the same name."""
    tail = hashlib.sha256("/".join(str(part) for part in name).encode()).digest()[:10]
    made = at << 80 | int.from_bytes(tail)
    return "".join(_ALPHABET[made >> shift & 31] for shift in range(125, -1, -5))


def _audit_id(settings: SeedSettings, chunk: Sequence[Packing]) -> str:
    first = chunk[0].cases[0]
    return fixed_ulid(first.packed_at, settings, chunk[0].enterprise, first.number, sum(packing.count for packing in chunk))


def chunks(packings: Iterable[Packing]) -> Iterator[list[Packing]]:
    """What goes into one transaction: portions of one maker, all in gift boxes or none, as they come."""
    chunk: list[Packing] = []
    for packing in packings:
        alike = chunk and chunk[0].enterprise == packing.enterprise and chunk[0].gifts == packing.gifts
        if chunk and not (alike and sum(other.count for other in chunk) + packing.count <= PACKAGES):
            yield chunk
            chunk = []
        chunk.append(packing)
    if chunk:
        yield chunk


async def begin(graph: Graph, settings: SeedSettings) -> None:
    """Marks the graph as one that holds this chain, in two look-ups however large it is. `SeedConflict` when it holds anything else:
    records of somebody, or of a chain of other settings."""
    marker = fixed_ulid(settings.now, settings, "chain")
    entry = {
        "id": marker,
        "at": now_ms(),
        "actor": SUBJECT,
        "role": "PLATFORM",
        "action": "seed",
        "records": list[str](),
        "digests": list[str](),
        "statuses": list[str](),
    }

    async def work(tx: Transaction) -> None:
        if (await tx.run(_LOADED, Scope.ALL, id=marker))[0]["loaded"]:
            return
        if await tx.run(_RECORDED, Scope.ALL):
            raise SeedConflict(
                f"found records in the graph that are not those of {settings.words}; "
                "right is an empty graph, or the --items and --until that its chain was made with"
            )
        await tx.run(_AUDIT, Scope.ALL, entry=entry)

    await graph.write(work)


async def load_packings(graph: Graph, settings: SeedSettings, chunk: Sequence[Packing], at: int) -> int:
    """Stores the packages of a chunk as recorded at `at` (ms); how many there are. Nothing is stored twice."""
    scope = Scope.of(chunk[0].enterprise)
    audit = _audit_id(settings, chunk)
    digests: dict[str, str] = {}
    batches = [{"id": packing.batch, "cases": _rows(packing, digests)} for packing in chunk]
    entry = {
        "id": audit,
        "at": at,
        "actor": SUBJECT,
        "enterprise": chunk[0].enterprise,
        "role": "ENTERPRISE",
        "action": "commissionPackages",
        "records": list(digests),
        "digests": list(digests.values()),
        "statuses": ["CREATED"] * len(digests),
    }
    load = _GIFT_CASES if chunk[0].gifts else _CASES
    common = {"prefix": package(chunk[0].enterprise, ""), "at": at, "by": SUBJECT, "audit": audit, "still": STILL}

    async def work(tx: Transaction) -> None:
        if not (await tx.run(_LOADED, scope, id=audit))[0]["loaded"]:
            await tx.run(load, scope, batches=batches, **common)
            await tx.run(_AUDIT, scope, entry=entry)

    await graph.write(work)
    return len(digests)


def _rows(packing: Packing, digests: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of the statement; the digest of each package goes into `digests`, by its ID."""

    def digest(number: str, content: Mapping[str, Any]) -> str:
        digests[package(packing.enterprise, number)] = made = digest_of(canonical({"number": number, **content}))
        return made

    def item(case: Case, number: str, parent: str) -> list[str]:
        within = package(packing.enterprise, parent)
        return [number, digest(number, {"level": "ITEM", "batch": packing.batch, "packedAt": case.packed_at, "parent": within})]

    rows: list[dict[str, Any]] = []
    for case in packing.cases:
        row: dict[str, Any] = {"number": case.number, "at": case.packed_at}
        row["digest"] = digest(case.number, {"level": "CASE", "packedAt": case.packed_at})
        if case.inners:
            inners: list[dict[str, Any]] = []
            for place, inner in enumerate(case.inners):
                above = package(packing.enterprise, case.number)
                made = digest(inner, {"level": "INNER", "packedAt": case.packed_at, "parent": above})
                inside = case.items[place * PER_INNER : (place + 1) * PER_INNER]
                inners.append({"number": inner, "digest": made, "items": [item(case, one, inner) for one in inside]})
            row["inners"] = inners
        else:
            row["items"] = [item(case, one, case.number) for one in case.items]
        rows.append(row)
    return rows
