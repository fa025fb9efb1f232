"""Every writing operation, with a process that dies, or is told nothing, at each call of its table.

Afterwards no half of a write is there, and the same request, sent again, comes to what was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.documented import Documented
from tests.services.composition import Hereabouts, MakeTable, SignedIn
from tests.services.crashing import HOWS, DyingTables, How, Killed, survived
from tests.services.observations import Observation
from tests.services.racing import everything, unclaimed
from tests.services.writes import WRITES, Request

pytestmark = [pytest.mark.tables, pytest.mark.any_table]

HOUR: Final = 3600
MOST_CALLS: Final = 20
MOST_RETRIES: Final = 3

Row = tuple[str, ...]

HEAD: Final[Row] = ("request", *HOWS)


@pytest.fixture(scope="session")
def rows() -> dict[str, Row]:
    """What was found, by write."""
    return {}


@pytest.fixture
def tables(make_table: MakeTable) -> DyingTables:
    """The services' tables."""
    return DyingTables(make_table)


@pytest.fixture
def hereabouts(tables: DyingTables, seen: set[Observation]) -> Hereabouts:
    """The services, all of them started; location is started anew when it dies under profile."""
    hereabouts = Hereabouts(tables, seen)
    assert hereabouts.profile.name == "profile"
    hereabouts.to_location.fault = survived(
        hereabouts.location.adapter(), tables.clients["location"]
    )
    return hereabouts


def people(hereabouts: Hereabouts) -> Iterator[SignedIn]:
    """Somebody new each time, in another hour: nobody is throttled."""
    for number in range(len(HOWS) * MOST_CALLS + 1):
        hereabouts.clock.forward(HOUR)
        yield hereabouts.person(f"user{number}")


def halves(hereabouts: Hereabouts) -> list[str]:
    """What is there of a write of which something else is not."""
    accounts = everything(hereabouts.authentication.table)
    names = {item["username"] for item in accounts if item["sk"] == "USER"}
    keys = [item for item in accounts if item["sk"] == "IDEMPOTENCY"]
    return [
        *unclaimed(hereabouts.authentication.table, "USERNAME", "username"),
        *unclaimed(hereabouts.profile.table, "HANDLE", "handle"),
        *(
            f"{key['subject']} is registered, and the request's key does not know"
            for key in keys
            if "result" not in key and key["subject"] in names
        ),
    ]


def first_answer(request: Request) -> int | None:
    """The status; None where the process died."""
    try:
        return request.send().status_code
    except Killed:
        return None


def answers(hereabouts: Hereabouts, request: Request) -> list[int]:
    """The statuses of the request, sent as often as it is told to come back."""
    statuses: list[int] = []
    for _ in range(MOST_RETRIES):
        response = request.send()
        statuses.append(response.status_code)
        if "Retry-After" not in response.headers:
            break
        hereabouts.clock.forward(int(response.headers["Retry-After"]))
    return statuses


def calls_of(tables: DyingTables, service: str, request: Request) -> int:
    """How often a service asks its table, where nothing happens."""
    tables.clients[service].arm()
    assert request.send().status_code < 300
    return tables.clients[service].calls


@pytest.mark.parametrize("write", WRITES)
def test_interrupted_write_is_whole_and_ends_right_when_it_is_repeated(
    hereabouts: Hereabouts, tables: DyingTables, rows: dict[str, Row], write: str
) -> None:
    """Wherever it was interrupted."""
    service, prepare = WRITES[write]
    strangers = people(hereabouts)
    calls = calls_of(tables, service, prepare(hereabouts, next(strangers)))
    assert 1 <= calls <= MOST_CALLS
    found: Mapping[How, set[str]] = {how: set() for how in HOWS}

    for how in HOWS:
        for at in range(1, calls + 1):
            request = prepare(hereabouts, next(strangers))
            tables.clients[service].arm(at, how)
            first = first_answer(request)
            tables.clients[service].arm()

            assert halves(hereabouts) == [], f"{how} {at}"
            statuses = answers(hereabouts, request)
            assert halves(hereabouts) == [], f"{how} {at}, repeated"
            assert request.come_to(statuses[-1]), f"{how} {at}: {first}, then {statuses}"
            found[how].add(", then ".join(map(str, statuses)))

    rows[write] = (write, *(" or ".join(sorted(found[how])) for how in HOWS))


def test_document_says_how_repetitions_are_answered(
    rows: dict[str, Row], reliability: Documented
) -> None:
    """By the write, and by what had happened to the first request."""
    if rows.keys() < WRITES.keys():
        pytest.skip("only some of the writes were interrupted in this run")

    reliability.holds("crashes", [HEAD, *(rows[write] for write in WRITES)])
