"""Pact files: the same bytes each time, and no edit by hand that nobody notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pactwright.contract import pacts
from pactwright.contract.errors import PactError
from pactwright.contract.pacts import State

CONTENT: dict[str, Any] = {
    "consumer": {"name": "shop"},
    "provider": {"name": "things"},
    "interactions": [
        {
            "type": "Synchronous/HTTP",
            "description": "b",
            "comments": {"testname": "tests/test_shop.py::test_b"},
            "providerStates": [{"name": "a thing", "params": {"id": "1", "colour": None}}],
            "request": {
                "method": "PUT",
                "path": "/things/1",
                "query": {"tag": ["x", "y"]},
                "headers": {"Authorization": ["Bearer t"]},
                "body": {"content": {"n": 1}, "contentType": "application/json"},
            },
            "response": {
                "status": 200,
                "headers": {"ETag": ['"a"']},
                "body": {"content": None, "contentType": "application/json"},
                "matchingRules": {"body": {}},
            },
        },
        {
            "type": "Synchronous/HTTP",
            "description": "a",
            "request": {"method": "GET", "path": "/"},
            "response": {"status": 204},
        },
    ],
    "metadata": {"pactRust": {"ffi": "0.5.12"}},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "shop-things.json"
    made.write_bytes(pacts.render(CONTENT))
    return made


def test_pact_is_written_the_same_whatever_the_order(file: Path) -> None:
    """Order of tests and versions of tools leave no trace."""
    turned = {**CONTENT, "interactions": CONTENT["interactions"][::-1], "metadata": {}}

    assert pacts.render(turned) == file.read_bytes()
    assert b"pactRust" not in file.read_bytes()


def test_pact_is_read_as_it_was_written(file: Path) -> None:
    """Requests, states and what is relied on."""
    pact = pacts.read(file)
    first, second = pact.interactions

    assert (str(pact), pact.name) == ("shop → things", "shop-things")
    assert (first.description, second.description) == ("a", "b")
    assert second.states == (State("a thing", id="1", colour=None),)
    assert str(second.states[0]) == "a thing (colour=None, id='1')"
    assert second.test == "tests/test_shop.py::test_b"
    assert second.request.query == {"tag": ("x", "y")}
    assert second.request.headers == {"Authorization": "Bearer t"}
    assert (str(second.request), second.request.body) == ("PUT /things/1", {"n": 1})
    assert (second.response.has_body, first.response.has_body) == (True, False)
    assert pacts.read(file).digest == pact.digest


def _edit(content: dict[str, Any]) -> None:
    content["interactions"][1]["response"]["status"] = 201


def _misspell(content: dict[str, Any]) -> None:
    content["provider"]["name"] = "thing"


def _remove(content: dict[str, Any]) -> None:
    del content["interactions"][0]


def _repeat(content: dict[str, Any]) -> None:
    content["interactions"].append(content["interactions"][1])


def _make_synchronous_message(content: dict[str, Any]) -> None:
    content["interactions"][0]["type"] = "Synchronous/Messages"


def _lose_method(content: dict[str, Any]) -> None:
    del content["interactions"][0]["request"]["method"]


def _lose_digest(content: dict[str, Any]) -> None:
    del content["metadata"]["pactwright"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_edit, "the interaction 'b' was edited by hand. Change its test, tests/test_shop.py"),
        (_misspell, "says that it is of 'shop' with 'thing': one of the names is misspelt"),
        (_remove, "was edited by hand: an interaction was added, removed or renamed"),
        (_repeat, "'b' is there twice"),
        (_make_synchronous_message, "'a' is neither Synchronous/HTTP nor Asynchronous/Messages"),
        (_lose_method, "is no pact that pactwright recorded: KeyError"),
        (_lose_digest, "is no pact that pactwright recorded: KeyError"),
    ],
)
def test_edit_by_hand_is_refused(
    file: Path, change: Callable[[dict[str, Any]], None], why: str
) -> None:
    """By name, with what to do."""
    content = json.loads(file.read_bytes())
    change(content)
    file.write_text(json.dumps(content))

    with pytest.raises(PactError, match=f"shop-things.json.*{why}"):
        pacts.read(file)


@pytest.mark.parametrize(("text", "why"), [("{", "is not JSON"), ("[]", "is no pact")])
def test_what_is_no_pact_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """Whatever it holds."""
    file = tmp_path / "shop-things.json"
    file.write_text(text)

    with pytest.raises(PactError, match=why):
        pacts.read(file)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(PactError, match=r"shop-things\.json can't be read: No such file"):
        pacts.read(tmp_path / "shop-things.json")
