"""What an introspection's answer says about who is calling."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from pactwright.service import Principal
from pactwright.service.introspection import principal


@dataclass(frozen=True)
class Answer:
    """An authorization server's answer."""

    active: bool = True
    scope: str | None = "a b"
    client_id: str | None = "app"
    username: str | None = "ines"
    sub: str | None = "5"
    aud: tuple[str, ...] | None = ("location", "profile")
    exp: int | None = 2000


def test_a_persons_token() -> None:
    """Whose it is, what it allows, and until when."""
    assert principal(Answer(), "location") == Principal(
        "5", "user", frozenset({"a", "b"}), client_id="app", expires_at=2000
    )


def test_a_services_token() -> None:
    """It has no username, and need not say anything else."""
    bare = Answer(scope=None, client_id=None, username=None, aud=None, exp=None)
    assert principal(bare, "location") == Principal("5", "service")


@pytest.mark.parametrize("change", [{"active": False}, {"sub": None}, {"aud": ("other",)}])
def test_tokens_that_do_not_work_here(change: dict[str, object]) -> None:
    """Ended, nobody's, or meant for another service."""
    assert principal(replace(Answer(), **change), "location") is None  # type: ignore[arg-type]
