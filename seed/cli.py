"""`milkline seed` and `milkline demo`: the seed may use the API, never the other way round."""

import errno
import json
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import anyio.to_thread
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.cannot_serve import CannotServe
from api.cli import Data, Engine, Port, clearly, err, run_command, settings_of
from api.files import FileStore
from api.listening import bound_socket
from api.opened import opened
from api.serving import serve
from api.settings import Settings
from api.web.graphiql_page import Question
from auth.actor import Actor, Role
from auth.keys import load_keys
from auth.oidc.addresses import is_loopback
from auth.tokens import Tokens
from graph.engine.driver import Graph
from graph.engine.folder import clear, held
from seed.bulk import SUBJECT, SeedConflict
from seed.load import Progress as Loaded
from seed.load import SeedRejected, load
from seed.portions import SeedFile
from seed.settings import SeedSettings, local_day
from seed.story import Story, story

_DAY = 24 * 3600
_KEPT = "demo.json"
_ITEMS = 5_000
Items = Annotated[int | None, typer.Option("--items", min=1, help="How many cans; 600 at least, 5,000 unless said.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day of the chain; today without it.")]


class _Output(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "nobody reads the output any more")


_out = _Output(highlight=False, soft_wrap=True)


def seed_command(data: Data = None, items: Items = None, until: Until = None, engine: Engine = None) -> None:
    """Fill a graph with a supply chain like a real one."""
    settings = settings_of(data=data, engine=engine)
    chain = clearly(lambda: SeedSettings(items or _ITEMS, until.date() if until else _today()))

    async def run() -> None:
        async with opened(settings) as graph:
            loaded = await _load(graph, settings, chain)
        _out.print(f"{loaded.records:,} records with {loaded.items:,} cans in {loaded.seconds:,.1f} s: {loaded.per_second:,.0f} records/s")

    run_command(run)


def demo_command(
    data: Data = Path("milkline-demo"),
    port: Port = None,
    items: Items = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the data of an earlier demo.")] = False,
) -> None:
    """Start an engine, seed a supply chain, serve the API, and say what to try."""
    settings = settings_of(data=data, port=port)
    if "authorization_server" not in settings.model_fields_set and is_loopback(settings.host) and not settings.public_url:
        # elsewhere it would need an address with https
        settings = settings.model_copy(update={"authorization_server": True})
    listening = clearly(lambda: bound_socket(settings.host, settings.port))
    if fresh:
        clearly(lambda: _forget(settings.data, items or _ITEMS))
    run_command(lambda: _demo(settings, listening, items))


async def _demo(settings: Settings, listening: socket.socket, items: int | None) -> None:
    with _waiting("starting the embedded engine") as on_wait:
        opening = opened(settings, on_wait)
        graph = await opening.__aenter__()
    try:
        chain, done = _remembered(settings.data, items or _ITEMS)
        if items not in {None, chain.items}:
            _out.print(f"{settings.data} holds {chain.words} already: --items {items} is for a new demo, or with --fresh")
        if not done:
            loaded = await _load(graph, settings, chain)
            _remember(settings.data, chain, done=True)
            _out.print(f"seeded {loaded.records:,} records with {loaded.items:,} cans in {loaded.seconds:,.1f} s")
        told = story(chain)
        tokens = Tokens(load_keys(settings.data).signing)
        minted = {role: _token(tokens, role, told) for role in Role if role is not Role.PUBLIC}

        def questions() -> list[Question]:
            return [_tab(question.title, question.query, question.variables, minted.get(question.role)) for question in told.questions]

        await serve(settings, graph, listening, lambda address: _tell(address, told, minted, settings), questions)
    finally:
        await opening.__aexit__(None, None, None)
    _out.print("stopped; `milkline demo` goes on where this ended, `--fresh` begins anew")


def _token(tokens: Tokens, role: Role, told: Story) -> str:
    enterprise = told.enterprise if role is Role.ENTERPRISE else None
    return tokens.mint(role, enterprise, f"demo:{role.value.lower()}", 7 * _DAY)


def _tab(title: str, query: str, variables: dict[str, object], token: str | None) -> Question:
    tab: Question = {"title": title, "query": query, "variables": variables}
    if token:
        tab["token"] = token
    return tab


def _tell(address: str, told: Story, minted: dict[Role, str], settings: Settings) -> None:
    _out.print(f"\n[bold green]Milkline is ready[/]   (Ctrl-C stops all of it)\n\nready {address}\n")
    for name, path in (
        ("GraphQL", "/graphql"),
        ("GraphiQL, with the questions below as tabs", "/graphiql"),
        ("Look-up page 追溯查询", f"/trace/{told.code}"),
        *([("Authorization server", "/.well-known/oauth-authorization-server")] if settings.authorization_server else []),
    ):
        _out.print(f"  [bold]{name}[/]  [cyan]{address}{path}[/]")
    _out.print("\n[bold]Tokens[/], as `Authorization: Bearer …`, for 7 days; PUBLIC needs none")
    for role, token in minted.items():
        whose = f" of {told.enterprise}" if role is Role.ENTERPRISE else ""
        _out.print(f"  [bold]{role.value}[/]{whose}\n  {token}")
    _out.print("\n[bold]Five questions[/] to paste")
    for number, question in enumerate(told.questions, start=1):
        _out.print(f"\n  [bold yellow]{number}. {question.title}[/]  (token: {question.role.value})")
        _out.print(question.text, markup=False)
    _out.print()


async def _load(graph: Graph, settings: Settings, chain: SeedSettings) -> Loaded:
    files, seeder = FileStore(settings.data / "files"), Actor(SUBJECT, Role.PLATFORM)

    async def keep(file: SeedFile) -> None:
        stored = await anyio.to_thread.run_sync(files.put, file.media_type, file.content, seeder)
        await anyio.to_thread.run_sync(files.name, [stored.sha256], seeder)

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("seeding cans", total=chain.items, rate="")

        def told(progress: Loaded) -> None:
            bar.update(task, completed=progress.items, total=progress.of, rate=f"{progress.per_second:,.0f} records/s")

        try:
            return await load(graph, chain, keep=keep, progress=told)
        except (SeedConflict, SeedRejected) as error:
            raise CannotServe(str(error)) from error


@contextmanager
def _waiting(what: str) -> Generator[Callable[[float], None]]:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[waited]:.0f} s"),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=None, waited=0.0)
        yield lambda seconds: bar.update(task, waited=seconds)


def _remembered(data: Path, items: int) -> tuple[SeedSettings, bool]:
    """The chain that the folder holds, whole or in part, and whether it is whole."""
    try:
        kept = json.loads((data / _KEPT).read_text("utf-8"))
        return SeedSettings(kept["items"], date.fromisoformat(kept["until"]), kept["seed"]), kept["done"]
    except FileNotFoundError:
        chain = SeedSettings(items, _today())
        _remember(data, chain, done=False)
        return chain, False


def _remember(data: Path, chain: SeedSettings, *, done: bool) -> None:
    kept = {"items": chain.items, "until": chain.until.isoformat(), "seed": chain.seed, "done": done}
    fresh = data / ".demo.json"
    fresh.write_text(json.dumps(kept), "utf-8")
    fresh.replace(data / _KEPT)


def _forget(data: Path, items: int) -> None:
    if not data.exists():
        return
    if not (data / _KEPT).exists() and any(data.iterdir()):
        raise CannotServe(f"{data} is not the folder of a demo, so --fresh leaves it alone; name another with --data")
    chain = SeedSettings(items, _today())
    with held(data.absolute()):
        _remember(data, chain, done=False)
        clear(data.absolute(), _KEPT)


def _today() -> date:
    return local_day(int(datetime.now(UTC).timestamp() * 1000))
