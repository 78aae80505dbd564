"""Annex C over HTTP: the published schema, and documents that are imported."""

import json

import httpx2
from lxml import etree

from tests.annexc import SAMPLE, document, farm
from tests.service import Service


async def test_everybody_may_have_the_schema(arcadedb_service: Service) -> None:
    answer = httpx2.get(f"{arcadedb_service.url}/schemas/annex-c.xsd")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "application/xml")
    assert etree.XMLSchema(etree.fromstring(answer.content)).validate(etree.fromstring(SAMPLE.encode()))


async def test_everybody_may_have_the_schemas_of_letters(arcadedb_service: Service) -> None:
    for content in ("shared", "public"):
        answer = httpx2.get(f"{arcadedb_service.url}/schemas/letter-{content}.xsd")
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "application/xml")
        etree.XMLSchema(etree.fromstring(answer.content))
        answer = httpx2.get(f"{arcadedb_service.url}/schemas/letter-{content}.json")
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "application/schema+json")
        assert answer.json()["properties"]["content"] == {"const": content.upper()}


async def test_only_who_records_may_import(arcadedb_service: Service) -> None:
    for actor, status in (("PUBLIC", 401), ("CONSUMER", 403), ("REGULATOR", 403)):
        headers = {} if actor == "PUBLIC" else arcadedb_service.headers(actor)
        assert httpx2.post(f"{arcadedb_service.url}/import", content=document(farm("R1")), headers=headers).status_code == status


async def test_a_document_is_imported_and_each_wrong_record_told(arcadedb_service: Service) -> None:
    content = document(farm("H1"), farm("H2", more="<colour/>"), "<entry/>", farm("H3"))
    answer = httpx2.post(f"{arcadedb_service.url}/import", content=content, headers=arcadedb_service.headers("6904321"), timeout=60)
    *told, ended = [json.loads(line) for line in answer.text.splitlines()]
    assert [(one["record"], one["line"], one["problems"][0]["path"]) for one in told if "problems" in one] == [
        (1, 4, "colour"),
        (2, 5, "entry"),
    ]
    assert (ended["complete"], ended["done"], ended["created"], ended["rejected"]) == (True, 4, 2, 2)


async def test_a_bomb_is_refused_as_a_whole(arcadedb_service: Service) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    content = f'<!DOCTYPE root [<!ENTITY a0 "ha">{laughs}]>' + document(farm(name="&a11;"))
    answer = httpx2.post(f"{arcadedb_service.url}/import", content=content, headers=arcadedb_service.headers("6904321"), timeout=60)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "DOCUMENT_REFUSED")
    assert "FORBIDDEN_DTD" in answer.text
