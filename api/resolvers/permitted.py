"""What is said to who may not do something."""

from api.errors import ApiError, ErrorCode
from auth.actor import Actor, Role
from auth.policy import may_read_log


def check_permitted(permitted: bool, actor: Actor, right: str, *, whose: str) -> None:
    """ApiError unless permitted. right: who may; whose: the token that one without a token needs."""
    if permitted:
        return
    if actor.role is Role.PUBLIC:
        raise ApiError(ErrorCode.UNAUTHENTICATED, f"found no token; right is the token of {whose}")
    duties = f" with the duties: {', '.join(sorted(actor.duties)) or 'none'}" if actor.role is Role.ENTERPRISE else ""
    raise ApiError(ErrorCode.FORBIDDEN, f"found the role {actor.role.value}{duties}; right is {right}")


def check_may_read_log(actor: Actor) -> None:
    right = "REGULATOR, or ENTERPRISE with the duty quality or admin"
    check_permitted(may_read_log(actor), actor, right, whose="an enterprise or a regulator")
