"""Secrets that have to be read again, such as those that sign what is delivered: kept encrypted (JWE, A256GCM), by a key that is not
beside them."""

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Unsealable(Exception):
    """Sealed by another key, or not by any."""


class Sealing:
    """key: 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(key)

    def seal(self, secret: str) -> str:
        return jwe.encrypt_compact(_HEADER, secret, self._key)

    def unseal(self, sealed: str) -> str:
        """Raises `Unsealable`."""
        try:
            plain = jwe.decrypt_compact(sealed, self._key, algorithms=list(_HEADER.values())).plaintext
        except (JoseError, ValueError) as error:
            raise Unsealable("found a secret that was sealed by another key; right is the file keys/sealing.key by which it was") from error
        return (plain or b"").decode()
