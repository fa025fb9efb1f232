"""Names that stand twice in a JSON object are found, wherever they are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.wire.repetition import RepeatedName, refuse_repeated_names
from pactwright.wire.text import JsonShape, read_value

NAMES = st.text(st.characters(codec="utf-8"), max_size=3)
VALUES = st.recursive(
    st.none() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"a": 1, "a": 1}', ("/a",)),
        ('{"a": 1, "\\u0061": 2}', ("/a",)),
        ('{"": 1, "": 2}', ("/",)),
        ('[{"a": {"b": 1, "b": 2, "b": 3}}, {"c": 1, "c": 2}]', ("/0/a/b", "/1/c")),
        ('{"a/b": 1, "a/b": 2}', ("/a~1b",)),
        (f'{{"n": {"9" * 5000}, "n": 1}}', ("/n",)),
        ('{"a": 1, "a": 2', ()),
        ('{"a": {"b": 1, "b": 2}', ("",)),
    ],
)
def test_repeated_names_are_found(text: str, pointers: tuple[str, ...]) -> None:
    """Decoded, in each object by itself; where the text ends too early no place can be told."""
    if not pointers:
        refuse_repeated_names(text)
        return

    with pytest.raises(RepeatedName) as caught:
        refuse_repeated_names(text.encode())

    assert caught.value.pointers == pointers


@given(VALUES)
def test_what_has_each_name_once_is_taken(value: object) -> None:
    """Whatever else it is."""
    refuse_repeated_names(json.dumps(value))


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), st.data())
def test_any_repeated_name_is_refused(members: dict[str, object], data: st.DataObject) -> None:
    """In an object that is right but for it."""
    name = data.draw(st.sampled_from(sorted(members)))
    again = json.dumps({name: data.draw(VALUES)})[1:]
    text = json.dumps(members)[:-1] + ", " + again

    with pytest.raises(RepeatedName):
        refuse_repeated_names(text)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 100_000, "\ud800", "NaN"])
def test_what_is_no_json_is_left_to_its_reader(text: str) -> None:
    """However deep it is."""
    refuse_repeated_names(text)


def test_many_repeated_names_are_told_in_part() -> None:
    """An answer about them stays short."""
    text = "{" + ", ".join(f'"{n}": 1, "{n}": 2' for n in range(500)) + "}"

    with pytest.raises(RepeatedName) as caught:
        refuse_repeated_names(text)

    assert len(caught.value.pointers) == 100


@pytest.mark.parametrize("depth", [100, 900, 2_000, 9_000])
def test_repeated_names_are_found_however_deep_a_text_is(depth: int) -> None:
    """Also where a parser goes deeper than Python's calls; what is too deep for it has a reader."""
    text = '{"a": 1, "a": 2, "b": ' + "[" * depth + "]" * depth + "}"

    try:
        json.loads(text)
    except RecursionError:
        refuse_repeated_names(text)
        return

    with pytest.raises(RepeatedName, match=r": /a$"):
        refuse_repeated_names(text)


@pytest.mark.parametrize("text", ["[" * 900 + "]" * 900, '{"a": 1, "a": 2}', "[NaN]", "{"])
def test_nested_value_in_a_text_is_held_to_the_same(text: str) -> None:
    """What is too deep, repeats a name or is no JSON stays the text that it is."""
    assert read_value(text, JsonShape(frozenset({"object"}))) == text
