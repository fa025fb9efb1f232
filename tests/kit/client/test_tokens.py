from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote_plus

import pytest
import requests

from pactwright.client import ClientCredentials, Clock, FunctionTransport, Request, errors
from pactwright.client.token_endpoint import TokenEndpoint
from pactwright.wire import Requirement, ResponseMessage
from pactwright.wire.text import shape
from pactwright.wire.values import adapter
from tests.kit.client.things import (
    BASE,
    SERVICE,
    Script,
    StoppedClock,
    ThingClient,
    answer,
    operation,
    thing,
)

GUARDED = operation("GET", security=((Requirement(scheme=SERVICE, scopes=("things:read",)),),))
GUARDED_POST = operation("POST", security=GUARDED.security)
TOKEN_URL = "https://auth.example/base/oauth2/token"


class Issuer:
    """Gives out numbered tokens, and fails when told to."""

    def __init__(self, life: float = 600) -> None:
        self.issued = 0
        self.life = life
        self.failure: BaseException | None = None

    def __call__(self) -> tuple[str, float]:
        if self.failure:
            raise self.failure
        self.issued += 1
        return f"t{self.issued}", self.life


def client(credentials: ClientCredentials, script: Script, stopped: StoppedClock) -> ThingClient:
    return ThingClient(
        BASE, credentials=credentials, transport=script.transport, clock=stopped.clock
    )


def bearers(script: Script) -> list[str]:
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in script.requests]


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def credentials(issuer: Issuer, stopped: StoppedClock) -> ClientCredentials:
    return ClientCredentials(issuer, clock=stopped.clock)


def test_a_token_is_got_when_needed_and_kept(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """Not before the first call, and not for each."""
    script = Script(thing())
    things = client(credentials, script, stopped)
    assert issuer.issued == 0

    things.use(GUARDED)
    stopped.now += 539
    things.use(GUARDED)

    assert bearers(script) == ["t1", "t1"]


@pytest.mark.parametrize(("life", "renewed"), [(600, 540), (100, 75)])
def test_a_token_is_renewed_before_it_expires(
    life: float, renewed: float, stopped: StoppedClock
) -> None:
    """A minute before, or a quarter of its life where that is less."""
    script = Script(thing())
    things = client(ClientCredentials(Issuer(life), clock=stopped.clock), script, stopped)

    for moment in (0.0, renewed - 1, renewed):
        stopped.now = moment
        things.use(GUARDED)

    assert bearers(script) == ["t1", "t1", "t2"]


def test_a_good_token_serves_while_no_new_one_can_be_had(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """The issuer may be away for a minute; it is not asked again at each call."""
    script = Script(thing())
    things = client(credentials, script, stopped)
    things.use(GUARDED)
    issuer.failure = errors.ServiceUnavailable("away")

    stopped.now = 550
    things.use(GUARDED)
    issuer.failure = None
    stopped.now = 554
    things.use(GUARDED)
    stopped.now = 556
    things.use(GUARDED)

    assert bearers(script) == ["t1", "t1", "t1", "t2"]


def test_a_good_token_serves_while_the_function_fails(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """Whatever it fails with: a secret that can't be read now is like an issuer that is away."""
    script = Script(thing())
    things = client(credentials, script, stopped)
    things.use(GUARDED)
    issuer.failure = RuntimeError("hush")

    stopped.now = 550
    things.use(GUARDED)

    assert bearers(script) == ["t1", "t1"]


def test_an_interrupt_passes_through(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """It is meant for the process, not for the call."""
    issuer.failure = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        client(credentials, Script(thing()), stopped).use(GUARDED)


def test_an_expired_token_does_not_serve(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """The error is not taken for the provider's: a 404 of the issuer is no missing thing."""
    script = Script(thing())
    things = client(credentials, script, stopped)
    things.use(GUARDED)
    issuer.failure = errors.NotFound("no such endpoint")
    stopped.now = 600

    with pytest.raises(errors.CredentialsError, match="no such endpoint") as caught:
        things.use(GUARDED)

    assert isinstance(caught.value.__cause__, errors.NotFound)
    assert not isinstance(caught.value, errors.StatusError)


def test_a_refused_token_is_renewed_once(
    credentials: ClientCredentials, stopped: StoppedClock
) -> None:
    """It may have been revoked; a request that was refused was not carried out."""
    script = Script(thing(), answer(401), thing())
    things = client(credentials, script, stopped)

    things.use(GUARDED)
    things.use(GUARDED_POST)

    assert bearers(script) == ["t1", "t1", "t2"]


def test_a_second_refusal_is_final(credentials: ClientCredentials, stopped: StoppedClock) -> None:
    """Who may not, may not."""
    script = Script(answer(401))

    with pytest.raises(errors.Unauthorized):
        client(credentials, script, stopped).use(GUARDED)

    assert bearers(script) == ["t1", "t2"]


def test_a_late_refusal_keeps_a_newer_token(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """Two threads met a 401 with the same token: it is renewed once."""
    script = Script(thing())
    things = client(credentials, script, stopped)
    things.use(GUARDED)
    old = sent_with("t1")

    credentials.renew(old)
    things.use(GUARDED)
    credentials.renew(old)
    things.use(GUARDED)

    assert issuer.issued == 2


def sent_with(token: str) -> Request:
    return Request(
        operation="x", method="GET", url=BASE, headers={"Authorization": f"Bearer {token}"}
    )


def test_whatever_the_function_raises_is_a_credentials_error(
    credentials: ClientCredentials, issuer: Issuer, stopped: StoppedClock
) -> None:
    """With the cause and without its text, which may be secret; the next call asks again."""
    script = Script(thing())
    things = client(credentials, script, stopped)
    issuer.failure = KeyError("hush")
    with pytest.raises(errors.CredentialsError, match="raised KeyError") as caught:
        things.use(GUARDED)

    assert caught.value.__cause__ is issuer.failure
    assert "hush" not in str(caught.value)
    issuer.failure = None
    things.use(GUARDED)

    assert bearers(script) == ["t1"]


class Gate:
    """An issuer that waits until it is let through."""

    def __init__(self, outcome: Callable[[], tuple[str, float]]) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()
        self.calls = 0
        self._outcome = outcome

    def __call__(self) -> tuple[str, float]:
        self.calls += 1
        self.entered.set()
        assert self.open.wait(10)
        return self._outcome()


class Asked:
    """A clock that tells how often it was asked: each who wants a token does so, once at first."""

    def __init__(self) -> None:
        self._asked = threading.Semaphore(0)
        self.clock = Clock(wall=self._wall)

    def _wall(self) -> float:
        self._asked.release()
        return 0.0

    def times(self, count: int) -> None:
        """Wait until so many have asked."""
        for _ in range(count):
            assert self._asked.acquire(timeout=10)


def test_one_thread_gets_the_token_for_all(stopped: StoppedClock) -> None:
    """A start under load does not flood the issuer."""
    gate = Gate(lambda: ("t1", 600))
    script = Script(thing())
    things = client(ClientCredentials(gate, clock=stopped.clock), script, stopped)

    with ThreadPoolExecutor(8) as threads:
        calls = [threads.submit(things.use, GUARDED) for _ in range(8)]
        assert gate.entered.wait(10)
        gate.open.set()
        for call in calls:
            call.result(10)

    assert gate.calls == 1
    assert bearers(script) == ["t1"] * 8


def test_others_go_on_with_a_good_token_while_one_renews(stopped: StoppedClock) -> None:
    """Renewal holds up no one but who does it."""
    issuer = Issuer()
    gate = Gate(issuer)
    gate.open.set()
    script = Script(thing())
    things = client(ClientCredentials(gate, clock=stopped.clock), script, stopped)
    things.use(GUARDED)
    gate.open.clear()
    gate.entered.clear()
    stopped.now = 550

    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(things.use, GUARDED)
        assert gate.entered.wait(10)
        things.use(GUARDED)
        gate.open.set()
        renewing.result(10)

    assert bearers(script) == ["t1", "t1", "t2"]


def test_a_failure_is_shared_by_those_who_wait(stopped: StoppedClock) -> None:
    """A dead issuer is not asked by each of them in turn."""

    def fail() -> tuple[str, float]:
        raise errors.ConnectError("refused")

    gate, asked = Gate(fail), Asked()
    credentials = ClientCredentials(gate, clock=asked.clock)
    things = client(credentials, Script(thing()), stopped)

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(things.use, GUARDED)
        assert gate.entered.wait(10)
        others = [threads.submit(things.use, GUARDED) for _ in range(3)]
        asked.times(4)
        gate.open.set()
        for call in (first, *others):
            with pytest.raises(errors.CredentialsError):
                call.result(10)

    assert gate.calls == 1


def test_one_thread_s_lack_of_time_is_not_the_others(stopped: StoppedClock) -> None:
    """Who waited for it tries for itself."""
    outcomes: list[BaseException | None] = [errors.DeadlineExceeded("no time is left"), None]

    def outcome() -> tuple[str, float]:
        failure = outcomes.pop(0)
        if failure:
            raise failure
        return "t2", 600

    gate, asked = Gate(outcome), Asked()
    credentials = ClientCredentials(gate, clock=asked.clock)
    script = Script(thing())
    things = client(credentials, script, stopped)

    with ThreadPoolExecutor(2) as threads:
        hurried = threads.submit(things.use, GUARDED)
        assert gate.entered.wait(10)
        patient = threads.submit(things.use, GUARDED)
        asked.times(2)
        gate.open.set()
        with pytest.raises(errors.DeadlineExceeded):
            hurried.result(10)
        patient.result(10)

    assert bearers(script) == ["t2"]


def test_waiting_for_a_token_ends_at_the_deadline() -> None:
    """A call never takes longer than it was given."""
    gate = Gate(lambda: ("t1", 600))
    things = ThingClient(
        BASE, credentials=ClientCredentials(gate), transport=Script(thing()).transport
    )

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(things.use, GUARDED)
        assert gate.entered.wait(10)
        with pytest.raises(errors.DeadlineExceeded, match="wait for an access token"):
            things.use(GUARDED, deadline=0.05)
        gate.open.set()
        first.result(10)


def issue(seen: list[requests.PreparedRequest], *answers: ResponseMessage) -> FunctionTransport:
    script = Script(*answers)

    def answering(request: requests.PreparedRequest) -> requests.Response:
        seen.append(request)
        return script.transport.send(request)

    return FunctionTransport(answering)


def test_a_token_endpoint_is_asked_as_rfc_6749_says(stopped: StoppedClock) -> None:
    """A form, HTTP Basic with both parts form-encoded, the path of the URL kept."""
    seen: list[requests.PreparedRequest] = []
    token = {"access_token": "t1", "token_type": "bearer", "expires_in": 600, "scope": "x"}
    credentials = ClientCredentials.from_token_url(
        TOKEN_URL,
        "loc:ation",
        "p%s +",
        scope="locations:read",
        transport=issue(seen, answer(503), answer(200, token)),
        clock=stopped.clock,
    )
    script = Script(thing())

    client(credentials, script, stopped).use(GUARDED)

    assert bearers(script) == ["t1"]
    assert len(seen) == 2
    assert (seen[1].method, seen[1].url) == ("POST", TOKEN_URL)
    body = seen[1].body
    assert isinstance(body, bytes)
    assert parse_qs(body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["locations:read"],
    }
    basic = b64decode(seen[1].headers["Authorization"].removeprefix("Basic ")).decode()
    assert [unquote_plus(part) for part in basic.split(":")] == ["loc:ation", "p%s +"]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            ResponseMessage(
                401, {"Content-Type": "application/json"}, b'{"error":"invalid_client"}'
            ),
            "401 Unauthorized: invalid_client",
        ),
        (answer(200, {"access_token": "hush", "token_type": "mac"}), "'mac' tokens"),
        (answer(200, {"access_token": "hush", "expires_in": 1}), "/token_type"),
    ],
)
def test_a_token_endpoint_s_refusal_is_told(
    message: ResponseMessage, told: str, stopped: StoppedClock
) -> None:
    """With the reason that it gives, and no token in the text."""
    credentials = ClientCredentials.from_token_url(
        TOKEN_URL, "id", "hush", transport=issue([], message), clock=stopped.clock
    )

    with pytest.raises(errors.CredentialsError, match=told) as caught:
        client(credentials, Script(thing()), stopped).use(GUARDED)

    assert "hush" not in f"{caught.value!r} {caught.value.__cause__!r} {credentials!r}"


def test_a_token_is_not_asked_for_longer_than_there_is_time(stopped: StoppedClock) -> None:
    """The call's deadline holds for the token as well."""
    credentials = ClientCredentials.from_token_url(
        TOKEN_URL,
        "id",
        "secret",
        transport=FunctionTransport(stopped.after(3, answer(503))),
        clock=stopped.clock,
    )

    with pytest.raises(errors.ClientError):
        client(credentials, Script(thing()), stopped).use(GUARDED, deadline=5)

    assert stopped.now <= 8


def test_token_endpoints_share_what_is_known_of_their_types() -> None:
    """The wire keeps that for ever, so making many endpoints must not make it grow."""
    token = {"access_token": "t1", "token_type": "Bearer"}

    def ask() -> int:
        TokenEndpoint(TOKEN_URL, "id", "secret", transport=issue([], answer(200, token)))()
        return sum(kept.cache_info().currsize for kept in (adapter, shape))

    assert ask() == ask()


def test_a_token_endpoint_can_be_asked_by_itself() -> None:
    """Without a client; a server need not say how long its tokens live."""
    token = {"access_token": "t1", "token_type": "Bearer"}
    endpoint = TokenEndpoint(TOKEN_URL, "id", "secret", transport=issue([], answer(200, token)))

    assert endpoint() == ("t1", 300.0)


@pytest.mark.parametrize("url", ["https://auth.example", "https://a/t?x=1", "auth/token", ""])
def test_a_token_url_that_is_none_is_refused(url: str) -> None:
    """At construction, not at the first call."""
    with pytest.raises(errors.ArgumentError):
        ClientCredentials.from_token_url(url, "id", "secret")
