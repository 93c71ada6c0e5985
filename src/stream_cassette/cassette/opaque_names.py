"""Members of JSON bodies whose strings are never looked into: answers and echoes need them whole.

They hold random characters, in which a key's shape is chance. `data` is one of them only where
the object's `type` says so; else it may be anything.
Source: the providers' streams; which of these must be echoed says `dialects.md`, section 14.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["is_opaque", "is_opaque_type"]

_OPAQUE = frozenset(
    {
        # reasoning that must come back as it was
        "signature",
        "thoughtsignature",
        "encryptedcontent",
        "encryptedindex",
        "encryptedstdout",
        "redactedcontent",
        "continuationtoken",
        # padding
        "obfuscation",
        # ids that don't end so
        "id",
        "ids",
        "uuid",
        "guid",
        "callid",
        "requestid",
        "nextpagetoken",
        "pagetoken",
        "idempotencykey",
        "promptcachekey",
        "safetyidentifier",
        # hashes and versions
        "etag",
        "md5",
        "sha1",
        "sha256",
        "sha512",
        "hash",
        "digest",
        "checksum",
        "crc32",
        "systemfingerprint",
        "fingerprint",
        # times
        "created",
        "createtime",
        "updatetime",
        "timestamp",
        "expires",
    }
)
# `tool_call_id`, `responseId`, `max_tokens`, `created_at`, `system_fingerprint`
_ENDS = ("_id", "-id", "Id", "ID", "_ids", "Ids", "_tokens", "Tokens", "_at", "At", "_time", "Time")
_MORE_ENDS = ("_signature", "Signature", "_hash", "Hash", "_fingerprint", "Fingerprint", "_sha256")


@lru_cache(maxsize=4096)
def is_opaque(name: str) -> bool:
    """Whether a string under this name is nobody's text."""
    if name.endswith(_ENDS) or name.endswith(_MORE_ENDS):
        return True
    return name.replace("_", "").replace("-", "").lower() in _OPAQUE


def is_opaque_type(type_: bytes) -> bool:
    """Whether `data` in an object of this type is opaque: `redacted_thinking`, `…encrypted`."""
    return type_.startswith(b"redacted") or b"encrypted" in type_
