"""Who may do what: kinds of callers by operations, each cell of the table asserted.

What a caller has to get follows from the documents; see `tests.services.entitlements`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest

from hereabouts.location.models import LocationInput
from pactwright.client.errors import Forbidden
from services.authentication.throttle import Limits
from tests.documented import Documented
from tests.services.asked import Asked, listening
from tests.services.callers import CALLERS, Scene
from tests.services.composition import Hereabouts
from tests.services.databases import Database
from tests.services.entitlements import SAID_IN_WORDS, Entitled, entitled
from tests.services.matrix import documented, row
from tests.services.weakened import WEAKENED, weaken

pytestmark = pytest.mark.any_table

LIMITS: Final = Limits(per_source=10_000, registrations=10_000)


@pytest.fixture(scope="session")
def operations(request: pytest.FixtureRequest) -> list[Entitled]:
    """Every operation of the documents."""
    return entitled(request.config.rootpath / "contracts")


@pytest.fixture
def hereabouts(make_hereabouts: Callable[..., Hereabouts]) -> Hereabouts:
    """The three services, of which one address may ask a lot."""
    return make_hereabouts(LIMITS)


@pytest.fixture
def asked(database: Database) -> Iterator[Asked]:
    """What the services ask of their database."""
    with listening(database.client) as found:
        yield found


@pytest.mark.tables
def test_every_caller_gets_what_documents_say(
    hereabouts: Hereabouts, asked: Asked, operations: list[Entitled], reliability: Documented
) -> None:
    """Of every operation; a refusal is well-formed, repeats no secret and writes nothing.

    No answer depends on a read that may miss what was just written: only the list of locations,
    which is asked for to show them.
    """
    rows = [row(hereabouts, asked, kind, operations) for kind in CALLERS]

    assert [fault for each in rows for fault in each.faults] == []
    listed = hereabouts.service("location").table.name
    assert asked.stale == {(listed, "BatchGetItem")}
    callers, cells = documented(rows)
    reliability.holds("callers", callers)
    reliability.holds("authorization", cells)


@pytest.mark.parametrize("name", WEAKENED)
def test_a_check_that_is_broken_is_found(
    hereabouts: Hereabouts, asked: Asked, operations: list[Entitled], name: str
) -> None:
    """By the cells of those whom it should keep out, of every operation that it should guard."""
    weakness = WEAKENED[name]
    weaken(hereabouts, weakness)
    own = [each for each in operations if each.service == "location"]

    rows = [row(hereabouts, asked, kind, own) for kind in weakness.callers]

    broken = {
        (each.caller, operation.name)
        for each in rows
        for operation in own
        if each.found[operation.name] != operation.expected(CALLERS[each.caller])
    }
    assert broken == {(caller, each) for caller in weakness.callers for each in weakness.broken}
    assert sum(len(each.faults) for each in rows) >= len(broken)


def test_documents_say_in_words_only_what_is_listed(operations: list[Entitled]) -> None:
    """Each exception from what follows is of a scheme that there is."""
    schemes = {
        (each.service, scheme)
        for each in operations
        for scheme in each.document["components"]["securitySchemes"]
    }

    assert SAID_IN_WORDS.keys() <= schemes


@pytest.mark.parametrize("kind", ["nobody", "garbage", "malformed", "expired", "owner", "client"])
def test_options_asks_nobody_who_it_is(
    hereabouts: Hereabouts, asked: Asked, operations: list[Entitled], kind: str
) -> None:
    """It reads and writes nothing, and says what methods a path has, to browsers or at all."""
    scene = Scene.of(hereabouts, kind)
    paths = {(each.service, each.path): each for each in operations}
    shared = {(each.service, each.path) for each in operations if each.shared}
    asked.names.clear()

    for where, operation in paths.items():
        response = scene.send(scene.bare(operation, "OPTIONS"))
        assert response.status_code == (204 if where in shared else 405), where
        methods = {each.method for each in operations if (each.service, each.path) == where}
        assert methods <= set(response.headers["Allow"].split(", "))
    assert asked.names == []


@pytest.mark.parametrize(
    ("kind", "challenge"),
    [
        ("nobody", 'Bearer realm="hereabouts"'),
        ("malformed", 'Bearer realm="hereabouts", error="invalid_request"'),
        ("garbage", 'Bearer realm="hereabouts", error="invalid_token"'),
        ("expired", 'Bearer realm="hereabouts", error="invalid_token"'),
        ("owner", 'Bearer error="insufficient_scope", scope="locations:read"'),
    ],
)
def test_refusal_says_what_is_needed(
    hereabouts: Hereabouts, operations: list[Entitled], kind: str, challenge: str
) -> None:
    """By RFC 6750 section 3: nothing of an error where there are no credentials."""
    listing = next(each for each in operations if each.name == "list_locations")
    scene = Scene.of(hereabouts, kind)

    response = scene.send(scene.prepared(listing))

    assert response.headers["WWW-Authenticate"] == challenge


def test_profile_s_own_token_writes_for_nobody(hereabouts: Hereabouts) -> None:
    """It forwards the token of the user who asks for it."""
    owner = hereabouts.person("owner")
    own = hereabouts.service_token("profile", "locations:read", audience=("location",))
    client = hereabouts.location.client(own)

    with pytest.raises(Forbidden):
        client.put_location(owner.user_id, LocationInput(latitude=1.5, longitude=2.5))
