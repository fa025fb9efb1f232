from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.authentication.passwords import ONLY_FOR_TESTING, OWASP, Passwords, is_common

PASSWORDS = Passwords(ONLY_FOR_TESTING)


@given(st.text(max_size=128), st.text(max_size=128))
def test_only_the_same_password_matches(password: str, other: str) -> None:
    """Also with characters beyond ASCII, and with none."""
    stored = PASSWORDS.hash(password)

    assert PASSWORDS.verify(stored, password)
    assert PASSWORDS.verify(stored, other) == (
        normalize("NFKC", password) == normalize("NFKC", other)
    )


def test_password_is_the_same_however_it_is_written() -> None:
    """Keyboards and systems write one letter in several ways."""
    composed, decomposed = "tram 28 climbs to Gra\u00e7a", "tram 28 climbs to Grac\u0327a"

    assert PASSWORDS.verify(PASSWORDS.hash(composed), decomposed)


def test_same_password_never_has_the_same_hash_twice() -> None:
    """Each hash has a salt of its own."""
    assert PASSWORDS.hash("x") != PASSWORDS.hash("x")


def test_nobody_has_no_password() -> None:
    """A check for a user who doesn't exist fails, whatever was given."""
    assert not PASSWORDS.verify(None, "the hash of nobody's password")


def test_garbled_hash_matches_nothing() -> None:
    """A broken record is a wrong password, not a crash."""
    assert not PASSWORDS.verify("garbled", "x")


def test_owasp_parameters_are_what_is_stored() -> None:
    """argon2id, 19 MiB, two passes, one lane."""
    assert Passwords(OWASP).hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1234567!",
        "P@ssw0rdP@ssw0rd",
        "123456789012345",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "iloveyouiloveyou",
        "hereabouts-hereabouts",
        "correct horse battery staple",
        "zyxwvutsrqponmlk",
        "ines-almeida-ines-almeida",
        "               ",
    ],
)
def test_common_password_is_recognised(password: str) -> None:
    """What lists of leaked passwords hold at this length is built from few parts."""
    assert is_common(password, username="ines-almeida")


@pytest.mark.parametrize(
    "password",
    [
        "tram 28 climbs to Graça",
        "ferries cross to Cacilhas at noon",
        "我在里斯本坐电车去看大海和夕阳很开心啊",
        "xK9#mQ2$vL7&nR4!",
        "violet-anchor-marble",
    ],
)
def test_uncommon_password_is_taken(password: str) -> None:
    """Phrases of one's own, random ones, and other scripts."""
    assert not is_common(password, username="ines-almeida")


@given(st.text(max_size=128), st.text(max_size=30))
def test_any_text_can_be_judged(password: str, username: str) -> None:
    """No text makes the check fail or hang."""
    assert is_common(password, username) in (True, False)
