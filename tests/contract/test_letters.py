"""Letters to partners as they are published: schemas and the tables of docs/reference/letters.md are made of the fields that letters have.

After a change: `uv run python -m tests.contract.test_letters` writes all of them anew; the difference belongs into the review.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.delivery.fields import FILE, IDENTIFIER, VALIDITY, Field, Value, fields_of
from api.delivery.letter_schemas import FOLDER, STANDARDS, TITLES, file_name, schema_text
from api.delivery.rendering import body_of
from graph.delivery.recipients import Content, Form
from tests.letters import json_schema, letter_problems

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "letters.md"
MARK = "<!-- generated -->\n"
BOTH = pytest.mark.parametrize("form", list(Form))
EACH = pytest.mark.parametrize("content", list(Content))
_HEADER = {IDENTIFIER: "`identifier` (header)", VALIDITY: "`validity` (header)"}


def written() -> str:
    """The page, with its tables made anew."""
    return PAGE.read_text("utf-8").partition(MARK)[0] + MARK + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for content in Content:
        yield from ("", f"### {content} {STANDARDS[content]}", "", f"{TITLES[content]}.", "")
        yield from ("In bold what every package has.", "", "| in JSON | in XML | value | what it is |", "| --- | --- | --- | --- |")
        for field in fields_of(content).values():
            yield _row(field)
            if field.value in (Value.FILE, Value.FILES):
                yield from (f"| `{field.name}` / `{name}` | the same | {value} | {said} |" for name, (value, said) in FILE.items())


def _row(field: Field) -> str:
    shown = f"**`{field.name}`**" if field.always else f"`{field.name}`"
    value = ", ".join(f"`{one}`" for one in field.choices) or field.value
    return f"| {shown} | {_HEADER.get(field.name, 'the same')} | {value} | {field.said} |"


def _package(content: Content, text: str | None) -> dict[str, Any]:
    """With a text in every field that may have one; None for a package of which nothing is recorded that need not be."""
    file = {"name": text, "mediaType": "application/pdf", "sha256": "0f" * 32, "size": 0, "url": "https://x.example/files/0f?code=a"}
    values: dict[Value, Any] = {Value.TEXT: text, Value.DATE: "2026-03-14", Value.WHOLE: 730, Value.FILE: file, Value.FILES: [file, file]}
    told = {name: field.choices[-1] if field.choices else values[field.value] for name, field in fields_of(content).items()}
    if text is None:
        told = {
            name: value if fields_of(content)[name].always and not isinstance(value, list) else [] if isinstance(value, list) else None
            for name, value in told.items()
        }
    return told | {IDENTIFIER: text or "MAKER1.G1"}


def _letter(content: Content, form: Form, *packages: dict[str, Any]) -> bytes:
    return body_of("msg_01", "MAKER1", content, form, packages, 1_773_446_400_000)


@EACH
@BOTH
def test_the_published_schema_is_that_of_the_fields(content: Content, form: Form) -> None:
    published = (FOLDER / file_name(content, form)).read_text("utf-8")
    assert published == schema_text(content, form), "uv run python -m tests.contract.test_letters"


@EACH
def test_what_a_field_is_told_to_be_is_whole(content: Content) -> None:
    for field in fields_of(content).values():
        assert field.said.count("`") % 2 == 0, field
        assert field.said.count("(") == field.said.count(")"), field
        assert field.said.endswith("."), field
    assert "`<enterprise code>.<number>`" in fields_of(content)[IDENTIFIER].said


def test_no_other_schema_lies_there() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {file_name(content, form) for content in Content for form in Form}


def test_the_page_shows_the_fields_of_each_content() -> None:
    assert PAGE.read_text("utf-8") == written(), "uv run python -m tests.contract.test_letters"


@EACH
def test_the_json_schemas_are_such(content: Content) -> None:
    Draft202012Validator.check_schema(json_schema(content))


@EACH
@BOTH
def test_whatever_texts_hold_the_letter_passes_its_schema(content: Content, form: Form) -> None:
    texts = ("晨牧 & <b>", " blank ", "two\nlines\r\n", "\ufffe", "]]>", "true", None)
    letter = _letter(content, form, *(_package(content, text) for text in texts))
    assert letter_problems(letter, content, form) == []


@BOTH
def test_a_letter_of_another_content_does_not_pass(form: Form) -> None:
    for content, other in ((Content.SHARED, Content.PUBLIC), (Content.PUBLIC, Content.SHARED)):
        assert letter_problems(_letter(content, form, _package(content, "A")), other, form)


@EACH
@BOTH
@pytest.mark.parametrize(("field", "value"), [("level", "BOX"), ("productionDate", "14.03.2026"), ("shelfLifeDays", -1), ("colour", "red")])
def test_what_letters_never_hold_does_not_pass(content: Content, form: Form, field: str, value: object) -> None:
    told = _package(content, "A") | {field: value}
    assert letter_problems(_letter(content, form, told), content, form)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in Content:
        for of in Form:
            (FOLDER / file_name(one, of)).write_text(schema_text(one, of), "utf-8")
    PAGE.write_text(written(), "utf-8")
