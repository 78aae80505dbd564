"""What the property of tests/component/test_leaks.py finds: each condition of a scope is taken out of its statement, one at a time, and the
same pairs are asked again."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Any, cast

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction, observed
from graph.statements import Row, Statement, all_statements, inline
from tests.leaks.asking import answers, establish
from tests.leaks.cases import Case
from tests.leaks.questions import Asked, Question

_SIDE = r"(?:coalesce\([^)]*\)|split\([^)]*\)\[1\]|[\w.]+)"
CONDITION = re.compile(
    r"(?<!NOT )\$scope\.(?:all|some)\b"
    rf"|{_SIDE} (?:IN \$scope\.owners|= \$scope\.enterprise)\b"
    r"|\$scope\.enterprise (?:<>|=) ''"
    r"|[\w.]+ = \$(?:asker|reader|of)\b"
    r"|[\w.]+ IN \$granted"
    r"|r\.until > \$at|r\.state = 'APPROVED'"
)
"""What a statement asks of a record before it is anybody's to read."""
WRITING = ("capture/", "lookup/", "seed/", "migrations/")
"""Folders of which no question asks; a look-up has no scope."""
GUARDED = {
    "*/by_ids *": "only IDs that are in scope are asked for: Scope.sees, in api/resolvers/loaders.py",
    "*/shared_by_ids *": "asked of what the viewer is known to be let see: neighbours.known, a grant, or the platform",
    "package/shared_traces *": "as shared_by_ids",
    "package/child* *": "for who sees every package; of neighbours it is asked by neighbours/contents",
    "package/parent *": "as package/children",
    "lineage/* *": "hidden records are walked through, and named by View; seeds are asked of Scope.sees first",
    "neighbours/carriages *": "for the relation alone",
    "neighbours/stays *": "for the relation alone",
    "neighbours/contents *": "what is shown of it is asked next: neighbours.known",
    "neighbours/listed *": "as neighbours/contents, of shipments that were read",
    "records/page *": "by ID within the bounds of the viewer's own IDs: records._Bounds; in other orders it is for who sees everything",
    "records/horizon *": "as records/page",
    "records/count *": "as records/page",
    "records/search *": "what it found is read by page_among and counted by count_among, which have the scope, too",
    "records/*_among *": "among what records/search found in scope, or IDs of the viewer's own",
    "access/page *": "for who sees everything",
    "access/count *": "for who sees everything",
    "access/reader_* $scope.enterprise*": "the reader is asked for, and its enterprise besides",
    "recordings/page *": "for who sees everything",
    "recordings/count *": "for who sees everything",
    "enterprise/suspended *": "no viewer's: who is let in",
    "regions/* *": "no viewer's: whom an authority supervises",
    "export/* *": "one owner's is asked for, of whom exports_of holds",
    "event/by_ids *": "what event/by_event_id, event/by_hash or event/page found in scope",
    "event/by_event_id *": "the places that it finds are read by event/by_ids, in scope",
    "event/by_hash *": "as event/by_event_id",
    "event/by_further_id *": "as event/by_event_id",
    "event/declarations *": "as event/by_event_id",
    "event/job *": "a job's ID has its owner, by the route",
    "event/jobs *": "a page of IDs of the viewer's own: jobs_page, in graph/events/jobs.py",
    "event/latest *": "of whose events were read in scope",
    "event/sizes *": "no viewer's: what the deliverer does",
    "event/told_again *": "the places that it finds are read by event/by_ids, in scope",
    "event/further_ids *": "of events that were found in scope",
    "event/waiting* *": "no viewer's: what is recorded of events that wait, by the rights of who captured them",
    "requests/decide *": "requests/find comes before",
    "requests/withdraw *": "requests/find_sent comes before",
    "requests/find_sent coalesce*": "the side is asked for, and the enterprise besides",
    "requests/make *": "no viewer's: what is written",
    "requests/lock *": "no viewer's: what is written",
    "access/log *": "no viewer's: what is written",
    "suspensions/begin *": "no viewer's: what is written",
    "suspensions/lift *": "no viewer's: what is written",
    "enterprise/suspend *": "no viewer's: what is written",
    "enterprise/reinstate *": "no viewer's: what is written",
    "requests/pending *": "as requests/find_sent; that it ends is no secret of one's own request",
    "requests/page $scope.enterprise*": "the side is asked for, and the enterprise besides",
    "requests/count $scope.enterprise*": "as requests/page",
    "requests/* r.owner = $of*": "one's own requests, sent or received",
    "requests/still_holding *": "asked once more, after the answer is made",
    "requests/holding coalesce*": "as requests/find_sent",
    "delivery/* *": "no viewer's: what the deliverer does; what of it a mutation does comes after recipients/find or letters/find",
    "recipients/page *": "for who sees everything",
    "recipients/count *": "for who sees everything",
    "letters/page *": "for who sees everything",
    "letters/count *": "for who sees everything",
    "transfers/page *": "for who sees everything",
    "transfers/count *": "for who sees everything",
    "recipients/find *": "no question's: mutations that nobody but the staff of the enterprise makes, and each tested with a stranger's ID",
    "recipients/change *": "as recipients/find, which comes before",
    "recipients/remove *": "as recipients/find, which comes before",
    "recipients/names *": "as recipients/find, of one's own",
    "recipients/lock *": "no viewer's: what is written",
    "recipients/make *": "no viewer's: what is written",
    "recipients/subscriptions *": "as recipients/find, of one's own",
    "named_queries/make *": "no viewer's: what is written",
    "named_queries/remove *": "no question's: a route that nobody but the staff of the enterprise calls, tested with a stranger's token",
    "letters/find *": "as recipients/find",
    "restricted/* *": "only the viewer's own and what was granted to it is asked for: Loaders.restricted",
}
"""By statement and condition, why one condition less tells nothing: there is a second check."""


@dataclass(slots=True)
class Broken:
    """A statement, in all of its variants, without one condition. asked: how often; found: the first question that told both sides apart,
    with its actor."""

    name: str
    what: str
    texts: dict[str, Statement] = field(default_factory=dict[str, Statement])
    asked: int = 0
    found: str | None = None


def broken_ones() -> list[Broken]:
    made: dict[tuple[str, str], Broken] = {}
    for statement in all_statements():
        name = statement.name.partition("[")[0]
        if name.startswith(WRITING):
            continue
        for what, text in _without(statement.text):
            broken = made.setdefault((name, what), Broken(name, what))
            broken.texts[statement.name] = inline(statement.name, text)
    return list(made.values())


def _without(text: str) -> Iterator[tuple[str, str]]:
    text = re.sub(r"(?m)^//.*\n", "", text)
    end = 0
    for number, found in enumerate(CONDITION.finditer(text)):
        # of alternatives one is enough: true makes all of them true
        if text[end : found.start()].strip(" (") != "OR":
            yield f"{found[0]} ({number + 1})", f"{text[: found.start()]}true{text[found.end() :]}"
        end = found.end()


class Sabotaged:
    """A graph that reads by broken statements."""

    def __init__(self, graph: Graph, texts: Mapping[str, Statement]) -> None:
        self._graph, self._texts = graph, texts
        self.run: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    async def read(self, statement: Statement, scope: Scope | None, /, **parameters: Any) -> list[Row]:
        return await self._instead(self._graph.read, statement, scope, parameters)

    async def write(self, work: Callable[[Transaction], Awaitable[Any]]) -> Any:
        async def broken(tx: Transaction) -> Any:
            through = Sabotaged(self._graph, self._texts)
            through.run = lambda statement, scope, **parameters: self._instead(tx.run, statement, scope, parameters)
            return await work(cast(Transaction, through))

        return await self._graph.write(broken)

    async def _instead(self, run: Any, statement: Statement, scope: Scope | None, parameters: Mapping[str, Any]) -> list[Row]:
        instead = self._texts.get(statement.name)
        if instead is None:
            return await run(statement, scope, **parameters)
        # the broken text may no longer name all parameters
        given = {**parameters, **({"scope": scope.parameters()} if scope is not None else {})}
        return await run(instead, None, **{name: value for name, value in given.items() if name in instead.parameters})


def is_guarded(one: Broken) -> bool:
    """Whether it is written down why the condition is not missed."""
    return any(fnmatchcase(f"{one.name} {one.what}", pattern) for pattern in GUARDED)


async def find(graph: Graph, case: Case, ones: Sequence[Broken], pages: int, most: int) -> None:
    """most: questions of the case that are asked again for each."""
    told: list[dict[tuple[int, int], list[bytes]]] = []
    uses: dict[int, set[str]] = {}
    for side in case.pair.sides:
        await establish(graph, side)
        answered: dict[tuple[int, int], list[bytes]] = {}
        asked = [(number, question) for number, question in enumerate(case.questions) if "asked: resolve" not in _text(question)]
        for number, question in [] if told else asked:
            with observed() as statements:
                await answers(graph, case.pair.actor, side, [question], pages)
            uses.setdefault(number, set()).update(statement.name for statement in statements)
        await establish(graph, side)
        for place, one in enumerate(ones):
            if one.found is None:
                using = [number for number, _ in asked if not uses[number].isdisjoint(one.texts)]
                for number in Random(one.name).sample(using, min(most, len(using))):
                    answered[place, number] = await _told(graph, case, side, case.questions[number], one, pages)
                    if "mutation" in _text(case.questions[number]):
                        await establish(graph, side)
        told.append(answered)
    first, second = told
    for (place, number), answer in second.items():
        one = ones[place]
        one.asked += 1
        if first.get((place, number), answer) != answer:
            one.found = one.found or f"{case.pair.actor.role} {sorted(case.pair.actor.duties)} {_text(case.questions[number])[:90]}"


def _text(asked: Asked) -> str:
    return asked.text if isinstance(asked, Question) else type(asked).__name__


async def _told(graph: Graph, case: Case, side: Any, question: Asked, one: Broken, pages: int) -> list[bytes]:
    try:
        sabotaged = cast(Graph, Sabotaged(graph, one.texts))
        return [answer for _, answer in await answers(sabotaged, case.pair.actor, side, [question], pages)]
    except (Exception, asyncio.CancelledError) as error:
        return [f"{type(error).__name__}: {error}"[:200].encode()]
