"""When a shipment has arrived, and what of it has not: by the receipts there are, whichever came first, shipment or receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auth.scope import Scope
from graph.capture.work import ROWS, Work
from graph.engine.errors import Conflict
from graph.model.identifiers import owner_of
from graph.model.records.shipment import receipt_id
from graph.model.texts import instant_text
from graph.statements import statement

_RECEIPTS = statement("capture/receipts")
_UNLINK_ARRIVAL = statement("capture/unlink_arrival")
_UNLINK_MISSING = statement("capture/unlink_missing")
_ARRIVE = statement("capture/arrive")
_MISS = statement("capture/miss")


@dataclass(frozen=True, slots=True)
class Sent:
    """A shipment. packages: what it lists, where an amendment is judged by that."""

    id: str
    departed_at: int
    destination: str
    packages: Sequence[str] = ()

    @property
    def judges(self) -> tuple[str, ...]:
        """Whose receipt counts, the first of them first: who was to get it, then who sent it."""
        return tuple(dict.fromkeys((owner_of(self.destination), owner_of(self.id))))

    def may_lack_of(self, before: "Sent") -> bool:
        """Whether some of what the shipment brought to whom it was bound for may not be in it any more."""
        listed = set(before.packages) <= set(self.packages)
        return not listed or self.departed_at != before.departed_at or owner_of(self.destination) != owner_of(before.destination)


@dataclass(frozen=True, slots=True)
class Arrival:
    received_at: int
    missing: Sequence[str]


def arrival_of(sent: Sent, receipts: Mapping[str, Arrival], tolerance_ms: int) -> Arrival | None:
    """By the receipts by recorder. One of before the departure, clocks allowed for, says nothing about this departure."""
    for judge in sent.judges:
        arrival = receipts.get(judge)
        if arrival is not None and arrival.received_at >= sent.departed_at - tolerance_ms:
            return arrival
    return None


async def read_receipts(work: Work[Any], sent: Sequence[Sent], scope: Scope | None = None) -> dict[str, dict[str, Arrival]]:
    """By shipment and recorder: the receipts of those whose word may count. scope: the recorder's, who sent them or gets them, unless
    nothing of it is told."""
    receipts: dict[str, dict[str, Arrival]] = {}
    rows = [
        {"shipment": one.id, "destination": one.destination, "receipt": receipt_id(judge, one.id)} for one in sent for judge in one.judges
    ]
    for start in range(0, len(rows), ROWS):
        [row] = await work.tx.run(_RECEIPTS, scope or work.scope, rows=rows[start : start + ROWS])
        for shipment, recorder, received_at, missing in row[0]:
            receipts.setdefault(shipment, {})[recorder] = Arrival(received_at, missing or ())
    return receipts


def lost_arrival(before: Sent, now: Sent, receipts: Mapping[str, Arrival], tolerance_ms: int) -> Arrival | None:
    """The arrival that counts, by whoever may still judge, and would be of before the departure, which an amendment makes later."""
    arrival = arrival_of(before, {judge: receipts[judge] for judge in now.judges if judge in receipts}, tolerance_ms)
    return arrival if arrival is not None and arrival.received_at < now.departed_at - tolerance_ms else None


@dataclass(frozen=True, slots=True)
class Word:
    """A recipient's that a shipment of another enterprise came, but for what is missing. received_at: of the receipt that says so, in ms;
    or else handed_on_at: when it first did something with the goods."""

    shipment: str
    recipient: str
    missing: Sequence[str]
    received_at: int | None = None
    handed_on_at: int | None = None

    @property
    def came(self) -> str:
        if self.received_at is None:
            return f"{self.recipient} has packed or unpacked, sent on, sold or destroyed since"
        return f"arrived at {instant_text(self.received_at)} by {receipt_id(self.recipient, self.shipment)}"

    @property
    def otherwise(self) -> str:
        amends = "records a receipt that lists it as missing" if self.received_at is None else "amends that receipt to list it as missing"
        return f"if it never arrived, its recipient {amends}"


def received(sent: Sent, receipts: Mapping[str, Arrival], tolerance_ms: int) -> Word | None:
    """By the receipt that counts, where it is the recipient's, and that is not the sender."""
    recipient = owner_of(sent.destination)
    if recipient == owner_of(sent.id) or recipient not in receipts:
        return None
    arrival = arrival_of(sent, {recipient: receipts[recipient]}, tolerance_ms)
    return Word(sent.id, recipient, arrival.missing, arrival.received_at) if arrival is not None else None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """package: the first that an amendment takes from its recipient. moved: by another destination, and not by its list of packages."""

    package: str
    word: Word
    moved: bool


def taken_back(before: Sent, now: Sent, word: Word | None) -> TakenBack | None:
    """What has come by its recipient's word is its own: only what is missing by that may go (docs/decisions/0018)."""
    if word is None:
        return None
    moved = owner_of(now.destination) != word.recipient
    free = set(word.missing) if moved else {*word.missing, *now.packages}
    package = next((one for one in before.packages if one not in free), None)
    return TakenBack(package, word, moved) if package else None


async def settle(work: Work[Any], sent: Sequence[Sent], *, before: Mapping[str, Sent]) -> None:
    """Makes the arrival of each shipment what its receipts say. To be run when the shipments are written or claimed in this transaction.

    before: what those were until now that may have an arrival from before. `Conflict` when a receipt came meanwhile that the
    departure is too late for, or of what is taken back.
    """
    receipts = await read_receipts(work, sent)
    tolerance = work.options.tolerance_ms
    for was, now, told in ((before[one.id], one, receipts.get(one.id, {})) for one in sent if one.id in before):
        if lost_arrival(was, now, told, tolerance) or taken_back(was, now, received(was, told, tolerance)):
            raise Conflict("a receipt came while its shipment was amended")
    known = [{"id": one.id} for one in sent if one.id in before]
    await work.run_rows(_UNLINK_ARRIVAL, known)
    await work.run_rows(_UNLINK_MISSING, known)
    arrived: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    for one in sent:
        arrival = arrival_of(one, receipts.get(one.id, {}), tolerance)
        if arrival is not None:
            arrived.append({"id": one.id, "receivedAt": arrival.received_at, "missing": list(arrival.missing)})
            missed += [{"id": one.id, "package": package} for package in arrival.missing]
        elif one.id in before:
            arrived.append({"id": one.id, "receivedAt": None, "missing": None})
    await work.run_rows(_ARRIVE, arrived)
    await work.run_rows(_MISS, missed)
