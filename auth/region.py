"""The regions that a regulator may be bound to: divisions of GB/T 2260, by their codes of six digits."""

import re
from dataclasses import dataclass

_DIVISION = re.compile(r"[1-9][0-9]{5}")


@dataclass(frozen=True, slots=True)
class Division:
    """A province (230000), a prefecture (230100) or a county (230102), with all that lies in it: the codes from low to high."""

    low: str
    high: str

    @classmethod
    def of(cls, code: str) -> "Division":
        """ValueError for what is no code of a division."""
        if not _DIVISION.fullmatch(code) or (code[2:4] == "00" and code[4:] != "00"):
            right = "right is a division code of GB/T 2260, six digits, such as 230000 or 230100"
            raise ValueError(f"found {code[:40]!r} as a region; {right}")
        prefix = code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code
        return cls(code, prefix.ljust(6, "9"))
