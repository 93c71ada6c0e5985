"""Who answers at a host, where that is not the maker of the dialect spoken there.

The end of a host's name decides; a dialect looks at its payload only where the host says nothing.
Source: dialects' fact sheet 1, 4, 6.
"""

from __future__ import annotations

import re

__all__ = ["by_host"]

_REGION = re.compile(r"^[a-z0-9-]+-(?=aiplatform\.)")  # Vertex names its regions before a hyphen

_HOSTS = {
    "ai-gateway.vercel.sh": "vercel",
    "openrouter.ai": "openrouter",
    "openai.azure.com": "azure",
    "cognitiveservices.azure.com": "azure",
    "services.ai.azure.com": "azure",
    "aiplatform.googleapis.com": "vertex",
    "generativelanguage.googleapis.com": "gemini",
    "amazonaws.com": "bedrock",
    "api.aws": "bedrock",
    "stepfun.com": "stepfun",
    "stepfun.ai": "stepfun",
    "api.deepseek.com": "deepseek",
    "api.x.ai": "xai",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral",
    "api.together.xyz": "together",
    "api.together.ai": "together",
    "router.huggingface.co": "together",
    "api.fireworks.ai": "fireworks",
    "api.cerebras.ai": "cerebras",
    "api.perplexity.ai": "perplexity",
    "aliyuncs.com": "qwen",
    "api.moonshot.ai": "moonshot",
    "api.moonshot.cn": "moonshot",
    "api.minimax.io": "minimax",
    "api.z.ai": "zai",
    "bigmodel.cn": "zai",
    "snowflakecomputing.com": "snowflake",
    "api.writer.com": "writer",
}


def by_host(host: str) -> str | None:
    """The vendor by the host's name (lower case, no port), or None."""
    labels = _REGION.sub("", host).split(".")
    ends = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_HOSTS[end] for end in ends if end in _HOSTS), None)
