"""Secrets of every shape, made up, each with another of its kind for the replay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ENVIRONMENT", "KEYS", "SECRETS", "SPECIAL", "Secret"]

_A, _B = "Zq3vT9xLmR2wY8bN4cK7pD1fHs6jG5tW", "Uu1Tt2Ss3Rr4Qq5Pp6Oo7Nn8Mm9Ll0Kk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """`text` goes over the wire; `parts` of it must not be kept (all, if none are named).

    `other` is what another client has in its place. `environ` and `redact` are what it takes to
    know it. `fits` says where it can stand: "all", or only in "text".
    """

    id: str
    text: str
    other: str
    parts: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    redact: Any = None
    fits: str = "all"


def _key(id: str, prefix: str, size: int = 32) -> Secret:
    return Secret(id=id, text=prefix + _A[:size], other=prefix + _B[:size])


def _jwt(name: str) -> str:
    head, claims = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", f"eyJzdWIiOiJ{name}xMjM0NTY3ODkwIn0"
    return f"{head}.{claims}.dozjgNryP4J3jVmN{name}"


_PEM_LINES = [
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    "MzEfYyjiWA4R4YTGr8JtNTtgx1cMDwkYcZ7XvP2aQmE3nLbS5hKd9uWfRiTgVoBp",
    "Q8sHyNc4lXzJe6rUaMtIwGkOvDqFbPn3xZ1mLj7Ay5EhCg2TfVuR0SdKoWiBpXqN",
]
_PEM = "-----BEGIN PRIVATE KEY-----\n" + "\n".join(_PEM_LINES) + "\n-----END PRIVATE KEY-----\n"
_ACCOUNT = json.dumps(
    {"type": "service_account", "private_key_id": "f00dfeed" * 5, "private_key": _PEM}
)
_DSN = "postgres://app:Xy7!kLm9@db.internal:5432/prod"

KEYS = (
    _key("openai", "sk-proj-"),
    _key("anthropic", "sk-ant-api03-"),
    _key("old openai", "sk-"),
    Secret(id="google", text="AIza" + "Sy" + _A + "q", other="AIza" + "Sy" + _B + "q"),
    Secret(id="aws", text="AKIAQ7X2M9L4B6N1C8V3", other="AKIAW3E5R7T9Y1U2I4O6"),
    _key("github", "ghp_"),
    _key("xai", "xai-"),
    _key("groq", "gsk_"),
    _key("hugging face", "hf_"),
    Secret(id="jwt", text=_jwt("Qx"), other=_jwt("Zz")),
    Secret(id="slack", text="xoxb-123456789012-" + _A, other="xoxb-210987654321-" + _B),
)
ENVIRONMENT = Secret(
    id="environment",
    text="wombat-horse 8 battery staple",
    other="another pass phrase than that",
    environ={"REDTEAM_API_KEY": "wombat-horse 8 battery staple"},
)
SPECIAL = Secret(
    id="special characters",
    text='p@ss/w0rd+"x"?~é\\&=%5',
    other="of no such kind",
    environ={"REDTEAM_PASSWORD": 'p@ss/w0rd+"x"?~é\\&=%5'},
)
SECRETS = (
    *KEYS,
    ENVIRONMENT,
    SPECIAL,
    Secret(id="dsn", text=_DSN, other="none", environ={"DATABASE_DSN": _DSN}),
    Secret(
        id="named value",
        text="acme-internal-42",
        other="x",
        redact={"values": ["acme-internal-42"]},
    ),
    Secret(
        id="pattern", text="acct-90817263", other="acct-1", redact={"patterns": [r"acct-\d{8}"]}
    ),
    Secret(
        id="bearer",
        text=f"Bearer {_A}",
        other=f"Bearer {_B}",
        parts=(_A,),
        fits="text",
    ),
    Secret(id="private key", text=_PEM, other="none", parts=tuple(_PEM_LINES), fits="text"),
    Secret(
        id="service account",
        text=_ACCOUNT,
        other="{}",
        parts=(*_PEM_LINES, "f00dfeed" * 5),
        environ={"GOOGLE_CREDENTIALS": _ACCOUNT},
        fits="text",
    ),
)
