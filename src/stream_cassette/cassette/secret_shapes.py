"""What a key looks like, as data: one row per kind, a comment per odd row.

A key begins where the byte before is not one of `[A-Za-z0-9_+-]` ("task-", base64), and is as
long as its own characters go on. `check` says whether such a run is a key: words that only begin
like one ("sk-learn-pipelines", "hf_home") are not. In a row without `exact` a run that is a key
stays one however it goes on, so it can be masked before its end is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["BOUNDARY", "CODED", "SHAPES", "Shape"]

# a byte after which no key begins
BOUNDARY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-")

_WORD = r"[A-Za-z0-9_-]"
# somewhere a stretch of so many letters and digits, both of them: no word, and no part of a UUID
_MIXED_12 = r"(?=.*?(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{12})"
_MIXED_16 = _MIXED_12.replace("{12}", "{16}")
_DIGIT = r"(?=.*[0-9])"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

# base64 of three ASCII characters; of anything, one group in eight
_ASCII = "[A-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/]"
CODED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of key.

    It begins with `prefix`; `run` matches the prefix and as much as may belong to the key (a run
    cut off anywhere must match as far as it goes); `check` matches a run that is one. The first
    `shown` bytes stay readable. `exact`: only the whole run can be judged. `tail` are the
    characters that still belong to a key known to be one. In base64 it may be chance where one
    could begin after a `/`: there `coded` must match, too, which needs at most CODED bytes.
    """

    kind: str
    prefix: bytes
    run: re.Pattern[bytes]
    check: re.Pattern[bytes]
    tail: re.Pattern[bytes]
    exact: bool = False
    shown: int = 0
    coded: re.Pattern[bytes] | None = None


def _open(
    kind: str, prefix: str, check: str, characters: str = _WORD, coded: str | None = None
) -> Shape:
    """A key of at least some length: `check` is of what follows the prefix."""
    return Shape(
        kind=kind,
        prefix=prefix.replace("\\", "").encode(),
        run=_bytes(f"{prefix}{characters}*+"),
        check=_bytes(f"{prefix}{check}"),
        tail=_bytes(f"{characters}*+"),
        coded=None if coded is None else _bytes(f"{prefix}{coded}"),
    )


def _fixed(kind: str, prefix: str, characters: str, size: int) -> Shape:
    """A key of exactly one length, `size` after the prefix; in base64 it goes on."""
    return Shape(
        kind=kind,
        prefix=prefix.replace("\\", "").encode(),
        run=_bytes(f"{prefix}{characters}{{0,{size}}}+(?:{characters}|[+=])?"),
        check=_bytes(f"{prefix}{characters}{{{size}}}\\Z"),
        tail=_bytes(f"{characters}*+"),
        exact=True,
        # in base64, at its very end
        coded=_bytes(f"{prefix}{characters}{{{size}}}(?![A-Za-z0-9+/=_-])"),
    )


def _bytes(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(), re.DOTALL)


_PEM = "-----BEGIN"
_PEM_LINE = r"-----BEGIN(?: [A-Z0-9]{1,12}){0,3} PRIVATE KEY(?: BLOCK)?-----"
# the header as far as it goes, then the key; `\n` as two characters is a JSON text in a string
_PEM_PARTS = (
    r"-----BEGIN[A-Z0-9 ]{0,40}(?:-(?:-(?:-(?:-(?:-[ \r\n\t\\nr]*[A-Za-z0-9+/=\r\n\t\\]*+)?)?)?)?)?"
)

SHAPES: tuple[Shape, ...] = (
    _open("Anthropic key", "sk-ant-", f"(?={_WORD}{{20}}){_MIXED_12}"),
    _open("OpenAI project key", "sk-proj-", f"(?={_WORD}{{20}}){_MIXED_12}"),
    _open("OpenAI service account key", "sk-svcacct-", f"(?={_WORD}{{20}}){_MIXED_12}"),
    _open("OpenAI admin key", "sk-admin-", f"(?={_WORD}{{20}}){_MIXED_12}"),
    _open("OpenRouter key", "sk-or-", f"(?={_WORD}{{20}}){_MIXED_12}"),
    # Langfuse's keys are UUIDs
    _open("Langfuse secret key", "sk-lf-", _UUID),
    # OpenAI's old ones, DeepSeek, Moonshot, DashScope, Stability, LiteLLM
    _open("sk- key", "sk-", f"(?={_WORD}{{20}}){_MIXED_16}"),
    _fixed("Google API key", "AIza", _WORD, 35),
    _open("Google OAuth token", "ya29\\.", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Google OAuth client secret", "GOCSPX-", f"(?={_WORD}{{20}}){_DIGIT}"),
    # ASIA is a temporary one; the secret that belongs to it has no shape and goes by its name
    _fixed("AWS access key id", "AKIA", "[A-Z0-9]", 16),
    _fixed("AWS access key id", "ASIA", "[A-Z0-9]", 16),
    # Bedrock's API keys: base64 of a signed URL, and the long-term kind
    _open(
        "Bedrock API key",
        "bedrock-api-key-",
        "[A-Za-z0-9+/=]{40}",
        "[A-Za-z0-9+/=]",
    ),
    _open(
        "Bedrock API key",
        "ABSK",
        f"(?=[A-Za-z0-9+/=]{{80}}){_DIGIT}",
        "[A-Za-z0-9+/=]",
        _ASCII * 8,  # `BedrockAPIKey-...`, or another user's name
    ),
    _open("GitHub token", "ghp_", "[A-Za-z0-9]{30}"),
    _open("GitHub token", "gho_", "[A-Za-z0-9]{30}"),
    _open("GitHub token", "ghu_", "[A-Za-z0-9]{30}"),
    _open("GitHub token", "ghs_", "[A-Za-z0-9]{30}"),
    _open("GitHub token", "ghr_", "[A-Za-z0-9]{30}"),
    _open("GitHub token", "github_pat_", "[A-Za-z0-9_]{30}", "[A-Za-z0-9_]"),
    _open("GitLab token", "glpat-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("xAI key", "xai-", f"(?={_WORD}{{20}}){_MIXED_16}"),
    _open("Groq key", "gsk_", f"{_DIGIT}[A-Za-z0-9]{{20}}"),
    _open("Hugging Face token", "hf_", "(?=.*[A-Z])[A-Za-z0-9]{30}", "[A-Za-z0-9]"),
    _open("Replicate token", "r8_", f"{_DIGIT}[A-Za-z0-9]{{30}}", "[A-Za-z0-9]"),
    _open("Perplexity key", "pplx-", f"{_DIGIT}[A-Za-z0-9]{{30}}"),
    _open("NVIDIA key", "nvapi-", f"(?={_WORD}{{30}}){_DIGIT}"),
    _open("Cerebras key", "csk-", f"(?={_WORD}{{20}}){_MIXED_16}"),
    _open("Fireworks key", "fw_", f"{_DIGIT}[A-Za-z0-9]{{20}}", "[A-Za-z0-9]"),
    _open("Together key", "tgp_v1_", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Tavily key", "tvly-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Vercel AI gateway key", "vck_", f"{_DIGIT}[A-Za-z0-9]{{20}}"),
    _open("Databricks token", "dapi", "[0-9a-f]{32}", "[0-9a-f-]"),
    _open("Voyage key", "pa-", "(?=.*[0-9])(?=.*[A-Z])[A-Za-z0-9_-]{40}"),
    _open("LangSmith key", "lsv2_pt_", "[0-9a-f]{32}", "[0-9a-f_]"),
    _open("LangSmith key", "lsv2_sk_", "[0-9a-f]{32}", "[0-9a-f_]"),
    _open("Stripe key", "sk_live_", f"{_DIGIT}[A-Za-z0-9]{{16}}"),
    _open("Stripe key", "sk_test_", f"{_DIGIT}[A-Za-z0-9]{{16}}"),
    _open("Stripe key", "rk_live_", f"{_DIGIT}[A-Za-z0-9]{{16}}"),
    _open("Stripe key", "rk_test_", f"{_DIGIT}[A-Za-z0-9]{{16}}"),
    _open("Stripe webhook secret", "whsec_", "[A-Za-z0-9+/]{24}", "[A-Za-z0-9+/=]"),
    _open("ElevenLabs key", "sk_", "[0-9a-f]{40}"),
    _open("Slack token", "xoxb-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Slack token", "xoxp-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Slack token", "xoxa-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Slack token", "xoxs-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("Slack token", "xapp-", f"(?={_WORD}{{20}}){_DIGIT}"),
    _open("npm token", "npm_", f"{_DIGIT}[A-Za-z0-9]{{36}}", "[A-Za-z0-9]"),
    _open("PyPI token", "pypi-", "AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50}"),
    # two parts, each with a dot, are base64 of anything; the third makes it a signed token. A
    # first part of more than 300 characters is no header
    Shape(
        kind="JSON web token",
        prefix=b"eyJ",
        run=_bytes(r"eyJ[A-Za-z0-9_-]{0,300}+(?:\.[A-Za-z0-9_-]*+(?:\.[A-Za-z0-9_.-]*+)?)?"),
        check=_bytes(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8}"),
        tail=_bytes(r"[A-Za-z0-9_.-]*+"),
    ),
    # the header names it; its last line stays, as it holds nothing
    Shape(
        kind="private key",
        prefix=_PEM.encode(),
        run=_bytes(_PEM_PARTS),
        check=_bytes(_PEM_LINE + r"[ \r\n\t\\nr]*[A-Za-z0-9+/=]{16}"),
        tail=_bytes(r"[A-Za-z0-9+/=\r\n\t\\]*+"),
    ),
    # in text; as a header it goes by its name
    Shape(
        kind="bearer token",
        prefix=b"Bearer ",
        run=_bytes(r"Bearer [A-Za-z0-9._~+/=-]*+"),
        check=_bytes(r"Bearer (?=[A-Za-z0-9._~+/=-]{24})" + _MIXED_16),
        tail=_bytes(r"[A-Za-z0-9._~+/=-]*+"),
        shown=len("Bearer "),
    ),
)
