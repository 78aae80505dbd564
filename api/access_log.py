"""The access log of the service: what a regulator reads, and whoever reads what is restricted, and why (QB/T 4971-2018 9.4)."""

from dataclasses import dataclass

from graphql import DocumentNode
from starlette.requests import Request

from api.context import Context
from api.errors import ErrorCode
from api.http.reading import reads_records
from api.http.request import REASON, GraphQLRequest, HttpError
from auth.policy import leaves_a_trace
from graph import access


@dataclass(frozen=True, slots=True)
class AccessLog:
    """reason_required: whether who leaves a trace has to say why."""

    reason_required: bool

    def check(self, asked: GraphQLRequest, document: DocumentNode, context: Context) -> None:
        unexplained = self.reason_required and asked.reason is None and leaves_a_trace(context.actor)
        if unexplained and reads_records(document, asked.operation_name):
            right = f"right is the header {REASON} (percent-encoded), or `reason` in the request's `extensions`"
            raise HttpError(403, ErrorCode.REASON_REQUIRED, f"found no reason for reading; {right}")

    async def leave(self, asked: GraphQLRequest, context: Context, request: Request) -> None:
        loaders = context.loaders
        if loaders.shown or loaders.opened:
            read = frozenset(loaders.shown).union(loaders.opened)
            reading = access.Reading(context.actor, asked.operation_name, asked.reason, context.address, read, loaders.opened)
            await access.log(context.graph, reading)
