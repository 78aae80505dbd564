"""The secrets of an installation: the key that signs development tokens, the key of hidden names, and the one that seals secrets that
the graph keeps. In files of mode 600."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import ECKey


class KeyFileError(Exception):
    """A key file cannot be read or written; the message names it and the reason."""


@dataclass(frozen=True, slots=True)
class Keys:
    signing: ECKey
    hidden_names: bytes
    sealing: bytes


def has_keys(folder: Path) -> bool:
    return (folder / "keys" / "signing.pem").exists()


def load_keys(folder: Path) -> Keys:
    """The keys in `folder`/keys, made at the first use. Two processes that make them at once end up with the same."""
    keys = folder / "keys"
    try:
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        signing = _kept(keys / "signing.pem", lambda: ECKey.generate_key("P-256").as_pem(private=True))
        hidden = _kept(keys / "hidden-names.key", lambda: secrets.token_bytes(32))
        sealing = _kept(keys / "sealing.key", lambda: secrets.token_bytes(32))
        return Keys(ECKey.import_key(signing), hidden, sealing)
    except OSError as error:
        raise KeyFileError(f"cannot keep the keys in {keys}: {error.strerror or error}") from error
    except ValueError as error:
        raise KeyFileError(f"{keys / 'signing.pem'} holds no P-256 private key in PEM form: {error}") from error


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
