"""`Graph` on both engines: what is refused, what is tried again, what ends in time, and what is counted."""

import asyncio
import time
from typing import Any

import pytest

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction, observed
from graph.engine.errors import Conflict, EngineError, EngineUnavailable, StatementTimeout
from graph.statements import inline
from tests.engines import Server

ONE = inline("tests/one", "RETURN 1 AS one, $scope.all AS everything, $scope.enterprise AS enterprise")
ECHO = inline("tests/echo", "UNWIND $values AS value RETURN value")
CREATE = inline("tests/create", "CREATE (n:Sale {id: $id})")
MERGE = inline("tests/merge", "MERGE (n:LookUpCount {id: $id}) ON CREATE SET n.count = 0 SET n.count = n.count + 1")
COUNT = inline("tests/count", "MATCH (n:LookUpCount {id: $id}) RETURN n.count AS count")
SALES = inline("tests/sales", "MATCH (n:Sale) RETURN count(n) AS sales")
ENDLESS = inline(
    "tests/endless", "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a * b = -1 RETURN count(*) AS none"
)
PAIRS = inline("tests/pairs", "UNWIND $ids AS id MERGE (n:Sale {id: id}) SET n.id = CASE id WHEN 'last' THEN 'first' ELSE id END")
ENTER = inline(
    "tests/enter",
    "UNWIND $entries AS entry WITH entry WHERE $scope.all MERGE (n:Sale {id: entry.id}) SET n.id = coalesce(entry.as, entry.id)",
)
WRONG = inline("tests/wrong", "RETURN nothing")


async def sales(graph: Graph) -> int:
    return (await graph.read(SALES, None))[0]["sales"]


async def test_a_row_by_name_and_by_place(graph: Graph) -> None:
    (row,) = await graph.read(ONE, Scope.of("MILK"))
    assert (row["one"], row[0]) == (1, 1)
    assert row.data() == {"one": 1, "everything": False, "enterprise": "MILK"}
    assert list(row.keys()) == ["one", "everything", "enterprise"]


async def test_all_rows_come(graph: Graph) -> None:
    assert [row[0] for row in await graph.read(ECHO, None, values=list(range(3_000)))] == list(range(3_000))


async def test_values_come_back_as_they_went(graph: Graph) -> None:
    values = [0, -1, 253402300799999, 2**62, -(2**62), 0.1, True, False, None, "", "奶粉 \U0001f95b", [1, [2]], {"a": {"b": None}}]
    assert [row[0] for row in await graph.read(ECHO, None, values=values)] == values


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "statement tests/echo lacks values"),
        ({"values": [], "valeus": []}, "statement tests/echo does not know valeus"),
        ({"valeus": []}, "statement tests/echo lacks values and does not know valeus"),
    ],
)
async def test_parameters_are_checked(graph: Graph, given: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        await graph.read(ECHO, None, **given)
    assert str(caught.value) == message


async def test_a_scoped_statement_needs_a_scope(graph: Graph) -> None:
    with pytest.raises(TypeError) as caught:
        await graph.read(ONE, None)
    assert str(caught.value) == "statement tests/one lacks scope"


async def test_read_refuses_a_writing_statement(graph: Graph) -> None:
    with pytest.raises(TypeError) as caught:
        await graph.read(CREATE, None, id="a")
    assert str(caught.value) == "statement tests/create writes: use Graph.write"
    assert await sales(graph) == 0


async def test_a_wrong_statement_is_named(graph: Graph) -> None:
    with pytest.raises(EngineError) as caught:
        await graph.read(WRONG, None)
    assert str(caught.value).startswith("tests/wrong: ")

    async def work(tx: Transaction) -> None:
        await tx.run(WRONG, None)

    with pytest.raises(EngineError) as caught:
        await graph.write(work)
    assert str(caught.value).startswith("tests/wrong: ")


async def test_a_failed_write_leaves_nothing(graph: Graph) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(CREATE, None, id="a")
        raise ValueError("no")

    with pytest.raises(ValueError, match=r"^no$"):
        await graph.write(work)
    assert await sales(graph) == 0


async def test_a_failed_statement_leaves_nothing(graph: Graph) -> None:
    with pytest.raises(Conflict):
        await graph.put(PAIRS, None, ids=["first", "second", "last"])
    assert await sales(graph) == 0


async def test_entries_of_a_log_share_transactions(graph: Graph) -> None:
    async def entering(writer: int) -> None:
        await graph.enter(ENTER, [{"id": f"{writer}/{number}"} for number in range(5)])

    with observed() as ran:
        await asyncio.gather(*(entering(writer) for writer in range(100)))
    assert (await sales(graph), len(ran)) == (500, 1)
    await entering(100)
    assert await sales(graph) == 505


async def test_entries_that_cannot_be_written_fail_whole(graph: Graph) -> None:
    failing = graph.enter(ENTER, [{"id": "first"}, {"id": "second", "as": "first"}])
    with pytest.raises(Conflict):
        await failing
    assert await sales(graph) == 0
    await graph.enter(ENTER, [{"id": "first"}])
    assert await sales(graph) == 1


async def test_entries_that_cannot_be_written_fail_nobody_elses(graph: Graph) -> None:
    entered = [[{"id": "first"}], [{"id": "wrong"}, {"id": "other", "as": "wrong"}], [{"id": "second"}]]
    one, wrong, two = await asyncio.gather(*(graph.enter(ENTER, entries) for entries in entered), return_exceptions=True)
    assert (one, type(wrong), two, await sales(graph)) == (None, Conflict, None, 2)


async def test_large_entries_share_no_more_than_a_statement_takes(graph: Graph) -> None:
    """110 of them would be 22 MB, of which neither they nor who comes with them would get anything."""
    large = ["奶" * 66_000 for _ in range(110)]
    with observed() as ran:
        await asyncio.gather(
            *(graph.enter(ENTER, [{"id": f"large {number}", "said": text}]) for number, text in enumerate(large)),
            *(graph.enter(ENTER, [{"id": f"small {number}"}]) for number in range(3)),
        )
    assert (await sales(graph), len(ran)) == (113, 6)


async def test_a_writer_that_goes_away_leaves_its_entries(graph: Graph) -> None:
    leaving = asyncio.create_task(graph.enter(ENTER, [{"id": "left"}]))
    await asyncio.sleep(0)
    leaving.cancel()
    await graph.enter(ENTER, [{"id": "stayed"}])
    assert leaving.cancelled()
    assert await sales(graph) == 2


async def test_a_conflict_has_the_work_done_again(graph: Graph) -> None:
    tries = 0

    async def work(tx: Transaction) -> str:
        nonlocal tries
        tries += 1
        await tx.run(CREATE, None, id=f"try {tries}")
        if tries < 4:
            raise Conflict("not yet")
        return "done"

    assert await graph.write(work) == "done"
    assert (tries, await sales(graph)) == (4, 1)


async def test_a_duplicate_that_stays_is_a_conflict(graph: Graph) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(CREATE, None, id="a")

    await graph.write(work)
    began = time.monotonic()
    with pytest.raises(Conflict):
        await graph.write(work)
    assert time.monotonic() - began < 15
    assert await sales(graph) == 1


async def test_sixteen_writers_of_one_key(graph: Graph) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(MERGE, None, id="hub")

    async def writer() -> None:
        for _ in range(5):
            await graph.write(work)

    await asyncio.gather(*(writer() for _ in range(16)))
    assert [row["count"] for row in await graph.read(COUNT, None, id="hub")] == [80]


async def test_a_read_sees_the_write_before_it(graph: Graph) -> None:
    for number in range(20):

        async def work(tx: Transaction, number: int = number) -> None:
            await tx.run(CREATE, None, id=str(number))

        await graph.write(work)
        assert await sales(graph) == number + 1


async def test_a_read_that_takes_too_long(graph: Graph) -> None:
    began = time.monotonic()
    with pytest.raises(StatementTimeout) as caught:
        await graph.read(ENDLESS, None, within=0.5)
    assert str(caught.value) == "tests/endless took longer than 0.5 s and was ended"
    assert time.monotonic() - began < 5
    assert await sales(graph) == 0  # the graph is usable after it


async def test_a_write_that_takes_too_long(graph: Graph) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(CREATE, None, id="a")
        await tx.run(ENDLESS, None)

    with pytest.raises(StatementTimeout):
        await graph.write(work, within=0.5)
    assert await sales(graph) == 0


async def test_a_caller_that_goes_away_leaves_the_graph_usable(graph: Graph) -> None:
    for _ in range(5):
        reading = asyncio.create_task(graph.read(ENDLESS, None, within=3.0))
        await asyncio.sleep(0.05)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert await sales(graph) == 0


RUNNING = inline("tests/running", "SHOW TRANSACTIONS YIELD currentQuery")


async def test_an_abandoned_statement_stops_in_the_engine(graph: Graph) -> None:
    async def work(tx: Transaction) -> None:
        await tx.run(ENDLESS, None)

    reading = asyncio.create_task(graph.read(ENDLESS, None))
    writing = asyncio.create_task(graph.write(work))
    await asyncio.sleep(0.3)
    reading.cancel()
    writing.cancel()
    await asyncio.gather(reading, writing, return_exceptions=True)
    with pytest.raises(StatementTimeout):
        await graph.read(ENDLESS, None, within=0.2)
    deadline = time.monotonic() + 5
    while any("range(1, 100000)" in row[0] for row in await graph.administer(RUNNING)):
        assert time.monotonic() < deadline, "the statement still runs"
        await asyncio.sleep(0.05)


async def test_no_engine_there(server: Server) -> None:
    async with Graph("bolt://127.0.0.1:1", ("a", "b"), None, dialect=server.dialect) as graph:
        with pytest.raises(EngineUnavailable, match=r"^the engine at bolt://127\.0\.0\.1:1 cannot be reached: "):
            await graph.read(SALES, None)
        with pytest.raises(EngineUnavailable, match=r"^the engine at bolt://127\.0\.0\.1:1 cannot be reached: "):
            await graph.verify()


async def test_a_wrong_password(server: Server) -> None:
    async with Graph(server.uri, (server.user, "wrong"), server.database, dialect=server.dialect) as graph:
        with pytest.raises(EngineUnavailable) as caught:
            await graph.verify()
    assert str(caught.value) == f"the engine at {server.uri} refused the user name or password"


async def test_statements_are_counted_per_request(graph: Graph) -> None:
    async def request(reads: int) -> int:
        with observed() as seen:
            await asyncio.gather(*(graph.read(SALES, None) for _ in range(reads)))
        return len(seen)

    assert await asyncio.gather(request(1), request(3), request(0)) == [1, 3, 0]
