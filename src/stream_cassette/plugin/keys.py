"""Dummy API keys: SDK constructors raise without one, and a replay needs none."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

__all__ = ["DUMMY_KEY", "KEY_GROUPS", "DummyKeys"]

DUMMY_KEY = "stream-cassette-replay"

# variables of one service; if any of a group is set, the user has chosen and the group is left
KEY_GROUPS: tuple[tuple[str, ...], ...] = (
    ("OPENAI_API_KEY",),
    ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
    ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ("MISTRAL_API_KEY",),
    ("CO_API_KEY", "COHERE_API_KEY"),
    ("GROQ_API_KEY",),
    ("OPENROUTER_API_KEY",),
    ("XAI_API_KEY",),
    ("AI_GATEWAY_API_KEY",),
    ("AZURE_OPENAI_API_KEY",),
    ("CEREBRAS_API_KEY",),
    ("DEEPSEEK_API_KEY",),
    ("FIREWORKS_API_KEY",),
    ("MOONSHOT_API_KEY",),
    ("PERPLEXITY_API_KEY",),
    ("STEPFUN_API_KEY",),
    ("TOGETHER_API_KEY",),
)
# set to a key, it changes how the SDK authenticates
_NEVER_SET = frozenset({"ANTHROPIC_AUTH_TOKEN"})
_OFF = frozenset({"false", "no", "off", "0"})
_ON = frozenset({"true", "yes", "on", "1"})


class DummyKeys:
    """Sets missing key variables in `environ`, and takes them out again.

    `setting` is the ini `stream_dummy_keys`: `false` for none, else names beyond the known ones.
    """

    def __init__(self, environ: MutableMapping[str, str], setting: Iterable[str] = ()) -> None:
        self._environ = environ
        self._set: list[str] = []
        words = list(setting)
        off = any(word.lower() in _OFF for word in words)
        more = [(word,) for word in words if word.lower() not in _ON]
        self._groups = () if off else (*KEY_GROUPS, *more)

    def fill(self) -> None:
        """Set what is missing."""
        for group in self._groups:
            if any(self._environ.get(name) for name in group):
                continue
            for name in group:
                if name not in _NEVER_SET and name not in self._environ:
                    self._environ[name] = DUMMY_KEY
                    self._set.append(name)

    def clear(self) -> None:
        """Remove what `fill` set, unless the test has changed it since."""
        for name in self._set:
            if self._environ.get(name) == DUMMY_KEY:
                del self._environ[name]
        self._set.clear()
