"""What an operation is taken to cost, before any of it is run."""

from typing import Any, cast

import pytest
from graphql import OperationDefinitionNode, parse

from api.errors import ApiError
from api.http.cost import Measure
from api.http.limits import check_limits
from api.http.operation import Operations
from api.resolvers.root import GRAPHQL_SCHEMA
from api.settings import Settings
from tests.component.reading import REGULATOR, context

SETTINGS = Settings.model_validate({})
PAGES = "query ($n: Int) { batches(first: $n) { nodes { id packages(first: $n) { nodes { id number } } } } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
FORWARD = 'forward(from: ["batch/AAAA/B"]) { from }'


def cost(query: str, **variables: Any) -> int:
    document = parse(query)
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return Measure(GRAPHQL_SCHEMA, document, variables).operation(operation).cost


def refused(query: str, **variables: Any) -> str:
    """The code of the refusal, empty when there is none."""
    document = parse(query)
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    try:
        check_limits(GRAPHQL_SCHEMA, document, operation, variables, SETTINGS)
    except ApiError as error:
        return error.code.value
    return ""


def test_a_number_counts_however_it_is_written() -> None:
    assert cost(PAGES, n=500.0) == cost(PAGES, n=500) > 500_000
    assert cost(PAGES.replace("$n: Int", "$n: Int = 500")) == cost(PAGES, n=500)


@pytest.mark.parametrize("value", [None, "500", [500], True, 1.5, {}])
def test_what_is_no_number_counts_as_a_page_at_least(value: object) -> None:
    assert cost(PAGES, n=value) >= cost(PAGES.replace("(first: $n)", "")) > 50 * 50


def test_kept_operations_are_measured_for_each_value() -> None:
    operations = Operations(GRAPHQL_SCHEMA, SETTINGS)
    operations.prepare(PAGES, None, {"n": 1}, may_mutate=True)
    with pytest.raises(ApiError, match="fields"):
        operations.prepare(PAGES, None, {"n": 500.0}, may_mutate=True)
    operations.prepare(NODES, None, {"ids": []}, may_mutate=True)
    with pytest.raises(ApiError, match="entries"):
        operations.prepare(NODES, None, {"ids": ["x"] * 20_000}, may_mutate=True)


def test_a_default_is_not_what_was_measured_of_a_null() -> None:
    defaulted = PAGES.replace("$n: Int", "$n: Int = 500")
    operations = Operations(GRAPHQL_SCHEMA, SETTINGS)
    operations.prepare(defaulted, None, {"n": None}, may_mutate=True)
    with pytest.raises(ApiError, match="fields"):
        operations.prepare(defaulted, None, {}, may_mutate=True)


def test_a_list_is_measured_for_each_length() -> None:
    sources = "query ($of: [ID!]!) { commonSources(of: $of, first: 500) { reached } }"
    operations = Operations(GRAPHQL_SCHEMA, SETTINGS)
    operations.prepare(sources, None, {"of": ["x"]}, may_mutate=True)
    operations.prepare(sources, None, {"of": ["y"]}, may_mutate=True)
    with pytest.raises(ApiError, match="fields"):
        operations.prepare(sources, None, {"of": ["x"] * 5_000}, may_mutate=True)


def test_lists_without_pages_count() -> None:
    inputs = "{ node(id: 1) { ... on Batch { inputs { source { record { id %s } } } } } }"
    deeper = "... on Batch { inputs { source { record { id %s } } } }"
    assert refused(inputs % deeper % "") == ""
    assert refused(inputs % deeper % deeper % "") == "QUERY_TOO_COSTLY"
    assert cost("{ node(id: 1) { ... on Farm { history { version } } } }") > 10
    each = "... on Batch { packages(first: 500) { nodes { id } } }"
    assert cost(f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {each} }} }}", ids=["x"] * 500) > 250_000


def test_five_lineage_questions_fit_and_six_do_not() -> None:
    assert refused("{" + " ".join(f"a{n}: {FORWARD}" for n in range(5)) + "}") == ""
    assert refused("{" + " ".join(f"a{n}: {FORWARD}" for n in range(6)) + "}") == "QUERY_TOO_COSTLY"


def test_what_common_sources_may_name_counts() -> None:
    query = "query ($of: [ID!]!, $n: Int) { commonSources(of: $of, first: $n) { score reached } }"
    assert refused(query, of=["x"] * 1_000, n=20) == ""
    assert refused(query, of=["x"] * 1_000, n=10_000) == "QUERY_TOO_COSTLY"


def test_long_lists_are_refused_before_they_are_read() -> None:
    assert refused(NODES, ids=["x"] * 1_300_000) == "TOO_MANY_IDS"
    assert refused("query ($f: BatchFilter) { batches(filter: $f) { totalCount } }", f={"numbers": ["x"] * 20_000}) == "TOO_MANY_IDS"
    recording = "mutation ($r: [FarmInput!]!) { recordFarms(records: $r) { outcomes { id } } }"
    assert refused(recording, r=[{}] * 5_000) == ""
    assert refused(recording, r=[{"x": [{}] * 100}] * 5_000) == "TOO_MANY_RECORDS"


def test_what_lists_without_pages_do_hold_is_counted_when_it_is_read() -> None:
    asked = context(cast(Any, None), REGULATOR)
    asked.spend(30_000)
    asked.spend(20_000)
    with pytest.raises(ApiError, match="50001 entries") as refusal:
        asked.spend(1)
    assert refusal.value.code == "QUERY_TOO_COSTLY"
