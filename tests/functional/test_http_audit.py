"""The service held to the GraphQL over HTTP specification by the audits of the package graphql-http, MUST, SHOULD and MAY alike."""

import json
from pathlib import Path

from tests.functional.node import prepared, run_node
from tests.service import Service

SOURCES = Path(__file__).parents[1] / "node"
AUDITS = 61


def test_every_audit_passes(arcadedb_service: Service) -> None:
    results = run_node(prepared(SOURCES), "audit.mjs", f"{arcadedb_service.url}/graphql")
    assert [f"{each['id']} {each['name']}: {each['reason']}" for each in results if each["status"] != "ok"] == []
    assert len({each["id"] for each in results}) == AUDITS


def test_lock_file_names_no_registry() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
