"""Requests made of the three services as the SDK makes them, each answer held to the worlds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import requests

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient
from pactwright.client import ClientError, FunctionTransport
from pactwright.client import Clock as ClientClock
from pactwright.service.dynamodb import Table
from pactwright.wire import ResponseMessage
from services.authentication.throttle import Limits
from tests.services.composition import Hereabouts, MakeTable
from tests.services.databases import Database
from tests.services.doubles import START
from tests.services.model.accounts import SERVICE
from tests.services.model.disturbances import (
    Disturbance,
    DisturbedAdapter,
    Disturber,
    disturbed_tables,
)
from tests.services.model.worlds import Answer, Callers, Step, World, explained
from tests.services.observations import Observation
from tests.services.racing import unclaimed
from tests.services.running import Running

NO_LIMITS: Final = Limits(
    per_account_and_source=10**6, per_account=10**6, per_source=10**6
)
"""How often somebody may sign in is not what is asked here."""


@contextmanager
def own_tables(database: Database, root: Path) -> Iterator[MakeTable]:
    """Makes services' tables, which are deleted when the block ends.

    Args:
        database: where.
        root: the project's folder.
    """
    names: list[str] = []

    def make(service: str) -> Table:
        names.append(f"{service}-{uuid4().hex}")
        database.create(root / "services" / service / "template.yaml", names[-1])
        return Table(database.client, names[-1])

    try:
        yield make
    finally:
        for name in names:
            database.client.delete_table(TableName=name)


class Wrong(AssertionError):
    """What was answered can't be, whatever was the case before."""


class Player:
    """Plays steps on services of its own, and keeps the worlds that may be the case.

    Args:
        make_table: makes a service's table.
        seen: where it is noted what was answered.

    Attributes:
        worlds: what may be the case.
        answers: of the last step, one for each time that the client sent it.
    """

    def __init__(self, make_table: MakeTable, seen: set[Observation]) -> None:
        self.disturber = Disturber()
        self.hereabouts = Hereabouts(
            disturbed_tables(make_table, self.disturber), seen, NO_LIMITS
        )
        self.worlds = [World(START)]
        self.answers: list[Answer] = []
        self._ticks = ClientClock(wall=self.hereabouts.clock, sleep=lambda _: None)
        self._callers = self._connected()

    def _connected(self) -> Callers:
        made = self.hereabouts
        for line, name in ((made.to_authentication, "authentication"), (made.to_location, "location")):
            line._adapter = DisturbedAdapter(line._adapter, "line", name, self.disturber)
        monitor = made.service_client(SERVICE, "locations:read", audience=("location",))
        authentication = self._client(AuthenticationClient, made.authentication, monitor)
        location = self._client(LocationClient, made.location)
        return Callers(authentication, location, self._client(ProfileClient, made.profile))

    def _client(self, make: Callable[..., Any], service: Running[Any], *credentials: Any) -> Any:
        """A client as the SDK has it, which retries; each of its attempts is noted."""
        adapter = DisturbedAdapter(
            service.observed(), "front", service.name, self.disturber
        )

        def send(request: requests.PreparedRequest) -> ResponseMessage | requests.Response:
            try:
                response = adapter.send(request)
            except requests.RequestException:
                self.answers.append(Answer(None, disturbed=True))
                raise
            self.answers.append(self._read(response))
            return response

        return make(
            f"http://{service.name}",
            credentials=credentials,
            transport=FunctionTransport(send),
            clock=self._ticks,
            random=lambda: 0.0,
        )

    def _read(self, response: requests.Response) -> Answer:
        text = response.text
        is_json = "json" in response.headers.get("Content-Type", "")
        body = json.loads(text) if text and is_json else text
        return Answer(
            response.status_code,
            _kind(response.status_code, body),
            body,
            response.headers.get("ETag"),
            self.disturber.happened,
        )

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.hereabouts.clock.forward(seconds)
        now = self.hereabouts.clock()
        self.worlds = [_at(world, now) for world in self.worlds]

    def play(self, step: Step, disturbance: Disturbance | None = None) -> Answer:
        """Make a request, hold each answer to the worlds, and give the last one.

        Raises:
            Wrong: an answer agrees with no world, or uniqueness is broken.
        """
        self.disturber.set(disturbance)
        self.answers = []
        try:
            step.send(self._callers)
        except ClientError:
            pass  # what it is about is in the answers
        finally:
            self.disturber.set(None)
        for answer in self.answers:
            self._learn(step, answer)
        if step.claims:
            self.check_claims()
        return self.answers[-1]

    def _learn(self, step: Step, answer: Answer) -> None:
        after = explained(self.worlds, step, answer)
        if not after:
            worlds = "\n  or ".join(map(str, self.worlds))
            raise Wrong(f"{step}\nwas answered {answer}\nin {worlds}")
        self.worlds = after

    def check_claims(self) -> None:
        """Nobody has a name without a claim to it, and nobody's claim is left.

        Raises:
            Wrong: it is not so.
        """
        made = self.hereabouts
        found = [
            *unclaimed(made.authentication.table, "USERNAME", "username"),
            *unclaimed(made.profile.table, "HANDLE", "handle"),
        ]
        if found:
            raise Wrong("; ".join(found))


def _at(world: World, now: float) -> World:
    return World(now, world.accounts, world.tokens, world.profiles, world.places)


def _kind(status: int, body: Any) -> str | None:
    """What kind of problem it is: the last part of its type, or OAuth's error."""
    if status < 400 or not isinstance(body, dict):
        return None
    return str(body["type"]).rpartition("/")[2] if "type" in body else body.get("error")

