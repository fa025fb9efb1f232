from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from pactwright.wire import (
    Date,
    EncodeError,
    InvalidContent,
    Model,
    Omittable,
    Operation,
    Parameter,
    ReceivedRequest,
    decode_request,
    encode_request,
)
from pactwright.wire.operation import ParameterLocation


class Size(Model):
    width: int
    height: Omittable[int] = None


class Filter(Model):
    kind: Omittable[str] = None
    tags: Omittable[list[str]] = None
    sizes: Omittable[list[int]] = None
    size: Omittable[Size] = None
    pair: Omittable[tuple[int, str]] = None


def operation(*parameters: Parameter) -> Operation[Any]:
    return Operation(name="probe", method="GET", path="/", parameters=parameters)


def given_query(*pairs: tuple[str, str]) -> ReceivedRequest:
    return ReceivedRequest(query=pairs)


def there_and_back(parameter: Parameter, value: object) -> object:
    message = encode_request(operation(parameter), {parameter.argument: value})
    request = ReceivedRequest(
        query=tuple(parse_qsl(message.query, keep_blank_values=True)),
        headers={name.lower(): text for name, text in message.headers.items()},
    )
    return decode_request(operation(parameter), request)[parameter.argument]


def query(python_type: Any, **settings: Any) -> Parameter:
    return Parameter(name="q", argument="q", location="query", type=lambda: python_type, **settings)


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
def test_a_default_stands_for_what_was_not_sent(location: ParameterLocation) -> None:
    """The callee gets it; what was sent goes before it."""
    limit = Parameter(
        name="X-Limit", argument="limit", location=location, type=lambda: int, default=20
    )

    assert decode_request(operation(limit), ReceivedRequest()) == {"limit": 20}
    assert there_and_back(limit, 5) == 5
    assert "20" not in str(encode_request(operation(limit), {"limit": None}))


def test_a_default_has_its_type() -> None:
    """It is JSON, read as what is sent would be: a date is a date, false is a value."""
    since = query(Date, default="2026-11-23")
    quick = query(bool, default=False)

    assert decode_request(operation(since), ReceivedRequest()) == {"q": date(2026, 11, 23)}
    assert decode_request(operation(quick), ReceivedRequest()) == {"q": False}


def test_each_request_gets_a_default_of_its_own() -> None:
    """One that changes its list changes nobody else's."""
    tags = query(list[str], shape="array", default=["a"])

    decode_request(operation(tags), ReceivedRequest())["q"].append("b")

    assert decode_request(operation(tags), ReceivedRequest()) == {"q": ["a"]}


def test_a_default_stands_for_an_object_of_which_no_member_was_sent() -> None:
    """Any member makes it the caller's."""
    size = query(Size, shape="object", default={"width": 1})

    assert decode_request(operation(size), ReceivedRequest()) == {"q": Size(width=1)}
    assert decode_request(operation(size), given_query(("width", "2"))) == {"q": Size(width=2)}


def test_a_default_that_does_not_fit_is_not_the_callers_fault() -> None:
    """It is the document's, so it is none of the errors that a caller is told."""
    limit = query(Annotated[int, Field(ge=1)], default=0)

    with pytest.raises(ValidationError):
        decode_request(operation(limit), ReceivedRequest())


WORD = st.text("abc 1,;=&[]%", max_size=4)
FILTERS = st.builds(
    Filter,
    kind=st.none() | WORD,
    tags=st.none() | st.lists(WORD, min_size=1, max_size=3),
    sizes=st.none() | st.lists(st.integers(), min_size=1, max_size=3),
    size=st.none() | st.builds(Size, width=st.integers(), height=st.none() | st.integers()),
    pair=st.none() | st.tuples(st.integers(), WORD),
).filter(lambda f: bool(f.model_dump(exclude_unset=True)))


@pytest.mark.parametrize("style", ["form", "deepObject"])
@given(value=FILTERS)
def test_members_of_their_own_hold_lists_and_objects(style: Any, value: Filter) -> None:
    """A list is its name repeated, what is nested deeper is JSON."""
    assert there_and_back(query(Filter, shape="object", style=style, explode=True), value) == value


@given(st.lists(st.builds(Size, width=st.integers()), min_size=1, max_size=3))
def test_a_repeated_parameter_holds_objects(sizes: list[Size]) -> None:
    """Each as JSON."""
    assert there_and_back(query(list[Size], shape="array"), sizes) == sizes


@pytest.mark.parametrize("location", ["query", "header"])
def test_what_a_style_has_no_form_for_cannot_be_sent(location: ParameterLocation) -> None:
    """Between commas there is no room for a list."""
    parameter = Parameter(
        name="q",
        argument="q",
        location=location,
        type=lambda: Filter,
        shape="object",
        explode=False,
    )

    with pytest.raises(EncodeError, match="nothing nested"):
        encode_request(operation(parameter), {"q": Filter(tags=["a"])})


@pytest.mark.parametrize(
    ("settings", "pairs", "pointer"),
    [
        ({"style": "deepObject"}, [("q[kind]", "a"), ("q[kind]", "b")], "/q/kind"),
        ({}, [("kind", "a"), ("kind", "b")], "/q/kind"),
        ({"explode": False}, [("q", "kind,a,kind,b")], "/q/kind"),
        ({"explode": False}, [("q", "kind,a,b")], "/q"),
    ],
)
def test_members_given_twice_or_by_half_are_refused(
    settings: dict[str, Any], pairs: list[tuple[str, str]], pointer: str
) -> None:
    """Neither the first nor the last of two values is what the caller meant."""
    parameter = query(Filter, shape="object", **settings)

    with pytest.raises(InvalidContent) as caught:
        decode_request(operation(parameter), given_query(*pairs))

    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_a_free_form_object_leaves_other_parameters_alone() -> None:
    """Their names are no members of it."""
    limit = Parameter(name="limit", argument="limit", location="query", type=lambda: int)
    rest = query(dict[str, str], shape="object")

    decoded = decode_request(operation(limit, rest), given_query(("limit", "5"), ("x", "y")))

    assert decoded == {"limit": 5, "q": {"x": "y"}}


@pytest.mark.parametrize(
    ("settings", "text"),
    [({}, "1e999"), ({}, "9" * 400), ({"media_type": "application/json"}, "NaN")],
)
def test_what_is_no_number_in_a_parameter_is_told_at_its_place(
    settings: dict[str, Any], text: str
) -> None:
    """It is that parameter's fault, and not the body's."""
    with pytest.raises(InvalidContent) as caught:
        decode_request(operation(query(float, **settings)), given_query(("q", text)))

    assert [(e.location, e.pointer) for e in caught.value.errors] == [("query", "/q")]


@given(st.text(st.characters(codec="utf-8")))
def test_reserved_characters_never_end_a_value(text: str) -> None:
    """Those that mean something in a query are encoded all the same."""
    assert there_and_back(query(str, allow_reserved=True), text) == text


@given(st.lists(st.text("a,/;", min_size=1), min_size=1, max_size=3))
def test_reserved_characters_are_for_queries_only(texts: list[str]) -> None:
    """In a cookie, a semicolon would begin another one."""
    cookie = Parameter(
        name="q",
        argument="q",
        location="cookie",
        type=lambda: str,
        allow_reserved=True,
    )

    assert there_and_back(cookie, "".join(texts)) == "".join(texts)


@pytest.mark.parametrize("value", [["a,b"], ["a", " b"], ["b "]])
def test_a_header_item_that_would_come_out_as_another_is_refused(value: list[str]) -> None:
    """Commas divide items, and spaces around them are cut off."""
    parameter = Parameter(
        name="q", argument="q", location="header", type=lambda: list[str], shape="array"
    )

    with pytest.raises(EncodeError, match="/q: a header's"):
        encode_request(operation(parameter), {"q": value})


def test_a_pointer_escapes_the_name() -> None:
    """RFC 6901: a slash in a name divides nothing."""
    parameter = Parameter(name="a/b~", argument="q", location="query", type=str_type, required=True)

    with pytest.raises(InvalidContent) as caught:
        decode_request(operation(parameter), ReceivedRequest())

    assert caught.value.errors[0].pointer == "/a~1b~0"


def str_type() -> Any:
    return str
