"""Security requirements, bearer tokens and HTTP Basic."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.service import (
    Call,
    Forbidden,
    MalformedRequest,
    MissingCredentials,
    Principal,
    ProblemError,
    Unauthenticated,
)
from pactwright.service.authentication import Gate
from pactwright.service.basic import BasicAuthenticator, parse
from pactwright.service.bearer import BearerAuthenticator
from pactwright.service.errors import Unavailable
from pactwright.wire import Operation, Owner, Requirement, SecurityScheme

BEARER = SecurityScheme(name="user", kind="bearer")
BASIC = SecurityScheme(name="service", kind="basic")
KEY = SecurityScheme(name="key", kind="api_key", parameter="X-Key", location="header")
INES = Principal("ines", scopes=frozenset({"read"}))
ROBOT = Principal("robot", kind="service")


def call(
    authorization: str | None = None, security: tuple[tuple[Requirement, ...], ...] = ()
) -> Call:
    """A call with that Authorization header."""
    headers = {} if authorization is None else {"authorization": authorization}
    operation: Operation[Any] = Operation(name="o", method="GET", path="/", security=security)
    return Call(operation, "r", headers=headers)


def coded(text: str) -> str:
    """A Basic header."""
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.fixture
def gate() -> Gate:
    """Knows a token, and an id with a secret."""
    return Gate(
        {
            "user": BearerAuthenticator({"good": INES}.get),
            "service": BasicAuthenticator(
                lambda name, secret: ROBOT if (name, secret) == ("robot", "s3cret") else None,
                realm="test",
            ),
        }
    )


def needs(*scopes: str) -> tuple[Requirement, ...]:
    """The alternative of a user with scopes."""
    return (Requirement(scheme=BEARER, scopes=scopes),)


SERVICE = (Requirement(scheme=BASIC),)


@pytest.mark.parametrize(
    ("security", "authorization", "expected"),
    [
        ((), None, None),
        ((), "Bearer bad", None),
        ((needs(),), "Bearer good", INES),
        ((needs("read"),), "bearer good", INES),
        ((needs(), SERVICE), coded("robot:s3cret"), ROBOT),
        ((SERVICE, needs()), "Bearer good", INES),
        ((needs("write"), needs("read")), "Bearer good", INES),
        ((needs(), ()), None, None),
        (((), needs()), "Bearer good", INES),
        (((),), None, None),
    ],
)
def test_lets_through(
    gate: Gate, security: Any, authorization: str | None, expected: Principal | None
) -> None:
    """One alternative suffices; credentials are looked at also where they are optional."""
    admission = gate.admit(call(authorization, security))

    assert (admission and admission.principal) == expected


@pytest.mark.parametrize(
    ("security", "authorization", "status", "challenge"),
    [
        ((needs(),), None, 401, "Bearer"),
        ((needs(),), "Digest x", 401, "Bearer"),
        ((needs(),), "Bearer bad", 401, 'Bearer error="invalid_token"'),
        ((needs(),), "Bearer", 400, 'Bearer error="invalid_request"'),
        ((needs(),), "Bearer a b", 400, 'Bearer error="invalid_request"'),
        ((needs(),), "Bearer good, Bearer good", 400, 'Bearer error="invalid_request"'),
        ((needs(),), "Bearer ü", 400, 'Bearer error="invalid_request"'),
        (
            (needs("write", "all"),),
            "Bearer good",
            403,
            'Bearer error="insufficient_scope", scope="write all"',
        ),
        ((needs(), SERVICE), None, 401, 'Bearer, Basic realm="test", charset="UTF-8"'),
        ((needs(), SERVICE), "Bearer bad", 401, 'Bearer error="invalid_token"'),
        ((SERVICE, ()), coded("robot:wrong"), 401, 'Basic realm="test", charset="UTF-8"'),
        ((SERVICE, ()), "Basic !", 401, 'Basic realm="test", charset="UTF-8"'),
        ((needs(), ()), "Bearer bad", 401, 'Bearer error="invalid_token"'),
        (((*needs(), *SERVICE),), "Bearer good", 401, 'Basic realm="test", charset="UTF-8"'),
    ],
)
def test_refuses(
    gate: Gate, security: Any, authorization: str | None, status: int, challenge: str
) -> None:
    """Each refusal has the status and the challenge of RFC 6750 section 3 and RFC 7617."""
    with pytest.raises(ProblemError) as refusal:
        gate.admit(call(authorization, security))

    assert refusal.value.status == status
    assert refusal.value.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize(
    ("authorization", "status", "challenge"),
    [
        ("Bearer good", 400, 'Bearer error="invalid_request"'),
        (None, 401, "Bearer"),
    ],
)
def test_a_token_in_the_query_is_none(
    gate: Gate, authorization: str | None, status: int, challenge: str
) -> None:
    """Alone it does not count; beside a header there are two (RFC 6750 sections 2.3 and 3.1)."""
    asked = replace(call(authorization, (needs(),)), query=(("access_token", "good"),))

    with pytest.raises(ProblemError) as refusal:
        gate.admit(asked)

    assert refusal.value.status == status
    assert refusal.value.headers["WWW-Authenticate"] == challenge


def test_keys_are_refused_without_a_challenge() -> None:
    """Only bearer tokens have a challenge that names scopes."""

    class Keys:
        def authenticate(self, call: Call) -> Principal:
            return Principal(call.request_id)

    class NoKeys:
        def authenticate(self, _: Call) -> Principal:
            raise MissingCredentials

    with pytest.raises(MissingCredentials) as missing:
        Gate({"key": NoKeys()}).admit(call(None, ((Requirement(scheme=KEY),),)))
    assert missing.value.headers == {}

    requirement = Requirement(scheme=KEY, scopes=("admin",))
    with pytest.raises(Forbidden) as refusal:
        Gate({"key": Keys()}).admit(call(None, ((requirement,),)))
    assert refusal.value.headers == {}


@pytest.mark.parametrize("token", ["good", "bad"])
def test_each_scheme_is_asked_once(token: str) -> None:
    """Alternatives that differ in scopes do not look the token up again, be it good or not."""
    asked: list[str] = []

    def introspect(token: str) -> Principal | None:
        asked.append(token)
        return INES if token == "good" else None

    gate = Gate({"user": BearerAuthenticator(introspect)})
    with suppress(Unauthenticated):
        gate.admit(call(f"Bearer {token}", (needs("a"), needs("b"), needs("read"))))

    assert asked == [token]


OWNER = Owner(scope="own", argument="user_id")
USER_ID = "0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60"


def owned(*security: tuple[Requirement, ...]) -> Call:
    """A call to what is somebody's."""
    operation: Operation[Any] = Operation(
        name="o", method="GET", path="/{user_id}", security=security, owner=OWNER
    )
    return Call(operation, "r", headers={"authorization": "Bearer t"})


def admitted(called: Call, principal: Principal) -> None:
    """What the application does with it."""
    admission = Gate({"user": BearerAuthenticator({"t": principal}.get)}).admit(called)
    assert admission is not None
    admission.authorize(called, {"user_id": UUID(USER_ID)})


@pytest.mark.parametrize(
    ("subject", "kind", "scopes", "security"),
    [
        (USER_ID, "user", "own", (needs("own"),)),
        (USER_ID, "user", "own", (needs("all"), needs("own"))),
        (USER_ID, "user", "own all", (needs("own", "all"),)),
        ("robot", "service", "all", (needs("own"), needs("all"))),
        ("somebody", "user", "own all", (needs("own"), needs("all"))),
    ],
)
def test_lets_through_to_an_object(
    subject: str, kind: Any, scopes: str, security: tuple[tuple[Requirement, ...], ...]
) -> None:
    """Its owner, and who may do it to any object, in whatever order that is declared."""
    admitted(owned(*security), Principal(subject, kind, frozenset(scopes.split())))


@pytest.mark.parametrize(
    ("subject", "kind", "scopes", "security"),
    [
        ("somebody", "user", "own", (needs("own"),)),
        ("somebody", "user", "own", (needs("own"), needs("all"))),
        ("somebody", "user", "own all", (needs("own", "all"),)),
        (USER_ID.upper(), "user", "own", (needs("own"),)),
        (USER_ID, "service", "own", (needs("own"),)),
        (USER_ID, "user", "", (needs("own"),)),
        ("robot", "service", "other", (needs("own"), needs("all"))),
    ],
)
def test_keeps_others_from_an_object(
    subject: str, kind: Any, scopes: str, security: tuple[tuple[Requirement, ...], ...]
) -> None:
    """Whoever comes in by the owner's scope only; a service is nobody's owner, by whatever id."""
    with pytest.raises(Forbidden):
        admitted(owned(*security), Principal(subject, kind, frozenset(scopes.split())))


class Clock:
    """A time that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Introspection:
    """Counts how often it is asked."""

    def __init__(self, principal: Principal | None) -> None:
        self.principal = principal
        self.asked = 0

    def __call__(self, _: str) -> Principal | None:
        self.asked += 1
        return self.principal


def test_tokens_are_kept_for_seconds() -> None:
    """Within the time to live nobody is asked again; after it somebody is."""
    clock, introspect = Clock(), Introspection(INES)
    bearer = BearerAuthenticator(introspect, ttl=5, clock=clock)
    bearer.authenticate(call("Bearer good"))
    clock.now += 4.9
    bearer.authenticate(call("Bearer good"))
    assert introspect.asked == 1

    clock.now += 0.1
    introspect.principal = None
    with pytest.raises(Unauthenticated):
        bearer.authenticate(call("Bearer good"))


def test_tokens_are_never_kept_past_their_end() -> None:
    """A principal that has ended is not let through, kept or fresh."""
    clock = Clock()
    introspect = Introspection(replace(INES, expires_at=1002.0))
    for ttl in (0, 60):
        clock.now = 1000.0
        bearer = BearerAuthenticator(introspect, ttl=ttl, clock=clock)
        assert bearer.authenticate(call("Bearer good")).subject == "ines"
        clock.now = 1002.0
        with pytest.raises(Unauthenticated):
            bearer.authenticate(call("Bearer good"))


def test_refusals_and_failures_are_not_kept() -> None:
    """A token that was not good, or could not be asked about, is asked about again."""
    introspect = Introspection(None)
    bearer = BearerAuthenticator(introspect, ttl=5)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            bearer.authenticate(call("Bearer bad"))
    assert introspect.asked == 2

    def failing(token: str) -> Principal | None:
        raise Unavailable(token[:0])

    with pytest.raises(Unavailable):
        BearerAuthenticator(failing, ttl=5).authenticate(call("Bearer good"))


def test_only_so_many_tokens_are_kept() -> None:
    """The oldest gives way, so that nobody can fill the memory."""
    introspect = Introspection(INES)
    bearer = BearerAuthenticator(introspect, ttl=60, capacity=2)
    for token in ("a", "b", "c", "a"):
        bearer.authenticate(call(f"Bearer {token}"))
    assert introspect.asked == 4

    bearer.authenticate(call("Bearer c"))
    assert introspect.asked == 4


def test_no_token_is_kept_as_it_is() -> None:
    """Only digests are, so that no dump of the memory gives tokens away."""
    bearer = BearerAuthenticator(Introspection(INES), ttl=60)
    bearer.authenticate(call("Bearer very-secret"))
    assert "very-secret" not in repr(vars(bearer))


def test_endless_tokens_are_not_asked_about() -> None:
    """A token that is longer than any is refused at once."""
    introspect = Introspection(INES)
    with pytest.raises(Unauthenticated):
        BearerAuthenticator(introspect).authenticate(call("Bearer " + "a" * 5000))
    assert introspect.asked == 0


def test_a_realm_is_told() -> None:
    """The challenge names the realm, if there is one."""
    bearer = BearerAuthenticator(Introspection(None), realm="here")
    with pytest.raises(MissingCredentials) as missing:
        bearer.authenticate(call())
    with pytest.raises(MalformedRequest) as malformed:
        bearer.authenticate(call("Bearer"))

    assert missing.value.headers["WWW-Authenticate"] == 'Bearer realm="here"'
    assert malformed.value.headers["WWW-Authenticate"] == (
        'Bearer realm="here", error="invalid_request"'
    )


@given(name=st.text(), secret=st.text())
def test_basic_credentials_come_apart_at_the_first_colon(name: str, secret: str) -> None:
    """Any printable text; ids have no colon."""
    text = f"{name}:{secret}"
    try:
        header = coded(text)
    except UnicodeEncodeError:
        return
    expected = tuple(text.split(":", 1)) if text.isprintable() else None

    assert parse(header) == expected


@given(header=st.text() | st.binary().map(lambda b: "basic " + base64.b64encode(b).decode()))
def test_any_header_is_read_or_not(header: str) -> None:
    """Nothing that is sent makes the parser fail."""
    found = parse(header)
    assert found is None or len(found) == 2


def test_oauth_clients_credentials_are_form_decoded() -> None:
    """RFC 6749 section 2.3.1 has id and secret form-encoded before they are joined."""
    seen: list[tuple[str, str]] = []

    def check(name: str, secret: str) -> Principal | None:
        seen.append((name, secret))
        return ROBOT

    header = coded("a%3Ab:s+1%25")
    BasicAuthenticator(check, realm="r", form_encoded=True).authenticate(call(header))
    BasicAuthenticator(check, realm="r").authenticate(call(header))

    assert seen == [("a:b", "s 1%"), ("a%3Ab", "s+1%25")]
