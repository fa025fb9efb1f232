"""Requests made of the three services as the SDK makes them, and what came back of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import requests

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient
from pactwright.client import Basic, ClientError, FunctionTransport, RetryPolicy
from pactwright.client import Clock as ClientClock
from tests.services.composition import Hereabouts
from tests.services.model.disturbances import DisturbedAdapter, Disturber
from tests.services.model.worlds import Answer, Callers, Step
from tests.services.running import Running


class Asker:
    """Makes requests, one after the other.

    Args:
        hereabouts: the services.
        monitor: the credentials of a service client, for introspection.
        disturber: tells what fails on the way.
        retries: how often the SDK is to try; None tries once.
    """

    def __init__(
        self,
        hereabouts: Hereabouts,
        monitor: Basic,
        disturber: Disturber,
        retries: RetryPolicy | None,
    ) -> None:
        self._disturber = disturber
        self._retries = retries
        self._ticks = ClientClock(wall=hereabouts.clock, sleep=lambda _: None)
        self._answers: list[Answer] = []
        self._callers = Callers(
            self._client(AuthenticationClient, hereabouts.authentication, monitor),
            self._client(LocationClient, hereabouts.location),
            self._client(ProfileClient, hereabouts.profile),
        )

    def ask(self, step: Step) -> list[Answer]:
        """Make a request: an answer for each time that it was sent."""
        self._answers = []
        try:
            step.send(self._callers)
        except ClientError:
            if not self._answers:  # else what it is about is in the answers
                raise
        return self._answers

    def _client(self, make: Callable[..., Any], service: Running[Any], *credentials: Any) -> Any:
        """A client whose every attempt is noted."""
        adapter = DisturbedAdapter(service.observed(), "front", service.name, self._disturber)

        def send(request: requests.PreparedRequest) -> requests.Response:
            try:
                response = adapter.send(request)
            except requests.RequestException:
                self._answers.append(Answer(None, disturbed=True))
                raise
            self._answers.append(_read(response, disturbed=self._disturber.happened))
            return response

        return make(
            f"http://{service.name}",
            credentials=credentials,
            transport=FunctionTransport(send),
            retries=self._retries,
            clock=self._ticks,
            random=lambda: 0.0,
        )


def _read(response: requests.Response, *, disturbed: bool) -> Answer:
    text = response.text
    is_json = "json" in response.headers.get("Content-Type", "")
    body = json.loads(text) if text and is_json else text
    status = response.status_code
    return Answer(status, _kind(status, body), body, response.headers.get("ETag"), disturbed)


def _kind(status: int, body: Any) -> str | None:
    """What kind of problem it is: the last part of its type, or OAuth's error."""
    if status < 400 or not isinstance(body, dict):
        return None
    return str(body["type"]).rpartition("/")[2] if "type" in body else body.get("error")
