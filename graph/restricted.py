"""What is restricted of records, as it is read: the owner's by the scope, others' by the records that were granted.

A function takes the records, the scope (an enterprise's own, or none) and, of the records, those granted; what is neither is not fetched.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from auth.restricted import CONTACT_PERSON, FORMULA, RESEARCH_RECORDS
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.records.contact_person import contact_of
from graph.model.records.formula import formula_of
from graph.portions import portions
from graph.statements import Statement, statement


@dataclass(frozen=True, slots=True)
class _Source:
    """key: from the ID of a record to what the statement finds its restricted part by."""

    read: Statement
    key: Callable[[str], str]


_SOURCES = {
    FORMULA: _Source(statement("restricted/formulas"), formula_of),
    RESEARCH_RECORDS: _Source(statement("restricted/research_records"), str),
    CONTACT_PERSON: _Source(statement("restricted/contact_persons"), contact_of),
}


async def opened(
    graph: Graph, field: str, records: Sequence[str], scope: Scope, granted: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """By record, what its restricted field holds, under the names of the attributes of its type; `of` is the record."""
    source, found = _SOURCES[field], dict[str, list[dict[str, Any]]]()
    for ids in portions(source.key(record) for record in records):
        for fields in (await graph.read(source.read, scope, ids=ids, granted=list(granted)))[0]["found"]:
            found.setdefault(fields["of"], []).append(fields)
    return found
