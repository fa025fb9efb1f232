"""Recorders of `things`, as the plugin makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from pactwright.contract.recording.drafting import Draft
from pactwright.contract.recording.expectations import Expectation
from pactwright.contract.recording.recorder import Recorder
from pactwright.contract.recording.recordings import Recordings
from pactwright.wire import Operation
from tests.kit.contract.recording.things import LAMP, document

TEST: Final = "tests/test_things.py::test_a_thing"
Expect = Callable[..., Expectation]


@pytest.fixture
def recordings() -> Recordings:
    return Recordings()


@pytest.fixture
def recorder(recordings: Recordings) -> Iterator[Recorder]:
    made = Recorder("shop", "things", document=document(), test=TEST, recordings=recordings)
    yield made
    made.close()


@pytest.fixture
def expect() -> Expect:
    """What an expectation comes to; its thing is the lamp."""

    def drafted(operation: Operation[Any], /, **said: Any) -> Expectation:
        known = {"given", "credentials", "answer", "status", "headers"}
        arguments = {name: value for name, value in said.items() if name not in known}
        if "{thing_id}" in operation.path:
            arguments.setdefault("thing_id", LAMP)
        if operation.name == "get_thing":
            arguments.setdefault("reason", "test")
        rest = {name: value for name, value in said.items() if name in known}
        return Draft(
            description="it", operation=operation, arguments=arguments, **rest
        ).expectation(document())

    return drafted
