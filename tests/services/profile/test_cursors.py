from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.cursors import Cursors, InvalidCursor, Position

CURSORS = Cursors(b"a key for the tests")
POSITIONS = st.builds(Position, created_at=st.text(), user_id=st.text())


@given(POSITIONS)
def test_cursor_is_read_as_it_was_written(position: Position) -> None:
    """In the characters that the document allows."""
    cursor = CURSORS.write(position)

    assert re.fullmatch("[A-Za-z0-9._~-]+", cursor)
    assert CURSORS.read(cursor) == position


@given(st.text())
def test_made_up_cursor_is_refused(text: str) -> None:
    """No text that was not signed is a cursor."""
    with pytest.raises(InvalidCursor):
        CURSORS.read(text)


@given(POSITIONS, st.integers(0, 60), st.characters(codec="ascii"))
def test_altered_cursor_is_refused(position: Position, at: int, character: str) -> None:
    """One character changed makes another text, which was not signed."""
    cursor = CURSORS.write(position)
    altered = cursor[:at] + character + cursor[at + 1 :]
    try:
        assert CURSORS.read(altered) == position
    except InvalidCursor:
        assert altered != cursor


def test_cursor_of_another_key_is_refused() -> None:
    """A rotated key ends the cursors that were out."""
    cursor = Cursors(b"another key for the tests").write(Position("2026", "u"))

    with pytest.raises(InvalidCursor):
        CURSORS.read(cursor)


def test_short_key_is_refused() -> None:
    """A key that could be guessed would sign nothing."""
    with pytest.raises(ValueError, match="16 bytes"):
        Cursors(b"short")
