"""Roles and duties, as the schema describes them."""

from api.schema.described import described
from auth.actor import Duty, Role

__all__ = ["Duty", "Role"]

described(
    Role,
    "What a token allows (QB/T 4971-2018 4.6 按需、按权限).",
    {
        "PUBLIC": "Nobody in particular: look-ups alone.",
        "CONSUMER": "A registered consumer: look-ups alone, for now.",
        "ENTERPRISE": "An enterprise: its own records, and lineage from them.",
        "REGULATOR": "A supervising authority: every record, read-only (8.5 特定用户).",
        "PLATFORM": "Who runs the platform: the register of enterprises.",
    },
)

described(
    Duty,
    "What somebody does within an enterprise.",
    {
        "PRODUCTION": "Makes it: deliveries, batches, packages.",
        "QUALITY": "Inspects it and lets it go.",
        "WAREHOUSE": "Stores it, sends it and receives it.",
        "SALES": "Sells it.",
        "RESEARCH": "Develops formulas.",
        "SYNC": "A machine that sends records.",
        "ADMIN": "Administers the enterprise's access.",
    },
)
