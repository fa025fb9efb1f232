"""The people, programs and places of all contracts: the same on both sides, and always literal.

What one pact says of a token, a stub replays to the provider of the next; so every pact has to mean
the same one.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from pactwright.client import Basic, Bearer
from pactwright.contract.pacts import State
from services.profile.cursors import Cursors, Position
from tests.contracts.roles import Person, Place, Program, token

LISBON: Final = Place(
    latitude=38.7223, longitude=-9.1393, label="Lisbon, Portugal", accuracy_m=12.5
)
AT_SEA: Final = Place(latitude=-1.2921, longitude=3.6819)
"""A place without a name."""

INES: Final = Person(
    user_id=UUID("0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60"),
    username="ines-almeida",
    password="tram 28 climbs to Graça",
    handle="ines_almeida",
    display_name="Inês Almeida",
    optional={"bio": "I draw the trams of Lisbon.", "website": "https://ines.example/trams"},
    created_at="2026-11-18T08:00:00Z",
    revision="9f86d081884c7d65",
)
KAMAU: Final = Person(
    user_id=UUID("c5a1e9d4-83b7-4c26-b0f8-71d2a6e4f935"),
    username="kamau-w",
    password="ferries cross to Likoni at noon",
    handle="kamau",
    display_name="Kamau",
    optional={},
    created_at="2026-11-17T16:40:00Z",
    revision="60303ae22b998861",
)
"""Says no more of himself than he has to."""

UNKNOWN_TOKEN: Final = token("access", "nobody")
NOBODY: Final = Bearer(UNKNOWN_TOKEN)
"""Carries a token that is none of anybody's."""
STALE: Final = '"fd61a03af4f77d87"'
"""An entity tag that nothing has any more."""
NEW: Final = '"2c26b46b68ffc68f"'
"""The entity tag of what the request under test has written."""

LOCATION: Final = Program(client_id="location")
PROFILE: Final = Program(client_id="profile", scopes=("locations:read",), audience=("location",))
WEATHER: Final = Program(client_id="weather", scopes=("locations:read",), audience=("weather",))
"""Its tokens are meant for itself, whatever their scope."""
PRINTER: Final = Program(client_id="printer", scopes=("locations:read",), audience=("profile",))
"""Its tokens are meant for profile."""
IMPOSTOR: Final = Basic("location", "a-guess-at-a-secret-in-contracts")

CURSOR_KEY: Final = "the-key-of-cursors-in-contracts"
CURSOR: Final = Cursors(CURSOR_KEY.encode()).write(
    Position("2026-11-18T08:00:00.000000+00:00", str(INES.user_id))
)
"""Behind Inês in the list of profiles."""

LOCATION_AWAY: Final = State("location can't be reached")


TOO_MANY_REGISTRATIONS: Final = State("too many registrations")
"""From where the caller is."""


def too_many_attempts(account: str) -> State:
    """Somebody has tried to sign in too often.

    Args:
        account: by this username.
    """
    return State("too many attempts", account=account)


def too_many_changes(user_id: UUID) -> State:
    """A user's session has tried too often to change the password."""
    return State("too many changes of the password", user_id=user_id)
