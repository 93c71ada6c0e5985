"""Whatever stands on the wire, a reader keeps it or reports it; none raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_cassette.dialects._protocol import Dialect, Opening, Request
from stream_cassette.dialects._registry import dialects
from tests.support.read_answers import fold, frame, history


def _words(text: str) -> list[str]:
    return text.split()


# members and values that the built-in dialects look at, in no order
NAMES = _words("""
choices delta message index finish_reason content role type text id name function arguments
tool_calls function_call custom input reasoning reasoning_content reasoning_details signature data
thinking thinking_blocks annotations audio transcript usage prompt_tokens completion_tokens error
code x_groq object event content_block partial_json citation stop_reason source media_type url
deltaText delta_thinking delta_tool_calls stopReason completion invocationInputs parameters files
functionInvocationInput apiInvocationInput requestBody attribution guardrailTrace trace action
inputText sessionState returnControlInvocationResults functionResult responseBody speaker
messages tools system tool_call_id image_url input_audio cache_read_input_tokens logprobs
extra_content google thought_signature executed_tools refusal summary format output item response
output_index content_index messageStart contentBlockStart contentBlockDelta contentBlockStop
messageStop metadata contentBlockIndex start toolUse toolUseId toolResult reasoningContent
redactedContent reasoningText citationsContent stopReason bytes outputText completion results done
created_at done_reason response context images finish_reason tool_plan citations jsonrpc method
result params messageId toolCallId toolName inputTextDelta providerMetadata parts state
""")
WORDS = _words("""
chat.completion.chunk message_start message_delta message message_stop content_block_start
content_block_delta text_delta input_json_delta thinking_delta signature_delta citations_delta
compaction_delta error text thinking tool_use tool_result redacted_thinking compaction image
reasoning.text reasoning.summary reasoning.encrypted reasoning.server_tool_call function assistant
user tool developer base64 [DONE] message-start content-start content-delta tool-plan-delta
tool-call-start tool-call-delta citation-start message-end text-start text-delta reasoning-delta
tool-input-start tool-input-delta tool-input-available tool-output-available data-x finish 2.0
tools/call end_turn COMPLETE server_tool_use
""")
NAMED = _words("""
messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata chunk trace
returnControl files completion done error throttlingException
""")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "a", "{", "{}", "AAE=", "\ud83c", *WORDS])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=25,
)
EVENTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
CHUNKS = st.fixed_dictionaries(
    {
        "choices": st.lists(
            st.fixed_dictionaries({"index": st.integers(0, 2), "delta": EVENTS}), max_size=2
        )
    },
    optional={"usage": VALUES, "error": VALUES, "x_groq": VALUES},
)
BLOCKS = st.fixed_dictionaries(
    {
        "type": st.sampled_from([word for word in WORDS if "_" in word]),
        "index": st.integers(0, 2) | st.none() | st.lists(st.integers(), max_size=1),
    },
    optional={"delta": EVENTS, "content_block": EVENTS, "message": EVENTS, "usage": VALUES},
)


@pytest.mark.parametrize("dialect", dialects().values(), ids=lambda dialect: dialect.name)
@given(
    values=st.lists(
        st.tuples(CHUNKS | BLOCKS | EVENTS | VALUES, st.none() | st.sampled_from(NAMED)), max_size=6
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_answer_raises(dialect: Dialect, values: list[tuple[Any, str | None]]) -> None:
    exchange = fold(dialect.reader(Opening()), [frame(*one) for one in values])
    assert json.loads(json.dumps(exchange.to_dict())) is not None
    assert repr(exchange)


@pytest.mark.parametrize("dialect", dialects().values(), ids=lambda dialect: dialect.name)
@given(value=EVENTS | VALUES, path=st.sampled_from(["/v1/chat/completions", "/v1/messages", "/"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_request_and_no_opening_raises(dialect: Dialect, value: Any, path: str) -> None:
    assert json.dumps(history(dialect, value).to_dict()) is not None
    opening = Opening(request=Request(path=path, value=value), first=frame(value), value=value)
    assert dialect.claims(opening) in range(4)
    assert dialect.vendor(opening) is None or dialect.vendor(opening)
    assert dialect.ends(frame(value)) in (True, False)
