"""Annex C as it is published: the schema and the tables of docs/reference/annex-c.md are made of the records' fields.

After a change: `uv run python -m tests.contract.test_annex_c` writes both anew; the difference belongs into the review.
"""

from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLInputObjectType, build_schema
from lxml import etree

from api.exchange.annex_c.kinds import ANNEX_KINDS, PACKED_ITEM, AnnexKind
from api.exchange.annex_c.xsd import PUBLISHED, schema_text
from api.exchange.records.columns import Column, columns_of
from api.exchange.records.headings import heading_of
from api.exchange.records.kinds import KINDS
from api.exchange.records.own_numbers import takes_numbers
from tests.annexc import SAMPLE
from tests.contract.test_files_reference import OWN_NUMBER
from tests.contract.test_schema import TEXT

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "annex-c.md"
MARK = "<!-- generated -->\n"
SCHEMA = build_schema(TEXT)
OF_THE_EXAMPLE = {
    "number": "The code on the item (QB/T 4971-2018 table 6 row 11).",
    "shelfLifeDays": "Shelf life, in days (QB/T 4971-2018 table 1-1 row 1, annex C).",
    "batch": "Number of the batch of one's own that it was packed from (QB/T 4971-2018 table 6 row 10).",
    "productionDate": "Production date of that batch (QB/T 4971-2018 table 6 row 7).",
    "bestBefore": "Best before (QB/T 4971-2018 table 6 row 8).",
    "product": "Code of the product, or its ID (QB/T 4971-2018 table 3 row 1).",
    "packedAt": "When the item was packed (QB/T 4971-2018 table 2-1 row 7).",
    "parent": "Number of the package that it went into at once (QB/T 4971-2018 7.2).",
}


def written() -> str:
    """The page, with its tables made anew."""
    return PAGE.read_text("utf-8").partition(MARK)[0] + MARK + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for kind in ANNEX_KINDS.values():
        named = "the standard's example" if kind.kind is PACKED_ITEM else f"`{kind.kind.mutation}`"
        yield from (
            "",
            f"### {kind.name} {kind.kind.title}",
            "",
            f"As {named}.",
            "",
            "| element | | value | what it is |",
            "| --- | --- | --- | --- |",
        )
        for name, column in (*kind.header.items(), *kind.elements.items()):
            yield _row(kind, name, column)
            if column.part is not None:
                yield from _fields(column)


def _row(kind: AnnexKind, name: str, column: Column) -> str:
    value = f"{'list of ' if column.many else ''}{'object' if column.part else column.form.value}"
    element = f"`{name}`" + (" (header)" if name in kind.header else "")
    said = OF_THE_EXAMPLE[column.name] if kind.kind is PACKED_ITEM else _said(kind.kind.input, column.name)
    own = OWN_NUMBER if takes_numbers(kind.kind, column.name) else ""
    return f"| {element} | {heading_of(kind.kind.name, column.name)} | {value}{', mandatory' if column.required else ''} | {said}{own} |"


def _fields(column: Column) -> Iterator[str]:
    assert column.part is not None
    of = {"BatchUse": "BatchInputUse", "FileRef": "FileInput"}.get(column.part.__name__, f"{column.part.__name__}Input")
    for part in columns_of(column.part).values():
        mandatory = ", mandatory" if part.required else ""
        yield f"| `{column.name}` / `{part.name}` | {heading_of('', part.name)} | {part.form.value}{mandatory} | {_said(of, part.name)} |"


def _said(name: str, field: str) -> str:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return (found.fields[field].description or "").replace("|", "\\|")


def test_the_published_schema_is_that_of_the_records() -> None:
    assert PUBLISHED.read_text("utf-8") == schema_text(), "uv run python -m tests.contract.test_annex_c"


def test_the_page_shows_the_elements_of_every_kind() -> None:
    assert PAGE.read_text("utf-8") == written(), "uv run python -m tests.contract.test_annex_c"


def test_every_kind_of_record_has_a_name_of_its_own_in_pinyin() -> None:
    names = {one.kind.name: one.name for one in ANNEX_KINDS.values()}
    assert len(ANNEX_KINDS) == len(names) == len(KINDS) + 1
    assert names.keys() == {*KINDS, PACKED_ITEM.name}
    assert all(name.isascii() and name.isalpha() and name not in KINDS for name in names.values())


def test_the_example_of_the_standard_passes_the_published_schema() -> None:
    assert etree.XMLSchema(etree.parse(PUBLISHED)).validate(etree.fromstring(SAMPLE.encode()))


if __name__ == "__main__":
    PUBLISHED.write_text(schema_text(), "utf-8")
    PAGE.write_text(written(), "utf-8")
