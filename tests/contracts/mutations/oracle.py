"""What a consumer relies on, told from its pact alone: what breaks it and what doesn't.

The gate is not asked: it is what is on trial. Neither are the pact's matching rules, for whoever
derived them may have been wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from pactwright.contract.coverage import relied_on
from pactwright.contract.pacts import Interaction
from pactwright.wire.problems import PROBLEM_JSON, pointer
from tests.contracts.mutations.places import EACH, Path, ends, leaves, values

_SHORTEST_ECHO: Final = 3
_NAMELESS: Final = ""


def succeeds(interaction: Interaction) -> bool:
    """Whether the consumer gets what it asked for; 304 is such an answer."""
    return interaction.response.status < 400


def needs_all(interaction: Interaction) -> bool:
    """Whether the consumer has nothing of the answer unless all of its body fits the document.

    So it is with success, where the generated client reads strictly; and with an error that the
    consumer reads as the document's type. Problem details are read leniently, member by member.
    """
    response = interaction.response
    return 200 <= response.status < 300 or (response.has_body and not _is_problem(interaction))


def needs(interaction: Interaction, path: Path) -> bool:
    """Whether the consumer has nothing of what it reads if a value doesn't fit the document."""
    return needs_all(interaction) or needs_member(interaction, path)


def needs_member(interaction: Interaction, path: Path) -> bool:
    """Whether a place is in a problem's member that the consumer reads.

    The generated client leaves a member out that is wrong anywhere in it.
    """
    return _is_problem(interaction) and reads(interaction, path[:1])


def _is_problem(interaction: Interaction) -> bool:
    return interaction.response.media_type == PROBLEM_JSON


def reads(interaction: Interaction, path: Path) -> bool:
    """Whether the consumer reads a place of the body, or something in it."""
    place = pointer(*path)
    found = relied_on(interaction.response)
    return any(leaf == place or leaf.startswith(f"{place}/") for leaf in found)


def reads_header(interaction: Interaction, name: str) -> bool:
    """Whether the consumer reads a header."""
    return any(name.lower() == each.lower() for each in interaction.response.headers)


def pins(interaction: Interaction, path: Path) -> bool:
    """Whether the consumer relies on the very value at a place: it is a boolean, or an echo."""
    found = values(interaction.response.body, path)
    return any(isinstance(value, bool) or echoes(interaction, value, path[-1]) for value in found)


def pins_header(interaction: Interaction, name: str) -> bool:
    """Whether the consumer relies on the very value of a header, for it is an echo."""
    found = interaction.response.headers.items()
    return any(
        echoes(interaction, value, name) for key, value in found if key.lower() == name.lower()
    )


def counts(interaction: Interaction, path: Path) -> bool:
    """Whether the consumer relies on how many items a list has.

    None are none. Items stand for one or more of their kind, unless they are not of one kind or
    known beforehand: any value in an object, or all values of a list of them, were said before.
    """
    found = values(interaction.response.body, path)
    return any(
        not items or _differ(items) or _are_known(interaction, items, path[-1])
        for items in found
        if isinstance(items, list)
    )


def _differ(items: list[Any]) -> bool:
    return len({frozenset(ends(item)) for item in items}) > 1


def _are_known(interaction: Interaction, items: list[Any], name: str) -> bool:
    said = [repeats(interaction, value, called) for called, value in leaves(items, name)]
    return any(said) if any(isinstance(item, dict) for item in items) else all(said)


def orders(interaction: Interaction, path: Path) -> bool:
    """Whether the consumer relies on the order of a list: it pins what its items differ in."""
    body, start = interaction.response.body, (*path, EACH)
    within = {place for place in ends(body) if place[: len(start)] == start}
    return any(
        len(set(map(str, values(body, place)))) > 1 and pins(interaction, place) for place in within
    )


def echoes(interaction: Interaction, value: Any, name: str) -> bool:
    """Whether a value says again what the request or a state says, or points to it."""
    points = isinstance(value, str) and _points(interaction, value)
    return points or repeats(interaction, value, name)


def repeats(interaction: Interaction, value: Any, name: str) -> bool:
    """Whether a value says again what the request or a state says.

    A short string, a whole number or a boolean may be equal by chance; a whole number of the same
    name is not.
    """
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        alone = len(value) >= _SHORTEST_ECHO
    else:
        alone = isinstance(value, float) and not value.is_integer()
    return any(
        type(said) is type(value) and said == value and (alone or key == name)
        for key, said in _said(interaction)
    )


def _points(interaction: Interaction, text: str) -> bool:
    """Whether a text is a JSON pointer into the request's body, or to one of its parameters."""
    start, *path = text.split("/")
    request = interaction.request
    in_body = values(sent_body(interaction), tuple(path))
    return not start and bool(path) and (bool(in_body) or path[0] in request.query)


def mentions(interaction: Interaction) -> bool:
    """Whether a text that the consumer reads mentions what the request or a state says."""
    text = interaction.response.body
    return isinstance(text, str) and any(
        isinstance(said, str) and len(said) >= _SHORTEST_ECHO and said in text
        for _, said in _said(interaction)
    )


def sent_body(interaction: Interaction) -> Any:
    """The request's body; a form as an object of strings."""
    body = interaction.request.body
    return dict(parse_qsl(body, keep_blank_values=True)) if isinstance(body, str) else body


def _said(interaction: Interaction) -> Iterator[tuple[str, Any]]:
    request = interaction.request
    for segment in request.path.split("/"):
        yield _NAMELESS, unquote(segment)
    yield from leaves(dict(request.query))
    yield from leaves(dict(request.headers))
    yield from leaves(sent_body(interaction))
    for state in interaction.states:
        yield from leaves(dict(state.parameters))
