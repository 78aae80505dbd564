"""Delivers what is owed: hands calls on, makes letters and sends them, several recipients beside each other, one letter of each at a time.

Whatever stops it in between, kill -9 too, the next one goes on: a letter is kept before it is sent, and dropped when it arrived.
"""

import asyncio
import hashlib
import random
import secrets
import ssl
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import structlog

from api.delivery.addresses import networks_of
from api.delivery.events import HEADERS as EVENTS_HEADERS
from api.delivery.events import MEDIA_TYPES as EVENTS_MEDIA_TYPES
from api.delivery.events import document, events_fitting, events_told, signature
from api.delivery.names import LookUp, Names, look_up
from api.delivery.rendering import MEDIA_TYPES, body_of, told_of
from api.delivery.sending import Sender, Sent
from api.delivery.signing import signed
from api.settings import Settings
from auth.sealing import Sealing, Unsealable
from graph.delivery import letters, owed
from graph.delivery.letters import Holder, Letter, Outcome, Transfer
from graph.delivery.owed import Portion
from graph.delivery.recipients import Content, Recipient
from graph.delivery.told import packages_told
from graph.engine.driver import Graph
from graph.engine.errors import EngineError
from graph.lookup import LookUps, Suspicion
from graph.model.times import now_ms
from graph.model.ulid import new_ulid
from graph.suspensions import Suspensions

_log = structlog.get_logger("milkline.delivery")
_AT_A_TIME, _OF_ONE = 16, 4
"""Recipients that are served side by side: of all, and of one enterprise, so that who has many leaves room for others."""
_IN_A_LETTER = {Content.SHARED: 500, Content.PUBLIC: 100}
"""Packages."""
LETTER_BYTES = 10_000_000
"""Of the body of a letter that is kept, which is below the 16 MB that a statement may have."""
_LONGEST_WAIT_S = 6 * 3600.0
_LASTING = 2
"""So many tries that fail in a row are told, once."""
_AT_A_STRETCH_S = 60.0
"""Of one recipient, before others have their turn."""


class Deliverer:
    """look_up: of the names of receivers. OSError where the certificates that the settings name cannot be read."""

    def __init__(self, graph: Graph, settings: Settings, sealing: Sealing, look_up: LookUp = look_up) -> None:
        self.graph, self.settings, self.sealing = graph, settings, sealing
        self._working: dict[str, asyncio.Task[None]] = {}
        self._owners: dict[str, str] = {}
        # as long as one attempt and what is written about it may take
        self._holder = Holder(secrets.token_hex(8), int(1000 * (2 * settings.delivery_seconds + 5)))
        suspicion = Suspicion(settings.suspicious_queries, settings.suspicious_places)
        self._look_ups = LookUps(graph, suspicion, settings.limits)
        self._suspensions = Suspensions(settings.suspension_seconds)
        tls = ssl.create_default_context()
        if settings.delivery_ca is not None:
            tls.load_verify_locations(settings.delivery_ca)
        self._sender = Sender(settings.delivery_seconds, networks_of(settings.delivery_networks), tls, Names(look_up))

    async def run(self) -> None:
        """Until it is cancelled. One try that fails is not told: where the engine is gone for good, the service ends and says so."""
        failures = 0
        try:
            while True:
                try:
                    while await owed.spread(self.graph):
                        pass
                    await self._begin()
                    failures = 0
                except EngineError as error:
                    failures += 1
                    if failures == _LASTING:
                        _log.warning("deliveries wait for the engine", error=str(error))
                await asyncio.sleep(self.settings.delivery_pause_seconds)
        finally:
            await self._stop()

    async def once(self) -> None:
        """All that can be delivered now; what has to be tried again stays for later."""
        try:
            while await owed.spread(self.graph):
                pass
            while await self._begin():
                await asyncio.wait(self._working.values(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        for task in self._working.values():
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def _begin(self) -> bool:
        """Takes up recipients that nobody serves; whether there was one."""
        for recipient in [one for one, task in self._working.items() if task.done()]:
            del self._working[recipient], self._owners[recipient]
        passed_over, more = set[str](), True
        while more and len(self._working) < _AT_A_TIME:
            # those of who has as many as it may are not asked for again, however many there are before the others
            before = len(passed_over)
            found = await letters.ready(self.graph, passed_over)
            for recipient, owner in found:
                await self._begin_one(recipient, owner, passed_over)
            more = len(found) == letters.READY_AT_ONCE and len(passed_over) > before
        return bool(self._working)

    async def _begin_one(self, recipient: str, owner: str, passed_over: set[str]) -> None:
        """passed_over: grows by who has as many as it may, or is suspended."""
        if owner in passed_over or recipient in self._working or len(self._working) >= _AT_A_TIME:
            return
        if Counter(self._owners.values())[owner] >= _OF_ONE or await self._suspensions.has(self.graph, owner):
            passed_over.add(owner)
            return
        self._owners[recipient] = owner
        self._working[recipient] = asyncio.create_task(self._serve(recipient))

    async def _serve(self, name: str) -> None:
        try:
            recipient = await letters.take(self.graph, name, self._holder)
            if recipient is not None:
                await self._deliver(recipient)
        except EngineError as error:
            # the lease ends by itself
            _log.warning("delivery interrupted", recipient=name, error=str(error))
        except Exception:
            _log.exception("delivery failed", recipient=name)

    async def _deliver(self, recipient: Recipient) -> None:
        until, sent = time.monotonic() + _AT_A_STRETCH_S, 0
        while time.monotonic() < until:
            letter = await letters.pending(self.graph, recipient)
            if letter is None:
                told, letter = await self._next(recipient)
                ended = not (told.records or told.finished or told.moved)
                if ended and not sent and recipient.subscribes and dict(recipient.query or {})["reportIfEmpty"]:
                    letter = self._sealed_up(recipient, document(recipient, []), [])
                elif ended:
                    following = recipient.schedule.following(now_ms())
                    return await letters.let_go(self.graph, recipient, self._holder, next_at=following, idle=recipient.schedule.at_once)
                if not await letters.post(self.graph, recipient, self._holder, letter, told):
                    return None
                if letter is None:
                    continue
            if letter.nextAt > now_ms():
                return await letters.let_go(self.graph, recipient, self._holder, next_at=letter.nextAt, idle=False)
            if not await self._attempt(recipient, letter):
                return None
            sent += 1
        return await letters.let_go(self.graph, recipient, self._holder, next_at=now_ms(), idle=False)

    async def _next(self, recipient: Recipient) -> tuple[Portion, Letter | None]:
        """What is owed first, as much of it as a letter holds, and the letter; None where nothing of it has been recorded yet."""
        room = _IN_A_LETTER[recipient.content or Content.SHARED]
        while True:
            told = await owed.portion(self.graph, recipient, self.settings.limits, room)
            if recipient.subscribes and len(told.records) > 1:
                fitting = await events_fitting(self.graph, recipient, told.records, LETTER_BYTES // 2)
                if fitting < len(told.records):
                    room = fitting
                    continue
            letter = await self._letter(recipient, told) if told.records else None
            if letter is None or letter.bytes <= LETTER_BYTES:
                return told, letter
            if len(told.records) == 1:
                return told, replace(letter, body="")
            room = len(told.records) // 2

    async def _letter(self, recipient: Recipient, told: Portion) -> Letter | None:
        """None where nothing of it has been recorded yet."""
        if recipient.subscribes:
            events = await events_told(self.graph, recipient, told.records)
            return self._sealed_up(recipient, document(recipient, events), [one.id for one in events]) if events else None
        at, content = now_ms(), recipient.content or Content.SHARED
        rows = await packages_told(self.graph, recipient.owner, told.records)
        if not rows:
            return None
        packages = await told_of(rows, content, self._look_ups, self.settings.public_url.rstrip("/"))
        name = f"msg_{new_ulid()}"
        body = body_of(name, recipient.owner, content, recipient.form, packages, at)
        return self._sealed_up(recipient, body, [row["id"] for row in rows], name, at)

    @staticmethod
    def _sealed_up(recipient: Recipient, body: bytes, records: Sequence[str], name: str | None = None, at: int | None = None) -> Letter:
        at = now_ms() if at is None else at
        return Letter(
            name or f"msg_{new_ulid()}",
            recipient.owner,
            recipient.id,
            recipient.name,
            recipient.address,
            body.decode(),
            (EVENTS_MEDIA_TYPES if recipient.subscribes else MEDIA_TYPES)[recipient.form],
            tuple(records),
            len(records),
            len(body),
            hashlib.sha256(body).hexdigest(),
            at,
            at,
        )

    async def _attempt(self, recipient: Recipient, letter: Letter) -> bool:
        """Whether the next one may follow."""
        at, body = now_ms(), letter.body.encode()
        if not letter.body:
            return await self._settled(recipient, letter, _too_long(letter), at)
        try:
            keys = [self.sealing.unseal(one) for one in self._sealed(recipient, at)]
        except Unsealable as error:
            sent = Sent(Outcome.FAILED, 0, None, str(error))
        else:
            headers = {"Content-Type": letter.media, "Idempotency-Key": f'"{letter.id}"'}
            if recipient.subscribes:
                headers |= EVENTS_HEADERS | signature(keys[0], body) | {"webhook-id": letter.id, "webhook-timestamp": str(at // 1000)}
            else:
                headers |= signed(letter.id, at // 1000, body, keys)
            sent = await self._sender.send(recipient.owner, letter.to, body, headers)
        return await self._settled(recipient, letter, sent, at)

    async def _settled(self, recipient: Recipient, letter: Letter, sent: Sent, at: int) -> bool:
        outcome = sent.outcome
        if outcome is Outcome.FAILED and letter.attempts + 1 >= self.settings.delivery_attempts:
            outcome = Outcome.GIVEN_UP
        next_at = now_ms() + int(1000 * max(self._wait(letter.attempts), sent.wait))
        transfer = Transfer(outcome, at, sent.took, sent.status, sent.detail)
        held = await letters.settle(self.graph, recipient, self._holder, letter, transfer, next_at)
        if held and outcome is Outcome.FAILED:
            await letters.let_go(self.graph, recipient, self._holder, next_at=next_at, idle=False)
        return held and outcome is not Outcome.FAILED

    def _wait(self, attempts: int) -> float:
        """Seconds: twice as long each time, and never the same for two that failed together."""
        longest = min(self.settings.delivery_backoff_seconds * 2**attempts, _LONGEST_WAIT_S)
        return random.uniform(0.5, 1.0) * longest

    @staticmethod
    def _sealed(recipient: Recipient, now: int) -> list[str]:
        former = [recipient.former_secret] if recipient.former_secret and recipient.former_until > now else []
        return [one for one in (recipient.secret, *former) if one]


def _too_long(letter: Letter) -> Sent:
    """Of a letter that was kept without its body."""
    detail = f"found {letter.bytes:,} bytes; a letter takes at most {LETTER_BYTES:,}: right is to read it where it was recorded"
    return Sent(Outcome.GIVEN_UP, 0, None, detail)
