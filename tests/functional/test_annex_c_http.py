"""Annex C over HTTP: the published schema."""

import httpx2
from lxml import etree

from tests.annexc import SAMPLE
from tests.service import Service


async def test_everybody_may_have_the_schema(arcadedb_service: Service) -> None:
    answer = httpx2.get(f"{arcadedb_service.url}/schemas/annex-c.xsd")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "application/xml")
    assert etree.XMLSchema(etree.fromstring(answer.content)).validate(etree.fromstring(SAMPLE.encode()))
