"""The loader of statements: what a file may hold, and what is told of one that holds anything else."""

from pathlib import Path

import pytest

from graph import statements
from graph.statements import BadStatement, all_statements, inline, statement


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    statements._source.cache_clear()  # pyright: ignore[reportPrivateUsage]
    statements._load.cache_clear()  # pyright: ignore[reportPrivateUsage]
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.cypher"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_a_statement_knows_its_parameters(folder: Path) -> None:
    write(folder, "farm/one", "MATCH (n {id: $id}) WHERE $scope.all OR n.owner = $scope.enterprise RETURN n.id, '$text' // $comment\n")
    one = statement("farm/one")
    assert (one.name, one.parameters, one.writes, one.scoped) == ("farm/one", frozenset({"id", "scope"}), False, True)
    assert statement("farm/one") is one


def test_variants_fill_their_slots_and_nothing_else(folder: Path) -> None:
    write(
        folder,
        "any/page",
        "// variants: label=Farm,Site; by=name,id\nMATCH (n:%label%) WHERE n.x = '%label%' AND $scope.all RETURN n.%by%\n",
    )
    assert statement("any/page", by="id", label="Site").text == "MATCH (n:Site) WHERE n.x = 'Site' AND $scope.all RETURN n.id"
    assert [one.name for one in all_statements()] == [
        "any/page[label=Farm,by=name]",
        "any/page[label=Farm,by=id]",
        "any/page[label=Site,by=name]",
        "any/page[label=Site,by=id]",
    ]


def test_lines_of_variants_are_alternatives(folder: Path) -> None:
    write(
        folder,
        "a/b",
        "// variants: label=Farm; by=name\n// variants: label=Sale; by=soldAt,id\nMATCH (n:%label%) WHERE $scope.all RETURN n.%by%",
    )
    assert [one.name for one in all_statements()] == ["a/b[label=Farm,by=name]", "a/b[label=Sale,by=soldAt]", "a/b[label=Sale,by=id]"]
    with pytest.raises(BadStatement) as caught:
        statement("a/b", label="Farm", by="soldAt")
    assert str(caught.value) == "statement a/b has no variant by=soldAt,label=Farm; it has label=Farm; by=name or label=Sale; by=soldAt, id"


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        ({"label": "Farm) DETACH DELETE (n"}, "statement any/page has no variant label=Farm) DETACH DELETE (n; it has label=Farm, Site"),
        ({}, "statement any/page has the slots ['label'], not []"),
        ({"label": "Farm", "by": "id"}, "statement any/page has the slots ['label'], not ['by', 'label']"),
    ],
)
def test_a_wrong_variant_is_refused(folder: Path, variant: dict[str, str], message: str) -> None:
    write(folder, "any/page", "// variants: label=Farm,Site\nMATCH (n:%label%) WHERE $scope.all RETURN n.id")
    with pytest.raises(BadStatement) as caught:
        statement("any/page", **variant)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RETURN 1", "statement a/b does not name $scope"),
        ("// $scope\nRETURN '$scope'", "statement a/b does not name $scope"),
        ("MATCH (n:%label%) WHERE $scope.all RETURN n", "statement a/b uses the slots ['label'] and its variants are []"),
        ("// variants: label=Farm\nRETURN $scope", "statement a/b uses the slots [] and its variants are ['label']"),
        ("// variants: label\nRETURN $scope", "statement a/b: found 'label' among its variants; one is slot=value,value"),
    ],
)
def test_a_wrong_file_is_refused(folder: Path, text: str, message: str) -> None:
    write(folder, "a/b", text)
    with pytest.raises(BadStatement) as caught:
        list(all_statements())
    assert str(caught.value) == message


def test_no_such_statement(folder: Path) -> None:
    with pytest.raises(BadStatement) as caught:
        statement("a/b")
    assert str(caught.value) == "there is no statement a/b"


@pytest.mark.parametrize("noun", ["engine", "migrations"])
def test_the_engines_own_statements_need_no_scope(folder: Path, noun: str) -> None:
    write(folder, f"{noun}/one", "RETURN 1")
    assert not statement(f"{noun}/one").scoped


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n)",
        "create(n)",
        "MATCH (n) SET n.a = 1",
        "MATCH (n)\nDETACH DELETE n",
        "MATCH (n) REMOVE n.a",
        "MERGE (n {a: 'RETURN'})",
        "MATCH (n) FOREACH (x IN [1] | SET n.a = x)",
        "LOAD  CSV FROM 'x' AS line RETURN line",
        "UNWIND [1] AS x CALL { WITH x RETURN x AS y } IN TRANSACTIONS RETURN y",
        "DROP INDEX a",
        "CALL apoc.create.node(['A'], {})",
        "CALL db.createLabel('A')",
        "// quiet '\nCREATE (n) // '",
        'RETURN "\'" CREATE (n {a: "\'"})',
    ],
)
def test_what_writes(text: str) -> None:
    assert inline("x", text).writes


@pytest.mark.parametrize(
    "text",
    [
        "RETURN 'CREATE (n)'",
        'RETURN "SET"',
        "MATCH (n) // DELETE n\nRETURN n",
        "MATCH (n) /* MERGE\n */ RETURN n",
        "MATCH (n:Create) RETURN n.set, $delete, n.`MERGE`",
        "MATCH (n) WHERE n.createdAt > 0 RETURN n.offset",
        "CALL db.index.fulltext.queryNodes('a', $q) YIELD node RETURN node",
        "UNWIND $ids AS id CALL { WITH id MATCH (n {id: id}) RETURN n } RETURN n",
        "SHOW INDEXES",
        "RETURN 'it\\'s' + ' SET '",
    ],
)
def test_what_only_reads(text: str) -> None:
    assert not inline("x", text).writes


def test_every_statement_of_the_product_loads() -> None:
    names = [one.name for one in all_statements()]
    assert "migrations/applied" in names
    assert len(names) == len(set(names))
