"""The REST binding of EPCIS 2.0: named queries, and subscriptions to them, whose events are delivered by `api.delivery`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.delivery.addresses import networks_of
from api.exchange.capture_jobs import Check
from api.exchange.capturer import capturer
from api.exchange.discovery import VERSIONS
from api.exchange.epcis.queries import BadParameter
from api.exchange.epcis.subscriptions import named_query, subscription, told
from api.exchange.pages import by_name
from api.exchange.problem_answers import Refused, answering, json_answer
from api.http.caller import address_of
from api.settings import Settings
from auth.actor import Actor
from auth.bearer import Bearers
from auth.sealing import Sealing
from graph.delivery import named_queries, recipients
from graph.delivery.named_queries import NamedQuery
from graph.delivery.recipients import Recipient, RecipientKind
from graph.engine.driver import Graph
from graph.model.texts import instant_text

_BYTES = 64 * 1024
_NO_QUERY = "found no such query of the caller's enterprise; right is a name of GET /queries"
_NO_SUBSCRIPTION = "found no such subscription to this query; right is an ID of GET /queries/{name}/subscriptions"


def query_routes(graph: Callable[[], Graph], bearers: Bearers, check: Check, sealing: Sealing, settings: Settings) -> list[Route]:
    async def subscriber(request: Request) -> Actor:
        return await capturer(request, bearers, check, needing="queries are named with", to="subscribe")

    async def queries(request: Request) -> Response:
        actor = await subscriber(request)
        if request.method != "POST":
            told_of, headers = by_name(request, await named_queries.listed(graph(), actor))
            return json_answer([_query(one) for one in told_of], headers)
        name, parameters = named_query(await _body(request))
        known = await named_queries.listed(graph(), actor)
        if len(known) >= settings.partners and name not in {one.name for one in known}:
            raise Refused(
                400, "ValidationException", f"found {len(known)} queries already; right is at most {settings.partners}: delete one"
            )
        if not await named_queries.make(graph(), actor, name, parameters):
            detail = f"found another query called {name}; right is another name, or to delete that one"
            raise Refused(409, "ResourceAlreadyExistsException", detail)
        return json_answer({"name": name, "query": parameters}, {"Location": f"/queries/{name}"}, 201)

    async def query(request: Request) -> Response:
        actor = await subscriber(request)
        found = await _found(graph(), actor, request)
        if request.method != "DELETE":
            return json_answer(_query(found))
        for one in await recipients.subscriptions(graph(), actor, found.name):
            await recipients.remove(graph(), actor, RecipientKind.SUBSCRIPTION, one.id, address=address_of(request))
        await named_queries.remove(graph(), actor, found.name)
        return Response(status_code=204, headers=VERSIONS)

    async def subscriptions(request: Request) -> Response:
        actor = await subscriber(request)
        found = await _found(graph(), actor, request)
        if request.method != "POST":
            told_of, headers = by_name(request, await recipients.subscriptions(graph(), actor, found.name))
            return json_answer([told(one) for one in told_of], headers)
        networks = networks_of(settings.delivery_networks)
        try:
            made, token = subscription(await _body(request), actor.enterprise or "", actor.subject, found.name, found.text, networks)
        except BadParameter as error:
            raise Refused(400, "SubscriptionControlsException", str(error)) from error
        made = replace(made, secret=sealing.seal(token))
        try:
            await recipients.add(graph(), actor, made, most=settings.partners, everything=False, address=address_of(request))
        except recipients.TooMany as error:
            raise Refused(400, "ValidationException", str(error)) from error
        return json_answer(told(made), {"Location": f"/queries/{found.name}/subscriptions/{made.name}"}, 201)

    async def one(request: Request) -> Response:
        actor = await subscriber(request)
        found = await _found(graph(), actor, request)
        wanted = await _subscription(graph(), actor, found, request.path_params["id"])
        if request.method != "DELETE":
            return json_answer(told(wanted))
        await recipients.remove(graph(), actor, RecipientKind.SUBSCRIPTION, wanted.id, address=address_of(request))
        return Response(status_code=204, headers=VERSIONS)

    return [
        Route("/queries", answering(queries), methods=["GET", "POST"]),
        Route("/queries/{name}", answering(query), methods=["GET", "DELETE"]),
        Route("/queries/{name}/subscriptions", answering(subscriptions), methods=["GET", "POST"]),
        Route("/queries/{name}/subscriptions/{id}", answering(one), methods=["GET", "DELETE"]),
    ]


async def _body(request: Request) -> Any:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BYTES:
            raise Refused(413, "ValidationException", f"found more than {_BYTES:,} bytes; right is less")
    try:
        return orjson.loads(bytes(body))
    except orjson.JSONDecodeError as error:
        raise Refused(400, "ValidationException", "found no JSON; right is a JSON object") from error


async def _found(graph: Graph, actor: Actor, request: Request) -> NamedQuery:
    found = await named_queries.by_name(graph, actor.scope, actor.enterprise or "", request.path_params["name"])
    if found is None:
        raise Refused(404, "NoSuchNameException", _NO_QUERY)
    return found


async def _subscription(graph: Graph, actor: Actor, query: NamedQuery, name: str) -> Recipient:
    for one in await recipients.subscriptions(graph, actor, query.name):
        if one.name == name:
            return one
    raise Refused(404, "NoSuchSubscriptionException", _NO_SUBSCRIPTION)


def _query(one: NamedQuery) -> dict[str, Any]:
    return {"name": one.name, "query": orjson.loads(one.text), "createdAt": instant_text(one.made_at)}
