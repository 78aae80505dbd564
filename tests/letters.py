"""Letters to partners for tests: checked against the schemas that are published for them."""

from functools import cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from api.delivery.letter_schemas import FOLDER, STANDARDS, file_name
from graph.delivery.recipients import Content, Form


@cache
def json_schema(content: Content) -> dict[str, Any]:
    return orjson.loads((FOLDER / file_name(content, Form.JSON)).read_bytes())


def letter_problems(body: bytes, content: Content, form: Form) -> list[str]:
    """What the published schema says to be wrong with a letter."""
    if form is Form.JSON:
        validator = Draft202012Validator(json_schema(content), format_checker=FormatChecker())
        return [error.message for error in validator.iter_errors(orjson.loads(body))]
    schema = etree.XMLSchema(etree.parse(FOLDER / file_name(content, form)))
    schema.validate(etree.fromstring(body))
    return [str(error.message) for error in schema.error_log]


def content_of(body: bytes) -> Content:
    """Of a letter in XML."""
    named = etree.fromstring(body)[0].get("metedataStandard")
    return next(content for content, standard in STANDARDS.items() if standard == named)
