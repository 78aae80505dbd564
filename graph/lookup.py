"""The public look-up of a code (QB/T 4971-2018 5.3, 6.7): what the package is, whether it can be trusted, and how often it was
looked up. Each look-up is in the graph before its answer leaves; those that come together share one transaction. Of codes that nobody
knows a bounded number is kept, so that strangers cannot fill the graph (docs/decisions/0007-limits-in-a-file.md)."""

import json
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.engine.together import Together, size_of
from graph.lineage.custody import Custody
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, GapList, Limits
from graph.lineage.walk import Walk
from graph.model.codes import Candidate, MalformedCode, read_code
from graph.model.identifiers import Kind, kind_of, record_id
from graph.model.times import STILL, now_ms
from graph.model.ulid import new_ulid
from graph.statements import statement
from graph.verdicts import MESSAGES, Verdict, date_in_china, judge, message_of

_FIND = statement("lookup/find")
_COUNT = statement("lookup/count")
_RECORD = statement("lookup/record")
_ATTACH = statement("lookup/attach")
_ORIGINS = {kind: statement("lookup/origins", label=kind.label) for kind in (Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT)}
_AT_ONCE = 500
UNKNOWN_KEPT = 1_000
"""Codes that nobody knows, of which the latest look-up is kept: so many of each enterprise, and of all together that do not exist."""
_PLACES_KEPT = 64
_ORIGINS_KEPT_S = 60.0
_ORIGINS_KEPT = 2_000


_IN_CIRCULATION = {Verdict.AUTHENTIC, Verdict.RECALLED, Verdict.EXPIRED, Verdict.SUSPICIOUS}


@dataclass(frozen=True, slots=True)
class Suspicion:
    """From how many look-ups, and from how many different places, a code is called suspicious."""

    queries: int
    places: int


@dataclass(frozen=True, slots=True)
class Origins:
    """Of a batch: where its milk and milk bases came from, and the certificates (stored JSON) of its main ingredients."""

    milk_sources: tuple[str, ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """trace: the row of the package, None unless the code is in circulation. first_queried_at: ms."""

    code: str
    verdict: Verdict
    message: str
    trace: Mapping[str, Any] | None
    query_count: int
    first_queried_at: int | None


@dataclass(slots=True)
class _Pending:
    """verdict: whatever the number of look-ups; judged before the shared transaction, where a fault would fail the look-ups of others."""

    candidate: Candidate
    row: dict[str, Any]
    number: str
    verdict: Verdict
    at: int
    channel: str | None
    place: str | None

    @property
    def said(self) -> tuple[str | None, ...]:
        return (self.candidate.code, self.channel, self.place)

    @property
    def known(self) -> bool:
        return bool(self.row["known"])

    @property
    def id(self) -> str:
        """Of the record of this look-up."""
        return record_id(Kind.CONSUMER_QUERY, self.candidate.enterprise, self.number)

    @property
    def count_id(self) -> str:
        """Where it is counted: a code that is known has a count of its own, the others share a number of places."""
        if self.known:
            return self.candidate.code
        owner = self.candidate.enterprise if self.row["enterpriseKnown"] else ""
        return f"unknown/{owner}/{zlib.crc32(self.candidate.code.encode()) % UNKNOWN_KEPT}"


@dataclass(slots=True)
class LookUps:
    """Look-ups for one process."""

    graph: Graph
    suspicion: Suspicion
    limits: Limits
    _recording: Together[_Pending, Resolution] = field(init=False)
    _origins: dict[str, tuple[float, Origins]] = field(default_factory=dict[str, tuple[float, Origins]])

    def __post_init__(self) -> None:
        self._recording = Together(self._record_all, _AT_ONCE, lambda pending: size_of(pending.said))

    async def resolve(
        self, code: str, enterprise: str | None, channel: str | None, place: str | None, admit: Callable[[str | None], None]
    ) -> Resolution:
        """admit: told the enterprise, None for one that there is not, before anything is said or recorded of the code; it may raise."""
        try:
            candidates = read_code(code, enterprise)
        except MalformedCode:
            return Resolution(code, Verdict.MALFORMED, MESSAGES[Verdict.MALFORMED], None, 0, None)
        candidate, row = await self._find(candidates)
        admit(candidate.enterprise if row["enterpriseKnown"] else None)
        at = now_ms()
        verdict = judge(row, date_in_china(at), at + self.limits.tolerance_ms)
        return await self._recording.put(_Pending(candidate, row, new_ulid(), verdict, at, channel, place))

    async def files(self, code: str, admit: Callable[[str | None], None]) -> frozenset[str] | None:
        """The digests of the files behind the public fields of a code; None where nobody knows it. No look-up is counted."""
        try:
            candidates = read_code(code, None)
        except MalformedCode:
            return None
        candidate, row = await self._find(candidates)
        admit(candidate.enterprise if row["enterpriseKnown"] else None)
        if not row["known"]:
            return None
        at = now_ms()
        if judge(row, date_in_china(at), at + self.limits.tolerance_ms) not in _IN_CIRCULATION:
            return frozenset()
        texts = [row[name] for name in ("packagingArtwork", "productInspectionReport", "integrityCertificate") if row[name]]
        if row["batch"]:
            texts += (await self.origins(row["batch"])).certificates
        return frozenset(json.loads(text)["sha256"] for text in texts)

    async def _find(self, candidates: Sequence[Candidate]) -> tuple[Candidate, dict[str, Any]]:
        asked = [{"id": candidate.package_id, "enterprise": candidate.enterprise} for candidate in candidates]
        rows = {row["id"]: row.data() for row in await self.graph.read(_FIND, Scope.NONE, candidates=asked, still=STILL)}
        for wanted in ("known", "enterpriseKnown"):
            for candidate in candidates:
                if rows[candidate.package_id][wanted]:
                    return candidate, rows[candidate.package_id]
        return candidates[0], rows[candidates[0].package_id]

    async def _record_all(self, batch: Sequence[_Pending]) -> Sequence[Resolution]:
        return await self.graph.write(lambda tx: self._record(tx, batch))

    async def _record(self, tx: Transaction, batch: Sequence[_Pending]) -> list[Resolution]:
        by_code: defaultdict[str, list[_Pending]] = defaultdict(list)
        for pending in batch:
            by_code[pending.candidate.code].append(pending)
        # of unknown codes that share a place the last one has it
        rows = {group[0].count_id: _count(group) for group in by_code.values()}
        counts = {row["id"]: row for row in await tx.run(_COUNT, Scope.NONE, rows=list(rows.values()), placesKept=_PLACES_KEPT)}
        resolved: dict[int, Resolution] = {}
        queries: list[dict[str, Any]] = []
        for code, group in by_code.items():
            place = group[0].count_id
            mine = rows[place]["code"] == code
            counted = counts[place]
            total, first_at, places = (counted[1], counted[2], counted[3]) if mine else (len(group), group[0].at, 0)
            for nth, pending in enumerate(group, start=total - len(group) + 1):
                suspicious = nth >= self.suspicion.queries or places >= self.suspicion.places
                verdict = Verdict.SUSPICIOUS if suspicious and pending.verdict is Verdict.AUTHENTIC else pending.verdict
                trace = pending.row if verdict in _IN_CIRCULATION else None
                resolved[id(pending)] = Resolution(code, verdict, message_of(verdict, pending.row), trace, nth, first_at)
                if pending.known or rows[place]["query"] == pending.id:
                    queries.append(_query(pending, verdict, nth, counted["displaced"]))
        # the same statements whatever the codes are, so that none of them takes longer
        await tx.run(_RECORD, Scope.NONE, queries=queries)
        await tx.run(_ATTACH, Scope.NONE, queries=[{"id": query["id"], "package": query["package"]} for query in queries])
        return [resolved[id(pending)] for pending in batch]

    async def origins(self, batch: str) -> Origins:
        """Walked back from the batch, and kept for a minute: many cans of one batch are looked up together."""
        kept = self._origins.get(batch)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        # the walk crosses records of every enterprise; of what it finds only public fields are read
        custody = Custody(self.graph, Scope.ALL, Deadline(self.limits.seconds))
        walk = Walk.from_records([batch], forward=False, tolerance=self.limits.tolerance_ms)
        await follow(walk, custody, GapList(), self.limits, self.limits.hops)
        milk: list[str] = []
        certificates: list[str] = []
        for kind, read in _ORIGINS.items():
            wanted = sorted(record for record in walk.reached if kind_of(record) is kind)
            for row in await custody.rows(read, wanted):
                origin = row["milkSourceOrigin"] or row["farmAddress"] or (row["placeOfOrigin"] if row["category"] == "MILK_BASE" else None)
                if origin:
                    milk.append(origin)
                if row["mainIngredient"]:
                    certificates += row["certificates"] or []
        found = Origins(tuple(dict.fromkeys(sorted(milk))), tuple(dict.fromkeys(certificates)))
        if len(self._origins) >= _ORIGINS_KEPT:
            self._origins.clear()
        self._origins[batch] = (time.monotonic() + _ORIGINS_KEPT_S, found)
        return found


def _count(group: Sequence[_Pending]) -> dict[str, Any]:
    """query: of an unknown code, the record that is kept of it until another takes its place."""
    first, last = group[0], group[-1]
    places = list(dict.fromkeys(pending.place for pending in group if pending.place))
    query = None if first.known else last.id
    return {"id": first.count_id, "code": first.candidate.code, "n": len(group), "firstAt": first.at, "places": places, "query": query}


def _query(pending: _Pending, verdict: Verdict, count: int, displaced: str | None) -> dict[str, Any]:
    properties = {
        "owner": pending.candidate.enterprise,
        "number": pending.number,
        "version": 1,
        "recordedAt": pending.at,
        "recordedBy": "look-up",
        "code": pending.candidate.code,
        "time": pending.at,
        "channel": pending.channel,
        "place": pending.place,
        "verdict": verdict.value,
        "count": count,
    }
    return {"id": pending.id, "package": pending.candidate.package_id, "properties": properties, "displaced": displaced or ""}
