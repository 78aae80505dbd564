"""From what a document has of an event to the event, or to all that is wrong with it: form, vocabulary and meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from api.exchange.epcis import fields as read
from api.exchange.epcis.event import Action, Body, Event, EventType, Quantity, Typed, Value
from api.exchange.epcis.fields import Reader, Reading, read_fields
from api.exchange.epcis.names import NAMESPACES
from api.exchange.epcis.vocabulary import BIZ_STEP, DISPOSITION
from graph.model.identifiers import shown
from graph.model.problems import Problem, ProblemCode


def _action(reading: Reading, path: str, value: object) -> Value:
    if value not in list(Action):
        reading.unfit(path, value, "one of ADD, OBSERVE, DELETE", ProblemCode.NOT_LISTED)
        return None
    return str(value)


_EPCS = read.listed(read.thing)
_QUANTITIES = read.listed(read.QUANTITY)
_COMMON: dict[str, Reader] = {
    "type": read.text,
    "eventTime": read.instant,
    "eventTimeZoneOffset": read.offset,
    "recordTime": read.instant,
    "eventID": read.uri,
    "certificationInfo": read.one_or_more(read.certification),
    "errorDeclaration": read.ERROR,
    "bizStep": read.word(BIZ_STEP),
    "disposition": read.word(DISPOSITION),
    "persistentDisposition": read.entity(dict.fromkeys(("set", "unset"), read.listed(read.word(DISPOSITION), empty=False)), extended=False),
    "readPoint": read.PLACE,
    "bizLocation": read.PLACE,
    "bizTransactionList": read.TRANSACTIONS,
    "sourceList": read.SOURCES,
    "destinationList": read.DESTINATIONS,
    "sensorElementList": read.SENSORS,
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an event type has besides the fields of all. things, classes: the lists of what it is about."""

    fields: Mapping[str, Reader]
    mandatory: tuple[str, ...]
    things: str
    classes: str


_PARENT: dict[str, Reader] = {"parentID": read.thing, "action": _action}
_SHAPES = {
    EventType.OBJECT: _Shape(
        {"action": _action, "epcList": _EPCS, "quantityList": _QUANTITIES, "ilmd": read.extensions_alone},
        ("action",),
        "epcList",
        "quantityList",
    ),
    EventType.AGGREGATION: _Shape(
        {**_PARENT, "childEPCs": _EPCS, "childQuantityList": _QUANTITIES}, ("action",), "childEPCs", "childQuantityList"
    ),
    EventType.ASSOCIATION: _Shape(
        {**_PARENT, "childEPCs": _EPCS, "childQuantityList": _QUANTITIES}, ("action", "parentID"), "childEPCs", "childQuantityList"
    ),
    EventType.TRANSACTION: _Shape(
        {**_PARENT, "epcList": _EPCS, "quantityList": _QUANTITIES}, ("action", "bizTransactionList"), "epcList", "quantityList"
    ),
    EventType.TRANSFORMATION: _Shape(
        {
            "transformationID": read.uri,
            "inputEPCList": _EPCS,
            "inputQuantityList": _QUANTITIES,
            "outputEPCList": _EPCS,
            "outputQuantityList": _QUANTITIES,
            "ilmd": read.extensions_alone,
        },
        (),
        "outputEPCList",
        "outputQuantityList",
    ),
}


def check_event(sent: Mapping[str, object], prefixes: Mapping[str, str]) -> Event | tuple[Problem, ...]:
    """sent: names of other namespaces as {namespace}name. prefixes: by namespace. The problems, when there are any, with their fields."""
    reading = Reading()
    try:
        kind = EventType(str(sent.get("type", "")))
    except ValueError:
        right = ", ".join(EventType)
        return (Problem(ProblemCode.NOT_LISTED, "type", f"found {shown(str(sent.get('type', '')))}; right is one of {right}"),)
    shape = _SHAPES[kind]
    mandatory = ("eventTime", "eventTimeZoneOffset", *shape.mandatory)
    body = read_fields(reading, "", sent, {**_COMMON, **shape.fields}, mandatory, extended=True)
    if (count := len(reading.namespaces | {f"{{{namespace}" for namespace in prefixes})) > NAMESPACES:
        reading.wrong(ProblemCode.TOO_LONG, "type", f"found names of {count:,} namespaces; right is at most {NAMESPACES} in one event")
    if reading.problems:
        return tuple(reading.problems)
    event = _event(kind, shape, body, prefixes)
    _check_meaning(reading, event, shape)
    return tuple(reading.problems) or event


def _event(kind: EventType, shape: _Shape, body: Body, prefixes: Mapping[str, str]) -> Event:
    action = _text(body, "action")
    record_time = _text(body, "recordTime")
    return Event(
        type=kind,
        time=read.milliseconds(str(body["eventTime"])) or 0,
        offset=str(body["eventTimeZoneOffset"]),
        body=body,
        prefixes=prefixes,
        event_id=_text(body, "eventID"),
        record_time=read.milliseconds(record_time) if record_time else None,
        action=Action(action) if action else None,
        parent=_text(body, "parentID"),
        epcs=_texts(body, shape.things),
        quantities=_quantities(body, shape.classes),
        input_epcs=_texts(body, "inputEPCList"),
        input_quantities=_quantities(body, "inputQuantityList"),
        transformation=_text(body, "transformationID"),
        biz_step=_text(body, "bizStep"),
        disposition=_text(body, "disposition"),
        read_point=_place(body, "readPoint"),
        biz_location=_place(body, "bizLocation"),
        transactions=transactions_of(body),
        sources=_typed(body, "sourceList", "source"),
        destinations=_typed(body, "destinationList", "destination"),
        sensors=tuple(_objects(body, "sensorElementList")),
        ilmd=cast("Body | None", body.get("ilmd")),
        error=cast("Body | None", body.get("errorDeclaration")),
    )


def transactions_of(body: Body) -> tuple[Typed, ...]:
    """Of an event that was checked."""
    return _typed(body, "bizTransactionList", "bizTransaction")


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def _texts(body: Body, name: str) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", body.get(name, ())))


def _objects(body: Body, name: str) -> Sequence[Body]:
    return cast("Sequence[Body]", body.get(name, ()))


def _quantities(body: Body, name: str) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(str(one["epcClass"]), cast("float | int | None", one.get("quantity")), _text(one, "uom")) for one in _objects(body, name)
    )


def _typed(body: Body, name: str, field: str) -> tuple[Typed, ...]:
    return tuple(Typed(_text(one, "type"), str(one[field])) for one in _objects(body, name))


def _place(body: Body, name: str) -> str | None:
    place = body.get(name)
    return _text(place, "id") if isinstance(place, Mapping) else None


def _check_meaning(reading: Reading, event: Event, shape: _Shape) -> None:
    """What the standard says in words, of events whose fields are right one by one."""
    if event.type is EventType.TRANSFORMATION:
        _check_transformation(reading, event)
    elif not (event.epcs or event.quantities or event.sensors) and (event.type is EventType.OBJECT or event.adds_to_parent):
        message = f"found neither {shape.things} nor {shape.classes}; right is what the event is about (EPCIS 2.0, 7.4)"
        reading.wrong(ProblemCode.MISSING, shape.things, message)
    if event.type is EventType.AGGREGATION and event.parent is None and event.action is not Action.OBSERVE:
        reading.wrong(
            ProblemCode.MISSING, "parentID", "found none; right is the parent, which OBSERVE alone may leave out (EPCIS 2.0, 7.4.3)"
        )
    if event.parent is not None and event.parent in event.epcs:
        reading.wrong(ProblemCode.IN_ITSELF, "parentID", f"found {shown(event.parent)} among its own children; right is another thing")
    for name, quantities in ((shape.classes, event.quantities), ("inputQuantityList", event.input_quantities)):
        for place, quantity in enumerate(quantities):
            if quantity.quantity is not None and quantity.quantity < 0:
                path = f"{name}[{place}].quantity"
                reading.wrong(ProblemCode.NOT_POSITIVE, path, f"found {quantity.quantity}; right is 0 or more")


def _check_transformation(reading: Reading, event: Event) -> None:
    inputs, outputs = event.input_epcs or event.input_quantities, event.epcs or event.quantities
    right = "right is both inputs and outputs, or a transformationID that joins several events (EPCIS 2.0, 7.4.6)"
    if not inputs and not (outputs and event.transformation):
        reading.wrong(ProblemCode.MISSING, "inputEPCList", f"found no inputs; {right}")
    elif not outputs and not event.transformation:
        reading.wrong(ProblemCode.MISSING, "outputEPCList", f"found no outputs; {right}")
