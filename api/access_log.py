"""The access log of the service: what a regulator reads, and whoever reads what is restricted, and why (QB/T 4971-2018 9.4)."""

from dataclasses import dataclass

from graphql import DocumentNode
from starlette.requests import Request

from api.context import Context
from api.errors import ErrorCode
from api.http.reading import reads_records
from api.http.request import REASON, GraphQLRequest, HttpError
from auth.policy import leaves_a_trace
from graph import access, requests
from graph.model.times import now_ms

_NAME_LENGTH = 100
"""Of an operation's name, which its client makes up, so much is kept."""


def logged_name(operation: str | None) -> str | None:
    return operation and operation[:_NAME_LENGTH]


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
        """HttpError GRANT_ENDED where a grant by which something was read holds no more: the answer stays here, and nothing was read."""
        loaders = context.loaders
        used = {grant for opened in loaders.opened.values() for grant in opened.requests}
        if used and (ended := await requests.ended(context.graph, context.actor, used, now=now_ms())):
            found = f"found a grant that ended while the answer was made: {', '.join(sorted(ended))}"
            raise HttpError(403, ErrorCode.GRANT_ENDED, f"{found}; right is the same operation again, which is answered without its fields")
        if loaders.shown or loaders.opened or loaders.searched:
            read, said = loaders.shown.union(loaders.opened), (logged_name(asked.operation_name), asked.reason, context.address)
            reading = access.Reading(context.actor, *said, read, loaders.opened, loaders.searched)
            await access.log(context.graph, reading)
