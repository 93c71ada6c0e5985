"""What is masked: names that hold secrets, as data (headers, query parameters, fields of bodies),
and the user's and the environment's values beside them.

Never here, because answers and matching need them as they are: counts (`max_tokens`), logprob
`token`s, ids, page tokens, idempotency keys, reasoning signatures, encrypted reasoning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from stream_cassette.cassette.secret_values import secrets_in
from stream_cassette.errors import UsageError

__all__ = ["DEFAULT", "REDACTED", "Redaction", "redaction_of"]

REDACTED = "REDACTED"

_LISTS = ("headers", "query", "fields", "values", "patterns")
_MIN_VALUE_BYTES = 4

_HEADERS = """
    authorization proxy-authorization x-authorization x-forwarded-authorization
    www-authenticate-token authentication-info
    cookie set-cookie cookie2 set-cookie2
    x-api-key api-key apikey x-apikey x-auth x-auth-key x-auth-token x-access-token x-token
    x-secret x-client-secret x-session-token x-csrf-token x-xsrf-token x-amzn-bedrock-api-key
    openai-organization openai-project
    anthropic-organization-id anthropic-workspace-id anthropic-project-id
    x-goog-api-key x-goog-user-project x-goog-iam-authorization-token
    x-amz-security-token x-amz-credential
    ocp-apim-subscription-key subscription-key x-ms-authorization-auxiliary x-functions-key
    cf-aig-authorization cf-access-client-secret cf-access-jwt-assertion x-auth-email
    x-litellm-api-key x-litellm-key
    x-portkey-api-key x-portkey-virtual-key
    helicone-auth helicone-organization-id
    x-vercel-oidc-token x-vercel-protection-bypass
    x-wandb-api-key wandb-api-key langsmith-api-key x-tenant-id langfuse-public-key
    x-langfuse-public-key x-langfuse-secret-key dd-api-key dd-application-key x-honeycomb-team
    x-groq-organization groq-organization x-org-id x-organization-id x-project-id
    xi-api-key x-gladia-key x-rapidapi-key x-rapidapi-proxy-secret x-subscription-token
    x-hf-token x-hub-signature x-hub-signature-256 private-token job-token x-vault-token
    x-github-token x-gitlab-token x-figma-token x-shopify-access-token
    mcp-session-token x-ms-client-principal x-aws-ec2-metadata-token
"""

# a header that ends so holds a key, whoever the vendor is
_HEADER_ENDS = (
    "api-key",
    "apikey",
    "api-token",
    "access-key",
    "access-token",
    "auth-key",
    "auth-token",
    "secret-key",
    "-secret",
    "-password",
    "subscription-key",
)

_QUERY = """
    key apikey xapikey accesskey token accesstoken authtoken refreshtoken idtoken sessiontoken
    securitytoken auth authorization bearer secret clientsecret password passwd pwd
    sig signature credential code clientassertion assertion jwt
    xamzsignature xamzcredential xamzsecuritytoken
    xgoogsignature xgoogcredential xgoogapikey
    awsaccesskeyid googleaccessid keypairid policy subscriptionkey ocpapimsubscriptionkey
"""

# not `token` (logprobs), `key`, `signature`, `credential`: answers use those for other things
_FIELDS = """
    apikey xapikey apisecret apitoken secret secretkey secretaccesskey secretkeybase
    password passwd passphrase
    accesstoken authtoken refreshtoken idtoken sessiontoken bearertoken securitytoken
    oauthtoken personalaccesstoken accesskey accesskeyid awsaccesskeyid awssecretaccesskey
    awssessiontoken clientsecret clientassertion authorization proxyauthorization
    privatekey privatekeyid webhooksecret signingsecret connectionstring
    xgoogapikey openaiapikey anthropicapikey virtualkey subscriptionkey
"""

_SEPARATORS = re.compile(r"[-_.\s]+")


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """`apiKey`, `api_key`, `API-KEY` → `apikey`: one name in every spelling."""
    return _SEPARATORS.sub("", name).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is masked: values by their names, by their shape, and by what they are.

    `headers` are lower case; `query` and `fields` (JSON members, form fields) lower case without
    `-`, `_` and `.`, so that one entry covers every spelling. Without `by_name` those three are
    left alone; keys known by their shape (`secret_shapes`) are masked always, and so are `values`
    (literal text), `patterns` (regular expressions) and the environment's secrets, as (variable,
    value).
    """

    headers: frozenset[str]
    query: frozenset[str]
    fields: frozenset[str]
    by_name: bool = True
    values: frozenset[str] = field(default=frozenset(), repr=False)
    patterns: frozenset[str] = frozenset()
    environment: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def extended(
        self,
        headers: Iterable[str] = (),
        query: Iterable[str] = (),
        fields: Iterable[str] = (),
        values: Iterable[str] = (),
        patterns: Iterable[str] = (),
    ) -> Redaction:
        """This one with more names in any spelling, values, and patterns; none is taken away.

        A value is masked wherever it appears, in every spelling; it must have at least four bytes.
        A pattern is a regular expression over text, case-sensitive, of which a match has at most
        512 bytes and one at least; it is masked once it has matched. Raises: UsageError.
        """
        return replace(
            self,
            headers=self.headers | {name.lower() for name in headers},
            query=self.query | {_plain(name) for name in query},
            fields=self.fields | {_plain(name) for name in fields},
            values=self.values | {_value(value) for value in values},
            patterns=self.patterns | {_pattern(pattern) for pattern in patterns},
        )

    def with_environment(self, environ: Mapping[str, str]) -> Redaction:
        """This one with the values of the variables whose names say secret."""
        return replace(self, environment=secrets_in(environ))

    @property
    def environment_names(self) -> tuple[str, ...]:
        """The variables whose values are masked, sorted."""
        return tuple(name for name, _ in self.environment)

    @property
    def literals(self) -> tuple[str, ...]:
        """Every text that is a secret in itself, each once."""
        values = (value for _, value in self.environment)
        return tuple(dict.fromkeys((*values, *sorted(self.values))))

    def hides_header(self, name: str) -> bool:
        """Whether the header's value is a secret."""
        lower = name.lower()
        return self.by_name and (lower in self.headers or lower.endswith(_HEADER_ENDS))

    def hides_query(self, name: str) -> bool:
        """Whether the value of the query parameter is a secret."""
        plain = _plain(name)
        return self.by_name and (plain in self.query or plain in self.fields)

    def hides_field(self, name: str) -> bool:
        """Whether a string under this name in a JSON body is a secret."""
        return self.by_name and _plain(name) in self.fields

    def hides_form(self, name: str) -> bool:
        """Whether the value of the form field is a secret."""
        return self.hides_query(name)

    def to_dict(self) -> dict[str, Any]:
        """The names and patterns, sorted; of values only their number, of variables the names."""
        return {
            "headers": sorted(self.headers),
            "query": sorted(self.query),
            "fields": sorted(self.fields),
            "by_name": self.by_name,
            "values": len(self.values),
            "patterns": sorted(self.patterns),
            "environment": list(self.environment_names),
        }


DEFAULT = Redaction(
    headers=frozenset(_HEADERS.split()),
    query=frozenset(_QUERY.split()),
    fields=frozenset(_FIELDS.split()),
)


def redaction_of(
    value: bool | str | Iterable[str] | Mapping[str, Iterable[str]] | Redaction | None,
) -> Redaction:
    """What a user's `redact=` means.

    None and True are the built-in rules; False turns off masks by name, and nothing else; names
    add to all three lists of names; a mapping adds under `headers`, `query`, `fields`, `values`
    (literal text) and `patterns` (regular expressions). Raises: UsageError.
    """
    if value is None or value is True:
        return DEFAULT
    if value is False:
        return replace(DEFAULT, by_name=False)
    if isinstance(value, Redaction):
        return value
    if isinstance(value, Mapping):
        unknown = sorted(set(value) - set(_LISTS))
        if unknown:
            raise UsageError(f"redact: unknown {unknown[0]!r} (known: {', '.join(_LISTS)})")
        return DEFAULT.extended(**{key: _names(names) for key, names in value.items()})
    names = _names(value)
    return DEFAULT.extended(headers=names, query=names, fields=names)


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    names: list[Any] = list(value) if isinstance(value, Iterable) else [value]
    if all(isinstance(name, str) for name in names):
        return names
    raise UsageError(f"redact: expected names, a mapping of names, or False, not {value!r}")


def _value(value: str) -> str:
    if len(value.encode("utf-8", "surrogatepass")) < _MIN_VALUE_BYTES:
        raise UsageError(f"redact: a value of less than {_MIN_VALUE_BYTES} bytes hits too much")
    return value


def _pattern(pattern: str) -> str:
    try:
        compiled = re.compile(pattern.encode())
    except re.error as error:
        raise UsageError(f"redact: not a regular expression: {pattern!r} ({error})") from error
    if compiled.match(b""):
        raise UsageError(f"redact: the pattern {pattern!r} matches nothing at all, so everywhere")
    return pattern
