"""How a request is let in by its token, which is looked at before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.services.model.worlds import (
    Answer,
    Callers,
    Outcome,
    Step,
    World,
)


def refused(world: World) -> Outcome:
    """The token does not work."""
    return Outcome(401, world, "unauthenticated")


@dataclass(frozen=True)
class Admitted(Step):
    """The part of a request in which its token is looked at, and works."""

    token: str

    def send(self, to: Callers) -> None:
        raise NotImplementedError("it is a part of other requests")

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if world.live(self.token, "access"):
            yield Outcome(200, world)


def admitted(step: Step, token: str, answer: Answer) -> Sequence[tuple[Step, Answer]]:
    """What an admitted request is done in: what it is for is done later than its token is read."""
    return [(Admitted(token), Answer(200)), (step, answer)]
