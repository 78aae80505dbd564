"""Packages in bulk: what `graph.capture.capture_packages` would store of them, in a few large statements and without its checks.

A case travels as one row with its items in it. Each chunk is one transaction with its audit entry, whose ID is made from what the
chunk is: a chunk that is there already, because the reply to its commit was lost or the loading was started again, is skipped.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.records.base import canonical, digest_of
from graph.model.times import STILL
from graph.statements import statement
from seed.portions import PER_INNER, Case, Packing, package
from seed.settings import SeedSettings

_LOADED = statement("seed/loaded")
_CHUNK_OF = statement("seed/chunk_of")
_CASES = statement("seed/cases")
_GIFT_CASES = statement("seed/gift_cases")
_AUDIT = statement("capture/audit")

SUBJECT = "seed"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SeedConflict(Exception):
    """The graph has packages with the chain's numbers that are not of this chain."""


def fixed_ulid(at: int, *name: object) -> str:
    """A ULID of a time (ms) that is the same for the same name."""
    tail = hashlib.sha256("/".join(str(part) for part in name).encode()).digest()[:10]
    made = at << 80 | int.from_bytes(tail)
    return "".join(_ALPHABET[made >> shift & 31] for shift in range(125, -1, -5))


def _audit_id(settings: SeedSettings, packing: Packing) -> str:
    first = packing.cases[0]
    return fixed_ulid(first.packed_at, settings, packing.enterprise, first.number, packing.count)


async def check_unseeded(graph: Graph, settings: SeedSettings, packing: Packing) -> None:
    """`SeedConflict` when the portion's packages are there from another chain: of other settings, or recorded otherwise."""
    case = package(packing.enterprise, packing.cases[0].number)
    found = await graph.read(_CHUNK_OF, Scope.of(packing.enterprise), id=case)
    if found and found[0]["audit"] != _audit_id(settings, packing):
        raise SeedConflict(f"found {case} in the graph, from another chain than {settings}; right is an empty graph, or the same settings again")


async def load_packing(graph: Graph, settings: SeedSettings, packing: Packing, at: int) -> int:
    """Stores the packages of a portion as recorded at `at` (ms); how many there are. Nothing is stored twice."""
    scope = Scope.of(packing.enterprise)
    audit = _audit_id(settings, packing)
    rows, digests = _rows(packing)
    entry = {
        "id": audit,
        "at": at,
        "actor": SUBJECT,
        "enterprise": packing.enterprise,
        "role": "ENTERPRISE",
        "action": "commissionPackages",
        "records": list(digests),
        "digests": list(digests.values()),
        "statuses": ["CREATED"] * len(digests),
    }
    load = _GIFT_CASES if packing.cases[0].inners else _CASES
    common = {"batch": packing.batch, "prefix": package(packing.enterprise, ""), "at": at, "by": SUBJECT, "audit": audit, "still": STILL}

    async def work(tx: Transaction) -> None:
        if not (await tx.run(_LOADED, scope, id=audit))[0]["loaded"]:
            await tx.run(load, scope, rows=rows, **common)
            await tx.run(_AUDIT, scope, entry=entry)

    await graph.write(work)
    return len(digests)


def _rows(packing: Packing) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The rows of the statement, and the digest of each package by its ID."""
    digests: dict[str, str] = {}

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
            row["inners"] = []
            for place, inner in enumerate(case.inners):
                above = package(packing.enterprise, case.number)
                made = digest(inner, {"level": "INNER", "packedAt": case.packed_at, "parent": above})
                inside = case.items[place * PER_INNER : (place + 1) * PER_INNER]
                row["inners"].append({"number": inner, "digest": made, "items": [item(case, one, inner) for one in inside]})
        else:
            row["items"] = [item(case, one, case.number) for one in case.items]
        rows.append(row)
    return rows, digests
