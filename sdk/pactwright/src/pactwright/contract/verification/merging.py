"""Several interactions as one: the same request in the same states, each with what it relies on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pactwright.contract.pacts import Interaction
from pactwright.contract.recognition import same


class _Contradiction(Exception):
    """Two values that can't both be answered."""


def merged(interactions: Sequence[Interaction]) -> Interaction | None:
    """One interaction whose answer says all that the answers of several do.

    A consumer has a test for each thing that it relies on, so a request may be in its pact several
    times, each time with something else of the one answer.

    Args:
        interactions: with one request; one at least.

    Returns:
        None where they are not in the same states, or their answers contradict each other.
    """
    first, *others = interactions
    response = _said(first)
    try:
        for other in others:
            if not same(_states(first), _states(other)):
                return None
            response = _united(response, _said(other))
    except _Contradiction:
        return None
    return Interaction({**first.content, "response": response})


def _said(interaction: Interaction) -> dict[str, Any]:
    """An answer without its matching rules, which are no part of it."""
    response: Mapping[str, Any] = interaction.content["response"]
    return {name: value for name, value in response.items() if name != "matchingRules"}


def _states(interaction: Interaction) -> list[Any]:
    given = [[state.name, dict(state.parameters)] for state in interaction.states]
    return sorted(given, key=str)


def _united(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        both = {name: _united(one[name], other[name]) for name in one.keys() & other.keys()}
        return {**one, **other, **both}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_united(a, b) for a, b in zip(one, other, strict=True)]
    if same(one, other):
        return one
    raise _Contradiction
