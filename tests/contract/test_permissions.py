"""The matrix of permissions, written from the policy and the schema's tiers: a change of either shows in docs/reference/permissions.md.

After a change: `uv run python -m tests.contract.test_permissions` writes it anew; the difference belongs into the review.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from api.errors import ApiError
from api.resolvers.choices import check_choice
from api.resolvers.records import RecordQueries
from api.schema.filters import DateRange, DateTimeRange
from auth import restricted
from auth.actor import Actor, Duty, Role
from auth.policy import DELIVERERS, PLATFORM_ALONE, READERS, RECORDERS, Relation, may_read, permissions_of
from auth.tiers import Tier
from graph.migrations.m0003_full_text import TEXTS
from graph.model.identifiers import Kind
from graph.records import Selection
from tests.contract.test_schema import DOORS, TEXT, tier_of

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
TYPES = {kind: {Kind.PRODUCTION_BATCH: "Batch"}.get(kind, kind.label) for kind in Kind}
ACTORS = {
    "public, consumer": Actor.ANONYMOUS,
    "owner": Actor("o", Role.ENTERPRISE, "AAAA", frozenset(Duty)),
    "neighbour": Actor("n", Role.ENTERPRISE, "BBBB", frozenset(Duty)),
    "other enterprise": Actor("s", Role.ENTERPRISE, "CCCC", frozenset(Duty)),
    "regulator": Actor("r", Role.REGULATOR),
    "platform": Actor("p", Role.PLATFORM),
}
BY_DOCUMENT = {"captureEvents"}
"""What is recorded by documents and by no mutation."""
RELATIONS = {"owner": Relation.OWNER, "neighbour": Relation.NEIGHBOUR}


def written() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (
        "# Who may read and record what",
        "",
        "Written by the tests from `auth/policy.py` and the tiers in the schema (`@tier`). Not to be edited.",
        "",
        "## Tiers",
        "",
        "Whether a field of a record is read by the record's ID. A code (`resolve`) tells everybody the 33 public fields,",
        "and nothing else. A neighbour sent or got the record ([decision 5](../decisions/0005-what-neighbours-know.md)).",
        "RESTRICTED is told field by field, below.",
        "",
    )
    yield _row("record", "tier", *ACTORS)
    yield _row(*["---"] * (len(ACTORS) + 2))
    for kind in Kind:
        for tier in Tier:
            if tier is not Tier.RESTRICTED:
                decisions = (
                    may_read(actor, kind.value, tier, RELATIONS.get(name, Relation.STRANGER)).allowed for name, actor in ACTORS.items()
                )
                yield _row(TYPES[kind], tier.value, *("yes" if allowed else "-" for allowed in decisions))
    yield from (
        "",
        "## Restricted fields",
        "",
        "Read by duty of the owner's own records, and of another's by a request that was approved",
        "",
    )
    yield from _restricted()
    yield from _lists()
    yield from ("", "## Duties", "", "Within an enterprise: who reads all of its own records of a kind, and who records.")
    yield from ("What neighbours share of packages, shipments and sites is for all of its staff, of its own ones, too.", "")
    duties = list(Duty)
    yield _row("", *(duty.value for duty in duties))
    yield _row(*["---"] * (len(duties) + 1))
    for kind in Kind:
        yield _row(f"reads {TYPES[kind]}", *("yes" if duty in READERS[kind.value] else "-" for duty in duties))
    for mutation, able in {**RECORDERS, **restricted.MUTATIONS, **DELIVERERS}.items():
        yield _row(f"`{mutation}`", *("yes" if duty in able else "-" for duty in duties))
    yield from (
        "",
        "`recordEnterprises` is the platform's as well. Nobody else records anything. A regulator asks for access too. Where personal data",
        "are asked for, the platform decides beside the owner ([decision 9](../decisions/0009-asking-for-more.md)).",
        f"The platform's alone: {', '.join(f'`{mutation}`' for mutation in sorted(PLATFORM_ALONE))}.",
        "",
        "## Permissions in words",
        "",
    )
    yield _row("role", "`viewer.permissions`")
    yield _row("---", "---")
    for role in Role:
        actor = Actor("x", role, "AAAA" if role is Role.ENTERPRISE else None, frozenset(Duty))
        yield _row(role.value, ", ".join(f"`{one}`" for one in permissions_of(actor)))
    yield from ("", "## Fields", "", "Every field of every type, by its tier.", "")
    for name, kind in sorted(build_schema(TEXT).type_map.items()):
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__") and name not in DOORS:
            by_tier = {tier: [field for field in kind.fields if tier_of(kind, field) == tier.value] for tier in Tier}
            yield f"- **{name}**: " + "; ".join(f"{tier.value} " + ", ".join(fields) for tier, fields in by_tier.items() if fields)


def _restricted() -> Iterator[str]:
    duties = list(Duty)
    yield _row("field", "personal data", *(duty.value for duty in duties))
    yield _row(*["---"] * (len(duties) + 2))
    for field, able in restricted.READERS.items():
        yield _row(f"`{field}`", "yes" if field in restricted.PERSONAL else "-", *("yes" if duty in able else "-" for duty in duties))


def _lists() -> Iterator[str]:
    yield from (
        "",
        "## Lists",
        "",
        "A list is filtered, sorted and searched by fields that are read of every record in it: by enterprises and regulators with every",
        "argument; by the platform, which reads the tiers PUBLIC and SHARED, with these. The others are `FORBIDDEN` to it.",
        "",
    )
    yield _row("list", "filters", "sorts", "search", "refused")
    yield _row(*["---"] * 5)
    platform = ACTORS["platform"]
    for field in get_object_definition(RecordQueries, strict=True).fields:
        inputs: dict[str, Any] = {argument.python_name: argument.type for argument in field.arguments}
        if isinstance(inputs.get("filter"), StrawberryOptional):
            able: dict[str, list[str]] = {"filter": [], "sort": [], "search": [], "refused": []}
            filters, sorts = (inputs[name].of_type for name in ("filter", "sort"))
            kind = filters().selection().kind
            for one in get_object_definition(filters, strict=True).fields:
                chosen = filters(**{one.python_name: _sample(one)}).selection()
                able["filter" if _lets(platform, chosen) else "refused"].append(f"`{to_camel_case(one.python_name)}`")
            by: Any = next(one.type for one in get_object_definition(sorts, strict=True).fields if one.python_name == "by")
            for one in by.wrapped_cls:
                able["sort" if _lets(platform, Selection(kind), sort=one.value) else "refused"].append(f"`{one.name}`")
            if kind.label in TEXTS:
                able["search" if _lets(platform, Selection(kind), searching=True) else "refused"].append("search")
            yield _row(f"`{to_camel_case(field.python_name)}`", *(", ".join(names) or "-" for names in able.values()))


def _sample(field: StrawberryField) -> Any:
    """A value of a field of a filter."""
    inner = field.type.of_type if isinstance(field.type, StrawberryOptional) else field.type
    if isinstance(inner, StrawberryList):
        return ["6901234.1"] if inner.of_type is str else []
    if inner in (DateRange, DateTimeRange):
        return inner()
    if inner is bool:
        return True
    kinds = {"product": "product", "batch": "batch", "package": "package", "farm": "farm", "supplier": "enterprise"}
    record = f"{kinds.get(field.python_name, 'site')}/6901234/1"
    return "6901234.1" if inner is str else record.removesuffix("/1") if field.python_name == "supplier" else record


def _lets(actor: Actor, selection: Selection, sort: str = "id", *, searching: bool = False) -> bool:
    try:
        check_choice(actor, selection, sort, searching=searching)
    except ApiError:
        return False
    return True


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def test_the_committed_matrix_is_the_policy() -> None:
    assert COMMITTED.read_text("utf-8") == written(), "run: uv run python -m tests.contract.test_permissions"


def test_every_kind_and_every_mutation_has_its_duties() -> None:
    schema = build_schema(TEXT)
    mutations = schema.type_map["Mutation"]
    assert isinstance(mutations, GraphQLObjectType)
    assert RECORDERS.keys() | restricted.MUTATIONS.keys() | DELIVERERS.keys() | PLATFORM_ALONE == mutations.fields.keys() | BY_DOCUMENT
    assert READERS.keys() == {kind.value for kind in Kind}


def test_every_restricted_field_of_a_record_has_its_duties() -> None:
    schema = build_schema(TEXT)
    found = {
        f"{TYPES[kind]}.{field}"
        for kind in Kind
        if isinstance(record := schema.type_map[TYPES[kind]], GraphQLObjectType)
        for field in record.fields
        if tier_of(record, field) == Tier.RESTRICTED.value
    }
    assert found == restricted.READERS.keys() == restricted.KINDS.keys()
    assert all(TYPES[Kind(kind)] == field.partition(".")[0] for field, kind in restricted.KINDS.items())
    assert found >= restricted.PERSONAL


if __name__ == "__main__":
    COMMITTED.write_text(written(), "utf-8")
