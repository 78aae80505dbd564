"""An EPCIS event as captured: what is asked for, and the whole of it as it was told."""

from collections.abc import Mapping
from typing import ClassVar

from graph.model.identifiers import Kind
from graph.model.records.base import Content, FileFacts, Record
from graph.model.records.values import Instant

LIGHT = 16_000
"""Characters of an event that is kept in one node, and comes with its page; others are kept apart, and read when they are wanted."""


class EpcisEvent(Record):
    """identity: 64 hexadecimal digits, the hash of CBV 2.0; of an error declaration, with a dot and 16 digits of its own.

    place: in its document, from 0. body, prefixes: JSON texts. names: the canonical URI of each key that the event is about.
    """

    KIND: ClassVar[Kind] = Kind.PACKAGE
    NAMED_BY: ClassVar[str] = "identity"

    identity: str
    place: int = 0
    event_type: str
    event_at: Instant
    action: str | None = None
    event_id: str | None = None
    biz_step: str | None = None
    disposition: str | None = None
    read_point: str | None = None
    biz_location: str | None = None
    error: bool = False
    body: str
    prefixes: str
    names: tuple[str, ...] = ()

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        return event_name(owner, str(sent.get("identity", "")))

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        return event_name(owner, name)

    def listed(self) -> int:
        return len(self.names)

    def content(self, files: Mapping[str, FileFacts] | None = None) -> Content:
        """Without the names, which are edges; of one that takes much, with its size instead of the body, which is kept apart."""
        apart = {"names", "body", "prefixes"} if self.large else {"names"}
        told = {name: value for name, value in super().content(files).items() if name not in apart}
        return told | {"size": self.size} if self.large else told

    @property
    def size(self) -> int:
        """Characters."""
        return len(self.body) + len(self.prefixes)

    @property
    def large(self) -> bool:
        return self.size > LIGHT


def is_event(name: str) -> bool:
    """Whether an ID is of an event, rather than of a record."""
    return name.startswith("event/")


def event_name(owner: str, identity: str) -> str:
    return f"event/{owner}/{identity}"


def identity_in(name: str) -> str:
    """By which the event is kept, of `event_name`."""
    return name.split("/", 2)[2]


def hash_uri(identity: str) -> str:
    """By which GET /events finds the event, as an event ID: of its hash, or of all by which it is kept (CBV 2.0, 8.9)."""
    return f"ni:///sha-256;{identity}?ver=CBV2.0"


def is_declaration(name: str) -> bool:
    """Whether the event is the declaration that another was wrong."""
    return "." in identity_in(name)


def declared_in(name: str) -> str:
    """The event that a declaration says to be wrong."""
    return name.rpartition(".")[0]


def event_id_name(owner: str, event_id: str) -> str:
    """Under which an owner's event ID is kept, beside an event that has another."""
    return f"{owner}/{event_id}"
