"""The matrix of permissions, written from the policy and the schema's tiers: a change of either shows in docs/reference/permissions.md.

After a change: `uv run python -m tests.contract.test_permissions` writes it anew; the difference belongs into the review.
"""

from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema

from auth import restricted
from auth.actor import Actor, Duty, Role
from auth.policy import PLATFORM_ALONE, READERS, RECORDERS, Relation, may_read, permissions_of
from auth.tiers import Tier
from graph.model.identifiers import Kind
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
    yield from ("", "## Duties", "", "Within an enterprise: who reads all of its own records of a kind, and who records.", "")
    duties = list(Duty)
    yield _row("", *(duty.value for duty in duties))
    yield _row(*["---"] * (len(duties) + 1))
    for kind in Kind:
        yield _row(f"reads {TYPES[kind]}", *("yes" if duty in READERS[kind.value] else "-" for duty in duties))
    for mutation, able in {**RECORDERS, **restricted.MUTATIONS}.items():
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


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def test_the_committed_matrix_is_the_policy() -> None:
    assert COMMITTED.read_text("utf-8") == written(), "run: uv run python -m tests.contract.test_permissions"


def test_every_kind_and_every_mutation_has_its_duties() -> None:
    schema = build_schema(TEXT)
    mutations = schema.type_map["Mutation"]
    assert isinstance(mutations, GraphQLObjectType)
    assert RECORDERS.keys() | restricted.MUTATIONS.keys() | PLATFORM_ALONE == mutations.fields.keys() | BY_DOCUMENT
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
