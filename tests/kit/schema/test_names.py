from __future__ import annotations

import pytest

from pactwright.schema.names import pascal_case, snake_case, unique


@pytest.mark.parametrize(
    ("text", "snake", "pascal"),
    [
        ("listPets", "list_pets", "ListPets"),
        ("getHTTPStatus", "get_http_status", "GetHTTPStatus"),
        ("pets/list-all", "pets_list_all", "PetsListAll"),
        ("If-None-Match", "if_none_match", "IfNoneMatch"),
        ("class", "class_", "Class"),
        ("2fa", "x_2fa", "X2fa"),
        ("+1", "plus_1", "Plus1"),
        ("$", "x", "X"),
        ("ETag", "etag", "ETag"),
        ("OAuthError", "oauth_error", "OAuthError"),
        ("None", "none", "None_"),
    ],
)
def test_names_are_in_pythons_style(text: str, snake: str, pascal: str) -> None:
    """Any text becomes a name that Python takes."""
    assert snake_case(text, "x") == snake
    assert pascal_case(text, "X") == pascal
    assert snake.isidentifier()


def test_taken_names_get_a_number() -> None:
    """The first that is free."""
    assert unique("a", {"a", "a_2"}) == "a_3"
