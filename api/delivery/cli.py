"""`milkline deliver`: delivers beside the service, or instead of it."""

from typing import Annotated

import typer

from api.cli import Data, Engine, run_command, settings_of
from api.delivery.deliverer import Deliverer
from api.opened import opened
from auth.keys import load_keys
from auth.sealing import Sealing


def deliver_command(
    data: Data = None,
    engine: Engine = None,
    once: Annotated[bool, typer.Option("--once", help="Deliver what can be delivered now, and end.")] = False,
) -> None:
    """Deliver to partners what was recorded for them, until it is stopped: beside services over one Neo4j, or while none runs over the
    folder."""
    settings = settings_of(data=data, engine=engine)

    async def run() -> None:
        async with opened(settings) as graph:
            deliverer = Deliverer(graph, settings, Sealing(load_keys(settings.data).sealing))
            if once:
                await deliverer.once()
            else:
                typer.echo("delivering")
                await deliverer.run()

    run_command(run)
