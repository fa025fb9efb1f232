"""What a request on the wire says, and how to change it there."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from requests import PreparedRequest

from tests.contracts.mutations.mutant import is_json


def body(request: PreparedRequest) -> Any:
    """The body: a JSON value, or a form as an object of strings; None where there is none."""
    data = request.body
    if not data:
        return None
    text = data.decode() if isinstance(data, bytes) else str(data)
    if is_json(request.headers.get("Content-Type")):
        return json.loads(text)
    return dict(parse_qsl(text, keep_blank_values=True))


def query(request: PreparedRequest) -> dict[str, list[str]]:
    """Each parameter's values, decoded."""
    return parse_qs(urlsplit(request.url or "").query, keep_blank_values=True)


def path(request: PreparedRequest) -> str:
    """The path, percent-encoded."""
    return str(urlsplit(request.url or "").path)


def set_query(request: PreparedRequest, values: dict[str, list[str]]) -> None:
    """Put other parameters into the URL."""
    parts = urlsplit(request.url or "")
    request.url = urlunsplit(parts._replace(query=urlencode(values, doseq=True)))


def set_path(request: PreparedRequest, changed: str) -> None:
    """Put another path into the URL."""
    request.url = urlunsplit(urlsplit(request.url or "")._replace(path=changed))


def set_values(request: PreparedRequest, changed: Any) -> None:
    """Send other values in the same media type."""
    as_json = is_json(request.headers.get("Content-Type"))
    text = json.dumps(changed, ensure_ascii=False) if as_json else urlencode(changed)
    request.body = text.encode()
    request.headers["Content-Length"] = str(len(request.body))


def set_body(request: PreparedRequest, donor: PreparedRequest) -> None:
    """Send another request's body."""
    request.body = donor.body
    for name in ("Content-Type", "Content-Length"):
        request.headers.pop(name, None)
        if name in donor.headers:
            request.headers[name] = donor.headers[name]


def set_header(request: PreparedRequest, name: str, donor: PreparedRequest) -> None:
    """Send another request's header, or none where that has none."""
    request.headers.pop(name, None)
    if name in donor.headers:
        request.headers[name] = donor.headers[name]
