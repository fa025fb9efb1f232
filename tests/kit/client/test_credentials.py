from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from typing import Any

import pytest

from pactwright.client import (
    ApiKey,
    Attempt,
    Basic,
    Bearer,
    Credential,
    Request,
    errors,
)
from pactwright.wire import Requirement, SecurityScheme
from tests.kit.client.things import (
    BASE,
    ID,
    LOGIN,
    SERVICE,
    TOKEN,
    Script,
    ThingClient,
    answer,
    key,
    operation,
    thing,
)

BEARER = "Bearer abc"
OPENID = SecurityScheme(name="login", kind="openid")


def needs(*alternatives: Sequence[SecurityScheme]) -> Any:
    """An operation with that security."""
    return operation(
        "GET", security=tuple(tuple(Requirement(scheme=s) for s in each) for each in alternatives)
    )


def sent(
    security: Any, held: Credential | Sequence[Credential] | None, **options: Any
) -> tuple[str | None, Script]:
    script = Script(thing())
    ThingClient(BASE, credentials=held, transport=script.transport).use(security, **options)
    return script.last.headers.get("Authorization"), script


@pytest.mark.parametrize("scheme", [TOKEN, SERVICE, OPENID])
def test_tokens_are_borne_by_every_scheme_that_takes_them(scheme: SecurityScheme) -> None:
    """OAuth 2.0 and OpenID Connect use bearer tokens."""
    assert sent(needs([scheme]), Bearer("abc"))[0] == BEARER


def test_basic_is_utf_8() -> None:
    """RFC 7617 with charset UTF-8; a password may have a colon."""
    header, _ = sent(needs([LOGIN]), Basic("ada", "pä:ss"))

    assert header
    assert b64decode(header.removeprefix("Basic ")).decode() == "ada:pä:ss"


def test_name_and_password_may_come_from_a_function() -> None:
    """A service reads its secret when it first needs it; a wrong name is told then."""
    needed = needs([LOGIN])

    assert sent(needed, Basic.of(lambda: ("ada", "ss")))[0] == sent(needed, Basic("ada", "ss"))[0]
    with pytest.raises(errors.ArgumentError, match="colon"):
        sent(needed, Basic.of(lambda: ("a:b", "c")))
    assert "hush" not in repr(Basic.of(lambda: ("hush", "hush")))


@pytest.mark.parametrize("late", [False, True])
def test_an_oauth_clients_pair_is_form_encoded(late: bool) -> None:
    """Each part by itself (RFC 6749 section 2.3.1), so that an id may have a colon."""
    made = (
        Basic.of(lambda: ("a:b c", "+ü%"), form_encoded=True)
        if late
        else Basic("a:b c", "+ü%", form_encoded=True)
    )

    header, _ = sent(needs([LOGIN]), made)

    assert header
    assert b64decode(header.removeprefix("Basic ")).decode() == "a%3Ab+c:%2B%C3%BC%25"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("header", ("k&1", None, "")),
        ("cookie", (None, "X-Key=k&1", "")),
        ("query", (None, None, "X-Key=k%261")),
    ],
)
def test_an_api_key_goes_where_the_scheme_says(
    location: Any, expected: tuple[str | None, str | None, str]
) -> None:
    """In the header, the cookie or the query."""
    _, script = sent(needs([key(location)]), ApiKey("k&1"))

    found = script.last
    assert found.url
    assert (
        found.headers.get("X-Key"),
        found.headers.get("Cookie"),
        found.url.partition("?")[2],
    ) == expected


def test_an_open_operation_is_given_no_credentials() -> None:
    """A token is not shown to who doesn't ask for it."""
    assert sent(operation("GET"), [Bearer("abc"), Basic("a", "b"), ApiKey("k")])[0] is None


def test_each_operation_is_given_what_it_asks_for() -> None:
    """One client may hold several credentials."""
    credentials = [Basic("ada", "secret"), Bearer("abc")]

    assert sent(needs([TOKEN]), credentials)[0] == BEARER
    assert (sent(needs([LOGIN]), credentials)[0] or "").startswith("Basic ")


def test_all_of_an_alternative_is_needed() -> None:
    """A key alone does not do where a token is wanted as well."""
    both = needs([TOKEN, key("header")])

    _, script = sent(both, [ApiKey("k"), Bearer("abc")])

    assert script.last.headers["X-Key"] == "k"
    assert script.last.headers["Authorization"] == BEARER
    with pytest.raises(errors.MissingCredentials):
        sent(both, ApiKey("k"))


def test_the_first_alternative_that_can_be_met_is() -> None:
    """Credentials are preferred where they are optional."""
    assert sent(needs([LOGIN], [TOKEN]), Bearer("abc"))[0] == BEARER
    assert sent(needs([], [TOKEN]), Bearer("abc"))[0] == BEARER
    assert sent(needs([], [TOKEN]), None)[0] is None


def test_missing_credentials_are_told_before_anything_is_sent() -> None:
    """The error says what is asked for and what there is."""
    script = Script(thing())
    things = ThingClient(BASE, credentials=Basic("a", "b"), transport=script.transport)

    with pytest.raises(
        errors.MissingCredentials,
        match=r"use_thing asks for token \(bearer\) or partner \(api_key\); .*are: Basic",
    ):
        things.use(needs([TOKEN], [key("query")]))

    assert not script.requests


def test_a_credential_may_be_for_one_scheme_only() -> None:
    """Two keys are told apart by the scheme's name."""
    credentials = [ApiKey("k1", scheme="other"), ApiKey("k2", scheme="partner")]

    assert sent(needs([key("header")]), credentials)[1].last.headers["X-Key"] == "k2"


def test_a_call_may_bring_its_own_credentials() -> None:
    """A write forwards the user's token instead of the service's own; None sends none."""
    optional = needs([TOKEN], [])

    assert sent(optional, Bearer("abc"), credentials=Bearer("def"))[0] == "Bearer def"
    assert sent(optional, Bearer("abc"), credentials=None)[0] is None


def test_a_token_may_come_from_a_function() -> None:
    """It is asked for each attempt."""
    tokens = iter(["one", "two"])
    script = Script(answer(503), thing())
    things = ThingClient(
        BASE,
        credentials=Bearer(lambda: next(tokens)),
        transport=script.transport,
        random=lambda: 0.0,
    )

    things.use(needs([TOKEN]))

    assert [r.headers["Authorization"] for r in script.requests] == ["Bearer one", "Bearer two"]


def failing() -> Any:
    """What a service does whose secret can't be read."""
    raise LookupError("hush")


def refusing() -> Any:
    """A function that says itself what is wrong, in the client's terms."""
    raise errors.ServiceUnavailable("away")


@pytest.mark.parametrize(
    ("security", "make"), [(needs([TOKEN]), Bearer), (needs([LOGIN]), Basic.of)]
)
def test_a_function_that_fails_is_a_credentials_error(security: Any, make: Any) -> None:
    """With the cause and without its text; what already is a ClientError stays as it is."""
    script = Script(thing())

    with pytest.raises(errors.CredentialsError, match="raised LookupError") as caught:
        ThingClient(BASE, credentials=make(failing), transport=script.transport).use(security)
    with pytest.raises(errors.ServiceUnavailable):
        ThingClient(BASE, credentials=make(refusing), transport=script.transport).use(security)

    assert isinstance(caught.value.__cause__, LookupError)
    assert "hush" not in str(caught.value)
    assert not script.requests


@pytest.mark.parametrize("token", ["", "hush hush", "a\r\nEvil: 1", "ä"])
def test_a_token_can_not_forge_a_header(token: str) -> None:
    """And its text is not in the error."""
    with pytest.raises(errors.ArgumentError) as caught:
        Bearer(token)
    with pytest.raises(errors.ArgumentError):
        sent(needs([TOKEN]), Bearer(lambda: token))
    with pytest.raises(errors.ArgumentError):
        ApiKey(token)

    assert not token or token not in str(caught.value)


def test_a_username_with_a_colon_is_refused() -> None:
    """Where the name ends could not be told."""
    with pytest.raises(errors.ArgumentError, match="colon"):
        Basic("a:b", "c")


def test_no_credential_shows_itself() -> None:
    """Not in its own text, and not in a request's or an error's."""
    credentials = [Bearer("hush1"), Basic("hush2", "hush3"), ApiKey("hush4")]
    script = Script(answer(403))
    things = ThingClient(BASE, credentials=credentials, transport=script.transport)

    with pytest.raises(errors.Forbidden) as caught:
        things.use(needs([TOKEN, key("query")]))

    assert "hush4" in (script.last.url or "")
    assert "hush" not in f"{credentials} {caught.value!r} {caught.value.request!r} {things!r}"
    assert "hush" not in str(caught.value.request and caught.value.request.headers)


def test_an_error_does_not_carry_credentials() -> None:
    """Whoever raises it: reports of errors are stored and sent about."""
    credentials = [Bearer("hush1"), ApiKey("hush2")]
    both = needs([TOKEN, key("query")])
    for outcome in (answer(403), answer(200, {}), ConnectionResetError(), answer(200, "x" * 9999)):
        things = ThingClient(
            BASE,
            credentials=credentials,
            transport=Script(outcome).transport,
            retries=None,
            response_limit=999,
        )

        with pytest.raises(errors.ClientError) as caught:
            things.use(both)

        assert caught.value.request
        assert caught.value.request.url == f"{BASE}/things/{ID}"
        assert "hush" not in str(vars(caught.value)) + str(dict(caught.value.request.headers))


def test_mutual_tls_is_met_by_a_certificate(tmp_path: Any) -> None:
    """It is shown by the connection, not by a header field."""
    certificate = tmp_path / "client.pem"
    certificate.touch()
    mutual = needs([SecurityScheme(name="mtls", kind="mutual_tls")])
    script = Script(thing())

    ThingClient(BASE, cert=str(certificate), transport=script.transport).use(mutual)

    assert len(script.requests) == 1
    with pytest.raises(errors.MissingCredentials, match="mutual_tls"):
        ThingClient(BASE, transport=script.transport).use(mutual)


def test_other_schemes_can_be_added() -> None:
    """A subclass says which kind it is for."""

    class Signature(Credential):
        kinds = frozenset({"other"})

        def authorize(self, attempt: Attempt) -> Request:
            return attempt.request.with_headers({"X-Signature": attempt.request.method})

    security = needs([SecurityScheme(name="signed", kind="other")])

    assert sent(security, Signature())[1].last.headers["X-Signature"] == "GET"
    assert str(ID) in (sent(security, Signature())[1].last.url or "")
