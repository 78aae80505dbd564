"""What can go wrong between the product and its engine. Each message is one sentence, fit for an operator's log."""


class EngineError(Exception):
    """The engine refused a statement or could not be used."""


class EngineUnavailable(EngineError):
    """There is no engine to be reached, or the connection to it was lost."""


class EngineRefused(EngineUnavailable):
    """The engine knows no such user, or not by this password."""


class StatementTimeout(EngineError):
    """A statement took longer than it may; it has been ended."""


class Conflict(EngineError):
    """Another writer was first. Raised by the work of `Graph.write`, it has that work done again from its start."""
