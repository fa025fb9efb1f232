"""Interactions with one request, each with what it relies on, are answered at once."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.contract.pacts import Interaction
from pactwright.contract.verification.merging import merged


def interaction(
    body: Any, *, status: int = 200, states: tuple[str, ...] = ("a key",), **headers: str
) -> Interaction:
    response = {
        "status": status,
        "headers": {name: [value] for name, value in headers.items()},
        "body": {"content": body, "contentType": "application/json"},
        "matchingRules": {"body": {}},
    }
    given = [{"name": name, "params": {"colour": "red"}} for name in states]
    return Interaction({"description": "x", "providerStates": given, "response": response})


def test_answers_are_united() -> None:
    """What one relies on and what the other does, on any level, and headers too."""
    one = interaction({"name": "red", "ring": {"size": 2}, "uses": [{"door": 1}]}, ETag='"a"')
    other = interaction({"opens": "it", "ring": {"of": "iron"}, "uses": [{"at": 9}]}, Age="1")

    found = merged([one, other])

    assert found is not None
    assert found.response.body == {
        "name": "red",
        "opens": "it",
        "ring": {"size": 2, "of": "iron"},
        "uses": [{"door": 1, "at": 9}],
    }
    assert found.response.headers == {"ETag": '"a"', "Age": "1"}


@pytest.mark.parametrize(
    "other",
    [
        interaction({"name": "blue"}),
        interaction({"name": "red"}, status=201),
        interaction({"name": "red"}, states=("a lock",)),
        interaction({"name": "red"}, states=("a key", "a lock")),
        interaction({"name": ["red"]}),
        interaction({"name": True}),
    ],
)
def test_answers_that_contradict_each_other_are_not(other: Interaction) -> None:
    """Nor those in other states: which of them is so has to be said."""
    assert merged([interaction({"name": "red"}), other]) is None


def test_lists_of_other_lengths_contradict_each_other() -> None:
    """One of them would not be answered."""
    assert merged([interaction({"uses": [1]}), interaction({"uses": [1, 2]})]) is None
