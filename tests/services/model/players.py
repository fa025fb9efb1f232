"""The three services with the worlds that may be the case in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from pactwright.client import RetryPolicy
from pactwright.service.dynamodb import Table
from services.authentication.throttle import Limits
from tests.services.composition import Hereabouts, MakeTable
from tests.services.databases import Database
from tests.services.doubles import START
from tests.services.model.asking import Asker
from tests.services.model.disturbances import (
    Disturbance,
    DisturbedAdapter,
    Disturber,
    disturbed_tables,
)
from tests.services.model.sessions import SERVICE
from tests.services.model.worlds import Answer, Step, World, explained
from tests.services.observations import Observation
from tests.services.racing import unclaimed

_MANY: Final = 10**6
NO_LIMITS: Final = Limits(
    per_account_and_source=_MANY,
    per_account=_MANY,
    per_account_at_first=_MANY,
    per_source=_MANY,
    registrations=_MANY,
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
    """

    def __init__(self, make_table: MakeTable, seen: set[Observation]) -> None:
        self._disturber = Disturber()
        self._made = Hereabouts(disturbed_tables(make_table, self._disturber), seen, NO_LIMITS)
        self.worlds = [World(START)]
        lines = {"authentication": self._made.to_authentication, "location": self._made.to_location}
        for name, line in lines.items():
            line._adapter = DisturbedAdapter(line._adapter, "line", name, self._disturber)
        self._monitor = self._made.service_client(SERVICE, "locations:read", audience=("location",))
        self._asker = self.asker(RetryPolicy())

    def asker(self, retries: RetryPolicy | None = None) -> Asker:
        """Somebody else who makes requests; None tries each once."""
        return Asker(self._made, self._monitor, self._disturber, retries)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._made.clock.forward(seconds)
        self.worlds = [replace(world, now=self._made.clock()) for world in self.worlds]

    def deliver(self, disturbance: Disturbance | None = None) -> None:
        """Have the services told of deleted users, at first with something in the way.

        Raises:
            Wrong: they can't be told, though nothing is in the way any more.
        """
        self._disturber.set(disturbance)
        self._made.deliver()
        self._disturber.set(None)
        if self._made.deliver():
            raise Wrong("the services can't be told of deleted users")
        self.worlds = [world.told() for world in self.worlds]
        self.check_claims()

    def play(self, step: Step, disturbance: Disturbance | None = None) -> Answer:
        """Make a request, hold each answer to the worlds, and give the last one.

        Raises:
            Wrong: an answer agrees with no world, or uniqueness is broken.
        """
        self._disturber.set(disturbance)
        try:
            answers = self._asker.ask(step)
        finally:
            self._disturber.set(None)
        for answer in answers:
            self._learn(step, answer)
        if step.claims:
            self.check_claims()
        return answers[-1]

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
        found = [
            *unclaimed(self._made.authentication.table, "USERNAME", "username"),
            *unclaimed(self._made.profile.table, "HANDLE", "handle"),
        ]
        if found:
            raise Wrong("; ".join(found))
