"""The committed GraphiQL bundle is what its sources build to, holds its licences, and asks nothing of other sites."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.web.assets import STATIC, WEB

SOURCES = WEB / "graphiql"
BUNDLE = STATIC / "graphiql"
# Where the packages are kept between runs, by the digest of the lock file: installing them is the slow part.
CACHE = WEB.parents[1] / ".cache"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_bundle_was_built_from_these_sources() -> None:
    manifest = json.loads((BUNDLE / "manifest.json").read_text("utf-8"))
    present = {path.relative_to(SOURCES).as_posix() for path in (*SOURCES.glob("*.*"), *SOURCES.glob("src/*")) if path.is_file()}
    assert {name: digest(SOURCES / name) for name in sorted(present)} == manifest["sources"], "run `npm run build` in api/web/graphiql"
    built = {path.name: digest(path) for path in BUNDLE.iterdir() if path.name != "manifest.json"}
    assert built == manifest["files"]


def test_sources_build_to_the_same_bytes(tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed, so the bundle cannot be rebuilt")
    folder = CACHE / f"graphiql-{digest(SOURCES / 'package-lock.json')[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("build.mjs", "package.json", "package-lock.json"):
        shutil.copyfile(SOURCES / name, folder / name)
    shutil.rmtree(folder / "src", ignore_errors=True)
    shutil.copytree(SOURCES / "src", folder / "src")
    if not (folder / "installed").exists():
        try:
            install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
            pytest.skip(f"the packages of the bundle cannot be installed here: {failure}")
        (folder / "installed").touch()
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=folder, check=True, capture_output=True, timeout=120)
    assert {path.name: digest(path) for path in tmp_path.iterdir()} == {path.name: digest(path) for path in BUNDLE.iterdir()}


def test_lock_file_names_no_registry() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_bundle_is_small_and_loads_nothing_from_elsewhere() -> None:
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) < 3_000_000
    style = (BUNDLE / "graphiql.css").read_text("utf-8")
    assert "@font-face" not in style
    assert "@import" not in style
    assert all(target.startswith(("data:", "#")) for target in re.findall(r"url\([\"']?([^)\"']+)", style))


def test_notice_names_every_package_with_a_licence() -> None:
    notice = (BUNDLE / "NOTICE.txt").read_text("utf-8")
    packages = dict(re.findall(r"^={80}\n(\S+) \S+ \(([^)]+)\)$", notice, flags=re.MULTILINE))
    assert {"graphiql", "@graphiql/react", "react", "react-dom", "graphql", "codemirror"} <= packages.keys()
    assert set(packages.values()) <= {"MIT", "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC"}
