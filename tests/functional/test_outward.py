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
from typing import Any, LiteralString, cast

import httpx2
import neo4j
import pytest
from graphql import print_schema

from api.files import FileStore
from api.resolvers.look_up_root import OUTWARD_SCHEMA
from graph.engine.connect import embedded_graph
from graph.engine.embedded import EmbeddedEngine
from graph.engine.errors import EngineRefused
from graph.migrations import migrate
from graph.statements import inline
from tests.capturing import MAKER, digest
from tests.component.reading import OWN, link, properties, put
from tests.engines import Server, wipe
from tests.prepared import java_options
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
    "lineage/upstream[label=ProductionBatch,edge=CONSUMED_BY|UNTOLD_FROM]",
}
INWARD = (
    "api.app",
    "api.cli",
    "api.serving",
    "api.opened",
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
    "epcis_event_hash_generator",
    "pyld",
    "requests",
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


GROUP = Path(__file__).parents[2] / "docs" / "examples" / "look-up-group.json"
REFUSED = {
    "a formula": "MATCH (f:Formula) RETURN f.id AS id",
    "a formula by its ID": f"MATCH (f:Formula {{id: 'formula/{OWN}/P'}}) RETURN f.id AS id",
    "how many formulas": "MATCH (f:Formula) RETURN count(f) AS n",
    "everything": "MATCH (n) RETURN n.id AS id",
    "what is beside a package": f"MATCH (:Package {{id: 'package/{OWN}/out'}})-[e]->(n) RETURN type(e) AS e",
    "a shipment": "MATCH (s:Shipment) RETURN s.id AS id",
    "a batch, changed": "MATCH (b:ProductionBatch) SET b.yieldKg = '1' RETURN b.id AS id",
    "a package, deleted": f"MATCH (p:Package {{id: 'package/{OWN}/out'}}) DETACH DELETE p RETURN 1 AS gone",
    "a package, made": "CREATE (p:Package {id: 'package/X/1'}) RETURN p.id AS id",
    "a count, deleted": "MATCH (c:LookUpCount) DELETE c RETURN 1 AS gone",
    "another label": "CREATE (n:Another {id: '1'}) RETURN n.id AS id",
    "an index": "CREATE INDEX another IF NOT EXISTS FOR (n:Package) ON (n.level)",
}


async def test_it_asks_arcadedb_as_a_user_with_a_group_of_its_own(tmp_path: Path) -> None:
    """The group of the documentation lets it look up, and nothing else."""
    user, password, witness = "look_up", "only-the-look-up", tmp_path / "witness"
    witness.mkdir()
    async with EmbeddedEngine(tmp_path / "engine", heap="256m", java_options=java_options()) as engine, embedded_graph(engine) as graph:
        await migrate(graph)
        await put(graph, properties(f"enterprise/{OWN}"), properties(f"package/{OWN}/out"), properties(f"batch/{OWN}/out"))
        await put(graph, properties(f"shipment/{OWN}/1"))
        await link(graph, "PACKED_INTO", [(f"batch/{OWN}/out", f"package/{OWN}/out")], at=1)
        await link(graph, "SHIPPED_IN", [(f"package/{OWN}/out", f"shipment/{OWN}/1")], at=1)
        # the first edge of a type makes the type, which is no right of the group's
        await put(graph, properties(f"query/{OWN}/1"))
        await link(graph, "QUERIED_AS", [(f"package/{OWN}/out", f"query/{OWN}/1")])
        await graph.administer(inline("tests/formula", "CREATE (f:Formula {id: $id})"), id=f"formula/{OWN}/P")
        told_to = {"name": user, "password": password, "databases": {engine.database: ["look_up"]}}
        command = {"command": f"create user {json.dumps(told_to)}"}
        made = httpx2.post(f"{engine.http_url}/api/v1/server", auth=(engine.user, engine.password), json=command)
        assert made.status_code == 200, made.text
    groups = tmp_path / "engine" / "engine" / "config" / "server-groups.json"
    kept = json.loads(groups.read_text())
    kept["databases"][engine.database] = {"groups": {"look_up": json.loads(GROUP.read_text("utf-8"))}}
    groups.write_text(json.dumps(kept))
    async with EmbeddedEngine(tmp_path / "engine", heap="256m", java_options=java_options()) as engine, embedded_graph(engine) as graph:
        own = Server("arcadedb", engine.uri, user, password, engine.database)
        with running(own, tmp_path / "data", witness) as base:
            for code, verdict in (("out", "AUTHENTIC"), ("out", "AUTHENTIC"), ("none", "UNKNOWN_CODE")):
                asked = {"query": QUERY, "variables": {"code": f"{OWN}.{code}"}}
                assert told(httpx2.post(f"{base}/graphql", json=asked))["verdict"] == verdict
        looked_up = inline("tests/looked_up", "MATCH (p:Package)-[:QUERIED_AS]->(q:ConsumerQuery) RETURN count(q) AS n")
        assert (await graph.administer(looked_up))[0]["n"] == 3
        before = await digest(graph)
        async with neo4j.AsyncGraphDatabase.driver(engine.uri, auth=(user, password)) as driver:
            for what, text in REFUSED.items():
                async with driver.session(database=engine.database) as session:
                    with pytest.raises(neo4j.exceptions.ClientError) as refused:
                        await (await session.run(cast(LiteralString, text))).consume()
                assert refused.value.code == "Neo.ClientError.Security.Forbidden", what
        assert await digest(graph) == before


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
