"""TLS to a server elsewhere, beyond what the scheme of its address says."""

# pyright: reportUnknownMemberType=false

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
from neo4j.auth_management import ClientCertificate


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files. ca: whom to believe, the system's authorities without one; cert and key: what the service shows the server."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def applied(self, uri: str) -> tuple[str, dict[str, Any]]:
        """The address and the driver's settings for it. The driver takes either a scheme with TLS or settings of TLS, so that a `+s`
        becomes a setting. OSError for a file that cannot be read, ValueError for one that is something else."""
        given: dict[str, Any] = {}
        for path in (self.ca, self.cert, self.key):
            if path is not None:
                path.read_bytes()
        if self.cert is not None:
            given["client_certificate"] = ClientCertificate(self.cert, self.key)
        scheme, _, rest = uri.partition("://")
        if scheme.endswith("+ssc"):
            return uri, given
        trusted = neo4j.TrustCustomCAs(str(self.ca)) if self.ca else neo4j.TrustSystemCAs()
        return f"{scheme.removesuffix('+s')}://{rest}", given | {"encrypted": True, "trusted_certificates": trusted}
