"""Partners that an enterprise has what is its own delivered to; letters that did not arrive; the log of transfers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar

import strawberry

from api.context import Context, Info
from api.delivery.addresses import checked_address, networks_of
from api.delivery.signing import fresh_secret
from api.errors import ApiError, ErrorCode
from api.resolvers.logs import newest_of, page_of
from api.resolvers.permitted import check_may_read_log, check_permitted
from api.schema.connection import Connection
from api.schema.partner import DeadLetter, Partner, PartnerInput, PartnerWithSecret, SentAgain, Transfer
from auth.policy import DELIVERERS, may_deliver
from graph.access import Log
from graph.delivery import letters, recipients
from graph.delivery.letters import GIVEN_UP, RECIPIENTS, TRANSFERS
from graph.delivery.recipients import Recipient, RecipientKind, RecipientState, Schedule
from graph.model.identifiers import enterprise_id
from graph.model.records.values import found
from graph.model.times import now_ms
from graph.model.ulid import new_ulid

T = TypeVar("T")
_LONGEST = 100
_DAILY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MOST_MINUTES = 7 * 24 * 60
_FORMER_MS = 24 * 3600 * 1000

First = Annotated[int | None, strawberry.argument(description="How many at the most; 50 unless said, at most 500.")]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor: earlier ones.")]
OfKind = Annotated[RecipientKind | None, strawberry.argument(description="Only those to recipients of this kind.")]
PartnerId = Annotated[strawberry.ID, strawberry.argument(description="ID of a partner of one's own enterprise.")]


@strawberry.type
class PartnerQueries:
    @strawberry.field(
        description="To whom the viewer's enterprise has what is its own delivered, the newest first; a regulator sees those of all whom "
        "it supervises (QB/T 4971-2018 9.2)."
    )
    async def partners(self, info: Info, first: First = None, after: After = None) -> Connection[Partner]:
        return await _page(info, RECIPIENTS, "partner/", Partner.read, first, after)

    @strawberry.field(description="Letters to partners that were given up, the newest first.")
    async def dead_letters(self, info: Info, first: First = None, after: After = None) -> Connection[DeadLetter]:
        return await _page(info, GIVEN_UP, "msg_", DeadLetter.of, first, after)

    @strawberry.field(
        description="Every attempt to deliver, to partners and to subscribers of events, the newest first: when, how much, from, to "
        "(QB/T 4971-2018 9.2, 9.4)."
    )
    async def transfer_log(self, info: Info, first: First = None, after: After = None, kind: OfKind = None) -> Connection[Transfer]:
        return await _page(info, TRANSFERS[kind], "transfer/", Transfer.of, first, after)


@strawberry.type
class PartnerMutations:
    @strawberry.mutation(
        description="Adds a partner: it is told of one's own packages, from now on and, unless told otherwise, of all that there are."
    )
    async def add_partner(
        self, info: Info, partner: Annotated[PartnerInput, strawberry.argument(description="The partner.")]
    ) -> PartnerWithSecret:
        _check(info, "addPartner")
        context, secret = info.context, fresh_secret()
        made = _made(context, partner, secret)
        try:
            await recipients.add(
                context.graph, context.actor, made, most=context.settings.partners, everything=partner.existing, address=context.address
            )
        except recipients.NameTaken as error:
            message = f"found a partner called {found(made.name)} already; right is another name, or to remove that one"
            raise ApiError(ErrorCode.NAME_TAKEN, message, path="partner.name") from error
        except recipients.TooMany as error:
            raise ApiError(ErrorCode.TOO_MANY_PARTNERS, str(error), path="partner") from error
        return PartnerWithSecret(partner=Partner.of(made), secret=secret)

    @strawberry.mutation(description="Delivers nothing to a partner until it is resumed; what is due is kept.")
    async def pause_partner(self, info: Info, id: PartnerId) -> Partner:
        _check(info, "pausePartner")
        return await _changed(info, str(id), "pause", letters.paused)

    @strawberry.mutation(description="Delivers to a partner that was paused, at once what was kept meanwhile.")
    async def resume_partner(self, info: Info, id: PartnerId) -> Partner:
        _check(info, "resumePartner")
        return await _changed(info, str(id), "resume", letters.resumed)

    @strawberry.mutation(
        description="A new secret for a partner; the one before signs as well for a day, so that the partner can change over."
    )
    async def rotate_partner_secret(self, info: Info, id: PartnerId) -> PartnerWithSecret:
        _check(info, "rotatePartnerSecret")
        secret = fresh_secret()
        sealed = _sealed(info.context, secret)
        changed = await _changed(info, str(id), "rotate", lambda one: letters.rotated(one, sealed, now_ms() + _FORMER_MS))
        return PartnerWithSecret(partner=changed, secret=secret)

    @strawberry.mutation(description="Removes a partner, with what it was still to be told. The log of transfers stays.")
    async def remove_partner(self, info: Info, id: PartnerId) -> Partner:
        _check(info, "removePartner")
        context = info.context
        removed = await recipients.remove(context.graph, context.actor, RecipientKind.PARTNER, str(id), address=context.address)
        return Partner.of(replace(_there(removed), state=RecipientState.REMOVED))

    @strawberry.mutation(
        description="Tells partners once more, as it is by now, what letters that were given up told; these leave `deadLetters`."
    )
    async def send_again(
        self,
        info: Info,
        letters_given_up: Annotated[list[strawberry.ID], strawberry.argument(name="letters", description="IDs of deadLetters.")],
    ) -> SentAgain:
        _check(info, "sendAgain")
        context, ids = info.context, list(dict.fromkeys(map(str, letters_given_up)))
        if len(ids) > context.settings.page_size:
            message = f"found {len(ids)} letters; right is at most {context.settings.page_size}"
            raise ApiError(ErrorCode.TOO_MANY_IDS, message, path="letters")
        there = await letters.send_again(context.graph, context.actor, ids)
        if missing := [one for one in ids if one not in there]:
            message = (
                f"found {found(missing[0])}, which is none of this enterprise's; right are IDs of deadLetters. Sent again: {len(there)}"
            )
            raise ApiError(ErrorCode.UNKNOWN_LETTER, message, path="letters")
        return SentAgain(letters=[strawberry.ID(one) for one in there])


def _check(info: Info, mutation: str) -> None:
    actor, duties = info.context.actor, " or ".join(sorted(DELIVERERS[mutation]))
    check_permitted(may_deliver(actor, mutation), actor, f"ENTERPRISE with the duty {duties}", whose="an enterprise")


def _made(context: Context, given: PartnerInput, secret: str) -> Recipient:
    """ApiError for what cannot be."""
    name = given.name.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise ApiError(
            ErrorCode.BAD_USER_INPUT, f"found {found(given.name)}; right is a name of 1 to {_LONGEST} characters", path="partner.name"
        )
    try:
        address = checked_address(given.address, networks_of(context.settings.delivery_networks))
    except ValueError as error:
        raise ApiError(ErrorCode.BAD_ADDRESS, f"found {found(given.address)}; {error}", path="partner.address") from error
    schedule, now = _schedule(given), now_ms()
    return Recipient(
        id=f"partner/{new_ulid()}",
        owner=context.actor.enterprise or "",
        kind=RecipientKind.PARTNER,
        name=name,
        address=address,
        form=given.form,
        content=given.content,
        schedule=schedule,
        state=RecipientState.ACTIVE,
        made_at=now,
        made_by=context.actor.subject,
        secret=_sealed(context, secret),
        next_at=now if schedule.daily is None else schedule.following(now),
    )


def _schedule(given: PartnerInput) -> Schedule:
    if given.every_minutes is not None and given.daily_at is not None:
        raise ApiError(
            ErrorCode.BAD_USER_INPUT, "found both everyMinutes and dailyAt; right is one of them, or none", path="partner.dailyAt"
        )
    if given.every_minutes is not None and not 1 <= given.every_minutes <= _MOST_MINUTES:
        message = f"found {given.every_minutes}; right is 1 to {_MOST_MINUTES}"
        raise ApiError(ErrorCode.BAD_USER_INPUT, message, path="partner.everyMinutes")
    if given.daily_at is None:
        return Schedule(given.every_minutes)
    time = _DAILY.fullmatch(given.daily_at)
    if time is None:
        raise ApiError(ErrorCode.BAD_USER_INPUT, f"found {found(given.daily_at)}; right is a time such as 02:30", path="partner.dailyAt")
    return Schedule(None, int(time[1]) * 60 + int(time[2]))


def _sealed(context: Context, secret: str) -> str:
    if context.sealing is None:
        raise ApiError(ErrorCode.INTERNAL, "found no key to seal secrets by")
    return context.sealing.seal(secret)


def _there(one: Recipient | None) -> Recipient:
    if one is None:
        raise ApiError(
            ErrorCode.UNKNOWN_PARTNER, "found no partner of this ID in the viewer's enterprise; right is an ID of partners", path="id"
        )
    return one


async def _changed(info: Info, name: str, verb: str, changes: Callable[[Recipient], Mapping[str, Any]]) -> Partner:
    context, kind = info.context, RecipientKind.PARTNER
    changed = await recipients.change(context.graph, context.actor, kind, name, verb, changes, address=context.address)
    return Partner.of(_there(changed))


async def _page(
    info: Info, log: Log, prefix: str, of: Callable[[Mapping[str, Any]], T], first: int | None, after: str | None
) -> Connection[T]:
    context = info.context
    check_may_read_log(context.actor)

    def shown(entry: Mapping[str, Any]) -> T:
        context.read([enterprise_id(entry["owner"])])
        return of(entry)

    return await page_of(context, first, after, newest_of(context, log, prefix, shown))
