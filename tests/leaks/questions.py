"""Operations made from the schema: every field of the query root, with arguments drawn from what either graph of a pair holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
)

from api.exchange.export_route import exports_of, may_export
from api.exchange.records.kinds import KINDS as KINDS_OF_FILES
from api.exchange.records.kinds import RecordKind
from api.pagination import write_cursor
from auth.actor import Role
from auth.policy import may_read_events
from auth.restricted import KINDS
from graph.events.wanted import Order, Wanted
from tests.leaks.content import WORDS
from tests.leaks.extras import ACTIONS, BIZ_STEPS, DAY, KEYS, NOW, QUERIES
from tests.leaks.knowing import RADIUS
from tests.leaks.pairs import Pair
from tests.leaks.selecting import Within, anchored_lists, query_root, selected_page, selection
from tests.reference.calls import instant
from tests.reference.world import World, number_of, owner_of, recorded_ids, referred_ids
from tests.reference.worlds import START, STEP

LINEAGE = ("backward", "forward", "recallRadius", "commonSources")
LOGS = (
    "accessLog",
    "recordingLog",
    "accessRequestsReceived",
    "accessRequestsSent",
    "suspensions",
    "partners",
    "deadLetters",
    "transferLog",
)
NODES = ("node", "nodes")
STEPS_OF_REQUESTS = (*["requestAccess"] * 4, "approveAccess", "refuseAccess", "revokeAccess", *["withdrawAccessRequest"] * 3)
NEIGHBOURLY = ("package/", "shipment/", "site/")
_EVENTS, _TRACED, _ANCHORED, _SORTED, _WISHED, _NEIGHBOURLY, _STEPS = 4, 1, 8, 4, 4, 4, 8


@dataclass(frozen=True, slots=True)
class Question:
    """after: the root field whose further pages are asked for by the cursors of its answers."""

    text: str
    variables: dict[str, Any]
    paged: bool = False

    def following(self, data: dict[str, Any] | None) -> "Question | None":
        """The question of the next page."""
        page = ((data or {}).get("asked") or {}).get("pageInfo") if self.paged else None
        if not page or not page["hasNextPage"] or self.variables.get("last") is not None:
            return None
        return replace(self, variables={**self.variables, "after": page["endCursor"]})


@dataclass(frozen=True, slots=True)
class EventsQuestion:
    """Captured events, and what became of a document: what `GET /events` and `GET /capture/…` read. document: the ID of a capture job.

    owner: whose events; the route lets nobody ask for those of an enterprise that it does not read. query: the name of one that the owner
    may have named, whose events are asked for as well.
    """

    wanted: Wanted
    limit: int
    document: str
    owner: str
    query: str


@dataclass(frozen=True, slots=True)
class ExportQuestion:
    """What `GET /export` reads. owner: whose records; kinds: those that the actor exports."""

    owner: str
    kinds: Sequence[RecordKind]


@dataclass(frozen=True, slots=True)
class FsmaQuestion:
    """What `GET /fsma204` tells of what these records came from and where they went; radius: rings of shared inputs, for a recall."""

    seeds: Sequence[str]
    radius: int | None


Asked = Question | EventsQuestion | ExportQuestion | FsmaQuestion


@dataclass(slots=True)
class Asking:
    """ids: of all records of both sides and one of none; anchors: of those on which others hang, as often as they do."""

    pair: Pair
    chance: Random
    ids: Sequence[str]
    anchors: Sequence[str]

    @classmethod
    def about(cls, pair: Pair, chance: Random) -> "Asking":
        ids, anchors = set[str](), list[str]()
        for side in pair.sides:
            anchors += anchors_of(side.world)
            ids |= recorded_ids(side.world) | referred_ids(side.world) | {one.id for one in side.world.products}
        return cls(pair, chance, [*sorted(ids), "lot/AAAA/unheard-of", "package/BBBB/unheard-of"], anchors)

    def questions(self, count: int) -> list[Asked]:
        """In the end comes what leaves something behind: look-ups, which have names and times of their own, and steps of requests."""
        root = query_root()
        names = [*root.fields, *root.fields, *LINEAGE, *LINEAGE, *NODES, *NODES, *NODES]
        if not self.pair.codes:
            names = [name for name in names if name != "resolve"]
        chosen = sorted(self.chance.choices(names, k=count), key=lambda name: name == "resolve")
        asked = [self._question(name, root.fields[name]) for name in chosen]
        more: list[Asked] = []
        if may_read_events(self.pair.actor):
            more += [self._events() for _ in range(_EVENTS)]
        more += [ExportQuestion(owner, kinds) for owner, kinds in self._exports()]
        more += [self._first_few(anchored=number < _ANCHORED) for number in range(_ANCHORED + _SORTED)]
        more += [self._wished() for _ in range(_WISHED)]
        more += [self._neighbourly() for _ in range(_NEIGHBOURLY)]
        more += [self._question(name, root.fields[name]) for name in LOGS]
        steps = [self._step(self.chance.choice(STEPS_OF_REQUESTS)) for _ in range(_STEPS)]
        return [*more, *(self._traced() for _ in range(_TRACED)), *asked, *steps]

    def _events(self) -> EventsQuestion:
        chance = self.chance

        def some(values: Sequence[str]) -> list[str] | None:
            return [chance.choice(values)] if values and chance.random() < 0.3 else None

        extras = self.pair.extras
        known = [node.properties for side in extras.sides for node in side if node.label == "EpcisEvent"]
        one = chance.choice(known) if known else {"owner": "AAAA", "eventId": "ni:///sha-256;0"}
        wanted = Wanted(
            actions=some(ACTIONS),
            steps=some(BIZ_STEPS),
            names=some(KEYS),
            event_ids=some([one["eventId"]]),
            order=chance.choice(list(Order)),
            descending=chance.random() < 0.5,
        )
        jobs = extras.names("CaptureJob")
        owner = one["owner"]
        if self.pair.actor.enterprise and chance.random() < 0.5:
            owner = self.pair.actor.enterprise
        document = chance.choice(jobs) if jobs else "capture/AAAA/none"
        return EventsQuestion(wanted, chance.randrange(1, 4), document, owner, chance.choice(sorted(QUERIES)))

    def _exports(self) -> list[tuple[str, list[RecordKind]]]:
        actor, codes = self.pair.actor, sorted({owner_of(one) for one in self.ids})
        kinds = [kind for kind in KINDS_OF_FILES.values() if may_export(actor, kind)]
        owners = [code for code in codes if exports_of(actor, code)]
        return [(self.chance.choice(owners), kinds)] if owners and kinds else []

    def _traced(self) -> FsmaQuestion:
        seeds = [self._id("from", "backward") for _ in range(self.chance.choice((1, 1, 2)))]
        return FsmaQuestion(seeds, self.chance.choice((None, *range(RADIUS + 1))))

    def _first_few(self, *, anchored: bool) -> Question:
        """The first few of a list, in an order; anchored: of what hangs on one record."""
        name, argument = self.chance.choice(anchored_lists())
        about = query_root().fields[name]
        variables: dict[str, Any] = {"filter": {argument: self._id(argument, name)}} if anchored else {}
        variables |= {"sort": self._value("sort", about.args["sort"].type, name), "first": self.chance.randrange(1, 3)}
        declared = ", ".join(f"${given}: {about.args[given].type}" for given in (*variables, "after"))
        arguments = ", ".join(f"{given}: ${given}" for given in (*variables, "after"))
        return Question(f"query ({declared}) {{ asked: {name}({arguments}) {selection(about.type, 1, self._within())} }}", variables, True)

    def _wished(self) -> Question:
        """A record of which something restricted was asked for."""
        wished = self.pair.extras.wished()
        text = f"query ($id: ID!) {{ asked: node(id: $id) {selection(query_root().fields['node'].type, 1, self._within())} }}"
        return Question(text, {"id": self.chance.choice(wished) if wished else "product/AAAA/p"})

    def _neighbourly(self) -> Question:
        """Records of others that may be the actor's to know, or not; for the platform of any kind."""
        owners, platform = self.pair.actor.scope.owners, self.pair.actor.role is Role.PLATFORM
        others = [one for one in self.ids if owner_of(one) not in owners and (platform or one.startswith(NEIGHBOURLY))]
        text = f"query ($ids: [ID!]!) {{ asked: nodes(ids: $ids) {selection(query_root().fields['nodes'].type, 1, self._within())} }}"
        return Question(text, {"ids": self.chance.sample(others, min(len(others), 4))})

    def _within(self) -> Within:
        shared = self.pair.actor.role is Role.PLATFORM and self.chance.random() < 0.8
        return Within(self.chance.choice((None, 1, 1, 2)), self.chance.choice((None, None, 3, 6, 9)), shared)

    def _step(self, name: str) -> Question:
        """A request for access, or a decision about one; of what is made, all but its ID, which is new each time."""
        owner = self.chance.choice(sorted({owner_of(one) for one in self.ids}))
        field = self.chance.choice(sorted(KINDS))
        record = f"enterprise/{owner}" if KINDS[field] == "enterprise" else f"product/{owner}/p"
        selected = "{ owner enterprise role subject fields records reason askedAt until state decidedAt }"
        if name == "requestAccess":
            text = f"mutation ($request: AccessRequestInput!) {{ asked: {name}(request: $request) {selected} }}"
            until = instant(NOW + (-1 if self.chance.random() < 0.1 else DAY))
            return Question(text, {"request": {"fields": [field], "records": [record], "reason": "because", "until": until}})
        requests = [*self.pair.extras.names("AccessRequest"), "access/none"]
        return Question(f"mutation ($id: ID!) {{ asked: {name}(id: $id) {selected} }}", {"id": self.chance.choice(requests)})

    def _question(self, name: str, field: GraphQLField) -> Question:
        declared: list[str] = []
        given: list[str] = []
        variables: dict[str, Any] = {}
        for argument, about in field.args.items():
            needed = isinstance(about.type, GraphQLNonNull)
            if needed or self.chance.random() < (0.15 if argument in ("after", "before", "last") else 0.5):
                declared.append(f"${argument}: {about.type}")
                given.append(f"{argument}: ${argument}")
                variables[argument] = self._value(argument, about.type, name)
        paged = "after" in field.args and bool(selected_page(field))
        if paged and "after" not in variables:
            declared.append("$after: String")
            given.append("after: $after")
            if self.chance.random() < 0.7:
                variables["first"] = self.chance.randrange(1, 4)
                if "$first: Int" not in declared:
                    declared.append("$first: Int")
                    given.append("first: $first")
        signature = f"({', '.join(declared)})" if declared else ""
        arguments = f"({', '.join(given)})" if given else ""
        shared = self.pair.actor.role is Role.PLATFORM and self.chance.random() < 0.8
        within = Within(self.chance.choice((None, 1, 1, 2)), self.chance.choice((None, None, 3, 6, 9)), shared)
        return Question(
            f"query {signature} {{ asked: {name}{arguments} {selection(field.type, self.chance.choice((1, 1, 2)), within)} }}",
            variables,
            paged,
        )

    def _value(self, name: str, kind: Any, root: str) -> Any:
        bare = get_nullable_type(kind)
        if isinstance(bare, GraphQLList):
            several = [self._value(name, bare.of_type, root) for _ in range(self.chance.choice((1, 1, 2, 3)))]
            return [one for one in several if one is not None]
        if isinstance(bare, GraphQLEnumType):
            return self.chance.choice(list(bare.values))
        if isinstance(bare, GraphQLInputObjectType):
            wanted = [field for field, about in bare.fields.items() if isinstance(about.type, GraphQLNonNull)]
            # more than two at once seldom leave anything to be found
            optional = [field for field in bare.fields if field not in wanted]
            anchors = [field for field in optional if get_named_type(bare.fields[field].type).name == "ID"]
            if anchors and self.chance.random() < 0.5:
                wanted.append(self.chance.choice(anchors))
                optional = [] if self.chance.random() < 0.7 else [field for field in optional if field not in wanted]
            wanted += self.chance.sample(optional, min(len(optional), self.chance.choice((1, 1, 1, 2))))
            return {field: self._value(field, bare.fields[field].type, root) for field in wanted}
        match bare.name:
            case "ID":
                return self._id(name, root)
            case "Int" if name == "radius":
                return self.chance.randrange(-1, RADIUS + 1)
            case "Int":
                return self.chance.choice((0, 1, 2, 2, 3, 5, 50))
            case "Boolean":
                return self.chance.random() < 0.5
            case "DateTime":
                return instant(START + self.chance.randrange(-2, 14) * STEP)
            case "Date":
                return f"2026-01-{self.chance.randrange(1, 8):02d}"
            case _:
                return self._text(name, root)

    def _id(self, name: str, root: str) -> str:
        kinds = {"product": "product", "batch": "batch", "origin": "site", "destination": "site", "farm": "farm", "supplier": "enterprise"}
        kinds["package"] = "package"
        named = self.anchors if self.chance.random() < 0.8 else self.ids
        fitting = [one for one in named if one.partition("/")[0] == kinds.get(name)]
        ids = [one for one in self.ids if not one.startswith("product/")] if root in LINEAGE else self.ids
        mine = [one for one in ids if owner_of(one) == self.pair.actor.enterprise]
        return self.chance.choice(fitting or (mine if mine and self.chance.random() < 0.6 else ids))

    def _text(self, name: str, root: str) -> str:
        record = self.chance.choice(self.ids)
        if name in ("after", "before"):
            entries = (
                self.pair.extras.names("AccessEntry", "AuditEntry", "AccessRequest", "Suspension", "Recipient", "Letter", "Transfer")
                if root in LOGS
                else []
            )
            return self.chance.choice(entries) if entries else write_cursor("id", (record, record))
        if name in ("code", "codes"):
            # of the side that is as it was: what the other has beside it, its codes tell
            there = [one.id for one in self.pair.sides[0].world.packages]
            package = self.chance.choice([*there, "package/BBBB/unheard-of"])
            return f"{owner_of(package)}.{number_of(package)}"
        if name in ("owners", "enterprise"):
            return owner_of(record)
        if name in ("numbers", "numberStartsWith", "codeStartsWith"):
            number = number_of(record)
            return number[: self.chance.randrange(1, len(number) + 1)] if name.endswith("With") else number
        return self.chance.choice((*WORDS, f"{self.chance.choice(WORDS)} {self.chance.randrange(4)}", number_of(record)))


def anchors_of(world: World) -> list[str]:
    named = [one.farm for one in world.milk] + [one.supplier for one in world.lots] + [one.product for one in world.batches]
    named += [one.batch for one in world.packages] + [one.package for one in world.queries]
    named += [site for one in world.shipments for site in (one.origin, one.destination)]
    return [one for one in named if one]
