"""The embedded engine's folder: who has it, which process runs over it, and its password."""

import fcntl
import json
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from graph.engine.errors import EngineUnavailable

_log = logging.getLogger(__name__)

STOP_WITHIN_S = 30.0


def engine_folder(data: Path) -> Path:
    """Of the engine, in the data folder."""
    return data / "engine"


def pid_file(folder: Path) -> Path:
    return folder / "pid"


def password_file(folder: Path) -> Path:
    return folder / "password"


def locked(folder: Path, data: Path) -> IO[str]:
    """The folder's lock, held until the file is closed or the process ends, however it ends."""
    lock = (folder / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise EngineUnavailable(f"the data folder {data} is in use by process {holder}") from None
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


@contextmanager
def held(data: Path) -> Generator[None]:
    """Nobody else has the data folder during the block, and no engine runs over it. `EngineUnavailable` while another process has it."""
    folder = engine_folder(data)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(folder, data):
        for pause in end_orphan(folder):
            time.sleep(pause)
        yield


def clear(data: Path, keep: str) -> None:
    """Deletes what is in a data folder that is held, but for the file `keep` and the lock: to remove that would race with
    the next opener."""
    folder = engine_folder(data)
    for path in sorted({*data.iterdir(), *folder.iterdir()} - {folder, folder / "lock", data / keep}):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def end_orphan(folder: Path) -> Iterator[float]:
    """Ends the engine that an earlier process left behind over this folder, if its pid file names one that really is it."""
    try:
        pid = int(json.loads(pid_file(folder).read_text("utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    mark = f"-Darcadedb.server.rootPath={folder}"

    def alive() -> bool:
        return mark in _arguments(pid)

    if alive():
        _log.warning("ending the graph engine that an earlier process left behind (pid %d)", pid)
        yield from end_process(pid, alive)
    pid_file(folder).unlink(missing_ok=True)


def _arguments(pid: int) -> list[str]:
    """The command line of a running process; empty when there is none. A zombie has none either."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        if sys.platform == "linux":
            return []
    shown = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return shown.stdout.split()


def password_of(folder: Path) -> str:
    """The root password of this folder's engine: random, made once, in a file that only its owner reads."""
    path = password_file(folder)
    with suppress(FileNotFoundError):
        if found := path.read_text("utf-8").strip():
            return found
    made = secrets.token_urlsafe(32)
    # The engine takes a password only when it has no users yet; without the password its users are of no use to anyone.
    (folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(made)
    return made


def end_process(pid: int, alive: Callable[[], bool]) -> Iterator[float]:
    """SIGTERM, and SIGKILL to what is still there after `STOP_WITHIN_S`."""
    for number, within in ((signal.SIGTERM, STOP_WITHIN_S), (signal.SIGKILL, 10.0)):
        if not alive():
            return
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + within
        while alive() and time.monotonic() < deadline:
            yield 0.05
