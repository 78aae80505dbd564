"""The checks of graphql-cop (github.com/dolevf/graphql-cop, 1.15), each done here against the service with its settings of production:
none above its severity INFO may hit. A check hits when the service does what an attacker would like."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.service import Service

Check = Callable[[str], bool]
CIRCLE = "{ __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }"
INTROSPECTION = "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }"
EDITORS = ("graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground")


def ask(url: str, query: str) -> dict[str, Any]:
    return httpx2.post(url, json={"query": query}).json()


def has_data(answer: httpx2.Response, name: str = "__typename") -> bool:
    return bool((answer.json().get("data") or {}).get(name))


def alias_overloading(url: str) -> bool:
    return "data" in ask(url, "{ " + " ".join(f"alias{number}: __typename" for number in range(101)) + " }")


def batch_queries(url: str) -> bool:
    return isinstance(httpx2.post(url, json=[{"query": "query cop { __typename }"}] * 11).json(), list)


def directive_overloading(url: str) -> bool:
    return len(ask(url, f"query cop {{ __typename {'@aa' * 10} }}")["errors"]) >= 10


def circular_fragment(url: str) -> bool:
    return "errors" not in ask(url, CIRCLE)


def circular_introspection(url: str) -> bool:
    return "data" in ask(url, INTROSPECTION)


def field_duplication(url: str) -> bool:
    return "data" in ask(url, "query cop { " + "__typename \n" * 500 + "}")


def field_suggestions(url: str) -> bool:
    return any("Did you mean" in str(ask(url, query)) for query in ("{ __schema { directive } }", "{ viewr { role } }"))


def introspection(url: str) -> bool:
    return "data" in ask(url, "query cop { __schema { types { name fields { name } } } }")


def get_mutation(url: str) -> bool:
    return has_data(httpx2.get(url, params={"query": "mutation cop { __typename }"}))


def get_query(url: str) -> bool:
    return has_data(httpx2.get(url, params={"query": "query cop { __typename }"}))


def post_urlencoded(url: str) -> bool:
    query = "query cop { __typename }"
    return has_data(httpx2.post(url, data={"query": query})) or has_data(httpx2.post(url, params={"query": query}))


def editor(url: str) -> bool:
    to = urlsplit(url)
    places = [f"{to.scheme}://{to.netloc}{path}" for path in ("/", "/graphiql", "/playground", "/console", "/graphql")]
    pages = [httpx2.get(place, headers={"Accept": "text/html"}, follow_redirects=True).text for place in places]
    return any(word in page for page in pages for word in EDITORS)


def tracing(url: str) -> bool:
    answer = ask(url, "query cop { __typename }")
    return "errors" in answer or "extensions" in answer or "stacktrace" in str(answer).lower()


def unhandled_error(url: str) -> bool:
    return "exception" in str(ask(url, "qwerty cop { abc }")).lower()


CHECKS: dict[Check, str] = {
    alias_overloading: "HIGH",
    batch_queries: "HIGH",
    directive_overloading: "HIGH",
    circular_fragment: "HIGH",
    circular_introspection: "HIGH",
    field_duplication: "HIGH",
    introspection: "HIGH",
    get_mutation: "MEDIUM",
    get_query: "MEDIUM",
    post_urlencoded: "MEDIUM",
    field_suggestions: "LOW",
    editor: "LOW",
    tracing: "INFO",
    unhandled_error: "INFO",
}
"""Each with graphql-cop's severity; that list has no other."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_nothing_hits(production_service: Service, check: Check) -> None:
    assert not check(f"{production_service.url}/graphql")


def test_the_checks_hit_where_there_is_something(arcadedb_service: Service) -> None:
    """As the service comes, for development, its schema is open: the checks of that see it."""
    url = f"{arcadedb_service.url}/graphql"
    assert {check.__name__ for check in CHECKS if check(url)} == {
        "introspection",
        "editor",
        "field_suggestions",
        "get_query",
    }
