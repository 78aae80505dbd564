"""What ends the service or a command for good."""


class CannotServe(Exception):
    """The service cannot start, or had to end; one sentence for the operator."""
