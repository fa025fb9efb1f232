"""Profiles and the claims to their handles, in the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import TransactionConflict
from services.profile.table import HandleTaken, ProfileTable
from tests.services.profile.people import MakePerson
from tests.services.racing import WRITERS, everything, race, unclaimed


def test_profile_is_got_as_it_was_put(kept: ProfileTable, make_person: MakePerson) -> None:
    """By id and by handle, with and without what may be left out."""
    person = make_person()
    bare = replace(person, bio=None, website="https://ines.example", revision="two")

    assert kept.get(person.user_id) is None
    assert kept.find("ines") is None
    assert kept.put(None, person)
    assert kept.get(person.user_id) == kept.find("ines") == person
    assert kept.put(person, bare)
    assert kept.get(person.user_id) == kept.find("ines") == bare


def test_taken_handle_is_refused(kept: ProfileTable, table: Table, make_person: MakePerson) -> None:
    """To a new profile, and to one that changes; nothing is written."""
    ines, kamau = make_person("ines"), make_person("kamau")
    kept.put(None, ines)
    kept.put(None, kamau)
    before = everything(table)

    with pytest.raises(HandleTaken):
        kept.put(None, make_person("ines"))
    with pytest.raises(HandleTaken):
        kept.put(kamau, replace(kamau, handle="ines", revision="two"))

    assert everything(table) == before


def test_changed_handle_frees_the_old_one(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """Somebody else can have it at once."""
    ines, other = make_person("ines"), make_person("ines")
    kept.put(None, ines)

    assert kept.put(ines, replace(ines, handle="ines_a", revision="two"))
    assert kept.find("ines") is None
    assert kept.put(None, other)

    found = kept.find("ines_a")
    assert kept.find("ines") == other
    assert found is not None
    assert found.user_id == ines.user_id
    assert unclaimed(table, "HANDLE", "handle") == []


def test_write_over_another_state_is_refused(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """Whatever the state is that was read: nothing, an older one, a deleted one."""
    person = make_person()
    newer = replace(person, revision="two")
    kept.put(None, person)
    kept.put(person, newer)

    other = make_person("kamau")
    kept.put(None, other)
    assert not kept.put(person, replace(person, handle="kamau"))  # to be read anew, first of all
    kept.delete(other)

    assert not kept.put(None, replace(person, handle="other"))
    assert not kept.put(person, replace(person, handle="other"))
    assert not kept.delete(person)
    assert kept.delete(newer)
    assert not kept.put(newer, newer)
    assert not kept.delete(newer)
    assert everything(table) == []


def test_deleted_profile_frees_its_handle(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """For others, and for the same user again."""
    person, other = make_person(), make_person()
    kept.put(None, person)
    assert kept.delete(person)
    assert everything(table) == []

    assert kept.put(None, other)
    assert kept.put(None, replace(person, handle="again"))
    assert unclaimed(table, "HANDLE", "handle") == []


def test_one_of_racing_writers_gets_the_handle(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """The others are told so, and leave nothing behind."""
    people = [make_person() for _ in range(WRITERS)]

    outcomes = race(lambda number: kept.put(None, people[number]))

    assert outcomes.count(True) == 1
    assert {type(o) for o in outcomes if o is not True} <= {HandleTaken, TransactionConflict}
    assert kept.find("ines") == people[outcomes.index(True)]
    assert len(everything(table)) == 2


def test_racing_changes_of_one_profile_leave_one_claim(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """Of all who have read the same state, one may write; a deletion among them."""
    person = make_person()
    kept.put(None, person)
    changes = [replace(person, handle=f"h{n}", revision=f"r{n}") for n in range(WRITERS)]

    outcomes = race(lambda n: kept.delete(person) if n == 0 else kept.put(person, changes[n]))

    assert outcomes.count(True) == 1
    assert len(everything(table)) == (0 if outcomes[0] is True else 2)
    assert unclaimed(table, "HANDLE", "handle") == []


def test_racing_swaps_of_handles_break_no_rule(
    kept: ProfileTable, table: Table, make_person: MakePerson
) -> None:
    """Everyone grabs the handle that another one has, again and again."""
    people = [make_person(f"h{n}") for n in range(WRITERS)]
    for person in people:
        kept.put(None, person)

    def grab(number: int) -> None:
        for turn in range(5):
            mine = kept.get(people[number].user_id)
            assert mine is not None
            wanted = f"h{(number + turn) % (WRITERS + 2)}"
            try:
                kept.put(mine, replace(mine, handle=wanted, revision=f"{number}-{turn}"))
            except (HandleTaken, TransactionConflict):
                continue

    assert race(grab) == [None] * WRITERS
    assert unclaimed(table, "HANDLE", "handle") == []
    assert len(everything(table)) == 2 * WRITERS
