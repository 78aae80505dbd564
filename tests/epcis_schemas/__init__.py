"""The standard's XML schemas of EPCIS 2.0, from a package that carries them."""

import zipfile
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock
from lxml import etree

from tests.maven import Unavailable, jars

_WITHIN = "xsd/2_0_0/"
CAPTURE, QUERY = "EPCglobal-epcis-2_0.xsd", "EPCglobal-epcis-query-2_0.xsd"


def invalid(document: bytes, schema: str = CAPTURE) -> list[str]:
    """What the schema does not let pass. Skips the test where there are no schemas."""
    try:
        known = _schema(schema)
    except Unavailable as lacking:
        pytest.skip(str(lacking))
    known.validate(etree.fromstring(document))
    return [f"line {error.line}: {error.message}" for error in known.error_log]


@cache
def _schema(name: str) -> etree.XMLSchema:
    lib = jars(Path(__file__).parent / "pom.xml", "epcis-schemas-0.9.2")
    [jar] = lib.glob("*.jar")
    with FileLock(lib.parent / "schemas.lock"), zipfile.ZipFile(jar) as package:
        package.extractall(lib, [one for one in package.namelist() if one.startswith(_WITHIN)])
        return etree.XMLSchema(etree.parse(lib / _WITHIN / name))
