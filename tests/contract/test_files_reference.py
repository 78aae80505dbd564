"""The columns of files of records, written from the models and the schema: a field that is added shows in docs/reference/files.md.

After a change: `uv run python -m tests.contract.test_files_reference` writes the part below its mark anew.
"""

from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLInputObjectType, build_schema, get_named_type

from api.exchange.records.cells import cell_columns, headings_of
from api.exchange.records.columns import Form
from api.exchange.records.kinds import BATCH_INPUT, FILED, RecordKind
from api.exchange.records.own_numbers import takes_numbers
from tests.contract.test_schema import COMMITTED as SCHEMA_FILE

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "files.md"
MARK = "<!-- From here on written by the tests from the models and the schema. Not to be edited. -->\n"
SCHEMA = build_schema(SCHEMA_FILE.read_text("utf-8"))
OWN_NUMBER = " A number alone is one's own."
FORMS = {
    Form.TEXT: "text",
    Form.TIME: "time with its offset",
    Form.DATE: "date",
    Form.DECIMAL: "decimal",
    Form.NUMBER: "number",
    Form.WHOLE: "whole number",
    Form.FLAG: "true or false",
    Form.OBJECT: "object",
}


def written() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("", "## The columns", "", "In bold what a record cannot do without.")
    for kind in FILED.values():
        yield from ("", f"### {kind.name} {kind.title}", "", f"As `{kind.mutation}` takes it.", "")
        yield from ("| column | heading | what |", "| --- | --- | --- |")
        yield from _rows(kind)


def _rows(kind: RecordKind) -> Iterator[str]:
    chinese = {name: heading for heading, name in headings_of(kind).items()}
    for name, way in cell_columns(kind).items():
        shown = f"**{name}**" if way[0].required else name
        column, described = way[-1], _described(kind.input if len(way) == 1 else _part_of(kind, way[0].name), way[-1].name)
        own = OWN_NUMBER if len(way) == 1 and takes_numbers(kind, name) else ""
        form = "a JSON list of objects" if column.part is not None else f"{'list of ' if column.many else ''}{FORMS[column.form]}"
        yield f"| {shown} | {chinese[name]} | {described or form}{own} |"


def _part_of(kind: RecordKind, name: str) -> str:
    return get_named_type(_input(kind.input).fields[name].type).name


def _described(given: str, name: str) -> str:
    """The description in the schema, and the values of a closed list."""
    if (given, name) == (BATCH_INPUT.input, "batch"):
        return "The number of the batch, which is recorded already, or comes before (QB/T 4971-2018 table 2-1 row 2)."
    field = _input(given).fields[name]
    kind = get_named_type(field.type)
    options = f" One of {', '.join(kind.values)}." if isinstance(kind, GraphQLEnumType) else ""
    return f"{(field.description or '').strip()}{options}".replace("|", "\\|").replace("\n", " ")


def _input(name: str) -> GraphQLInputObjectType:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def test_the_committed_columns_are_these() -> None:
    assert COMMITTED.read_text("utf-8").partition(MARK)[2] == written()


if __name__ == "__main__":
    COMMITTED.write_text(COMMITTED.read_text("utf-8").partition(MARK)[0] + MARK + written(), "utf-8")
