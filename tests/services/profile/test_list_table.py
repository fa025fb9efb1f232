"""The list of profiles, merged from the shards of its index."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pactwright.service.dynamodb import Table
from services.profile.cursors import Position
from services.profile.records import Person
from services.profile.table import SHARDS, ProfileTable
from tests.services.composition import MakeTable
from tests.services.profile.people import NOW, MakePerson
from tests.services.racing import WRITERS, everything, race

MOST_PAGES = 50


def pages(kept: ProfileTable, limit: int, after: Position | None = None) -> list[list[Person]]:
    """All pages from there on."""
    found: list[list[Person]] = []
    while len(found) < MOST_PAGES:
        people, after = kept.list(limit, after)
        found.append(list(people))
        if after is None:
            return found
    pytest.fail("the pages don't end")


def order(person: Person) -> tuple[datetime, str]:
    return person.created_at, str(person.user_id)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 12))
def test_pages_together_are_all_profiles_newest_first(
    make_table: MakeTable,
    executor: ThreadPoolExecutor,
    make_person: MakePerson,
    minutes: list[int],
    limit: int,
) -> None:
    """For any limit, over all shards, also where many were made in the same moment."""
    kept = ProfileTable(make_table("profile"), executor)
    people = [
        make_person(f"h{n}", NOW + timedelta(minutes=minute)) for n, minute in enumerate(minutes)
    ]
    race(lambda n: [kept.put(None, each) for each in people[n::WRITERS]])

    found = pages(kept, limit)

    assert [each for page in found for each in page] == sorted(people, key=order, reverse=True)
    assert all(len(page) == limit for page in found[:-1])
    assert len(found) == 1 or found[-1]


def test_list_of_nobody_is_empty(kept: ProfileTable) -> None:
    """And has no next page."""
    assert kept.list(10) == ([], None)


def test_page_that_takes_all_has_no_next(kept: ProfileTable, make_person: MakePerson) -> None:
    """Not one that would be empty."""
    for number in range(4):
        kept.put(None, make_person(f"h{number}"))

    assert [len(page) for page in pages(kept, 4)] == [4]
    assert [len(page) for page in pages(kept, 2)] == [2, 2]
    assert [len(page) for page in pages(kept, 100)] == [4]


def test_list_goes_on_while_it_changes(kept: ProfileTable, make_person: MakePerson) -> None:
    """Deleted and new profiles shift nothing: nobody is listed twice or skipped."""
    people = [make_person(f"h{n}", NOW + timedelta(seconds=n)) for n in range(9)]
    for person in people:
        kept.put(None, person)
    first, position = kept.list(3)
    kept.delete(people[8])
    kept.delete(people[6])
    kept.put(None, make_person("new", NOW + timedelta(days=1)))

    rest = [person for page in pages(kept, 2, position) for person in page]

    assert [p.handle for p in first] == ["h8", "h7", "h6"]
    assert [p.handle for p in rest] == ["h5", "h4", "h3", "h2", "h1", "h0"]


def test_changed_profile_keeps_its_place(kept: ProfileTable, make_person: MakePerson) -> None:
    """The list goes by when it was made; it shows what it is now."""
    people = [make_person(f"h{n}", NOW + timedelta(seconds=n)) for n in range(3)]
    for person in people:
        kept.put(None, person)
    changed = replace(people[0], bio=None, revision="two", updated_at=NOW + timedelta(days=1))
    kept.put(people[0], changed)

    found, _ = kept.list(3)
    assert list(found) == [people[2], people[1], changed]
    assert all(order(a) > order(b) for a, b in pairwise(found))


def test_profiles_lie_in_all_shards(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """So that no partition takes all writes."""
    race(lambda n: [kept.put(None, make_person(f"h{n}_{i}")) for i in range(8)])

    shards = {item["gsi1pk"] for item in everything(table) if "gsi1pk" in item}
    assert shards == {f"PROFILES#{n}" for n in range(SHARDS)}
