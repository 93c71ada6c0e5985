"""A whole file of some formats, small, for tests to break at one place."""

from __future__ import annotations

import json

__all__ = ["GOVCR", "HAR", "JSON", "OURS", "RUBY"]

OURS = b"""# stream-cassette
stream_cassette: {format: 1, comments: 1}
interactions:
# 0 \xc2\xb7 POST a.example/v1/chat/completions
- request:
    method: POST
    uri: https://a.example/v1/chat/completions
    headers:
      content-type: [application/json]
    body: |2-
      {"messages":[{"role":"user","content":"hi"}]}
  response:
    status: {code: 200, message: OK}
    headers:
      content-type: [text/event-stream]
    body:
      string: |2+
        data: {"choices":[{"index":0,"delta":{"content":"Gr\xc3\xbc\xc3\x9fe"}}]}

        data: [DONE]

    stream:
      head_ms: 12.5
      chunks: 63@0 14@30.5
      http_version: HTTP/2
  recorded_at: "2026-03-12T20:11:38.120Z"
version: 1
"""
JSON = json.dumps(
    {
        "version": 1,
        "interactions": [
            {
                "request": {"method": "GET", "uri": "http://a/", "body": None, "headers": {}},
                "response": {
                    "status": {"code": 200, "message": "OK"},
                    "headers": {"A": ["1"]},
                    "body": {"string": "hello"},
                },
            }
        ],
    },
    indent=1,
).encode()
GOVCR = b"""---
version: 2
interactions:
- id: 0
  request:
    method: GET
    url: http://a/
  response:
    body: |
      hello
    status: 200 OK
    code: 200
    duration: 12ms
"""
RUBY = b"""---
http_interactions:
- request:
    method: get
    uri: http://a/
    body: {encoding: UTF-8, string: ''}
    headers: {}
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {encoding: UTF-8, string: hello}
    http_version: '1.1'
  recorded_at: Thu, 12 Mar 2026 20:11:38 GMT
recorded_with: VCR 6.1.0
"""


HAR = json.dumps(
    {
        "log": {
            "version": "1.2",
            "creator": {"name": "browser", "version": "1"},
            "entries": [
                {
                    "startedDateTime": "2026-01-30T21:46:18.741Z",
                    "time": 50,
                    "request": {
                        "method": "GET",
                        "url": "http://a/",
                        "httpVersion": "HTTP/1.1",
                        "headers": [],
                        "bodySize": 0,
                    },
                    "response": {
                        "status": 200,
                        "statusText": "OK",
                        "httpVersion": "HTTP/1.1",
                        "headers": [],
                        "content": {"text": "hello", "size": 5, "mimeType": "text/plain"},
                        "bodySize": 5,
                    },
                    "timings": {"send": 0, "wait": 41.5, "receive": 8},
                }
            ],
        }
    }
).encode()
