"""The `milkline` command. Only what the chosen command needs is loaded: all of it together takes seconds."""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


class Command(NamedTuple):
    """module, name: of the function, or of the Typer of several. help: the first sentence of its own."""

    module: str
    name: str
    help: str


COMMANDS = {
    "demo": Command("seed.cli", "demo_command", "Start an engine, seed a supply chain, serve the API, and say what to try."),
    "serve": Command("api.serve_cli", "serve_command", "Serve the API over the data in a folder, or in a Neo4j."),
    "look-up-service": Command(
        "api.serve_cli",
        "look_up_service_command",
        "Serve the public look-up alone, apart from the inward service: without its statements and its keys.",
    ),
    "token": Command("api.token_cli", "token_command", "Print a development token for the service over a data folder."),
    "seed": Command("seed.cli", "seed_command", "Fill a graph with a supply chain like a real one."),
    "import": Command("api.exchange.cli", "import_command", "Record a document of another system, while no service runs over the folder."),
    "export": Command(
        "api.exchange.export_cli",
        "export_command",
        "Write what an enterprise has told, while no service runs over the folder: in an empty system it records the same again.",
    ),
    "fsma204": Command(
        "api.exchange.fsma204.cli",
        "fsma204_command",
        "Write the FDA's sortable spreadsheet (FSMA 204) of where records came from and went, while no service runs over the folder.",
    ),
    "template": Command(
        "api.exchange.spreadsheets.cli", "template_command", "Write an empty table of records to fill in, for `milkline import`."
    ),
    "deliver": Command(
        "api.delivery.cli",
        "deliver_command",
        "Deliver to partners what was recorded for them, until it is stopped: beside services over one Neo4j, or while none runs over the "
        "folder.",
    ),
    "client": Command("api.authorization.cli", "client_cli", "Clients of the authorization server: machines, and apps that people use."),
    "person": Command("api.authorization.cli", "person_cli", "People who may log in at the authorization server."),
    "keys": Command("api.authorization.cli", "keys_cli", "The keys that sign the authorization server's tokens."),
}


def loaded(name: str) -> Any:
    """The command itself, as Click has it."""
    found = getattr(import_module(COMMANDS[name].module), COMMANDS[name].name)
    above = typer.Typer()
    if isinstance(found, typer.Typer):
        above.add_typer(found, name=name)
    else:
        above.command(name)(found)
    return get_group(above).commands[name]


class _Commands(TyperGroup):
    """Listed by what `COMMANDS` says of them, and loaded when one is chosen."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = {name: TyperCommand(name, help=command.help) for name, command in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS:
            with Console(stderr=True).status("loading"):
                command = loaded(name)
        return name, command, rest


cli = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False, help="Where infant formula comes from, and where it went.")


@cli.callback()
def _milkline() -> None:
    """Where infant formula comes from, and where it went."""


def main() -> None:
    cli()
