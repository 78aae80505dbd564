"""The `milkline` command: serve and token. seed/cli.py adds seed and demo, and is where the command starts."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
import typer
from pydantic import ValidationError
from rich.console import Console
from uvicorn.loops.auto import auto_loop_factory

from api.listening import CannotServe, bound_socket
from api.serving import opened, serve
from api.settings import Settings
from auth.actor import Duty, Role
from auth.classes import ProductClass
from auth.keys import KeyFileError, has_keys, load_keys
from auth.server.store import StoreError
from auth.tokens import Tokens
from graph.engine.errors import EngineError
from graph.model.identifiers import MalformedId, check_enterprise_code

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Where infant formula comes from, and where it went.")
err = Console(stderr=True, highlight=False, soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the embedded engine, the keys and the files.")]
Engine = Annotated[
    str | None, typer.Option("--engine", help="URI of a Neo4j: neo4j://host:7687, bolt+s://… ; user and password from the environment.")
]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
OwnServer = Annotated[
    bool | None, typer.Option("--authorization-server/--no-authorization-server", help="Issue tokens to its own clients and people.")
]
T = TypeVar("T")


@cli.command("serve")
def serve_command(
    data: Data = None, port: Port = None, host: Host = None, engine: Engine = None, authorization_server: OwnServer = None
) -> None:
    """Serve the API over the data in a folder, or in a Neo4j."""
    settings = settings_of(data=data, port=port, host=host, engine=engine, authorization_server=authorization_server)
    listening = clearly(lambda: bound_socket(settings.host, settings.port))

    async def run() -> None:
        async with opened(settings) as graph:
            await serve(settings, graph, listening, lambda address: print(f"ready {address}", flush=True))

    run_command(run)


@cli.command("look-up-service")
def look_up_service_command(data: Data = None, port: Port = None, host: Host = None, engine: Engine = None) -> None:
    """Serve the public look-up alone, apart from the inward service: without its statements and its keys."""
    given = {"data": data, "port": port, "host": host, "engine": engine}
    options = [f"--{name}={value}" for name, value in given.items() if value is not None]
    # a process that has loaded nothing else takes the place of this one
    os.execv(sys.executable, [sys.executable, "-m", "api.outward", *options])  # noqa: S606


@cli.command("token")
def token_command(
    role: Annotated[Role, typer.Option("--role", help="What the token may do.")],
    data: Data = None,
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", help="Code of the enterprise that an ENTERPRISE token acts for.")
    ] = None,
    duty: Annotated[
        list[Duty] | None, typer.Option("--duty", help="Duty within the enterprise; may be repeated. Without one, all of them.")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="Region that a REGULATOR token is bound to.")] = None,
    product_class: Annotated[
        ProductClass | None, typer.Option("--product-class", help="Class of product that a REGULATOR token is bound to.")
    ] = None,
    days: Annotated[float, typer.Option("--days", min=0.0001, max=366, help="How long it is valid.")] = 30,
) -> None:
    """Print a development token for the service over a data folder."""

    def mint() -> str:
        settings = settings_of(data=data)
        if not settings.takes_development_tokens:
            raise CannotServe(
                "tokens of this command are refused where MILKLINE_OIDC_ISSUER is set, unless MILKLINE_DEVELOPMENT_TOKENS=true"
            )
        code = check_enterprise_code(enterprise) if enterprise is not None else None
        subject = f"{role.value.lower()}:{code}" if code else role.value.lower()
        fresh = not has_keys(settings.data)
        tokens = Tokens(load_keys(settings.data).signing)
        if fresh:
            typer.echo(f"milkline: {settings.data / 'keys'} had no keys, and has now: for a service over this folder alone", err=True)
        return tokens.mint(role, code, subject, int(days * 24 * 3600), duty or (), region, product_class)

    print(clearly(mint), flush=True)


def settings_of(**given: Any) -> Settings:
    """The settings, the options given on the command line before those of the environment."""
    return clearly(lambda: _settings({name: value for name, value in given.items() if value is not None}))


def _settings(given: dict[str, Any]) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        said = _RIGHT.get(first["type"], first["msg"].removeprefix("Value error, ").replace("Input should be", "right is"))
        raise CannotServe(f"found {first['input']!r} as MILKLINE_{str(first['loc'][0]).upper()}; {said}") from error


_RIGHT = {
    "int_parsing": "right is a whole number",
    "int_from_float": "right is a whole number",
    "float_parsing": "right is a number",
    "bool_parsing": "right is true or false",
}
"""By pydantic's name for what is wrong, where its own words would not do."""


def run_command(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    _log_to_stderr()
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            clearly(lambda: runner.run(work()))
    except KeyboardInterrupt:
        err.print("stopped")


def clearly(work: Callable[[], T]) -> T:
    """What can go wrong with a machine, in one sentence and an exit code of 1."""
    try:
        return work()
    except (CannotServe, EngineError, KeyFileError, StoreError, MalformedId, ValueError) as error:
        err.print(f"milkline: {error}", style="red")
    except BrokenPipeError:
        raise  # whoever read the output has gone: the command ends, and says nothing
    except OSError as error:
        err.print(f"milkline: {error.filename or 'the data folder'}: {error.strerror or error}", style="red")
    raise typer.Exit(1)


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # what goes wrong with a connection is told by whoever used it
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
