"""What is restricted of products and enterprises: formulas, research records, contact persons. Each is kept as a node of its own."""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from graph.capture.options import Options
from graph.capture.outcome import Outcome
from graph.capture.references import check_references
from graph.capture.run import Noun, capture
from graph.capture.storing import no_links, storing
from graph.engine.driver import Graph
from graph.model.records.contact_person import ContactPerson
from graph.model.records.formula import Formula
from graph.model.records.research_record import ResearchRecord

_FORMULAS = Noun("recordFormulas", Formula, storing("Formula", check_references, no_links))
_RESEARCH = Noun("recordResearchRecords", ResearchRecord, storing("ResearchRecord", check_references, no_links))
_CONTACTS = Noun("recordContactPersons", ContactPerson, storing("ContactPerson", check_references, no_links))


async def capture_formulas(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(graph, actor, _FORMULAS, records, options or Options())


async def capture_research_records(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(graph, actor, _RESEARCH, records, options or Options())


async def capture_contact_persons(
    graph: Graph, actor: Actor, records: Sequence[Mapping[str, object]], options: Options | None = None
) -> list[Outcome]:
    return await capture(graph, actor, _CONTACTS, records, options or Options())
