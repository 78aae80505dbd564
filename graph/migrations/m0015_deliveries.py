"""What leaves by itself: calls that nobody has been told of, to whom what is delivered, letters, and the log of transfers."""

from graph.engine.driver import Graph
from graph.migrations.schema import Key, create_indexes, create_unique, missing_indexes, missing_unique

UNIQUE: tuple[Key, ...] = tuple((label, ("id",)) for label in ("Recipient", "Due", "Letter", "Transfer"))
INDEXES: tuple[Key, ...] = (
    ("AuditEntry", ("awaits", "id")),
    ("Recipient", ("owner", "id")),
    ("Recipient", ("state", "nextAt")),
    ("Due", ("recipient", "id")),
    ("Letter", ("recipient", "state", "id")),
    ("Letter", ("owner", "id")),
    ("Transfer", ("owner", "id")),
)


async def apply(graph: Graph) -> None:
    await create_unique(graph, UNIQUE)
    await create_indexes(graph, INDEXES)


async def holds(graph: Graph) -> list[str]:
    return [*await missing_unique(graph, UNIQUE), *await missing_indexes(graph, INDEXES)]
