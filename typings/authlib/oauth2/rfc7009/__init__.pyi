from typing import Any

from ..rfc6749 import OAuth2Request, TokenEndpoint

class RevocationEndpoint(TokenEndpoint):
    def check_params(self, request: OAuth2Request, client: Any) -> None: ...
