"""Where pact-python records: its mock server, and the files that it writes."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pact import Pact
from pact.interaction import AsyncMessageInteraction, HttpInteraction
from pact.pact import PactServer

from pactwright.contract import pacts
from pactwright.contract.recording.expectations import Expectation, text_of
from pactwright.contract.recording.published import ExpectedMessage
from pactwright.contract.schemas import ABSENT
from pactwright.local.loopback import HOST

_PLAIN: Final = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An expectation that was met.

    Attributes:
        test: what met it: `path::name`.
        rules: the matching rules of the answer or message.
    """

    expectation: Expectation | ExpectedMessage
    test: str
    rules: Mapping[str, Any]


class MockServer:
    """Answers the requests that are expected of a provider, on loopback."""

    def __init__(self, server: PactServer) -> None:
        self._server = server

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self._server.url)

    def complaints(self) -> list[str]:
        """What was asked that is not expected, and what is expected and was not asked."""
        return [str(mismatch) for mismatch in self._server.mismatches]


@contextmanager
def serving(consumer: str, provider: str, expected: Iterable[Expectation]) -> Iterator[MockServer]:
    """Serve whole answers to what is expected, until the block ends."""
    pact = _pact(consumer, provider)
    for each in expected:
        interaction = _requested(pact, each)
        _answer(interaction, each, each.served)
    with pact.serve(addr=HOST, raises=False, verbose=False) as server:
        yield MockServer(server)


def written(consumer: str, provider: str, recorded: Iterable[Recorded]) -> bytes:
    """A pact file, as it is committed: each answer has what is relied on, and no more."""
    pact = _pact(consumer, provider)
    for each in recorded:
        _written(pact, each.expectation, dict(each.rules)).test_name(each.test)
    with tempfile.TemporaryDirectory() as folder:
        pact.write_file(folder, overwrite=True)
        (file,) = Path(folder).iterdir()
        return pacts.render(json.loads(file.read_bytes()))


def _written(
    pact: Pact, expected: Expectation | ExpectedMessage, rules: dict[str, Any]
) -> HttpInteraction | AsyncMessageInteraction:
    if isinstance(expected, ExpectedMessage):
        return _published(pact, expected).with_matching_rules(rules)
    interaction = _requested(pact, expected)
    _answer(interaction, expected, expected.body)
    return interaction.with_matching_rules(rules, part="Response")


def _published(pact: Pact, expected: ExpectedMessage) -> AsyncMessageInteraction:
    message = pact.upon_receiving(expected.description, "Async")
    message.set_comment("message", expected.message.name)
    for state in expected.states:
        message.given(state.name, dict(state.parameters))
    if expected.body is not ABSENT and expected.content_type is not None:
        message.with_body(text_of(expected.body, expected.content_type), expected.content_type)
    return message


def _pact(consumer: str, provider: str) -> Pact:
    os.environ["PACT_DO_NOT_TRACK"] = "true"  # the engine would tell its makers of each run
    return Pact(consumer, provider).with_specification("V4")


def _requested(pact: Pact, expected: Expectation) -> HttpInteraction:
    request = expected.request
    interaction = pact.upon_receiving(expected.description)
    for state in expected.states:
        interaction.given(state.name, dict(state.parameters))
    interaction.with_request(request.method, request.path)
    for name, values in request.query.items():
        for value in values:
            interaction.with_query_parameter(name, value)
    for name, text in request.headers.items():
        interaction.set_header(name, text, part="Request")
    if request.media_type is not None:
        _body(interaction, request.body, request.media_type, "Request")
    return interaction


def _answer(interaction: HttpInteraction, expected: Expectation, body: Any) -> None:
    interaction.will_respond_with(expected.status)
    for name, text in expected.headers.items():
        interaction.set_header(name, text, part="Response")
    if body is not ABSENT:
        _body(interaction, body, expected.content_type or _PLAIN, "Response")


def _body(
    interaction: HttpInteraction,
    body: Any,
    content_type: str,
    part: Literal["Request", "Response"],
) -> None:
    interaction.set_header("Content-Type", content_type, part=part)
    text = text_of(body, content_type)
    if text:
        interaction.with_body(text, content_type, part=part)
    else:  # to with_body, that were the JSON of an empty string
        interaction.with_binary_body(b"", content_type, part=part)
