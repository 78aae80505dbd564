"""A system under test, asked the oracle's questions and answering in the oracle's terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol

from . import documents
from .calls import RESOLVE, Call, milliseconds, world_of
from .oracle import T_DEFAULT, Edge, Gap, Lineage, Recall, Shared, backward, common_sources, forward, recall_radius
from .world import World

Post = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""(actor, document, variables) to the whole GraphQL response. The actor is an enterprise code, PLATFORM, PUBLIC or REGULATOR."""
REGULATOR = "REGULATOR"
ACCEPTED = {"CREATED", "UPDATED", "UNCHANGED"}


class System(Protocol):
    """Viewer None sees all. Raises AssertionError when a record is not accepted or an answer contradicts itself."""

    page_size: int

    async def record(self, calls: Iterable[Call]) -> None: ...

    async def forward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage: ...

    async def backward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage: ...

    async def recall(self, seeds: Sequence[str], radius: int, viewer: str | None = None) -> Recall: ...

    async def common(self, seeds: Sequence[str]) -> list[Shared]: ...


def comparable(answer: Lineage) -> dict[str, Any]:
    """A lineage answer without edges, and look-ups only by distance: the system names those itself."""
    nodes = answer["nodes"]
    return {
        "nodes": {record: label for record, label in nodes.items() if label[0] != "CONSUMER_QUERY"},
        "queries": Counter(distance for kind, distance in nodes.values() if kind == "CONSUMER_QUERY"),
        "hidden": answer["hidden"],
        "counts": answer["counts"],
        "gaps": answer["gaps"],
    }


def comparable_recall(answer: Recall) -> dict[str, Any]:
    """A recall with what is hidden by what is told of it alone: the system names it itself."""

    def shown(found: dict[str, Any]) -> tuple[dict[str, Any], Counter[Any]]:
        hidden = Counter(about for record, about in found.items() if record.startswith("hidden/"))
        return {record: about for record, about in found.items() if not record.startswith("hidden/")}, hidden

    batches = {
        batch: (ring, frozenset(one if not one.startswith("hidden/") else "hidden" for one in shared), len(shared), count)
        for batch, (ring, shared, count) in answer["batches"].items()
    }
    return {**answer, "batches": shown(batches), "sites": shown(answer["sites"])}


class OracleSystem:
    """The oracle behind the same interface: what the property tests themselves are tested with."""

    page_size = 1000

    def __init__(self, tolerance: int = T_DEFAULT) -> None:
        self.told: list[Call] = []
        self.tolerance = tolerance

    @property
    def world(self) -> World:
        return world_of(self.told)

    async def record(self, calls: Iterable[Call]) -> None:
        self.told += calls

    async def forward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage:
        return forward(self.world, seeds, self.tolerance, viewer)

    async def backward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage:
        return backward(self.world, seeds, self.tolerance, viewer)

    async def recall(self, seeds: Sequence[str], radius: int, viewer: str | None = None) -> Recall:
        return recall_radius(self.world, seeds, radius, self.tolerance, viewer)

    async def common(self, seeds: Sequence[str]) -> list[Shared]:
        return common_sources(self.world, seeds, self.tolerance)


class GraphQLSystem:
    """The contract's schema over any transport. All pages are fetched, `page_size` at a time."""

    def __init__(self, post: Post, page_size: int = 1000) -> None:
        self._post = post
        self.page_size = page_size

    async def _data(self, viewer: str | None, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        response = await self._post(viewer or REGULATOR, document, variables)
        assert not response.get("errors"), (response["errors"], variables)
        return response["data"]

    async def record(self, calls: Iterable[Call]) -> None:
        for call in calls:
            if call.mutation == RESOLVE:
                for record in call.records:
                    resolution = (await self._data(call.actor, documents.RESOLVE, record))["resolve"]
                    assert resolution["verdict"] not in ("UNKNOWN_CODE", "UNKNOWN_ENTERPRISE", "MALFORMED"), (record, resolution)
                continue
            data = await self._data(call.actor, documents.MUTATIONS[call.mutation], {"records": list(call.records)})
            outcomes = data[call.mutation]["outcomes"]
            assert len(outcomes) == len(call.records), (call, outcomes)
            refused = [
                (record, outcome) for record, outcome in zip(call.records, outcomes, strict=True) if outcome["status"] not in ACCEPTED
            ]
            assert not refused, (call.actor, call.mutation, refused)

    async def forward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage:
        return await self._lineage("forward", seeds, viewer)

    async def backward(self, seeds: Sequence[str], viewer: str | None = None) -> Lineage:
        return await self._lineage("backward", seeds, viewer)

    async def _lineage(self, direction: str, seeds: Sequence[str], viewer: str | None) -> Lineage:
        document = documents.LINEAGE[direction]
        head = (await self._data(viewer, document, self._head(seeds)))[direction]
        rows = await self._pages(viewer, document, direction, "nodes", head["nodes"], {"seeds": list(seeds), "edges": False})
        links = await self._pages(viewer, document, direction, "edges", head["edges"], {"seeds": list(seeds), "nodes": False})
        assert set(head["from"]) == set(seeds) or viewer is not None, (head["from"], seeds)
        nodes = [row["node"] for row in rows]
        disclosed = [node for node in nodes if node["disclosed"]]
        hidden = [node for node in nodes if not node["disclosed"]]
        assert len({node["id"] for node in nodes}) == len(nodes), "a node twice"
        for node in disclosed:
            assert node["record"] == {"id": node["id"], "kind": node["kind"]}, node
        for node in hidden:
            assert node["id"].startswith("hidden/"), node
            assert node["record"] is None, node
        order = [(node["distance"], node["id"]) for node in disclosed]
        assert order == sorted(order), "not by distance, then id"
        assert [node["distance"] for node in nodes] == sorted(node["distance"] for node in nodes), "not by distance"
        if viewer is None:
            assert head["nodes"]["totalCount"] == len(nodes)
            assert head["edges"]["totalCount"] == len(links)
        return {
            "nodes": {node["id"]: (node["kind"], node["distance"]) for node in disclosed},
            "hidden": Counter((node["kind"], node["distance"]) for node in hidden),
            "edges": {_edge(link) for link in links},
            "counts": {row["kind"]: row["count"] for row in head["counts"] if row["count"]},
            "gaps": _gaps(head["completeness"]),
        }

    async def recall(self, seeds: Sequence[str], radius: int, viewer: str | None = None) -> Recall:
        field, extra = "recallRadius", {"seeds": list(seeds), "radius": radius}
        head = (await self._data(viewer, documents.RECALL, {**extra, "first": self.page_size}))[field]
        items = await self._pages(viewer, documents.RECALL, field, "items", head["items"], extra)
        assert head["radius"] == radius
        assert len({batch["id"] for batch in head["batches"]}) == len(head["batches"]), "a batch twice"
        assert len({site["id"] for site in head["sites"]}) == len(head["sites"]), "a site twice"
        assert len({item["id"] for item in items}) == len(items), "an item twice"
        assert head["itemCount"] == head["items"]["totalCount"] == len(items) == sum(head["whereabouts"].values())
        return {
            "batches": {
                batch["id"]: (batch["ring"], {one["id"] for one in batch["sharedInputs"]}, batch["itemCount"]) for batch in head["batches"]
            },
            "itemCount": head["itemCount"],
            "items": {item["id"] for item in items},
            "sites": {site["id"]: (site["itemCount"], site["soldCount"]) for site in head["sites"]},
            "whereabouts": head["whereabouts"],
            "countsWhole": head["countsWhole"],
            "gaps": _gaps(head["completeness"]),
        }

    async def common(self, seeds: Sequence[str]) -> list[Shared]:
        found = (await self._data(None, documents.COMMON, {"seeds": list(seeds), "first": 1000}))["commonSources"]
        return [
            {
                "id": one["source"]["id"],
                "kind": one["source"]["kind"],
                "distance": one["source"]["distance"],
                "score": one["score"],
                "reached": set(one["reached"]),
            }
            for one in found
        ]

    def _head(self, seeds: Sequence[str]) -> dict[str, Any]:
        return {"seeds": list(seeds), "first": self.page_size}

    async def _pages(
        self, viewer: str | None, document: str, field: str, connection: str, page: dict[str, Any], variables: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The rows of the page already there and of all that follow it."""
        rows = list(_rows(page))
        while page["pageInfo"]["hasNextPage"]:
            assert len(_rows(page)) == self.page_size, "a short page that is not the last"
            after = {"first": self.page_size, "after": page["pageInfo"]["endCursor"]}
            page = (await self._data(viewer, document, {**variables, **after}))[field][connection]
            rows += _rows(page)
        return rows


def _rows(page: dict[str, Any]) -> list[dict[str, Any]]:
    return page["edges"] if "edges" in page else page["nodes"]


def _gaps(completeness: dict[str, Any]) -> set[Gap]:
    gaps: set[Gap] = {(gap["cause"], gap["at"]) for gap in completeness["gaps"]}
    assert completeness["complete"] == (not gaps), completeness
    assert all(gap["detail"] for gap in completeness["gaps"]), completeness
    return gaps


def _edge(link: dict[str, Any]) -> Edge:
    return link["source"], link["target"], link["kind"], None if link["at"] is None else milliseconds(link["at"])
