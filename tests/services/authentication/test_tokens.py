from __future__ import annotations

import re
import secrets
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.authentication import tokens
from services.authentication.tokens import Kind

KINDS = st.sampled_from(["access", "refresh"])


@given(KINDS, st.randoms(use_true_random=False))
def test_token_tells_its_kind(kind: Kind, random: Random) -> None:
    """It has the form that the document declares, and its kind can be read from it."""
    token = tokens.generate(kind, random.randbytes)

    assert re.fullmatch("[A-Za-z0-9_-]{20,200}", token)
    assert tokens.kind_of(token) == kind


@given(KINDS, st.integers(0, 53), st.sampled_from("aZ5_"))
def test_mistyped_token_is_told_apart(kind: Kind, position: int, replacement: str) -> None:
    """Any one character changed is caught by the checksum."""
    token = tokens.generate(kind, Random(1).randbytes)  # noqa: S311 - reproducible
    mistyped = token[:position] + replacement + token[position + 1 :]

    assert tokens.kind_of(mistyped) == (kind if mistyped == token else None)


@pytest.mark.parametrize("text", ["", "haat_", "haat_x", "Bearer", "haat_" + "é" * 49])
def test_other_text_is_no_token(text: str) -> None:
    """Whatever somebody sends as a token."""
    assert tokens.kind_of(text) is None


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    """No text makes the check fail."""
    assert tokens.kind_of(text) in (None, "access", "refresh")


def test_digest_tells_nothing_of_the_token() -> None:
    """What is kept is a SHA-256."""
    token = tokens.generate("access", secrets.token_bytes)

    assert re.fullmatch("[0-9a-f]{64}", tokens.digest(token))
    assert token[5:] not in tokens.digest(token)
