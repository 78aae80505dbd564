"""The public look-up of a code (QB/T 4971-2018 5.3, 6.7): what the package is, whether it can be trusted, and how often it was
looked up. Each look-up is in the graph before its answer leaves; those that come together share one transaction."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.lineage.custody import Custody
from graph.lineage.follow import follow
from graph.lineage.gaps import Deadline, GapList, Limits
from graph.lineage.walk import Walk
from graph.model.codes import Candidate, MalformedCode, read_code
from graph.model.identifiers import Kind, kind_of, record_id
from graph.model.times import STILL
from graph.model.ulid import new_ulid
from graph.statements import statement

_FIND = statement("lookup/find")
_COUNT = statement("lookup/count")
_RECORD = statement("lookup/record")
_ATTACH = statement("lookup/attach")
_ORIGINS = {kind: statement("lookup/origins", label=kind.label) for kind in (Kind.MILK_DELIVERY, Kind.INGREDIENT_LOT)}
_CHINA = timezone(timedelta(hours=8))
_AT_ONCE = 500
_PLACES_KEPT = 64
_ORIGINS_KEPT_S = 60.0
_ORIGINS_KEPT = 2_000


class Verdict(StrEnum):
    AUTHENTIC = "AUTHENTIC"
    RECALLED = "RECALLED"
    EXPIRED = "EXPIRED"
    SUSPICIOUS = "SUSPICIOUS"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    VOIDED = "VOIDED"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    UNKNOWN_ENTERPRISE = "UNKNOWN_ENTERPRISE"
    MALFORMED = "MALFORMED"


MESSAGES = {
    Verdict.AUTHENTIC: "追溯码有效，产品信息如下。",
    Verdict.RECALLED: "该产品已被召回，请立即停止食用，并联系购买门店或生产企业。",
    Verdict.EXPIRED: "该产品已超过保质期，请勿食用。",
    Verdict.SUSPICIOUS: "该追溯码被查询的次数或地点异常，请核对包装与购买渠道，谨防假冒。",
    Verdict.NOT_ACTIVATED: "该追溯码尚未启用，请勿食用，并联系生产企业核实。",
    Verdict.VOIDED: "该追溯码已作废，请勿食用，并联系生产企业核实。",
    Verdict.UNKNOWN_CODE: "未查询到该追溯码，请核对输入；如与包装一致，请联系生产企业核实。",
    Verdict.UNKNOWN_ENTERPRISE: "未查询到该企业，请核对输入。",
    Verdict.MALFORMED: "追溯码格式不正确，请核对输入。正确的形式是“企业编码.产品编码”，或包装上二维码中的内容。",
}
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
    candidate: Candidate
    row: dict[str, Any]
    at: int
    channel: str | None
    place: str | None
    done: "asyncio.Future[Resolution]"


@dataclass(slots=True)
class LookUps:
    """Look-ups for one process."""

    graph: Graph
    suspicion: Suspicion
    limits: Limits
    _waiting: list[_Pending] = field(default_factory=list[_Pending])
    _writer: asyncio.Task[None] | None = None
    _origins: dict[str, tuple[float, Origins]] = field(default_factory=dict[str, tuple[float, Origins]])

    async def resolve(self, code: str, enterprise: str | None, channel: str | None, place: str | None) -> Resolution:
        try:
            candidates = read_code(code, enterprise)
        except MalformedCode:
            return Resolution(code, Verdict.MALFORMED, MESSAGES[Verdict.MALFORMED], None, 0, None)
        candidate, row = await self._find(candidates)
        done: asyncio.Future[Resolution] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Pending(candidate, row, time.time_ns() // 1_000_000, channel, place, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await done

    async def _find(self, candidates: Sequence[Candidate]) -> tuple[Candidate, dict[str, Any]]:
        asked = [{"id": candidate.package_id, "enterprise": candidate.enterprise} for candidate in candidates]
        rows = {row["id"]: row.data() for row in await self.graph.read(_FIND, Scope.NONE, candidates=asked, still=STILL)}
        for wanted in ("known", "enterpriseKnown"):
            for candidate in candidates:
                if rows[candidate.package_id][wanted]:
                    return candidate, rows[candidate.package_id]
        return candidates[0], rows[candidates[0].package_id]

    async def _write_all(self) -> None:
        """While a transaction is under way the next look-ups gather, and go together into the one after it."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                try:
                    resolutions = await self.graph.write(lambda tx, batch=batch: self._record(tx, batch))
                except Exception as error:
                    for pending in batch:
                        if not pending.done.done():
                            pending.done.set_exception(error)
                else:
                    for pending, resolution in zip(batch, resolutions, strict=True):
                        if not pending.done.done():
                            pending.done.set_result(resolution)
        finally:
            self._writer = None

    async def _record(self, tx: Transaction, batch: Sequence[_Pending]) -> list[Resolution]:
        by_code: defaultdict[str, list[_Pending]] = defaultdict(list)
        for pending in batch:
            by_code[pending.candidate.code].append(pending)
        rows = [
            {"code": code, "n": len(group), "firstAt": group[0].at, "places": list(dict.fromkeys(p.place for p in group if p.place))}
            for code, group in by_code.items()
        ]
        counted = {row["code"]: row for row in await tx.run(_COUNT, Scope.NONE, rows=rows, placesKept=_PLACES_KEPT)}
        now = date_in_china(batch[0].at)
        resolved: dict[int, Resolution] = {}
        queries: list[dict[str, Any]] = []
        for code, group in by_code.items():
            total, first_at, places = counted[code]["count"], counted[code]["firstAt"], counted[code]["places"]
            for nth, pending in enumerate(group, start=total - len(group) + 1):
                suspicious = nth >= self.suspicion.queries or places >= self.suspicion.places
                verdict = judge(pending.row, now, pending.at + self.limits.tolerance_ms, suspicious=suspicious)
                trace = pending.row if verdict in _IN_CIRCULATION else None
                resolved[id(pending)] = Resolution(code, verdict, MESSAGES[verdict], trace, nth, first_at)
                queries.append(_query(pending, verdict, nth))
        await tx.run(_RECORD, Scope.NONE, queries=queries)
        known = [query for query in queries if query["package"]]
        if known:
            await tx.run(_ATTACH, Scope.NONE, queries=[{"id": query["id"], "package": query["package"]} for query in known])
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


def date_in_china(at: int) -> date:
    """The day in China, where the best-before dates of this standard are read."""
    return datetime.fromtimestamp(at / 1000, _CHINA).date()


def best_before(row: Mapping[str, Any]) -> str | None:
    """As recorded, or production date and shelf life, as YYYY-MM-DD."""
    if row["bestBefore"] or not (row["productionDate"] and row["shelfLifeDays"]):
        return row["bestBefore"]
    return (date.fromisoformat(row["productionDate"]) + timedelta(days=row["shelfLifeDays"])).isoformat()


def judge(row: Mapping[str, Any], today: date, now: int, *, suspicious: bool) -> Verdict:
    """The gravest thing that holds comes first. now: ms, with the tolerance of clocks added."""
    if not row["known"]:
        return Verdict.UNKNOWN_CODE if row["enterpriseKnown"] else Verdict.UNKNOWN_ENTERPRISE
    if row["state"] == "VOIDED":
        return Verdict.VOIDED
    if row["state"] == "RECALLED":
        return Verdict.RECALLED
    if row["state"] == "ALLOCATED" or row["packedAt"] > now:
        return Verdict.NOT_ACTIVATED
    until = best_before(row)
    if until and date.fromisoformat(until) < today:
        return Verdict.EXPIRED
    return Verdict.SUSPICIOUS if suspicious else Verdict.AUTHENTIC


def _query(pending: _Pending, verdict: Verdict, count: int) -> dict[str, Any]:
    owner, number = pending.candidate.enterprise, new_ulid()
    identity = record_id(Kind.CONSUMER_QUERY, owner, number)
    properties = {
        "owner": owner,
        "number": number,
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
    return {"id": identity, "package": pending.candidate.package_id if pending.row["known"] else None, "properties": properties}
