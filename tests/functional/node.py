"""Node scripts with packages of their own, installed once for each lock file."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

CACHE = Path(__file__).parents[2] / ".cache"


def prepared(sources: Path) -> Path:
    """A folder with the scripts of `sources` and the packages that its lock file names; skips the test where that cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node with npm is not installed")
    lock = sources / "package-lock.json"
    folder = CACHE / f"{sources.name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):  # processes of one run
        _install(npm, sources, folder)
    return folder


def _install(npm: str, sources: Path, folder: Path) -> None:
    for path in sources.iterdir():
        kept = folder / path.name
        if path.is_file() and not (kept.exists() and kept.read_bytes() == path.read_bytes()):
            shutil.copyfile(path, kept)
    if not (folder / "installed").exists():
        try:
            install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
            pytest.skip(f"the packages of {sources.name} cannot be installed here: {failure}")
        (folder / "installed").touch()


def run_node(folder: Path, script: str, *arguments: str) -> Any:
    """What the script prints, as JSON."""
    ran = subprocess.run(["node", script, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
