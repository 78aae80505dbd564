"""Full-text indexes over names, numbers and texts, analysed so that Chinese is found by any two characters in a row."""

from graph.engine.driver import Graph, HttpAccess
from graph.engine.errors import EngineError
from graph.engine.sql import run_sql
from graph.migrations.schema import await_indexes, declare
from graph.statements import inline

TEXTS: dict[str, tuple[str, ...]] = {
    "Enterprise": ("name", "code", "address", "contact"),
    "Farm": ("name", "number", "address"),
    "MilkDelivery": ("number", "milkSourceOrigin"),
    "IngredientLot": ("name", "number", "placeOfOrigin"),
    "Product": ("name", "code", "brand", "netContentAndSpecification", "productCategory", "suitableAge", "ingredientList"),
    "ProductionBatch": ("number", "placeOfProduction", "producerNameAndContact", "voluntaryDisclosures"),
    "Shipment": ("number",),
    "Site": ("name", "number", "address"),
}
"""By label, what is searched. Packages and look-ups are too many, and have codes alone: those are found by the code's beginning."""

_ANALYZER = "org.apache.lucene.analysis.cjk.CJKAnalyzer"
_THERE = inline("migrations/full_text", "SHOW INDEXES YIELD name, type, state WHERE type = 'FULLTEXT' RETURN name, state")


def index_name(label: str) -> str:
    return f"text_{label}"


async def apply(graph: Graph) -> None:
    for label, properties in TEXTS.items():
        if graph.dialect == "neo4j":
            each = ", ".join(f"n.{name}" for name in properties)
            options = "{indexConfig: {`fulltext.analyzer`: 'cjk', `fulltext.eventually_consistent`: false}}"
            text = f"CREATE FULLTEXT INDEX {index_name(label)} IF NOT EXISTS FOR (n:{label}) ON EACH [{each}] OPTIONS {options}"
            await graph.administer(inline(f"migrations/{index_name(label)}", text))
        else:
            await declare(graph, {(label, name): "STRING" for name in properties})
            each = ", ".join(properties)
            await run_sql(
                _http(graph),
                f'CREATE INDEX {index_name(label)} IF NOT EXISTS ON {label} ({each}) FULL_TEXT METADATA {{"analyzer": "{_ANALYZER}"}}',
            )
    await await_indexes(graph)


async def holds(graph: Graph) -> list[str]:
    if graph.dialect == "neo4j":
        there = {row["name"] for row in await graph.administer(_THERE) if row["state"] == "ONLINE"}
    else:
        rows = await run_sql(_http(graph), "SELECT name FROM schema:indexes WHERE indexType = 'FULL_TEXT'")
        there = {row["name"] for row in rows}
    return [f"the full-text index of {label}" for label in TEXTS if index_name(label) not in there]


def _http(graph: Graph) -> HttpAccess:
    if graph.http is None:
        raise EngineError("a full-text index on ArcadeDB is made over its HTTP port, and this graph knows none")
    return graph.http
