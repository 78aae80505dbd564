"""The look-up service apart from the inward system (QB/T 4971-2018 9.4): what it serves, what it has loaded, what it reads."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import neo4j
import pytest
from graphql import print_schema

from api.files import FileStore
from api.resolvers.look_up_root import OUTWARD_SCHEMA
from graph.engine.errors import EngineRefused
from graph.migrations import migrate
from tests.capturing import MAKER
from tests.component.reading import OWN, link, properties, put
from tests.engines import Server, wipe
from tests.service import COMMAND, milkline, mint

pytestmark = pytest.mark.anyio
QUERY = "query($code: String!) { resolve(code: $code) { verdict product { milkSourceOrigin } } }"
ALL_THAT_IT_HAS = {
    "lookup/find",
    "lookup/count",
    "lookup/record",
    "lookup/attach",
    "lookup/origins[label=MilkDelivery]",
    "lookup/origins[label=IngredientLot]",
    # where the milk of a batch came from is one of the 33 public fields: a walk backward
    "lineage/upstream[label=MilkDelivery,edge=SUPPLIED]",
    "lineage/upstream[label=IngredientLot,edge=SUPPLIED]",
    "lineage/upstream[label=ProductionBatch,edge=CONSUMED_BY]",
}
INWARD = (
    "api.app",
    "api.cli",
    "api.serving",
    "api.documents",
    "api.identity",
    "api.resolvers.root",
    "api.resolvers.capture",
    "api.resolvers.lineage",
    "api.resolvers.records",
    "auth.keys",
    "auth.hidden",
    "auth.tokens",
    "graph.capture",
    "graph.migrations",
    "graph.records",
    "graph.search",
    "graph.lineage.trace",
    "graph.lineage.recall",
    "seed",
)
# Loaded by Python before anything else: notes the files that are opened, and at the end what has been loaded.
WITNESS = """
import atexit, gc, json, os, sys
seen = []
sys.addaudithook(lambda event, given: seen.append(str(given[0])) if event in ("open", "os.listdir", "os.scandir") else None)
def tell():
    if "api.outward" in sys.orig_argv:
        from graph.statements import Statement
        gc.unfreeze()
        statements = sorted({each.name for each in gc.get_objects() if isinstance(each, Statement)})
        told = {"files": list(seen), "modules": sorted(sys.modules), "statements": statements}
        open(os.environ["WITNESS"], "w").write(json.dumps(told))
atexit.register(tell)
"""


@contextmanager
def running(server: Server, data: Path, witness: Path) -> Iterator[str]:
    (witness / "sitecustomize.py").write_text(WITNESS)
    environment = {
        **os.environ,
        "PYTHONPATH": str(witness),
        "WITNESS": str(witness / "told.json"),
        "MILKLINE_FILES": str(witness / "files"),
        "MILKLINE_ENGINE_USER": server.user,
        "MILKLINE_ENGINE_PASSWORD": server.password,
        "MILKLINE_ENGINE_DATABASE": server.database,
    }
    command = [*COMMAND, "look-up-service", "--data", str(data), "--port", "0", "--engine", server.uri]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def told(answer: httpx2.Response) -> Any:
    body = answer.json()
    return body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]["resolve"]


async def test_it_serves_the_look_up_and_has_nothing_else(arcadedb_server: Server, tmp_path: Path) -> None:
    async with arcadedb_server.graph() as graph:
        await wipe(graph)
        await put(graph, properties(f"enterprise/{OWN}"), properties(f"package/{OWN}/out"))
        kept = json.dumps({"name": "报告.txt", "mediaType": "text/plain", "sha256": sha256(b"report").hexdigest(), "size": 6})
        await put(graph, properties(f"batch/{OWN}/out", productInspectionReport=kept))
        await put(graph, properties(f"milk/{OWN}/out", milkSourceOrigin="黑龙江省"))
        await link(graph, "PACKED_INTO", [(f"batch/{OWN}/out", f"package/{OWN}/out")], at=1)
        await link(graph, "CONSUMED_BY", [(f"milk/{OWN}/out", f"batch/{OWN}/out")], at=1, line=0, quantityKg="1")
    data, witness, inward = tmp_path / "data", tmp_path / "witness", tmp_path / "inward"
    witness.mkdir()
    report, secret = (FileStore(witness / "files").put("text/plain", content, MAKER).sha256 for content in (b"report", b"of another batch"))
    with running(arcadedb_server, data, witness) as base:

        def ask(query: str, headers: dict[str, str] | None = None, **variables: str) -> httpx2.Response:
            return httpx2.post(f"{base}/graphql", json={"query": query, "variables": variables}, headers=headers)

        assert told(ask(QUERY, code=f"{OWN}.out")) == {"verdict": "AUTHENTIC", "product": {"milkSourceOrigin": "黑龙江省"}}
        assert told(ask(QUERY, code=f"{OWN}.none"))["verdict"] == "UNKNOWN_CODE"
        page = httpx2.get(f"{base}/trace/{OWN}.out")
        assert (page.status_code, "黑龙江省" in page.text, "content-security-policy" in page.headers) == (200, True, True)
        assert httpx2.get(f"{base}/health").json() == {"status": "ok"}
        for query in ("{ viewer { role } }", "{ farms { totalCount } }", "mutation { recordFarms(records: []) { outcomes { id } } }"):
            assert told(ask(query)) == "VALIDATION_FAILED"
        token = mint(inward, "REGULATOR")
        assert ask(QUERY, {"Authorization": f"Bearer {token}"}, code=f"{OWN}.out").status_code == 401
        url = told(ask("query($code: String!) { resolve(code: $code) { product { productInspectionReport { url } } } }", code=f"{OWN}.out"))
        file = httpx2.get(base + url["product"]["productInspectionReport"]["url"])
        assert (file.status_code, file.text, "sandbox" in file.headers["content-security-policy"]) == (200, "report", True)
        closed = [f"{report}", f"{report}?code={OWN}.none", f"{report}?code=%20", f"{secret}?code={OWN}.out", f"{'0' * 64}?code={OWN}.out"]
        answers = [httpx2.get(f"{base}/files/{path}") for path in closed]
        assert {(answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) for answer in answers} == {(404, "NOT_FOUND")}
        assert len({answer.text for answer in answers}) == 1
        for path in ("/files", f"/files/{'0' * 64}", "/graphiql", "/oauth/token"):
            assert httpx2.get(base + path).status_code == 404
        guesses = [told(ask(QUERY, code=f"{OWN}.none{number}")) for number in range(30)]
        assert (guesses[0]["verdict"], guesses[-1]) == ("UNKNOWN_CODE", "RATE_LIMITED")
    seen = json.loads((witness / "told.json").read_text())
    statements = {name for name in seen["statements"] if not name.startswith("engine/")}
    assert statements <= ALL_THAT_IT_HAS and "lookup/find" in statements
    assert [name for name in seen["modules"] if any(name == one or name.startswith(f"{one}.") for one in INWARD)] == []
    assert [path.name for path in data.iterdir()] == ["limits"]
    assert [path for path in seen["files"] if "/keys" in path or path.endswith((".pem", ".key"))] == []


def test_its_schema_is_the_public_part_alone() -> None:
    text = print_schema(OUTWARD_SCHEMA)
    kinds = {line.split()[1] for line in text.splitlines() if line.startswith(("type ", "enum ", "interface ", "input ", "union "))}
    assert kinds == {"Query", "Resolution", "PublicTrace", "File", "Verdict", "Tier"}
    assert OUTWARD_SCHEMA.mutation_type is None and OUTWARD_SCHEMA.query_type is not None
    assert list(OUTWARD_SCHEMA.query_type.fields) == ["resolve"]


def test_it_wants_a_server(tmp_path: Path) -> None:
    ended = milkline("look-up-service", "--data", tmp_path, "--port", "0")
    assert ended.returncode == 1
    assert ended.stderr.startswith("milkline: found no MILKLINE_ENGINE;")


async def test_it_asks_neo4j_as_a_user_of_its_own(neo4j_server: Server, tmp_path: Path) -> None:
    """Community has no roles: what such a user gives is a password that can be taken away alone."""
    user, password = "look_up", "only-the-look-up"
    own = replace(neo4j_server, user=user, password=password)
    async with neo4j_server.graph() as graph:
        await migrate(graph)
        await wipe(graph)
        await put(graph, properties(f"enterprise/{OWN}"), properties(f"package/{OWN}/out"), properties(f"batch/{OWN}/out"))
        await link(graph, "PACKED_INTO", [(f"batch/{OWN}/out", f"package/{OWN}/out")], at=1)
    auth = (neo4j_server.user, neo4j_server.password)
    witness = tmp_path / "witness"
    witness.mkdir()
    async with (
        neo4j.AsyncGraphDatabase.driver(neo4j_server.uri, auth=auth) as driver,
        driver.session(database="system") as system,
    ):
        await (await system.run("CREATE USER look_up SET PASSWORD $password CHANGE NOT REQUIRED", password=password)).consume()
        try:
            with running(own, tmp_path / "data", witness) as base:
                asked = {"query": QUERY, "variables": {"code": f"{OWN}.out"}}
                assert told(httpx2.post(f"{base}/graphql", json=asked))["verdict"] == "AUTHENTIC"
        finally:
            await (await system.run("DROP USER look_up")).consume()
    async with own.graph() as graph:
        with pytest.raises(EngineRefused):
            await graph.verify()
