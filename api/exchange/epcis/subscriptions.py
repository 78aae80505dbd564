"""Named queries and their subscriptions (EPCIS 2.0, 8.2.6): what of a request is right, and what an answer says."""

import re
from collections.abc import Mapping
from typing import Any, cast

from croniter import CroniterBadDateError, croniter

from api.delivery.addresses import Network, checked_address
from api.exchange.epcis.fields import milliseconds
from api.exchange.epcis.queries import BadParameter, wanted_of
from graph.delivery.recipients import Form, Recipient, RecipientKind, RecipientState, Schedule
from graph.model.identifiers import shown
from graph.model.texts import instant_text
from graph.model.times import now_ms
from graph.model.ulid import new_ulid

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNITS = {"minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31), "month": (1, 12), "dayOfWeek": (1, 7), "second": (0, 59)}
"""The first and the last of each (8.2.5.3): Monday is 1."""
"""In the order of a cron expression of six fields."""
_UNIT = re.compile(r"[0-9,\[\]-]{1,200}|\*")
_NUMBER = re.compile("[0-9]+")
_QUERY = {"name", "query"}
_SUBSCRIPTION = {"dest", "signatureToken", "schedule", "stream", "reportIfEmpty", "initialRecordTime", "format"}
_FORMATS = {"application/ld+json": Form.JSON, "application/xml": Form.XML}
_NOT_FOR_LATER = ("perPage", "nextPageToken", "EQ_eventID", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount")


def named_query(body: object) -> tuple[str, dict[str, str]]:
    """Its name and its parameters, each as GET /events has them. Raises `BadParameter`."""
    given = _object(body, _QUERY, "a query")
    name, query = given.get("name"), given.get("query")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadParameter(f"found name={shown(str(name))}; right is 1 to 100 letters, digits, points, hyphens and underscores")
    if not isinstance(query, dict):
        raise BadParameter("found no query; right is a JSON object of the parameters of GET /events")
    parameters: dict[str, str] = {}
    for key, value in cast("dict[str, Any]", query).items():
        if key in _NOT_FOR_LATER:
            raise BadParameter(f"found {key}, which is about one answer; right in a query that is named are conditions on events")
        values = cast("list[Any]", value if isinstance(value, list) else [value])
        if not all(isinstance(one, str | int | float) and not isinstance(one, bool) and "," not in str(one) for one in values):
            raise BadParameter(f"found a value of {shown(key)} that is no text; right is a text, or a list of texts without commas")
        parameters[key] = ",".join(map(str, values))
    wanted_of(parameters.items())
    return name, parameters


def subscription(body: object, owner: str, by: str, query: str, text: str, networks: tuple[Network, ...]) -> tuple[Recipient, str]:
    """The subscription, without its secret, and the token that is to be that. Raises `BadParameter`."""
    given = _object(body, _SUBSCRIPTION, "a subscription")
    dest, token = given.get("dest"), given.get("signatureToken")
    if not isinstance(dest, str):
        raise BadParameter("found no dest; right is the address that takes the events")
    if not isinstance(token, str) or not 16 <= len(token) <= 500:
        raise BadParameter("found no signatureToken of 16 to 500 characters; right is a random text, by which what is sent is signed")
    try:
        address = checked_address(dest, networks)
    except ValueError as error:
        raise BadParameter(f"found dest={shown(dest)}; {error}") from error
    stream, schedule = given.get("stream", False), given.get("schedule")
    if not isinstance(stream, bool) or stream == (schedule is not None):
        raise BadParameter("found both of stream and schedule, or neither; right is stream: true, or a schedule")
    empty = given.get("reportIfEmpty", False)
    if not isinstance(empty, bool) or (empty and stream):
        raise BadParameter("found reportIfEmpty that is no flag, or with stream; right is true or false, with a schedule")
    form = given.get("format", "application/ld+json")
    if not isinstance(form, str) or form not in _FORMATS:
        raise BadParameter(f"found format={shown(str(form))}; right is {' or '.join(_FORMATS)}")
    now, since = now_ms(), given.get("initialRecordTime")
    begins = milliseconds(since) if isinstance(since, str) else now if since is None else None
    if begins is None:
        raise BadParameter("found an initialRecordTime that is no time; right is one such as 2026-03-14T08:30:00Z")
    cron = None if schedule is None else _cron(schedule)
    times, name = Schedule(cron=cron), new_ulid()
    made = Recipient(
        id=f"subscription/{name}",
        owner=owner,
        kind=RecipientKind.SUBSCRIPTION,
        name=name,
        address=address,
        form=_FORMATS[form],
        content=None,
        schedule=times,
        state=RecipientState.ACTIVE,
        made_at=now,
        made_by=by,
        secret=None,
        next_at=times.following(now) if cron else now,
        query={"queryName": query, "queryText": text, "since": begins, "reportIfEmpty": empty},
    )
    return made, token


def _object(body: object, known: set[str], what: str) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise BadParameter(f"found no JSON object; right is {what}, with {', '.join(sorted(known))}")
    given = cast("dict[str, Any]", body)
    if strange := sorted(given.keys() - known):
        raise BadParameter(f"found {shown(strange[0])}; right is {', '.join(sorted(known))}")
    return given


def _cron(schedule: object) -> str:
    """What is not named is any; ranges stand in brackets (8.2.5.3)."""
    given = _object(schedule, set(_UNITS), "a schedule")
    fields: list[str] = []
    for unit, (least, most) in _UNITS.items():
        value = given.get(unit, "*")
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if not _UNIT.fullmatch(text) or not all(least <= int(number) <= most for number in _NUMBER.findall(text)):
            right = f"right are numbers from {least} to {most} with commas between them, and ranges such as [1-5]"
            raise BadParameter(f"found {unit}={shown(text)}; {right}")
        fields.append(text.replace("[", "").replace("]", ""))
    expression = " ".join(fields)
    if not given or not _comes(expression):
        raise BadParameter("found a schedule that names no time; right is one such as second 0, minute 30, hour 2")
    return expression


def _comes(expression: str) -> bool:
    """Whether there is such a time at all: no 31 February."""
    try:
        return croniter.is_valid(expression) and croniter(expression).get_next(float) > 0
    except CroniterBadDateError:
        return False


def told(one: Recipient) -> dict[str, Any]:
    """As an answer says it; the token is told to nobody."""
    about = dict(one.query or {})
    cron = one.schedule.cron
    units = {} if cron is None else {unit: text for unit, text in zip(_UNITS, cron.split(), strict=True) if text != "*"}
    timing = {"stream": True} if cron is None else {"schedule": units, "reportIfEmpty": about["reportIfEmpty"]}
    last = {} if one.arrived_at is None else {"lastNotifiedAt": instant_text(one.arrived_at)}
    return {
        "subscriptionID": one.name,
        "queryName": about["queryName"],
        "dest": one.address,
        "createdAt": instant_text(one.made_at),
        "initialRecordTime": instant_text(about["since"]),
        "format": next(name for name, form in _FORMATS.items() if form is one.form),
        **timing,
        **last,
    }
