"""How statements have to be written for the embedded engine, which takes patterns as they stand."""

import re

import pytest

from graph.statements import all_statements

_PATTERN = re.compile(r"\bMATCH\s+(\([^()]*\))([^\n]*)")
_NAMED = re.compile(r"\(\s*(\w+)\s*[:)]")
_BOUND = re.compile(r"\(\s*(\w+)")


def starts_unanchored(text: str) -> list[str]:
    """The patterns that begin at any node and name a certain one further on: ArcadeDB walks all nodes for them, whatever the index.

    A node is certain by its `id`, or because an earlier part of the statement has bound it.
    """
    text = re.sub(r"//[^\n]*", "", text)
    wrong: list[str] = []
    for pattern in _PATTERN.finditer(text):
        first, rest = pattern[1], pattern[2]
        before = set(_BOUND.findall(text[: pattern.start()]))
        named = _NAMED.match(first)
        certain = "{" in first or (named is not None and named[1] in before)
        if not certain and re.search(r"\([^()]*\{\s*id:", rest):
            wrong.append(pattern[0])
    return wrong


def test_patterns_begin_at_a_certain_node() -> None:
    assert {each.name: wrong for each in all_statements() if (wrong := starts_unanchored(each.text))} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("UNWIND $ids AS id MATCH (n:Package {id: id})<-[e]-(m)", False),
        ("UNWIND $ids AS id MATCH (m)-[e]->(n:Package {id: id})", True),
        ("MATCH ()-[e]->(n {id: $id})", True),
        ("MATCH (a {id: $id})\nMATCH (a)-[e]->(n {id: $other})", False),
        ("MATCH (a {id: $id})\nOPTIONAL MATCH (b:Batch)-[e]->(n {id: $other})", True),
    ],
)
def test_what_is_certain(text: str, wrong: bool) -> None:
    assert bool(starts_unanchored(text)) is wrong
