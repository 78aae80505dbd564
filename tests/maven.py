"""What tests need of Maven Central: packages that a pom names, fetched once a machine."""

import os
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock


class Unavailable(Exception):
    """This machine cannot have it; the message says what is lacking."""


def jars(pom: Path, name: str) -> Path:
    """The folder of the packages that the pom names, kept under this name."""
    cache = Path(os.environ.get("MILKLINE_TEST_CACHE") or Path.home() / ".cache" / "milkline") / name
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lock"):  # processes of one run, and runs beside each other
        return _fetched(pom, name, cache)


def _fetched(pom: Path, name: str, cache: Path) -> Path:
    lib, done = cache / "lib", cache / "complete"
    if done.exists():
        return lib
    if shutil.which("mvn") is None:
        raise Unavailable(f"Maven (mvn), which fetches {name} for the tests, is not installed")
    command = ["mvn", "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={lib}"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Unavailable(f"Maven could not fetch {name}: {(ran.stdout + ran.stderr).strip()[-500:]}")
    done.touch()
    return lib
