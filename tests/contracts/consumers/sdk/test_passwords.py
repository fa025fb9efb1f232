"""What callers rely on where a password is chosen or changed."""

from __future__ import annotations

from typing import Final

import pytest

from hereabouts import PROBLEM_TYPES
from hereabouts.authentication import AuthenticationClient, models
from hereabouts.authentication.operations import CHANGE_PASSWORD, REGISTER_USER
from pactwright.client.errors import Forbidden, InvalidRequest, TooManyRequests
from pactwright.contract.recording.recorder import Recorder, only
from tests.contracts.cast import INES, too_many_changes
from tests.contracts.consumers.calls import refused

pytestmark = pytest.mark.pact("sdk", "authentication")

CHANGE: Final = models.PasswordChange(
    current_password=INES.password, new_password="funiculars climb to Bica at dusk"
)

bad_passwords = pytest.mark.parametrize(
    ("password", "slug", "why"),
    [
        ("too short", "invalid-request", "is too short"),
        ("passwordpassword", "common-password", "is a common one"),
    ],
    ids=["short", "common"],
)


@bad_passwords
def test_registering_with_a_bad_password(
    pact: Recorder, password: str, slug: str, why: str
) -> None:
    """Who chooses a bad password is told why it is refused, and which value it was."""
    body = models.NewUser.model_construct(username=INES.username, password=password)
    pact.expect(
        f"a registration with a password that {why}",
        REGISTER_USER,
        body=body,
        status=422,
        answer=only(
            models.InvalidRegistrationProblem,
            type=PROBLEM_TYPES + slug,
            errors=[only(models.FieldError, pointer="/password")],
        ),
    )
    client = pact.client(AuthenticationClient)

    with refused(InvalidRequest, slug) as raised:
        client.register_user(body)
    assert [error.pointer for error in raised.value.errors] == ["/password"]


def test_changing_the_password(pact: Recorder) -> None:
    """Who is signed in and knows the password can change it."""
    pact.expect(
        "a new password",
        CHANGE_PASSWORD,
        body=CHANGE,
        given=[INES.account, INES.session()],
        credentials=INES.bearer,
    )
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    client.change_password(CHANGE)


@bad_passwords
def test_changing_to_a_bad_password(pact: Recorder, password: str, slug: str, why: str) -> None:
    """The new password has to be as good as the first one."""
    body = models.PasswordChange.model_construct(
        current_password=INES.password, new_password=password
    )
    pact.expect(
        f"a new password that {why}",
        CHANGE_PASSWORD,
        body=body,
        given=[INES.account, INES.session()],
        credentials=INES.bearer,
        status=422,
        answer=only(
            models.InvalidAccountProblem,
            type=PROBLEM_TYPES + slug,
            errors=[only(models.FieldError, pointer="/new_password")],
        ),
    )
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    with refused(InvalidRequest, slug) as raised:
        client.change_password(body)
    assert [error.pointer for error in raised.value.errors] == ["/new_password"]


def test_changing_without_knowing_the_password(pact: Recorder) -> None:
    """A token alone is not enough to change the password."""
    body = CHANGE.model_copy(update={"current_password": "not what it was"})
    pact.expect(
        "a new password from somebody who doesn't know the current one",
        CHANGE_PASSWORD,
        body=body,
        given=[INES.account, INES.session()],
        credentials=INES.bearer,
        status=403,
        answer=only(models.WrongPasswordProblem, "type"),
    )
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    with refused(Forbidden, "wrong-password"):
        client.change_password(body)


def test_changing_after_too_many_attempts(pact: Recorder) -> None:
    """Who has guessed too often is told how long to wait."""
    pact.expect(
        "a new password after too many attempts",
        CHANGE_PASSWORD,
        body=CHANGE,
        given=[INES.account, INES.session(), too_many_changes(INES.user_id)],
        credentials=INES.bearer,
        status=429,
        answer=only(models.TooManyRequestsProblem, "type"),
        headers={"Retry-After": "30"},
    )
    client = pact.client(AuthenticationClient, credentials=INES.bearer)

    with refused(TooManyRequests, "too-many-requests") as raised:
        client.change_password(CHANGE)
    assert raised.value.retry_after == 30
