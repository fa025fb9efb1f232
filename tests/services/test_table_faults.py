"""Each service with a DynamoDB that fails: it says so, tells no more, writes nothing by half."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests

from pactwright.client.errors import ServiceUnavailable
from pactwright.service.dynamodb import Item, Table
from tests.services.answers import problem, slug
from tests.services.composition import PASSWORD, Hereabouts, MakeTable, SignedIn
from tests.services.faults import CROSSED, LASTING, TRANSIENT, FailingTables
from tests.services.observations import Observation
from tests.services.racing import everything, unclaimed

Ask = Callable[[Hereabouts, SignedIn], requests.Response]


@pytest.fixture
def tables(make_table: MakeTable) -> FailingTables:
    """Tables that can be made to fail."""
    return FailingTables(make_table)


@pytest.fixture
def hereabouts(tables: FailingTables, seen: set[Observation]) -> Hereabouts:
    """The services on such tables, started while all was well."""
    hereabouts = Hereabouts(tables, seen)
    assert hereabouts.profile.name == "profile"
    return hereabouts


@pytest.fixture
def ines(hereabouts: Hereabouts) -> SignedIn:
    """A user, signed in while all was well."""
    return hereabouts.person("ines")


def asked(service: str, method: str, path: str, body: object = None) -> Ask:
    def ask(hereabouts: Hereabouts, ines: SignedIn) -> requests.Response:
        return hereabouts.service(service).send(
            method,
            path.format(user_id=ines.user_id, refresh=ines.refresh),
            body if isinstance(body, str) or body is None else json.dumps(body),
            Authorization=f"Bearer {ines.access}",
            Content_Type="application/x-www-form-urlencoded"
            if isinstance(body, str)
            else "application/json",
        )

    return ask


CREDENTIALS = {"username": "kamau", "password": PASSWORD}
PLACE = {"latitude": 1.5, "longitude": 2.5}
PROFILE = {"handle": "ines", "display_name": "Inês"}
REQUESTS = {
    "register_user": ("authentication", asked("authentication", "POST", "/users", CREDENTIALS)),
    "sign_in": ("authentication", asked("authentication", "POST", "/sessions", CREDENTIALS)),
    "get_current_user": ("authentication", asked("authentication", "GET", "/users/me")),
    "sign_out": ("authentication", asked("authentication", "DELETE", "/sessions/current")),
    "get_location": ("location", asked("location", "GET", "/locations/{user_id}")),
    "put_location": ("location", asked("location", "PUT", "/locations/{user_id}", PLACE)),
    "delete_location": ("location", asked("location", "DELETE", "/locations/{user_id}")),
    "get_profile": ("profile", asked("profile", "GET", "/profiles/{user_id}")),
    "list_profiles": ("profile", asked("profile", "GET", "/profiles")),
    "put_profile": ("profile", asked("profile", "PUT", "/profiles/{user_id}", PROFILE)),
    "delete_profile": ("profile", asked("profile", "DELETE", "/profiles/{user_id}")),
    "profile_page": ("profile", asked("profile", "GET", "/people/ines")),
}


def tells_nothing(hereabouts: Hereabouts, response: requests.Response, service: str) -> None:
    told = hereabouts.service(service).told
    assert "SECRET" not in response.text
    assert hereabouts.service(service).table.name not in response.text
    assert "SECRET" not in told.stream.getvalue()


@pytest.mark.parametrize("fault", TRANSIENT)
@pytest.mark.parametrize("name", ["register_user", "get_location", "list_profiles"])
def test_fault_that_time_mends_is_503(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn, name: str, fault: str
) -> None:
    """With the time to wait; afterwards all is well."""
    service, ask = REQUESTS[name]
    before = ask(hereabouts, ines).status_code
    assert before < 500
    tables.fail(service, TRANSIENT[fault])

    response = ask(hereabouts, ines)

    assert (response.status_code, slug(response)) == (503, "temporarily-unavailable")
    assert int(response.headers["Retry-After"]) >= 1
    tells_nothing(hereabouts, response, service)
    tables.fail(service, None)
    assert ask(hereabouts, ines).status_code < 500


@pytest.mark.parametrize("fault", LASTING)
@pytest.mark.parametrize("name", ["register_user", "get_location", "list_profiles"])
def test_fault_that_time_does_not_mend_is_500(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn, name: str, fault: str
) -> None:
    """A problem that tells the caller nothing, and the log its kind."""
    service, ask = REQUESTS[name]
    ask(hereabouts, ines)
    tables.fail(service, LASTING[fault])

    response = ask(hereabouts, ines)

    assert (response.status_code, slug(response)) == (500, "internal-error")
    assert problem(response).keys() == {"type", "title", "status", "detail", "request_id"}
    tells_nothing(hereabouts, response, service)
    failure = hereabouts.service(service).told.failures[-1]
    assert (failure.transient, failure.operation) == (False, name)


@pytest.mark.parametrize("name", REQUESTS)
def test_every_operation_stands_a_throttled_table(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn, name: str
) -> None:
    """Nobody is answered 500, or let in."""
    service, ask = REQUESTS[name]
    ask(hereabouts, ines)
    tables.fail(service, TRANSIENT["throttled table"])

    response = ask(hereabouts, ines)

    assert (response.status_code, slug(response)) == (503, "temporarily-unavailable")


def test_oauth_endpoints_stand_a_throttled_table(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn
) -> None:
    """503 is no error of RFC 6749, and says nothing of the token."""
    form = f"grant_type=refresh_token&refresh_token={ines.refresh}"
    tables.fail("authentication", TRANSIENT["throttled table"])

    response = asked("authentication", "POST", "/oauth2/token", form)(hereabouts, ines)

    assert (response.status_code, slug(response)) == (503, "temporarily-unavailable")
    tables.fail("authentication", None)
    again = hereabouts.authentication.send(
        "POST", "/oauth2/token", form, Content_Type="application/x-www-form-urlencoded"
    )
    assert again.status_code == 200


@pytest.mark.parametrize("name", ["put_location", "put_profile"])
def test_caller_whose_token_can_not_be_looked_up_is_503(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn, name: str
) -> None:
    """Neither let in nor told that the token is bad."""
    service, ask = REQUESTS[name]
    tables.fail("authentication", TRANSIENT["throttled table"])

    response = ask(hereabouts, ines)

    assert (response.status_code, slug(response)) == (503, "temporarily-unavailable")
    assert everything(hereabouts.service(service).table) == []


def kept(table: Table) -> list[Item]:
    """What a table holds, but for the counts of attempts."""
    return [item for item in everything(table) if item["sk"] != "ATTEMPTS"]


def test_failed_transaction_writes_nothing(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn
) -> None:
    """Neither an account nor a profile, and no claim; that somebody tried is counted."""
    for service, name in (("authentication", "register_user"), ("profile", "put_profile")):
        _, ask = REQUESTS[name]
        table = hereabouts.service(service).table
        before = kept(table)
        tables.fail(service, TRANSIENT["internal"], "transact_write_items")

        assert ask(hereabouts, ines).status_code == 503

        assert kept(table) == before


@pytest.mark.parametrize("name", ["put_profile", "delete_profile"])
def test_write_that_crosses_another_is_tried_again(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn, name: str
) -> None:
    """A few times; then whoever wants it has to."""
    if name == "delete_profile":
        REQUESTS["put_profile"][1](hereabouts, ines)
    _, ask = REQUESTS[name]
    tables.fail("profile", CROSSED, "transact_write_items")
    assert ask(hereabouts, ines).status_code == 503

    tables.fail("profile", CROSSED, "transact_write_items", times=3)

    assert ask(hereabouts, ines).status_code < 300


def test_registration_that_crosses_another_tells_who_has_the_name(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn
) -> None:
    """409 where somebody has it by now; where nobody has, it is worth another try."""
    _, ask = REQUESTS["register_user"]
    tables.fail("authentication", CROSSED, "transact_write_items")
    assert ask(hereabouts, ines).status_code == 503
    tables.fail("authentication", None)
    hereabouts.register(CREDENTIALS["username"])
    tables.fail("authentication", CROSSED, "transact_write_items")

    assert ask(hereabouts, ines).status_code == 409


def test_client_gets_a_typed_error(
    hereabouts: Hereabouts, tables: FailingTables, ines: SignedIn
) -> None:
    """With the seconds to wait."""
    client = hereabouts.profile.client(ines.bearer)
    tables.fail("profile", TRANSIENT["throttled table"])

    with pytest.raises(ServiceUnavailable) as caught:
        client.list_profiles()

    assert caught.value.retry_after == 1
    tables.fail("profile", None)
    assert unclaimed(hereabouts.profile.table, "HANDLE", "handle") == []
