"""`milkline client`, `person` and `keys`: who may have tokens of the project's own authorization server, and the keys that sign them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from api.cli import Data, T, clearly, err, settings_of
from auth.actor import Duty, Role
from auth.classes import ProductClass
from auth.server.access import Access
from auth.server.clients import Client, Clients
from auth.server.people import People
from auth.server.signing import SigningKeys
from auth.server.store import Store
from graph.model.identifiers import check_enterprise_code

client_cli = typer.Typer(no_args_is_help=True, help="Clients of the authorization server: machines, and apps that people use.")
person_cli = typer.Typer(no_args_is_help=True, help="People who may log in at the authorization server.")
keys_cli = typer.Typer(no_args_is_help=True, help="The keys that sign the authorization server's tokens.")

Name = Annotated[str, typer.Argument(help="1 to 64 of A-Z, a-z, 0-9, '.', '_', '@' and '-'.")]
Enterprise = Annotated[str | None, typer.Option("--enterprise", help="Code of the enterprise that an ENTERPRISE acts for.")]
Duties = Annotated[list[Duty] | None, typer.Option("--duty", help="Duty within the enterprise; may be repeated. Without one, all of them.")]
Region = Annotated[str | None, typer.Option("--region", help="Region that a REGULATOR is bound to.")]
Class = Annotated[ProductClass | None, typer.Option("--product-class", help="Class of product that a REGULATOR is bound to.")]


@client_cli.command("add")
def add_client(
    name: Name,
    data: Data = None,
    role: Annotated[Role | None, typer.Option("--role", help="What a machine may do.")] = None,
    enterprise: Enterprise = None,
    duty: Duties = None,
    region: Region = None,
    product_class: Class = None,
    redirect_uri: Annotated[
        list[str] | None, typer.Option("--redirect-uri", help="Address of an app that people are sent back to; may be repeated.")
    ] = None,
    with_secret: Annotated[bool, typer.Option("--with-secret", help="For an app that can keep a secret, on a server of its own.")] = False,
) -> None:
    """Add a machine (--role …), or an app that people log in to (--redirect-uri …). Prints its ID and its secret, once."""

    def add(store: Store) -> str | None:
        clients = Clients(store)
        if redirect_uri and role is None and not (enterprise or duty or region or product_class):
            return clients.add_app(name, tuple(redirect_uri), with_secret=with_secret)
        if role is None or redirect_uri or with_secret:
            raise ValueError("a client has either --role, for a machine, or --redirect-uri, for an app that people log in to")
        return clients.add_machine(name, _access(role, enterprise, duty, region, product_class))

    secret = _in_store(data, add)
    print(f"client_id {name}")
    print(f"client_secret {secret}" if secret else "no secret: an app in a browser or on a phone cannot keep one")


@client_cli.command("remove")
def remove_client(name: Name, data: Data = None) -> None:
    """Remove a client; its tokens end."""
    _in_store(data, lambda store: Clients(store).remove(name))


@client_cli.command("list")
def list_clients(data: Data = None) -> None:
    """List the clients, without their secrets."""
    for client in _in_store(data, lambda store: Clients(store).listed()):
        print(f"{client.client_id} {_shown_client(client)}")


@person_cli.command("add")
def add_person(
    name: Name,
    role: Annotated[Role, typer.Option("--role", help="What the person may do.")],
    data: Data = None,
    enterprise: Enterprise = None,
    duty: Duties = None,
    region: Region = None,
    product_class: Class = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from the input, its first line.")] = False,
) -> None:
    """Add a person. Asks for the password."""

    def add(store: Store) -> None:
        access = _access(role, enterprise, duty, region, product_class)
        password = (
            sys.stdin.readline().rstrip("\r\n") if password_stdin else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        )
        People(store).add(name, password, access)

    _in_store(data, add)


@person_cli.command("remove")
def remove_person(name: Name, data: Data = None) -> None:
    """Remove a person; their tokens end."""
    _in_store(data, lambda store: People(store).remove(name))


@person_cli.command("list")
def list_people(data: Data = None) -> None:
    """List the people."""
    for person in _in_store(data, lambda store: People(store).listed()):
        print(f"{person.name} {_shown(person.access)}")


@keys_cli.command("rotate")
def rotate_keys(data: Data = None) -> None:
    """Sign with a fresh key from now on; the one before verifies until its last token has ended. Running services notice."""
    print(_in_store(data, lambda store: SigningKeys(store).rotate()))


def _in_store(data: Path | None, work: Callable[[Store], T]) -> T:
    folder = settings_of(data=data).data
    fresh = not Store.there(folder)
    done = clearly(lambda: work(Store.within(folder)))
    if fresh:
        err.print(f"milkline: {folder / 'keys'} had no clients and people, and keeps them now: for a service over this folder alone")
    return done


def _access(role: Role, enterprise: str | None, duty: list[Duty] | None, region: str | None, product_class: ProductClass | None) -> Access:
    code = check_enterprise_code(enterprise) if enterprise is not None else None
    return Access(role, code, frozenset(duty or (Duty if role is Role.ENTERPRISE else ())), region, product_class)


def _shown_client(client: Client) -> str:
    if client.access is not None:
        return _shown(client.access)
    return f"app {' '.join(client.redirect_uris)}{' with a secret' if client.secret_hash else ''}"


def _shown(access: Access) -> str:
    bounds = access.region, access.product_class
    return " ".join(filter(None, (access.role.value, access.enterprise, ",".join(sorted(access.duties)), *bounds)))
