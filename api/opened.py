"""The graph of the settings: all that a command needs which serves nothing."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from api.cannot_serve import CannotServe
from api.listening import engine_tls
from api.settings import Settings
from graph.engine.connect import connect
from graph.engine.driver import Graph
from graph.engine.errors import EngineRefused
from graph.engine.folder import engine_folder
from graph.migrations import migrate


@asynccontextmanager
async def opened(settings: Settings, on_wait: Callable[[float], None] | None = None, *, there: bool = False) -> AsyncGenerator[Graph]:
    """The graph that the settings name, migrated. there: for what only reads, a folder without data is refused rather than filled."""
    if there and settings.engine is None and not engine_folder(settings.data).exists():
        raise CannotServe(f"found no data in {settings.data}; right is the folder of `milkline serve`, as --data")
    try:
        async with connect(
            settings.data,
            uri=settings.engine,
            user=settings.engine_user,
            password=settings.engine_password,
            database=settings.engine_database if settings.engine else None,
            tls=engine_tls(settings),
            statement_timeout_s=settings.statement_seconds,
            heap=settings.engine_heap,
            java_options=settings.engine_java_options.split(),
            on_wait=on_wait,
        ) as graph:
            await migrate(graph)
            yield graph
    except EngineRefused as error:
        if settings.engine and settings.engine_user and not settings.engine_password:
            raise CannotServe(f"{error}; MILKLINE_ENGINE_PASSWORD is empty") from error
        raise
