"""What the mutations take, one module a noun. Each field says its unit and the clause that asks for it; graph/model/records checks it."""

from api.schema import interfaces  # it makes the closed lists of graph/model/kinds GraphQL enums

__all__ = ["interfaces"]
