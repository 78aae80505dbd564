"""A certified OpenID provider (the npm package oidc-provider) in a process of its own, and tokens signed with its very keys."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from tests.functional.node import prepared

SOURCES = Path(__file__).parents[1] / "node"
AUDIENCE = "https://milkline.example"
SECRET = "a secret that is long enough to be one"
CLAIMS: dict[str, dict[str, Any]] = {
    "inspector": {"role": "REGULATOR", "region": "230000"},
    "qinghe": {"role": "ENTERPRISE", "enterprise": "6904321", "duties": ["quality", "sync", "gardening"]},
    "platform": {"role": "PLATFORM"},
    "nobody": {"role": "KING"},
}
Key = RSAKey | ECKey


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def signing_key(kid: str, algorithm: str = "RS256") -> Key:
    parameters: KeyParameters = {"kid": kid, "use": "sig", "alg": algorithm}
    if algorithm.startswith("ES"):
        return ECKey.generate_key("P-256", parameters)
    return RSAKey.generate_key(2048, parameters)


@dataclass(slots=True)
class Provider:
    """key: the one that signs. seconds: how long its tokens last."""

    key: Key
    algorithm: str = "RS256"
    seconds: int = 300
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        told = {
            "port": self.port,
            "keys": [self.key.as_dict(private=True)],
            "algorithm": self.algorithm,
            "seconds": self.seconds,
            "clients": [{"client_id": name, "client_secret": SECRET} for name in CLAIMS],
            "claims": CLAIMS,
        }
        folder = prepared(SOURCES)
        self.process = subprocess.Popen(
            ["node", "provider.mjs", json.dumps(told)], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(10)

    def restart_with(self, key: Key) -> None:
        self.stop()
        self.key = key
        self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """While the block runs, it takes connections and says nothing."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def token(self, client: str, audience: str = AUDIENCE) -> str:
        """As the client gets it from the provider."""
        form = {"grant_type": "client_credentials", "resource": audience, "scope": "records"}
        answer = httpx2.post(f"{self.issuer}/token", data=form, auth=(client, SECRET), timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def asked(self) -> int:
        """How often its keys were fetched."""
        return httpx2.get(f"{self.issuer}/asked", timeout=20).json()["asked"]

    def signed(self, claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None, key: Key | None = None) -> str:
        """A token as the provider could have made it, with its own key unless another is named, and with other claims: None leaves
        one out."""
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": AUDIENCE, "sub": "inspector", "iat": now, "exp": now + 300, "role": "REGULATOR"}
        said = {name: value for name, value in (usual | (claims or {})).items() if value is not None}
        heads = {"alg": self.algorithm, "typ": "at+jwt", "kid": self.key.kid} | (header or {})
        return jwt.encode({name: value for name, value in heads.items() if value is not None}, said, key or self.key, [heads["alg"]])


@contextmanager
def provider(algorithm: str = "RS256", seconds: int = 300) -> Iterator[Provider]:
    running = Provider(signing_key("first", algorithm), algorithm, seconds)
    running.start()
    try:
        yield running
    finally:
        running.stop()
