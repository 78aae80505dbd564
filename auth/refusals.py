"""Why nobody is let in: the token is bad, or it cannot be told."""


class InvalidToken(Exception):
    """The token is not one of ours, or no longer. All reasons look the same from outside; `reason` and `found` are for the log.

    reason: one of a few fixed sentences. found: a detail that the operator needs, nothing that a stranger wrote, no secret.
    """

    def __init__(self, reason: str, found: str = "") -> None:
        super().__init__("the bearer token is not valid")
        self.reason = reason
        self.found = found


class IssuerUnavailable(Exception):
    """Whether the token is valid cannot be told now: its issuer's keys have never been had."""
