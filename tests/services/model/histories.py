"""Requests of several threads at once: some order of them has to explain all answers.

An order may not put a request before another that had been answered when it was made
(Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects", 1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock

from tests.services.model.asking import Asker
from tests.services.model.players import Player, Wrong
from tests.services.model.worlds import Answer, Step, World, explained
from tests.services.racing import race


@dataclass(frozen=True, slots=True)
class Event:
    """A request and its answer, or a part of one.

    Attributes:
        begun: when it was made, of all that began or ended.
        ended: when it was answered.
        first: whether it is the first part of what it belongs to; others come after that.
    """

    step: Step
    answer: Answer
    begun: int
    ended: int
    first: bool = True


class History:
    """What several askers do at once.

    Args:
        askers: one for each thread.
    """

    def __init__(self, askers: Sequence[Asker]) -> None:
        self._askers = askers
        self._ticks = count()
        self._lock = Lock()

    def play(self, steps: Sequence[Sequence[Step]]) -> list[Event]:
        """Each asker's steps, one after the other, all askers at the same time."""
        played = race(
            lambda n: [e for step in steps[n] for e in self._events(self._askers[n], step)],
            len(steps),
        )
        events: list[Event] = []
        for each in played:
            if isinstance(each, Exception):
                raise each
            events += each
        return events

    def _events(self, asker: Asker, step: Step) -> list[Event]:
        begun = self._tick()
        (answer,) = asker.ask(step)
        ended = self._tick()
        # whoever crosses another may be told to come again
        parts = step.parts(replace(answer, disturbed=answer.status == 503))
        return [
            Event(part, said, begun, ended, first=number == 0)
            for number, (part, said) in enumerate(parts)
        ]

    def _tick(self) -> int:
        with self._lock:
            return next(self._ticks)


def orders(worlds: Sequence[World], events: Sequence[Event]) -> list[World]:
    """The worlds in which some order of the events ends; none where no order explains them."""
    reached = {frozenset(range(len(events))): [*worlds]}
    while frozenset() not in reached:
        further: dict[frozenset[int], list[World]] = {}
        for left, at in reached.items():
            for number in _next(left, events):
                event = events[number]
                there = further.setdefault(left - {number}, [])
                there += [w for w in explained(at, event.step, event.answer) if w not in there]
        reached = {left: at for left, at in further.items() if at}
        if not reached:
            return []
    return reached[frozenset()]


def _next(left: frozenset[int], events: Sequence[Event]) -> list[int]:
    """What may have come first of what is left: all that began before anything had ended."""
    first_end = min(events[number].ended for number in left)
    return [
        number
        for number in left
        if events[number].begun < first_end and (events[number].first or number - 1 not in left)
    ]


def play_together(player: Player, history: History, steps: Sequence[Sequence[Step]]) -> None:
    """Play steps at once, and go on with the worlds in which they may have ended.

    Raises:
        Wrong: no order of them explains the answers, or uniqueness is broken.
    """
    events = history.play(steps)
    after = orders(player.worlds, events)
    if not after:
        told = "\n".join(map(str, sorted(events, key=lambda event: event.begun)))
        raise Wrong(f"no order explains\n{told}\nfrom {player.worlds}")
    player.worlds = after
    player.check_claims()
