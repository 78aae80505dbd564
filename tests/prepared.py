"""What spares a test the time of a first start: an engine's classes loaded beforehand, and a data folder with its indexes made.

The first is kept in the checkout's `.cache`, the second is made once a run, by whichever process of it comes first. A test about
the first start itself takes an empty folder.
"""

import asyncio
import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from graph.engine.connect import embedded_graph
from graph.engine.embedded import EmbeddedEngine
from graph.migrations import migrate

CACHE = Path(__file__).parents[1] / ".cache"
_PLAIN = ("-XX:-UseG1GC", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""Of least work for engines that live for seconds beside others."""

run_folder: Path | None = None
"""Shared by the processes of this run."""


def environment() -> dict[str, str]:
    """What gives a command's engine the `java_options`."""
    return {"MILKLINE_ENGINE_JAVA_OPTIONS": " ".join(java_options())}


@cache
def java_options() -> tuple[str, ...]:
    """Options for Java that start an engine in a third of the time."""
    found = find_spec("arcadedb_embedded")
    assert found is not None and found.origin is not None
    key = hashlib.sha256(f"{version('arcadedb-embedded')} {found.origin}".encode()).hexdigest()[:12]
    classes = CACHE / f"engine-{key}.aot"
    CACHE.mkdir(exist_ok=True)
    with FileLock(classes.with_suffix(".lock")):
        if not classes.exists():
            _load_classes(classes)
    return (*_PLAIN, f"-XX:AOTCache={classes}") if classes.exists() else _PLAIN


def _load_classes(to: Path) -> None:
    """Without effect where this Java cannot keep them."""
    part, folder = to.with_suffix(".part"), to.with_suffix(".data")
    shutil.rmtree(folder, ignore_errors=True)
    _start(folder, (*_PLAIN, f"-XX:AOTCacheOutput={part}"))
    shutil.rmtree(folder)
    if part.exists():
        part.replace(to)


def _start(folder: Path, options: tuple[str, ...]) -> None:
    async def work() -> None:
        async with EmbeddedEngine(folder, heap="256m", java_options=options) as engine, embedded_graph(engine) as graph:
            await migrate(graph)

    with ThreadPoolExecutor(1) as beside:  # the caller's thread may have an event loop
        beside.submit(asyncio.run, work()).result()


def fill(data: Path) -> None:
    """Makes of an empty data folder what a first start makes of it; leaves any other as it is."""
    if (data / "engine").exists():
        return
    assert run_folder is not None
    made = run_folder / "first-start"
    with FileLock(run_folder / "first-start.lock"):
        if not made.exists():
            part = run_folder / "first-start.part"
            shutil.rmtree(part, ignore_errors=True)
            _start(part, java_options())
            part.replace(made)
    shutil.copytree(made / "engine", data / "engine", ignore=shutil.ignore_patterns("lock", "pid", "engine.log*"))
