"""What several do at once comes out as if they had done it one after the other."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests.services.databases import Database
from tests.services.model.accounts import Register, WhoAmI
from tests.services.model.histories import Event, orders
from tests.services.model.places import DeleteLocation
from tests.services.model.players import Player, own_tables
from tests.services.model.rounds import KINDS, play_rounds
from tests.services.model.runs import Run
from tests.services.model.worlds import Answer, World
from tests.services.observations import Observation

ROUNDS_IN_CI = 4
UUID_OF_NOBODY = UUID(int=0)


@pytest.mark.parametrize("kind", KINDS)
def test_some_order_explains_what_threads_were_answered(
    kind: str, database: Database, seen: set[Observation], run: Run, request: pytest.FixtureRequest
) -> None:
    """Of sessions, of handles that two want, and of one location."""
    root: Path = request.config.rootpath
    with own_tables(database, root) as make_table:
        player = Player(make_table, seen)
        play_rounds(player, KINDS[kind], range(run.histories or ROUNDS_IN_CI))

    assert player.worlds


ONE, OTHER = Register("ines", "of one", "key-1"), Register("ines", "of another", "key-2")
TAKEN = Answer(409, "username-taken")


def made(number: int) -> Answer:
    user_id = f"00000000-0000-4000-8000-{number:012}"
    body = {"username": "ines", "user_id": user_id, "created_at": "1970-01-01T00:00:00Z"}
    return Answer(201, body=body)


def test_order_is_found_among_those_that_time_allows() -> None:
    """Two at once may be the other way round than they began; two after another may not."""
    together = [Event(ONE, TAKEN, 0, 2), Event(OTHER, made(1), 1, 3)]
    apart = [Event(ONE, TAKEN, 0, 1), Event(OTHER, made(1), 2, 3)]

    (world,) = orders([World(0.0)], together)
    assert world.accounts["ines"].password == OTHER.password
    assert orders([World(0.0)], apart) == []


def test_two_winners_are_explained_by_no_order() -> None:
    """However they may have crossed."""
    assert orders([World(0.0)], [Event(ONE, made(1), 0, 2), Event(OTHER, made(2), 1, 3)]) == []


def test_lost_answer_leaves_both_worlds_until_another_tells() -> None:
    """The one in which it was done, and the one in which it was not."""
    lost = orders([World(0.0)], [Event(ONE, Answer(None), 0, 1)])
    told = orders(lost, [Event(OTHER, TAKEN, 2, 3)])

    assert [world.accounts.keys() for world in lost] == [set(), {"ines"}, set()]
    assert told == lost[1:2]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_failure_of_a_service_in_whose_way_nothing_was_is_wrong(status: int) -> None:
    """Whatever was asked."""
    for step in (ONE, WhoAmI("haat_none"), DeleteLocation("haat_none", UUID_OF_NOBODY)):
        assert orders([World(0.0)], [Event(step, Answer(status, "any"), 0, 1)]) == []
