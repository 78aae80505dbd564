"""The service as it would be if everybody saw everything and nothing was logged: what permissions cost is measured against it.

Only `bench.permissions` runs it; the settings of the service lead nowhere near.
"""

from unittest.mock import patch

from api import context
from api.resolvers import loaders
from auth.actor import Actor
from auth.scope import Scope
from seed.commands import main as milkline


def main() -> None:
    nobody = patch.multiple(context, leaves_a_trace=_never), patch.multiple(loaders, leaves_a_trace=_never, has_neighbours=_never)
    everything = patch.object(Actor, "scope", Scope.ALL), patch.object(Scope, "NONE", Scope.ALL)
    with nobody[0], nobody[1], everything[0], everything[1]:
        milkline()


def _never(_: Actor) -> bool:
    return False


if __name__ == "__main__":
    main()
