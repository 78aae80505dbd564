from . import BaseGrant

class AuthorizationCodeGrant(BaseGrant): ...
class ClientCredentialsGrant(BaseGrant): ...

class RefreshTokenGrant(BaseGrant):
    INCLUDE_NEW_REFRESH_TOKEN: bool
