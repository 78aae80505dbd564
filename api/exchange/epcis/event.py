"""An EPCIS event as a typed value (EPCIS 2.0, 7.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
"""As in JSON. Names outside of the standard are written {namespace}name; the text of an element that has more is `#text`."""
Body: TypeAlias = Mapping[str, Value]


class EventType(StrEnum):
    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSACTION = "TransactionEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"


class Action(StrEnum):
    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Quantity:
    """epc_class: a class-level identifier. quantity: None when unknown. uom: UN/CEFACT Recommendation 20; None counts instances."""

    epc_class: str
    quantity: float | int | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A business transaction, source or destination, with its type: a bare word of the CBV, or another URI."""

    type: str | None
    id: str


@dataclass(frozen=True, slots=True)
class Event:
    """time, record_time: milliseconds since 1970. body: the whole event in the names and words of JSON-LD, from which it is written again.

    prefixes: by namespace, as the document had them. epcs, quantities: what the event is about: the children of a parent, the outputs of
    a transformation. sensors, error, ilmd, extensions: as in the body.
    """

    type: EventType
    time: int
    offset: str
    body: Body
    prefixes: Mapping[str, str]
    event_id: str | None = None
    record_time: int | None = None
    action: Action | None = None
    parent: str | None = None
    epcs: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    input_epcs: tuple[str, ...] = ()
    input_quantities: tuple[Quantity, ...] = ()
    transformation: str | None = None
    biz_step: str | None = None
    disposition: str | None = None
    read_point: str | None = None
    biz_location: str | None = None
    transactions: tuple[Typed, ...] = ()
    sources: tuple[Typed, ...] = ()
    destinations: tuple[Typed, ...] = ()
    sensors: tuple[Body, ...] = ()
    ilmd: Body | None = None
    error: Body | None = None

    @property
    def adds_to_parent(self) -> bool:
        return self.type in (EventType.AGGREGATION, EventType.ASSOCIATION) and self.action is Action.ADD

    @property
    def extensions(self) -> Body:
        return {name: value for name, value in self.body.items() if name.startswith("{")}

    @property
    def named(self) -> tuple[str, ...]:
        """Every EPC and class that the event is about, each once."""
        classes = (quantity.epc_class for quantity in (*self.quantities, *self.input_quantities))
        parent = (self.parent,) if self.parent else ()
        return tuple(dict.fromkeys((*parent, *self.epcs, *self.input_epcs, *classes)))
