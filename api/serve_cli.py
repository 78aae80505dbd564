"""`milkline serve` and `milkline look-up-service`."""

import os
import sys

import typer

from api.cli import Data, Engine, Host, OwnServer, Port, clearly, run_command, settings_of
from api.listening import bound_socket
from api.opened import opened
from api.serving import serve


def serve_command(
    data: Data = None, port: Port = None, host: Host = None, engine: Engine = None, authorization_server: OwnServer = None
) -> None:
    """Serve the API over the data in a folder, or in a Neo4j."""
    settings = settings_of(data=data, port=port, host=host, engine=engine, authorization_server=authorization_server)
    listening = clearly(lambda: bound_socket(settings.host, settings.port))

    async def run() -> None:
        async with opened(settings) as graph:
            await serve(settings, graph, listening, lambda address: typer.echo(f"ready {address}"))

    run_command(run)


def look_up_service_command(data: Data = None, port: Port = None, host: Host = None, engine: Engine = None) -> None:
    """Serve the public look-up alone, apart from the inward service: without its statements and its keys."""
    given = {"data": data, "port": port, "host": host, "engine": engine}
    options = [f"--{name}={value}" for name, value in given.items() if value is not None]
    # a process that has loaded nothing else takes the place of this one
    os.execv(sys.executable, [sys.executable, "-m", "api.outward", *options])  # noqa: S606
