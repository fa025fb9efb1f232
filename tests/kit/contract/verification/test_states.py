"""Provider states are typed functions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pactwright.contract.errors import StateError
from pactwright.contract.pacts import Pact, State
from pactwright.contract.verification.provider import Given, Provider
from pactwright.local.inprocess import Handler
from tests.kit.contract.verification.provided import interaction, write_pact

USER = "6f1a3c52-0000-4000-8000-000000000001"
WHEN = "2026-11-01T12:00:00Z"


def compose(_: object) -> Handler:
    raise NotImplementedError


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def provider(seen: list[dict[str, Any]]) -> Provider:
    made = Provider("location", compose=compose)

    @made.state("a location")
    def a_location(
        _: Given, *, user_id: UUID, latitude: float, at: datetime, label: str | None = None
    ) -> None:
        seen.append({"user_id": user_id, "latitude": latitude, "at": at, "label": label})

    return made


@pytest.fixture
def pact_of(tmp_path: Path) -> Callable[..., Pact]:
    def pact_of(*states: State) -> Pact:
        return write_pact(tmp_path, "profile-location", [interaction("it", "/x", *states)])

    return pact_of


def test_parameters_are_what_the_annotations_say(
    provider: Provider, seen: list[dict[str, Any]]
) -> None:
    """Ids, times and numbers are read from JSON; a default stands for what is not given."""
    provider.apply(Given({}), [State("a location", user_id=USER, latitude=38, at=WHEN)])

    at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert seen == [{"user_id": UUID(USER), "latitude": 38.0, "at": at, "label": None}]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"latitude": "38"}, "its parameter latitude is '38'"),
        ({"user_id": "ines"}, "its parameter user_id is 'ines'"),
        ({"colour": "red"}, "it has no parameter colour"),
        ({"latitude": True}, "its parameter latitude is True"),
    ],
)
def test_other_parameters_are_refused_before_any_replay(
    provider: Provider, pact_of: Callable[..., Pact], wrong: dict[str, Any], said: str
) -> None:
    """By the state's name, the parameter's, and the interaction that gives it."""
    state = State("a location", **{"user_id": USER, "latitude": 1.5, "at": WHEN, **wrong})

    with pytest.raises(StateError, match=f"'a location': {said}.*profile-location, 'it'"):
        provider.check([pact_of(state)], {})


def test_a_missing_parameter_is_named(provider: Provider, pact_of: Callable[..., Pact]) -> None:
    """Where the function has no default for it."""
    with pytest.raises(StateError, match="its parameter at is missing"):
        provider.check([pact_of(State("a location", user_id=USER, latitude=1.5))], {})


def test_a_state_that_nothing_handles_is_named(
    provider: Provider, pact_of: Callable[..., Pact]
) -> None:
    """With those that are handled, and the interaction that needs it."""
    with pytest.raises(StateError, match=r"'a place' is not handled.*'a location'.*'it'"):
        provider.check([pact_of(State("a place"))], {})


def test_a_state_that_nothing_uses_is_named(
    provider: Provider, pact_of: Callable[..., Pact]
) -> None:
    """What is left over is removed, so that handlers tell what there is."""
    with pytest.raises(StateError, match="'a location' is handled, but no interaction is in it"):
        provider.check([pact_of()], {})


def test_a_state_is_handled_once(provider: Provider) -> None:
    """A second function for it is refused where it is written."""
    with pytest.raises(StateError, match="'a location' is handled twice"):
        provider.state("a location")(lambda _: None)


def test_parameters_are_taken_by_name() -> None:
    """As they are written in an interaction."""

    def by_position(given: Given, name: str) -> None: ...

    with pytest.raises(StateError, match=r"name must be a parameter by name"):
        Provider("location", compose=compose).state("a place")(by_position)


def test_a_parameter_without_an_annotation_is_refused() -> None:
    """Its type can't be told."""

    def untyped(given, *, name) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        ...

    with pytest.raises(StateError, match="types can't be read: 'name'"):
        Provider("location", compose=compose).state("a place")(untyped)


def test_a_provider_without_a_table_says_so() -> None:
    """A state that would write one is at fault."""
    with pytest.raises(StateError, match="has no table"):
        _ = Given({}).table


def test_only_services_that_the_provider_calls_can_be_spoken_of() -> None:
    """Neither assumed nor away."""
    with pytest.raises(StateError, match="does not call 'keys'; it calls: none"):
        Given({}).assume("keys", State("a key"))
    with pytest.raises(StateError, match="does not call 'keys'"):
        Given({}).unreachable("keys")


def test_what_is_always_so_is_a_state_of_the_pact_with_the_called_service(
    pact_of: Callable[..., Pact],
) -> None:
    """Else it would be mistyped, and no stub would ever answer by it."""
    always = {"location": [State("a location"), State("a place")]}
    provider = Provider("profile", compose=compose, always=always)

    with pytest.raises(StateError, match="profile does not call 'location'"):
        provider.check([], {})
    with pytest.raises(StateError, match="`always` has the state 'a place' of location"):
        provider.check([], {"location": pact_of(State("a location"))})
