"""`milkline token`: tokens for development."""

from typing import Annotated

import typer

from api.cannot_serve import CannotServe
from api.cli import Data, clearly, settings_of
from auth.actor import Duty, Role
from auth.classes import ProductClass
from auth.keys import has_keys, load_keys
from auth.tokens import Tokens
from graph.model.identifiers import check_enterprise_code


def token_command(
    role: Annotated[Role, typer.Option("--role", help="What the token may do.")],
    data: Data = None,
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", help="Code of the enterprise that an ENTERPRISE token acts for.")
    ] = None,
    duty: Annotated[
        list[Duty] | None, typer.Option("--duty", help="Duty within the enterprise; may be repeated. Without one, all of them.")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="Region that a REGULATOR token is bound to.")] = None,
    product_class: Annotated[
        ProductClass | None, typer.Option("--product-class", help="Class of product that a REGULATOR token is bound to.")
    ] = None,
    days: Annotated[float, typer.Option("--days", min=0.0001, max=366, help="How long it is valid.")] = 30,
) -> None:
    """Print a development token for the service over a data folder."""

    def mint() -> str:
        settings = settings_of(data=data)
        if not settings.takes_development_tokens:
            raise CannotServe(
                "tokens of this command are refused where MILKLINE_OIDC_ISSUER is set, unless MILKLINE_DEVELOPMENT_TOKENS=true"
            )
        code = check_enterprise_code(enterprise) if enterprise is not None else None
        subject = f"{role.value.lower()}:{code}" if code else role.value.lower()
        fresh = not has_keys(settings.data)
        tokens = Tokens(load_keys(settings.data).signing)
        if fresh:
            typer.echo(f"milkline: {settings.data / 'keys'} had no keys, and has now: for a service over this folder alone", err=True)
        return tokens.mint(role, code, subject, int(days * 24 * 3600), duty or (), region, product_class)

    typer.echo(clearly(mint))
