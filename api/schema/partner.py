"""Partners' platforms that enterprises have what is theirs delivered to, and the log of transfers (QB/T 4971-2018 9.2; maternal and baby
products draft 8.4.2, 9.3)."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from api.schema.described import described
from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL, RESTRICTED
from graph.delivery.letters import Outcome
from graph.delivery.recipients import Content, Form, Recipient, RecipientKind, RecipientState, read

described(
    Content,
    "What a partner is told of each package, of every level (包装级别).",
    {
        "SHARED": "产品追溯共享信息: table 7 of the maternal and baby products draft.",
        "PUBLIC": "The 33 public fields (QB/T 4971-2018 table 6), and the code of the package above.",
    },
    name="DeliveryContent",
)
described(
    Form,
    "How it is written.",
    {"JSON": "A JSON object with a list of packages.", "XML": "XML in the form of QB/T 4971-2018 annex C."},
    name="DeliveryForm",
)
described(
    RecipientKind,
    "Who is delivered to.",
    {
        "PARTNER": "A third-party platform, which is told of packages (QB/T 4971-2018 9.2): one of `partners`.",
        "SUBSCRIPTION": "A subscription to captured events of EPCIS, of the enterprise's own (`/queries/…/subscriptions`).",
    },
    name="RecipientKind",
)
described(
    RecipientState,
    "Whether anything is delivered just now.",
    {
        "ACTIVE": "What is due is delivered.",
        "PAUSED": "What is due is kept until it is resumed.",
        "REMOVED": "Nothing is delivered any more; only `removePartner` answers so.",
    },
    name="PartnerState",
)
described(
    Outcome,
    "What became of an attempt to deliver.",
    {
        "ARRIVED": "The receiver answered with HTTP 200 to 299.",
        "FAILED": "It did not, and the same letter is sent again later.",
        "GIVEN_UP": "It did not, and the letter went into `deadLetters`: it was refused for what it is, or tried often enough.",
    },
    name="TransferOutcome",
)


@strawberry.type(
    directives=INTERNAL,
    description="A platform of others that an enterprise has what is its own delivered to (QB/T 4971-2018 9.2 信息传输).",
)
class Partner:
    id: strawberry.ID = strawberry.field(description="Of the partner; later ones sort after earlier ones.")
    enterprise: str = strawberry.field(description="The code of the enterprise whose packages it is told of.")
    name: str = strawberry.field(description="What the enterprise calls it.")
    address: str = strawberry.field(description="Where letters are sent.")
    form: Form = strawberry.field(description="How they are written.")
    content: Content = strawberry.field(description="What they tell of each package.")
    every_minutes: int | None = strawberry.field(description="How often, where it is by a schedule.")
    daily_at: str | None = strawberry.field(description="At which time of the day in China, as HH:MM, where it is once a day.")
    state: RecipientState = strawberry.field(description="Whether anything is delivered just now.")
    made_at: DateTime = strawberry.field(description="When it was added.")
    made_by: str = strawberry.field(description="Who added it: the subject of the token.")
    failures: int = strawberry.field(description="Attempts in a row that failed.")
    detail: str | None = strawberry.field(description="Why the last attempt failed; null where it did not.")
    arrived_at: DateTime | None = strawberry.field(description="When a letter arrived there last.")

    @classmethod
    def of(cls, kept: Recipient) -> Self:
        times: dict[str, Any] = {"made_at": kept.made_at, "arrived_at": kept.arrived_at}  # in ms, which the scalar writes out
        daily = kept.schedule.daily
        return cls(
            id=strawberry.ID(kept.id),
            enterprise=kept.owner,
            name=kept.name,
            address=kept.address,
            form=kept.form,
            content=kept.content or Content.SHARED,
            every_minutes=kept.schedule.every,
            daily_at=None if daily is None else f"{daily // 60:02d}:{daily % 60:02d}",
            state=kept.state,
            made_by=kept.made_by,
            failures=kept.failures,
            detail=kept.detail,
            **times,
        )

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Self:
        return cls.of(read(entry))


@strawberry.type(directives=INTERNAL, description="A partner, with the secret that signs what it is sent: shown this once.")
class PartnerWithSecret:
    partner: Partner = strawberry.field(description="The partner.")
    secret: str = strawberry.field(
        directives=RESTRICTED, description="For the partner, to check signatures by (Standard Webhooks, HMAC-SHA256). It is kept encrypted."
    )


@strawberry.type(directives=INTERNAL, description="Letters that were given up, of which partners are told once more.")
class SentAgain:
    letters: list[strawberry.ID] = strawberry.field(description="Their IDs; the letters that follow have others.")


@strawberry.type(directives=INTERNAL, description="A letter that was given up. It is looked at, and sent again.")
class DeadLetter:
    id: strawberry.ID = strawberry.field(description="Of the letter, as in its header `webhook-id`.")
    enterprise: str = strawberry.field(description="The code of the enterprise whose packages it tells of.")
    recipient_kind: RecipientKind = strawberry.field(description="To whom: a third-party platform, or a subscription to events.")
    partner: strawberry.ID = strawberry.field(description="ID of the partner, or of the subscription.")
    partner_name: str = strawberry.field(description="What the enterprise calls it.")
    address: str = strawberry.field(description="Where it was sent.")
    made_at: DateTime = strawberry.field(description="When it was made: what it tells was so then.")
    tried_at: DateTime = strawberry.field(description="When it was tried last.")
    attempts: int = strawberry.field(description="How often it was tried.")
    detail: str | None = strawberry.field(description="Why it was given up.")
    records: int = strawberry.field(description="How many packages it tells of.")
    bytes: int = strawberry.field(description="How long it is.")
    sha256: str = strawberry.field(description="SHA-256 of its bytes.")

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        times: dict[str, Any] = {"made_at": entry["madeAt"], "tried_at": entry["triedAt"]}
        return cls(
            id=strawberry.ID(entry["id"]),
            enterprise=entry["owner"],
            recipient_kind=RecipientKind.of(entry["recipient"]),
            partner=strawberry.ID(entry["recipient"]),
            partner_name=entry["name"],
            address=entry["to"],
            attempts=entry["attempts"],
            detail=entry.get("detail"),
            records=entry["records"],
            bytes=entry["bytes"],
            sha256=entry["digest"],
            **times,
        )


@strawberry.type(
    directives=INTERNAL,
    description="One attempt to deliver: when, how much, from where, to where, and what became of it (QB/T 4971-2018 9.2, 9.4).",
)
class Transfer:
    id: strawberry.ID = strawberry.field(description="Of the entry; later ones sort after earlier ones.")
    at: DateTime = strawberry.field(description="传输时间: when it began.")
    took_ms: int = strawberry.field(description="How long it took, in milliseconds.")
    enterprise: str = strawberry.field(description="From whom: the code of the enterprise whose packages, or events, it told of.")
    recipient_kind: RecipientKind = strawberry.field(description="To whom: a third-party platform, or a subscription to events.")
    partner: strawberry.ID = strawberry.field(description="To whom: ID of the partner, or of the subscription.")
    partner_name: str = strawberry.field(description="What the enterprise calls it.")
    address: str = strawberry.field(description="To which address.")
    letter: strawberry.ID = strawberry.field(description="Which letter: attempts of one letter send the same bytes.")
    attempt: int = strawberry.field(description="Which attempt of that letter, from 1.")
    outcome: Outcome = strawberry.field(description="What became of it.")
    status: int | None = strawberry.field(description="The HTTP status; null where there was no answer.")
    detail: str | None = strawberry.field(description="Why it did not arrive.")
    records: int = strawberry.field(description="传输量: how many packages, or events, it told of.")
    bytes: int = strawberry.field(description="传输量: how many bytes the letter has.")
    sha256: str = strawberry.field(description="SHA-256 of those bytes.")

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        time: dict[str, Any] = {"at": entry["at"]}
        return cls(
            id=strawberry.ID(entry["id"]),
            took_ms=entry["took"],
            enterprise=entry["owner"],
            recipient_kind=RecipientKind.of(entry["recipient"]),
            partner=strawberry.ID(entry["recipient"]),
            partner_name=entry["name"],
            address=entry["to"],
            letter=strawberry.ID(entry["letter"]),
            attempt=entry["attempt"],
            outcome=Outcome(entry["outcome"]),
            status=entry.get("status"),
            detail=entry.get("detail"),
            records=entry["records"],
            bytes=entry["bytes"],
            sha256=entry["digest"],
            **time,
        )


@strawberry.input(description="A partner to deliver to. Without `everyMinutes` and `dailyAt` it is told as soon as something is recorded.")
class PartnerInput:
    name: str = strawberry.field(description="What it is called, in 1 to 100 characters; once in an enterprise.")
    address: str = strawberry.field(description="An https address that takes POST. Redirects are not followed.")
    form: Form = strawberry.field(default=Form.JSON, description="How letters are written.")
    content: Content = strawberry.field(default=Content.SHARED, description="What they tell of each package.")
    every_minutes: int | None = strawberry.field(default=None, description="Every so many minutes, 1 to 10,080.")
    daily_at: str | None = strawberry.field(default=None, description="Once a day at this time in China, as HH:MM.")
    existing: bool = strawberry.field(default=True, description="Whether it is told of the packages that are recorded already.")
