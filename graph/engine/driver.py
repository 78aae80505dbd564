"""The graph behind the official Bolt driver: sessions, limits in time, retries. One `Graph` a process."""

# pyright: reportUnknownMemberType=false
# (the driver's settings are untyped keyword arguments)

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeVar, cast
from weakref import WeakValueDictionary

import neo4j
from neo4j.exceptions import AuthError, ConstraintError, DriverError, IncompleteCommit, Neo4jError, ServiceUnavailable, SessionExpired

from auth.scope import Scope
from graph.engine.abandoned import end_abandoned
from graph.engine.errors import Conflict, EngineError, EngineRefused, EngineUnavailable, StatementTimeout
from graph.engine.tls import Tls
from graph.engine.together import Together, size_of
from graph.statements import Row, Statement

Dialect = Literal["arcadedb", "neo4j"]
T = TypeVar("T")
Entry = dict[str, Any]

_log = logging.getLogger(__name__)

READ_TRIES = 5
WRITE_FOR_S = 30.0
"""How long a write is tried again after its first failure."""
CONSTRAINT_TRIES = 10
"""A duplicate key is most often a race that the next try finds settled; one that is not must not take `WRITE_FOR_S`."""
_ENTERED_AT_ONCE = 500
_GRACE_S = 2.0
_ALL = -1
_TERMINATED = "Neo.ClientError.Transaction.Terminated"

_observed: ContextVar[list[Statement] | None] = ContextVar("observed", default=None)


@contextmanager
def observed() -> Generator[list[Statement]]:
    """The statements run inside the block by this task and by those that it starts: tests count them."""
    seen: list[Statement] = []
    token = _observed.set(seen)
    try:
        yield seen
    finally:
        _observed.reset(token)


@dataclass(frozen=True, slots=True)
class HttpAccess:
    """Where the embedded engine takes what Cypher has no words for there: full-text indexes."""

    url: str
    user: str
    password: str
    database: str


class Engine(Protocol):
    """What a graph asks of an engine that is a child process."""

    died: asyncio.Event

    @property
    def http(self) -> HttpAccess: ...

    def obituary(self) -> str | None: ...

    def complaint(self) -> str | None: ...


class Transaction:
    """One write transaction, inside `Graph.write`. latest: the statement run last, which an error is about."""

    __slots__ = ("_tx", "latest", "latest_began")

    def __init__(self, tx: neo4j.AsyncManagedTransaction) -> None:
        self._tx = tx
        self.latest: Statement | None = None
        self.latest_began = 0.0

    async def run(self, statement: Statement, scope: Scope | None, /, **parameters: Any) -> list[Row]:
        """All rows of one statement. TypeError for parameters other than the statement's."""
        given = _given(statement, scope, parameters)
        self.latest, self.latest_began = statement, time.time()
        result = await self._tx.run(statement.text, given)
        return cast("list[Row]", [record async for record in result])


class _Lent:
    """A session that is idle, or a new one; not used again after a failure or a cancellation."""

    __slots__ = ("_idle", "_session")

    def __init__(self, driver: neo4j.AsyncDriver, settings: dict[str, Any], idle: list[neo4j.AsyncSession]) -> None:
        self._idle = idle
        self._session = idle.pop() if idle else driver.session(**settings)

    async def __aenter__(self) -> neo4j.AsyncSession:
        return self._session

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self._idle.append(self._session)
        else:
            await self._session.__aexit__(kind, error, trace)


class Graph:
    """Statements against one database. An async context manager, to be closed by it.

    engine: the child process behind it, None for a server elsewhere.
    """

    def __init__(
        self,
        uri: str,
        auth: tuple[str, str] | None,
        database: str | None,
        *,
        statement_timeout_s: float = 30.0,
        dialect: Dialect,
        engine: Engine | None = None,
        connections: int = 100,
        tls: Tls | None = None,
    ) -> None:
        self.uri = uri
        self.database = database
        self.dialect: Dialect = dialect
        self.statement_timeout_s = statement_timeout_s
        self.engine = engine
        self._endings: set[asyncio.Task[None]] = set()
        self._turns = WeakValueDictionary[str, asyncio.Lock]()
        self._logs: dict[str, Together[Sequence[Entry], None]] = {}
        self._driver = open_driver(uri, auth, connections, tls)
        common: dict[str, Any] = {
            "database": database,
            "fetch_size": _ALL,  # every row is wanted: batches would cost a round trip each
            # a read sees the writes before it on every member; one server that is alone has nothing to wait for
            "bookmark_manager": neo4j.AsyncGraphDatabase.bookmark_manager() if dialect == "neo4j" else None,
        }
        self._reading: dict[str, Any] = {**common, "default_access_mode": neo4j.READ_ACCESS}
        self._writing: dict[str, Any] = {**common, "default_access_mode": neo4j.WRITE_ACCESS}
        # Sessions to use again, since between statements they hold no connection: to open one is a fifth of what a small statement costs.
        self._idle: dict[str, list[neo4j.AsyncSession]] = {neo4j.READ_ACCESS: [], neo4j.WRITE_ACCESS: []}

    def turn(self, name: str) -> asyncio.Lock:
        """Of writers in this process that would get in each other's way in the graph, where it is right without, and slower."""
        return self._turns.setdefault(name, asyncio.Lock())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        await asyncio.gather(*self._endings, return_exceptions=True)
        for sessions in self._idle.values():
            while sessions:
                await sessions.pop().close()
        await self._driver.close()

    @property
    def http(self) -> HttpAccess | None:
        return self.engine.http if self.engine else None

    def _obituary(self) -> str | None:
        return self.engine.obituary() if self.engine else None

    async def verify(self) -> None:
        """`EngineUnavailable`, or another `EngineError`, unless the database answers now. Tried once."""
        try:
            await self._run(_ALIVE, {}, self._reading, 5.0)
        except (Neo4jError, DriverError, TimeoutError, OSError) as error:
            raise self._translated(error, _ALIVE, 5.0) from error

    async def read(self, statement: Statement, scope: Scope | None, /, *, within: float | None = None, **parameters: Any) -> list[Row]:
        """All rows of a reading statement, within seconds (default: the graph's limit).

        TypeError for a statement that writes, or for parameters other than its own. Raises `StatementTimeout`,
        `EngineUnavailable` or `EngineError`. Transient failures are tried again.
        """
        if statement.writes:
            raise TypeError(f"statement {statement.name} writes: use Graph.write")
        return await self._retried(statement, _given(statement, scope, parameters), self._reading, within or self.statement_timeout_s)

    async def put(self, statement: Statement, scope: Scope | None, /, **parameters: Any) -> list[Row]:
        """One writing statement in a transaction of its own; raises as `write`.

        Never outside of one: there ArcadeDB commits what a MERGE has made row by row, which is neither whole nor fast.
        """
        return await self.write(lambda tx: tx.run(statement, scope, **parameters))

    async def enter(self, statement: Statement, entries: Sequence[Entry]) -> None:
        """Entries of a log, all or none of them, by a statement that takes no more than $entries. Raises as `write`."""
        log = self._logs.get(statement.name)
        if log is None:

            async def write(groups: Sequence[Sequence[Entry]]) -> Sequence[None]:
                await self.put(statement, Scope.ALL, entries=[entry for group in groups for entry in group])
                return [None] * len(groups)

            log = self._logs[statement.name] = Together(write, _ENTERED_AT_ONCE, size_of)
        await log.put(entries)

    async def administer(self, statement: Statement, /, *, within: float | None = None, **parameters: Any) -> list[Row]:
        """As `put`, with a longer limit: for what migrations and operators' commands write, or change in the schema."""
        return await self._retried(statement, _given(statement, None, parameters), self._writing, within or 10 * self.statement_timeout_s)

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, within: float | None = None) -> T:
        """One transaction around `work`, done again from its start after a transient failure, a lost race or a `Conflict`.

        `work` must have no effect outside the transaction. A connection lost during the commit is not retried: the write
        may have happened. Raises `Conflict` when the race is still lost after `WRITE_FOR_S`, else as `read`.
        """
        limit = within or self.statement_timeout_s

        transaction: Transaction | None = None

        def latest() -> Statement | None:
            return transaction.latest if transaction else None

        async def unit(tx: neo4j.AsyncManagedTransaction) -> T:
            nonlocal transaction
            transaction = Transaction(tx)
            return await work(transaction)

        timed = neo4j.unit_of_work(timeout=limit)(unit)
        deadline: float | None = None
        attempt = duplicates = 0
        while True:
            try:
                # The session's own retrying is off: it knows neither duplicate keys nor conflicts.
                async with asyncio.timeout(limit + _GRACE_S), self._session(self._writing) as session:
                    return await session.execute_write(timed)
            except asyncio.CancelledError:
                self._leave(latest(), transaction.latest_began if transaction else 0.0)
                raise
            except (Neo4jError, DriverError, TimeoutError, Conflict) as error:
                if isinstance(error, TimeoutError):
                    self._leave(latest(), transaction.latest_began if transaction else 0.0)
                now = time.monotonic()
                deadline = deadline or now + WRITE_FOR_S
                duplicates += isinstance(error, ConstraintError)
                lost_race = isinstance(error, (Conflict, ConstraintError)) and duplicates < CONSTRAINT_TRIES
                if not (lost_race or self._worth_retrying(error)) or now > deadline or self._obituary():
                    raise self._translated(error, latest(), limit) from error
                _log.info("write tried again: %s", error)
            await _pause(attempt, 0.02, 1.0)
            attempt += 1

    async def _retried(self, statement: Statement, given: dict[str, Any], session: dict[str, Any], limit: float) -> list[Row]:
        attempt = 0
        while True:
            try:
                return await self._run(statement, given, session, limit)
            except (Neo4jError, DriverError, TimeoutError, OSError) as error:
                attempt += 1
                if attempt == READ_TRIES or not self._worth_retrying(error) or self._obituary():
                    raise self._translated(error, statement, limit) from error
                _log.info("statement %s tried again: %s", statement.name, error)
            await _pause(attempt, 0.05, 1.0)

    async def _run(self, statement: Statement, given: dict[str, Any], session: dict[str, Any], limit: float) -> list[Row]:
        # Neo4j ends the statement itself; ArcadeDB knows no limit per transaction, so there the caller is let go at its limit
        # and the engine's own limit (arcadedb.command.timeout) ends the statement.
        if self.dialect == "neo4j":
            query, grace = neo4j.Query(statement.text, timeout=limit), _GRACE_S
        else:
            query, grace = statement.text, 0.0
        began = time.time()
        try:
            async with asyncio.timeout(limit + grace), self._session(session) as opened:
                result = await opened.run(query, given)
                return cast("list[Row]", [record async for record in result])
        except (TimeoutError, asyncio.CancelledError):
            self._leave(statement, began)
            raise

    def _session(self, settings: dict[str, Any]) -> _Lent:
        return _Lent(self._driver, settings, self._idle[settings["default_access_mode"]])

    def _leave(self, statement: Statement | None, began: float) -> None:
        """Sees to it that the engine does not go on with a statement that nobody waits for."""
        if self.dialect != "arcadedb" or statement is None:
            return

        def run(other: Statement, given: dict[str, Any]) -> Awaitable[list[Row]]:
            return self._run(other, given, self._writing, 5.0)

        async def end() -> None:
            try:
                await end_abandoned(run, statement.text, began)
            except (Neo4jError, DriverError, TimeoutError) as error:
                _log.info("statement %s was left to end by itself: %s", statement.name, error)

        ending = asyncio.create_task(end())
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    def _worth_retrying(self, error: Exception) -> bool:
        match error:
            case Neo4jError() if self.dialect == "arcadedb" and error.code == _TERMINATED:
                return True  # mistaken for an equal statement that was abandoned: see `end_abandoned`
            case Neo4jError():
                return error.is_retryable() and not _timed_out(error)
            case ServiceUnavailable() | SessionExpired():
                return error.is_retryable()
            case _:
                return False

    def _translated(self, error: Exception, statement: Statement | None, limit: float) -> EngineError:
        name = statement.name if statement else "a write"
        match error:
            case EngineError():
                return error
            case _ if ended := self._obituary():
                return EngineUnavailable(ended)
            case TimeoutError():
                return StatementTimeout(f"{name} took longer than {limit:g} s and was ended")
            case AuthError():
                return EngineRefused(f"the engine at {self.uri} refused the user name or password")
            case IncompleteCommit():
                return EngineUnavailable(f"the connection to the engine at {self.uri} was lost in a commit, which may have happened")
            case DriverError() | OSError():
                return EngineUnavailable(f"the engine at {self.uri} cannot be reached: {first_line(error)}")
            case ConstraintError():
                return Conflict(f"{name}: {first_line(error)}")
            case Neo4jError() if _timed_out(error):
                return StatementTimeout(f"{name} took longer than {limit:g} s and was ended")
            case Neo4jError() if self.engine and (complaint := self.engine.complaint()):
                return EngineUnavailable(complaint)
            case Neo4jError() if "No space left on device" in str(error):
                return EngineUnavailable(f"the disk of the engine at {self.uri} is full")
            case _:
                return EngineError(f"{name}: {first_line(error)}")


def open_driver(uri: str, auth: tuple[str, str] | None, connections: int = 100, tls: Tls | None = None) -> neo4j.AsyncDriver:
    """A driver that reports nothing home, asks for no notifications, and leaves retrying to `Graph`."""
    address, encryption = tls.applied(uri) if tls else (uri, {})
    return neo4j.AsyncGraphDatabase.driver(
        address,
        auth=auth,
        **encryption,
        max_connection_pool_size=connections,
        connection_timeout=5.0,
        connection_acquisition_timeout=20.0,
        liveness_check_timeout=60.0,  # what lies between may drop idle connections without a word
        max_transaction_retry_time=-1.0,
        notifications_min_severity="OFF",
        warn_notification_severity="OFF",
        telemetry_disabled=True,
        user_agent="milkline",
    )


_ALIVE = Statement(name="engine/alive", text="RETURN 1 AS alive", parameters=frozenset(), writes=False)


def _given(statement: Statement, scope: Scope | None, parameters: dict[str, Any]) -> dict[str, Any]:
    if scope is not None and "scope" in statement.parameters:
        parameters["scope"] = scope.parameters()
    if parameters.keys() != statement.parameters:
        statement.check(parameters)
    if (seen := _observed.get()) is not None:
        seen.append(statement)
    return parameters


def _timed_out(error: Neo4jError) -> bool:
    return "TimedOut" in (error.code or "") or "timeout" in (error.message or "").lower()


def first_line(error: Exception) -> str:
    """What the error says, fit for the end of a sentence."""
    text = error.message if isinstance(error, Neo4jError) and error.message else str(error)
    return (text or repr(error)).strip().split("\n", 1)[0][:300].rstrip(": ")


async def _pause(attempt: int, first: float, longest: float) -> None:
    """Longer after each attempt, and never the same for two writers."""
    await asyncio.sleep(random.uniform(0.3, 1.0) * min(first * 2**attempt, longest))
