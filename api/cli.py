"""What the commands share: their options, the settings, and how they tell what went wrong. seed/commands.py lists the commands."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
import typer
from rich.console import Console
from uvicorn.loops.auto import auto_loop_factory

from api.cannot_serve import CannotServe
from api.given_settings import given_settings
from api.settings import Settings
from auth.keys import KeyFileError
from auth.server.store import StoreError
from graph.engine.errors import EngineError
from graph.model.identifiers import MalformedId

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


def settings_of(**given: Any) -> Settings:
    """The settings, the options given on the command line before those of the environment."""
    return clearly(lambda: given_settings(Settings, given))


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
