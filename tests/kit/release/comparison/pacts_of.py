"""Pacts to compare with, as a consumer's tests would record them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pactwright.contract import pacts
from pactwright.contract.pacts import Interaction, Pact


def interaction(
    name: str,
    request: str,
    status: int = 200,
    *,
    read: Any = None,
    sent: Any = None,
    query: Mapping[str, Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    read_headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
    answered: str = "application/json",
    rules: Mapping[str, Any] | None = None,
    states: Sequence[str] = (),
) -> dict[str, Any]:
    """An interaction, as it stands in a pact.

    Args:
        name: what it is called.
        request: method and path.
        status: what is relied on.
        read: the answer's body; None where nothing of it is read.
        sent: the request's body; None where there is none.
        query: each name's values.
        headers: those that are sent.
        read_headers: those that are read.
        media_type: of what is sent.
        answered: of what is read.
        rules: how what is read has to be.
        states: what is so before.
    """
    method, path = request.split(" ")
    asked: dict[str, Any] = {"method": method, "path": path, "query": dict(query or {})}
    asked["headers"] = {key: [value] for key, value in (headers or {}).items()}
    given: dict[str, Any] = {"status": status, "matchingRules": dict(rules or {})}
    given["headers"] = {key: [value] for key, value in (read_headers or {}).items()}
    if sent is not None:
        asked["body"] = {"content": sent, "contentType": media_type, "encoded": False}
    if read is not None:
        given["body"] = {"content": read, "contentType": answered, "encoded": False}
    return {
        "type": "Synchronous/HTTP",
        "description": name,
        "comments": {"testname": "tests/test_shop.py::test_it"},
        "providerStates": [{"name": state} for state in states],
        "request": asked,
        "response": given,
    }


def message(name: str, *, read: Any = None, of: str = "sold") -> dict[str, Any]:
    """A message, as it stands in a pact.

    Args:
        name: what the interaction is called.
        read: what is read of it; None where nothing is.
        of: which message it is.
    """
    contents = {"content": read, "contentType": "application/json", "encoded": False}
    return {
        "type": "Asynchronous/Messages",
        "description": name,
        "comments": {"message": of, "testname": "tests/test_shop.py::test_it"},
        **({"contents": contents} if read is not None else {}),
    }


def pact(*interactions: dict[str, Any], consumer: str = "shop", provider: str = "things") -> Pact:
    """What a consumer relies on of a provider."""
    each = tuple(Interaction(content) for content in interactions)
    return Pact(consumer=consumer, provider=provider, interactions=each, digest="")


def write(folder: Path, made: Pact) -> None:
    """Put a pact in a folder, as recording does."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "consumer": {"name": made.consumer},
        "provider": {"name": made.provider},
        "interactions": [dict(each.content) for each in made.interactions],
    }
    (folder / f"{made.name}.json").write_bytes(pacts.render(json.loads(json.dumps(content))))
