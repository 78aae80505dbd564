"""Why a whole call is refused. A single record's problems are data, in its outcome."""


class CaptureRefused(Exception):
    """The message is meant for the caller."""


class NotSignedIn(CaptureRefused):
    """Nobody is known to be calling."""


class NotAllowed(CaptureRefused):
    """The caller's role records nothing of this kind."""


class TooManyRecords(CaptureRefused):
    """More records, or more entries in their lists, than one call may have."""
