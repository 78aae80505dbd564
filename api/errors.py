"""The catalogue of GraphQL errors. Each has a stable code in `extensions.code`; docs/reference/errors.md explains every one.

Problems of single records in a mutation are not errors: they are data, in the record's outcome (graph/capture).
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    UNAUTHENTICATED = "UNAUTHENTICATED"
    """No token, or one that is not valid, for something that needs one."""
    FORBIDDEN = "FORBIDDEN"
    """The role of the token does not allow this."""
    ENTERPRISE_SUSPENDED = "ENTERPRISE_SUSPENDED"
    """The token is good, and the platform has suspended its enterprise."""
    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    """The HTTP request is not a GraphQL request: its body, its media type or its parameters."""
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_FOUND = "NOT_FOUND"
    """The service has no such address."""
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    DOCUMENT_REFUSED = "DOCUMENT_REFUSED"
    """A file that was sent cannot be read: its format is unknown, or it is broken from its start."""
    SYNTAX_ERROR = "SYNTAX_ERROR"
    """The text is not GraphQL."""
    VALIDATION_FAILED = "VALIDATION_FAILED"
    """The operation does not fit the schema, or its variables do not fit their types."""
    INTROSPECTION_OFF = "INTROSPECTION_OFF"
    QUERY_TOO_LONG = "QUERY_TOO_LONG"
    QUERY_TOO_DEEP = "QUERY_TOO_DEEP"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY"
    PAGE_TOO_LARGE = "PAGE_TOO_LARGE"
    BAD_CURSOR = "BAD_CURSOR"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    """An argument has the right type and a value that makes no sense."""
    MALFORMED_ID = "MALFORMED_ID"
    NOT_TRACEABLE = "NOT_TRACEABLE"
    """An ID of a kind that custody does not run through, such as a product."""
    BAD_REASON = "BAD_REASON"
    """The reason given for reading says nothing."""
    REASON_REQUIRED = "REASON_REQUIRED"
    """A regulator has to say why records are read."""
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    """A field for which access cannot be asked: there is none of that name, or it needs no asking."""
    SEVERAL_OWNERS = "SEVERAL_OWNERS"
    """One request for access names records of several owners."""
    NOT_A_NEIGHBOUR = "NOT_A_NEIGHBOUR"
    """An enterprise asks one for access with which it has exchanged nothing."""
    UNKNOWN_REQUEST = "UNKNOWN_REQUEST"
    """There is no such request for access that the caller may decide, or withdraw."""
    NOT_DECIDABLE = "NOT_DECIDABLE"
    """The request for access has been decided otherwise, or has ended."""
    GRANT_ENDED = "GRANT_ENDED"
    """A grant by which restricted fields were read ended, or was revoked, before the answer left."""
    TOO_MANY_PENDING = "TOO_MANY_PENDING"
    """One side has as many requests for access pending as it may have."""
    BAD_ADDRESS = "BAD_ADDRESS"
    """Nothing is delivered to this address."""
    NAME_TAKEN = "NAME_TAKEN"
    """The enterprise has a partner of this name."""
    TOO_MANY_PARTNERS = "TOO_MANY_PARTNERS"
    UNKNOWN_PARTNER = "UNKNOWN_PARTNER"
    """The enterprise has no such partner."""
    UNKNOWN_LETTER = "UNKNOWN_LETTER"
    """The enterprise has no such letter that was given up."""
    TOO_MANY_IDS = "TOO_MANY_IDS"
    TOO_MANY_RECORDS = "TOO_MANY_RECORDS"
    RATE_LIMITED = "RATE_LIMITED"
    """Too many look-ups by this client, or of codes of one enterprise; `retryAfter` says in how many seconds one more is free."""
    TIME_LIMIT = "TIME_LIMIT"
    """The operation took longer than an operation may."""
    IDENTITY_UNAVAILABLE = "IDENTITY_UNAVAILABLE"
    """Tokens cannot be checked just now: their issuer has not been reached yet."""
    ENGINE_UNAVAILABLE = "ENGINE_UNAVAILABLE"
    """The database cannot be reached just now; the same call may be sent again."""
    INTERNAL = "INTERNAL"
    """A fault of this program. The log has it, under the `requestId` of the error's extensions."""


class ApiError(Exception):
    """An error whose message is meant for the caller: what was found and what would be right."""

    def __init__(self, code: ErrorCode, message: str, *, path: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path

    @property
    def extensions(self) -> dict[str, object]:
        """`path` names the argument that is wrong, where one is."""
        named: dict[str, object] = {"argument": self.path} if self.path else {}
        return {"code": self.code.value, **named}
