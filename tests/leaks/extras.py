"""What a graph keeps beside custody: restricted parts, requests for them and grants, and what was read and recorded. Of each some that an
actor may read, the same on both sides of a pair, and some that it may not, others on each side."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from auth.actor import Actor, Role
from auth.policy import may_read_events, may_read_log, may_read_suspensions, may_record
from auth.restricted import (
    CONTACT_PERSON,
    FORMULA,
    KINDS,
    PERSONAL,
    RESEARCH_RECORDS,
    asker_of,
    may_ask,
    may_decide,
    may_use_grants,
    own_scope,
)
from tests.reference.world import World, owner_of

NOW = 1_767_240_000_000
"""What time it is for every question: what is in a package now, and which grants hold, is read as of it."""
_HOUR, DAY = 3_600_000, 86_400_000
_STATES = ("PENDING", "APPROVED", "APPROVED", "APPROVED", "REFUSED", "REVOKED")
_REQUESTS, _ENTRIES = 24, 12
ACTIONS = ("ADD", "OBSERVE")
BIZ_STEPS = ("packing", "shipping")
KEYS = ("urn:one", "urn:other")
"""What captured events name."""
QUERIES = {"packed": {"EQ_bizStep": "packing"}, "added": {"EQ_action": "ADD"}}
"""What enterprises name to ask it again."""


@dataclass(frozen=True, slots=True)
class Node:
    label: str
    properties: Mapping[str, Any]


@dataclass(slots=True)
class Extras:
    """granted: by restricted field, others' records of which the actor was granted it; sides: what each graph has."""

    granted: dict[str, set[str]] = field(default_factory=lambda: {name: set[str]() for name in KINDS})
    sides: tuple[list[Node], list[Node]] = field(default_factory=lambda: (list[Node](), list[Node]()))

    def shown(self, actor: Actor) -> frozenset[str]:
        """The records that are shown to an enterprise by their shared fields, for a grant."""
        return frozenset().union(*self.granted.values()) if actor.role is Role.ENTERPRISE else frozenset()

    def names(self, *labels: str) -> list[str]:
        """The IDs of such nodes of both sides."""
        return sorted({node.properties["id"] for side in self.sides for node in side if node.label in labels})

    def wished(self) -> list[str]:
        """The records of all requests."""
        asked = (node.properties["records"] for side in self.sides for node in side if node.label == "AccessRequest")
        return sorted({record for records in asked for record in records})


def extras_of(world: World, actor: Actor, chance: Random) -> Extras:
    made = _Making(world, actor, chance)
    for _ in range(_REQUESTS):
        made.request()
    for product in [one.id for one in world.products]:
        made.formula(product)
        for number in range(chance.randrange(3)):
            made.research(product, number)
    for code in world.enterprises:
        made.contact(code)
        made.queries(code)
    for _ in range(_ENTRIES):
        made.reading()
        made.recording()
        made.event()
        made.suspension()
        made.delivery()
    return made.extras


class _Making:
    def __init__(self, world: World, actor: Actor, chance: Random) -> None:
        self.world, self.actor, self.chance = world, actor, chance
        self.codes = [*world.enterprises, "ZZZZ"]
        self.extras = Extras()

    def keep(self, label: str, visible: bool, content: Mapping[str, Any], varied: Sequence[str]) -> None:
        """varied: the properties that differ between the sides where the actor may not see them; now and then a side has none of it."""
        for side in self.extras.sides:
            if visible:
                side.append(Node(label, content))
            elif self.chance.random() < 0.75:
                side.append(Node(label, {**content, **{name: self.other(content[name]) for name in varied}}))

    def other(self, value: Any) -> Any:
        if isinstance(value, int):
            return value + self.chance.randrange(5)
        if isinstance(value, list):
            return [self.other(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
        return f"{value} {self.chance.randrange(5)}"

    def number(self) -> str:
        """As a ULID is: of 26 characters, in an order."""
        return f"{self.chance.randrange(10**12):026d}"

    def somebody(self) -> tuple[str, str | None, str]:
        """Role, enterprise and subject: the actor's, or another's, most often of the same role."""
        chance, actor = self.chance, self.actor
        others = [code for code in self.codes if code != actor.enterprise]
        alike = (actor.role.value, chance.choice(others) if actor.enterprise else None, "another")
        strangers = (("ENTERPRISE", chance.choice(others), "somebody"), ("REGULATOR", None, "another"))
        return chance.choice(((actor.role.value, actor.enterprise, actor.subject), alike, chance.choice(strangers)))

    def request(self) -> None:
        chance, actor = self.chance, self.actor
        owner = chance.choice(self.codes)
        role, enterprise, subject = self.somebody()
        asker = f"{role}:{enterprise or subject}"
        fields = sorted(chance.sample(sorted(KINDS), chance.randrange(1, 3)))
        records = [f"enterprise/{owner}"] if PERSONAL.intersection(fields) else []
        if {FORMULA, RESEARCH_RECORDS}.intersection(fields):
            records += [one.id for one in self.world.products if owner_of(one.id) == owner] or [f"product/{owner}/p"]
        approver = Role.PLATFORM.value if PERSONAL.intersection(fields) else None
        state, until = chance.choice(_STATES), NOW + chance.choice((-_HOUR, -1, 0, 1, DAY, DAY))
        visible = (may_ask(actor) and asker == asker_of(actor)) or (
            may_decide(actor) and (owner == actor.enterprise or (actor.role is Role.PLATFORM and approver is not None))
        )
        if asker == asker_of(actor) and state == "APPROVED" and until > NOW:
            for name in fields:
                if may_use_grants(actor, name):
                    self.extras.granted[name].update(
                        one for one in records if one.startswith(f"{KINDS[name]}/") and owner != actor.enterprise
                    )
        content = {
            "id": f"access/{self.number()}",
            "owner": owner,
            "asker": asker,
            "approver": approver,
            "enterprise": enterprise,
            "role": role,
            "subject": subject,
            "fields": fields,
            "records": records,
            "reason": "because",
            "askedAt": NOW - _HOUR,
            "until": until,
            "touched": 0,
            "state": state,
            "decidedAt": None if state == "PENDING" else NOW - 1,
        }
        # whether a grant holds is seen by what it opens: those to the actor are the same on both sides, whoever may list them
        mine = asker == asker_of(actor)
        self.keep("AccessRequest", visible or mine, content, ("askedAt",))

    def opens(self, field: str, record: str) -> bool:
        return own_scope(self.actor, field).sees(record) or record in self.extras.granted[field]

    def formula(self, product: str) -> None:
        owner, name = owner_of(product), product.split("/", 2)[2]
        share = json.dumps({"ingredient": f"lactose {self.chance.randrange(9)}", "sharePercent": str(self.chance.randrange(1, 99))})
        content = {"id": f"formula/{owner}/{name}", "owner": owner, "product": product, "formulaVersion": "v", "shares": [share]}
        self.keep(
            "Formula", self.opens(FORMULA, product), content | {"version": 1, "recordedAt": NOW - _HOUR}, ("formulaVersion", "version")
        )

    def research(self, product: str, number: int) -> None:
        owner = owner_of(product)
        content = {"id": f"research/{owner}/{product.split('/', 2)[2]}.{number}", "owner": owner, "product": product, "project": "taste"}
        content |= {"number": str(number), "version": 1, "recordedAt": NOW - _HOUR}
        self.keep("ResearchRecord", self.opens(RESEARCH_RECORDS, product), content, ("project", "version"))

    def contact(self, code: str) -> None:
        content = {"id": f"contact/{code}", "owner": code, "name": "Wang", "phone": "1", "version": 1, "recordedAt": NOW - _HOUR}
        self.keep("ContactPerson", self.opens(CONTACT_PERSON, f"enterprise/{code}"), content, ("name", "phone"))

    def reading(self) -> None:
        chance, actor = self.chance, self.actor
        owner = chance.choice(self.codes)
        role, enterprise, subject = self.somebody()
        reader = f"{role}:{enterprise or subject}"
        content = {"id": f"{self.number()}/{owner}", "owner": owner, "action": "READ", "subject": subject, "role": role, "reader": reader}
        content |= {
            "enterprise": enterprise,
            "records": 1,
            "kinds": ["batch:1"],
            "operation": "Read",
            "reason": "because",
            "at": NOW - _HOUR,
        }
        visible = may_read_log(actor) and (actor.scope.everything or owner in actor.scope.owners or reader == asker_of(actor))
        self.keep("AccessEntry", visible, content, ("reason", "records", "at"))

    def recording(self) -> None:
        code = self.chance.choice(self.codes)
        content = {"id": self.number(), "at": NOW - _HOUR, "actor": "somebody", "role": "ENTERPRISE", "enterprise": code}
        content |= {"action": "recordBatches", "statuses": ["CREATED", "UPDATED"][: self.chance.randrange(3)]}
        visible = may_read_log(self.actor) and (self.actor.scope.everything or code in self.actor.scope.owners)
        self.keep("AuditEntry", visible, content, ("at", "actor"))

    def suspension(self) -> None:
        code = self.chance.choice(self.codes)
        content = {"id": f"suspension/{self.number()}", "owner": code, "suspendedAt": NOW - _HOUR, "suspendedBy": "x", "reason": "because"}
        if self.chance.random() < 0.5:
            content |= {"liftedAt": NOW, "liftedBy": "x", "liftReason": "enough"}
        visible = may_read_suspensions(self.actor) and (self.actor.role is Role.PLATFORM or self.actor.scope.sees(f"enterprise/{code}"))
        self.keep("Suspension", visible, content, ("reason",))

    def delivery(self) -> None:
        """A partner of an enterprise, a letter to it that was given up, and the attempt."""
        code, number = self.chance.choice(self.codes), self.number()
        visible = may_read_log(self.actor) and (self.actor.scope.everything or code in self.actor.scope.owners)
        partner = {"id": f"partner/{number}", "owner": code, "kind": "PARTNER", "name": "platform", "address": "https://a.example.cn"}
        partner |= {
            "form": "JSON",
            "content": "SHARED",
            "state": "PAUSED",
            "madeAt": NOW - _HOUR,
            "madeBy": "x",
            "nextAt": 0,
            "failures": 1,
        }
        self.keep("Recipient", visible, partner, ("name", "failures"))
        about = {"owner": code, "recipient": partner["id"], "name": "platform", "to": "https://a.example.cn", "records": 3, "bytes": 9}
        about |= {"digest": "0" * 64, "detail": "refused"}
        letter = {"id": f"msg_{number}", "state": "DEAD", "madeAt": NOW - _HOUR, "triedAt": NOW, "attempts": 1, **about}
        self.keep("Letter", visible, letter, ("records", "detail"))
        transfer = {"id": f"transfer/{number}", "letter": letter["id"], "at": NOW, "took": 5, "attempt": 1, "outcome": "GIVEN_UP", **about}
        self.keep("Transfer", visible, transfer, ("bytes", "took"))

    def queries(self, code: str) -> None:
        visible = may_read_events(self.actor) and self.actor.scope.sees(f"event/{code}")
        for name, asked in QUERIES.items():
            content = {"id": f"named-query/{code}/{name}", "owner": code, "name": name, "text": json.dumps(asked), "madeAt": NOW}
            self.keep("NamedQuery", visible, content, ("madeAt",))

    def event(self) -> None:
        chance, code = self.chance, self.chance.choice(self.codes)
        visible = may_read_events(self.actor) and self.actor.scope.sees(f"event/{code}")
        number = self.number()
        content = {
            "id": f"event/{code}/{number}",
            "owner": code,
            "eventAt": NOW - chance.randrange(9),
            "eventId": f"ni:///sha-256;{number}",
        }
        content |= {"body": json.dumps({"note": chance.randrange(9)}), "prefixes": "{}", "recordedAt": NOW, "eventType": "ObjectEvent"}
        content |= {"action": chance.choice(ACTIONS), "bizStep": chance.choice(BIZ_STEPS), "keys": [chance.choice(KEYS)]}
        self.keep("EpcisEvent", visible, content, ("eventAt",))
        job = {
            "id": f"capture/{code}/{number}",
            "owner": code,
            "created_at": NOW,
            "finished_at": NOW,
            "success": True,
            "behaviour": "rollback",
        }
        job |= {"alive_at": NOW, "captured": 1, "unchanged": 0, "refused": 0, "noted": 0, "errors": "[]", "notes": "[]"}
        captures = self.actor.enterprise == code and may_record(self.actor, "captureEvents")
        self.keep("CaptureJob", captures, job, ("captured",))
