"""Values that are secrets because an environment variable's name says so, and how they are spelled.

A value is looked for as it is, JSON-escaped, URL-encoded and in base64 at all three alignments.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

__all__ = ["MIN_VALUE_BYTES", "is_secret_name", "is_secret_value", "secrets_in", "spellings"]

MIN_VALUE_BYTES = 8

_SECRET_PARTS = frozenset(
    {
        "APIKEY",
        "CREDENTIALS",
        "DSN",
        "KEY",
        "PASSWD",
        "PASSWORD",
        "SECRET",
        "TOKEN",
    }
)
# what people and tools write where no secret is meant, lower case; the words that answers are
# made of, since a variable set to one of them must not take every answer apart
_PLACEHOLDERS = """
    stream-cassette-replay changeme change-me change_me password password1 password123 passw0rd
    placeholder undefined redacted example examplekey example-key secretkey secret-key my-secret
    mysecret my-secret-key supersecret test-key testkey test_key test-api-key test_api_key
    test-token testtoken test_token testing123 dummy-key dummykey dummy_key dummy-api-key
    dummy_api_key dummy-token fake-key fakekey fake_key fake-api-key fake_api_key fake-token
    foobarbaz no-key-required not-needed not-used not-set not-provided insert-key-here
    anonymous disabled enabled default localhost postgres 12345678 123456789 1234567890 abcdefgh
    abc12345 abcd1234 assistant developer function response completion completions content
    messages message reasoning thinking tool_calls tool_use chat.completion chat.completion.chunk
    text_delta content_block_delta message_start message_delta message_stop application/json
    text/event-stream keep-alive
"""
_NUMBER = re.compile(r"[-+]?[0-9._,:eE+-]+")
_PATH = re.compile(r"(?:~|\.{1,2})?/[^\s:]*|[A-Za-z]:[\\/].*|\\\\.*")
_FILE = re.compile(r"[\w.-]+(?:/[\w. -]+)*\.(?:json|pem|key|crt|cer|txt|ya?ml|toml|p12|pfx|env)")
# one character again and again, `<your key>`, `${KEY}`, `{{ key }}`, `%KEY%`, `your-key-here`:
# words alone that end so, for a password may well begin with `my-`
_MASK = re.compile(
    r"(.)\1*|<[^<>]*>|\$?\{+[\w .-]*\}+|\[[\w .-]*\]|(?-i:%[A-Z0-9_]+%|\$[A-Z_][A-Z0-9_]*)"
    r"|(?:your|my|insert|replace)(?:[-_ ][a-z]+){0,5}"
    r"[-_ ](?:key|token|secret|password|here|me|this)",
    re.I | re.S,
)
# characters besides letters, digits and `-_.` that one encoder or another leaves alone
_LEFT_ALONE = ("", "~", "!~*'()", "/", "/~", "/:@!$&'()*+,;=~", "*")


def secrets_in(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The (name, value) pairs that are secrets, by name."""
    pairs = sorted(environ.items())
    return tuple((n, v.strip()) for n, v in pairs if is_secret_name(n) and is_secret_value(v))


def is_secret_name(name: str) -> bool:
    """Whether a part of the variable's name says secret: `OPENAI_API_KEY`, not `MAX_TOKENS`."""
    return not _SECRET_PARTS.isdisjoint(name.upper().split("_"))


def is_secret_value(value: str) -> bool:
    """Whether the value may be one: long enough, no path, number, plain URL or placeholder."""
    text = value.strip()
    if len(_utf8(text)) < MIN_VALUE_BYTES or text.casefold() in _PLACEHOLDERS.split():
        return False
    patterns = (_NUMBER, _PATH, _FILE, _MASK)
    return not any(p.fullmatch(text) for p in patterns) and not _is_plain_url(text)


def _is_plain_url(text: str) -> bool:
    if "://" not in text:
        return False
    try:
        split = urlsplit(text)
    except ValueError:
        return False
    return "@" not in split.netloc and not split.query and split.scheme != ""


@lru_cache(maxsize=256)
def spellings(value: str) -> tuple[tuple[bytes, bool], ...]:
    """Every way the value may be written, each with whether it is base64."""
    plain = dict.fromkeys(_plain(value))
    data = _utf8(value)
    coded = dict.fromkeys(_base64(data) if len(data) >= MIN_VALUE_BYTES else ())
    return (*((text, False) for text in plain), *((text, True) for text in coded))


def _plain(value: str) -> Iterator[bytes]:
    data = _utf8(value)
    yield data
    # a JSON text inside a string: its escapes are text there
    for text in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield _utf8(text)
        yield _utf8(text.replace("/", "\\/"))
    # escaped characters beyond the BMP come as two halves, each of three bytes
    yield b"".join(_halves(character) for character in value)
    for safe in _LEFT_ALONE:
        coded = quote(data, safe=safe).replace("~", "~" if "~" in safe else "%7E")
        for text in (coded, coded.replace("%20", "+")):
            yield text.encode()
            yield re.sub("%[0-9A-F]{2}", lambda escape: escape[0].lower(), text).encode()


def _halves(character: str) -> bytes:
    code = ord(character)
    if code < 0x10000:
        return _utf8(character)
    code -= 0x10000
    return _utf8(chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF)))


def _base64(data: bytes) -> Iterator[bytes]:
    """What base64 makes of the bytes wherever they stand: only the digits they alone decide."""
    for before in range(3):
        coded = b64encode(bytes(before) + data)
        start = (before * 8 + 5) // 6
        end = (before + len(data)) * 8 // 6
        core = coded[start:end]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
