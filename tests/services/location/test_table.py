"""Locations in the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pactwright.service.conditional import etag
from pactwright.service.dynamodb import Table
from services.location.records import Place
from services.location.table import LocationTable, StaleRevision, _item, _place
from tests.services.composition import MakeTable
from tests.services.doubles import START, Chance
from tests.services.racing import WRITERS, everything, race

NOW = datetime.fromtimestamp(START, UTC)
PLACES = st.builds(
    Place,
    latitude=st.floats(-90, 90).map(lambda degrees: round(degrees, 7)),
    longitude=st.floats(-180, 180).map(lambda degrees: round(degrees, 7)),
    updated_at=st.just(NOW),
    revision=st.just("0"),
    label=st.none() | st.text(min_size=1, max_size=100),
    accuracy_m=st.none() | st.floats(0, 1e6).map(lambda metres: round(metres, 2)),
)


@pytest.fixture
def table(make_table: MakeTable) -> Table:
    """The service's table, empty."""
    return make_table("location")


@pytest.fixture
def kept(table: Table) -> LocationTable:
    """What the service keeps."""
    return LocationTable(table)


@pytest.fixture
def place(chance: Chance) -> Place:
    """A place that is not kept yet."""
    return Place(chance.uuid(), 38.7223, -9.1393, NOW, "one", "Lisbon, Portugal", 25.0)


def test_location_is_got_as_it_was_put(kept: LocationTable, place: Place) -> None:
    """The first time it is new, then it takes the other's place."""
    bare = replace(place, label=None, accuracy_m=None, revision="two")

    assert kept.get(place.user_id) is None
    assert kept.put(place)
    assert kept.get(place.user_id) == place
    assert not kept.put(bare)
    assert kept.get(place.user_id) == bare


@given(PLACES)
def test_location_round_trips(place: Place) -> None:
    """To the last decimal place."""
    assert _place(_item(place)) == place


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLACES)
def test_any_location_can_be_kept(kept: LocationTable, place: Place) -> None:
    """The database changes no digit of it."""
    kept.put(place)

    assert kept.get(place.user_id) == place


@pytest.mark.parametrize(
    ("if_match", "holds"),
    [
        ('"one"', True),
        ("*", True),
        (' "other" , "one"', True),
        (", ".join(f'"{n}"' for n in range(250)) + ', "one"', True),
        (", ".join(f'"{n}"' for n in range(250)), False),
        ('"two"', False),
        ('W/"one"', False),
        ("one", False),
        ('"one', False),
        ("", False),
        ('"o", "ne"', False),
    ],
)
def test_if_match_decides(kept: LocationTable, place: Place, if_match: str, *, holds: bool) -> None:
    """By strong comparison (RFC 9110 section 13.1.1); what can't be read matches nothing."""
    kept.put(place)
    new = replace(place, revision="new")
    if holds:
        kept.put(new, if_match=if_match)
        kept.delete(place.user_id, if_match='"new"')
        return

    with pytest.raises(StaleRevision):
        kept.put(new, if_match=if_match)
    with pytest.raises(StaleRevision):
        kept.delete(place.user_id, if_match=if_match)

    assert kept.get(place.user_id) == place


@pytest.mark.parametrize("if_match", ["*", '"one"'])
def test_if_match_never_holds_for_nothing(
    kept: LocationTable, table: Table, place: Place, if_match: str
) -> None:
    """Nothing is written."""
    with pytest.raises(StaleRevision):
        kept.put(place, if_match=if_match)
    with pytest.raises(StaleRevision):
        kept.delete(place.user_id, if_match=if_match)

    assert everything(table) == []


def test_creation_replaces_nothing(kept: LocationTable, place: Place) -> None:
    """And does nothing with If-Match, for no state satisfies both."""
    with pytest.raises(StaleRevision):
        kept.put(place, create=True, if_match="*")
    assert kept.put(place, create=True)

    with pytest.raises(StaleRevision):
        kept.put(replace(place, revision="two"), create=True)
    with pytest.raises(StaleRevision):
        kept.put(replace(place, revision="two"), create=True, if_match='"one"')

    assert kept.get(place.user_id) == place


def test_one_of_racing_creations_wins(kept: LocationTable, place: Place) -> None:
    """And the others learn that they did not."""
    places = [replace(place, revision=str(number)) for number in range(WRITERS)]

    outcomes = race(lambda number: kept.put(places[number], create=True))

    assert outcomes.count(True) == 1
    assert {type(o) for o in outcomes if o is not True} == {StaleRevision}
    assert kept.get(place.user_id) == places[outcomes.index(True)]


def test_no_update_is_lost(kept: LocationTable, place: Place) -> None:
    """Of all who have read the same state, one may write."""
    kept.put(place)
    places = [replace(place, revision=str(number)) for number in range(WRITERS)]

    outcomes = race(lambda number: kept.put(places[number], if_match='"one"'))

    assert outcomes.count(False) == 1
    assert kept.get(place.user_id) == places[outcomes.index(False)]


def test_deleted_location_is_gone(kept: LocationTable, table: Table, place: Place) -> None:
    """It may be deleted twice, and set again."""
    kept.put(place)
    kept.delete(place.user_id)
    kept.delete(place.user_id)

    assert everything(table) == []
    assert kept.put(place)


def test_many_are_got_at_once(kept: LocationTable, place: Place, chance: Chance) -> None:
    """A hundred, each once; those that are not there are left out."""
    places = [replace(place, user_id=chance.uuid()) for _ in range(99)]
    race(lambda n: [kept.put(each) for each in places[n::WRITERS]])
    asked = [each.user_id for each in places]

    found = kept.get_many([*asked, chance.uuid()])
    assert sorted(found, key=lambda p: asked.index(p.user_id)) == places
    assert kept.get_many([asked[0], asked[0]]) == [places[0]]
    assert kept.get_many([]) == []


def test_revision_can_be_an_entity_tag(chance: Chance) -> None:
    """Of whatever is drawn."""
    assert etag(chance.revision()).startswith('"')
