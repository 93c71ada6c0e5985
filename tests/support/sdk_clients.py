"""The providers' own SDKs, each asked one question with streaming on, with its own defaults.

A row of `SDKS` is a client as its users have it: retries, timeouts and parsing are the SDK's own.
`cassette` names a recorded answer that it understands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

__all__ = ["KEY", "SDK", "SDKS"]

KEY = "test-key-of-no-one"
_ASKED = "Say hello in Italian."
_MESSAGES: list[Any] = [{"role": "user", "content": _ASKED}]


class SDK(NamedTuple):
    """One SDK: `texts` gives the pieces of text that its stream hands over."""

    distribution: str
    module: str
    cassette: str
    texts: Callable[[Any, str], Iterator[str]]

    def ask(self, base_url: str) -> Iterator[str]:
        """The text of one answer, piece by piece. Raises: what the SDK raises."""
        return self.texts(import_module(self.module), base_url)


def _openai(sdk: Any, url: str) -> Iterator[str]:
    with sdk.OpenAI(base_url=f"{url}/v1", api_key=KEY) as client:
        stream = client.chat.completions.create(model="m", messages=_MESSAGES, stream=True)
        for chunk in stream:
            if chunk.choices:
                yield chunk.choices[0].delta.content or ""


def _responses(sdk: Any, url: str) -> Iterator[str]:
    with sdk.OpenAI(base_url=f"{url}/v1", api_key=KEY) as client:
        for event in client.responses.create(model="m", input=_ASKED, stream=True):
            if event.type == "response.output_text.delta":
                yield event.delta


def _anthropic(sdk: Any, url: str) -> Iterator[str]:
    with (
        sdk.Anthropic(base_url=url, api_key=KEY) as client,
        client.messages.stream(
            model="claude-haiku-4-5", max_tokens=64, messages=_MESSAGES
        ) as stream,
    ):
        yield from stream.text_stream


def _genai(sdk: Any, url: str) -> Iterator[str]:
    client = sdk.Client(api_key=KEY, http_options={"base_url": url})
    for chunk in client.models.generate_content_stream(model="m", contents=_ASKED):
        yield chunk.text or ""


def _litellm(sdk: Any, url: str) -> Iterator[str]:
    stream = sdk.completion(
        model="openai/m", messages=_MESSAGES, stream=True, api_base=f"{url}/v1", api_key=KEY
    )
    for chunk in stream:
        yield chunk.choices[0].delta.content or ""


def _mistral(sdk: Any, url: str) -> Iterator[str]:
    with (
        sdk.Mistral(api_key=KEY, server_url=url) as client,
        client.chat.stream(model="m", messages=_MESSAGES) as stream,
    ):
        for event in stream:
            if event.data.choices:
                yield event.data.choices[0].delta.content or ""


def _cohere(sdk: Any, url: str) -> Iterator[str]:
    client = sdk.ClientV2(api_key=KEY, base_url=url)
    for event in client.chat_stream(model="m", messages=_MESSAGES):
        if event.type == "content-delta":
            yield event.delta.message.content.text or ""


def _ollama(sdk: Any, url: str) -> Iterator[str]:
    for part in sdk.Client(host=url).chat(model="m", messages=_MESSAGES, stream=True):
        yield part.message.content or ""


SDKS: dict[str, SDK] = {
    "openai": SDK("openai", "openai", "openai_chat/text.yaml", _openai),
    "openai responses": SDK("openai", "openai", "openai_responses/text.yaml", _responses),
    "anthropic": SDK("anthropic", "anthropic", "anthropic_messages/text.yaml", _anthropic),
    "google-genai": SDK("google-genai", "google.genai", "gemini_generate/text.yaml", _genai),
    "litellm": SDK("litellm", "litellm", "openai_chat/text.yaml", _litellm),
    "mistralai": SDK("mistralai", "mistralai.client", "openai_chat/text.yaml", _mistral),
    "cohere": SDK("cohere", "cohere", "cohere_chat/text.yaml", _cohere),
    "ollama": SDK("ollama", "ollama", "ollama_chat/text.yaml", _ollama),
}
