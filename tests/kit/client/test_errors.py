from __future__ import annotations

import inspect
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.client import errors
from pactwright.client.answers import status_error
from pactwright.client.errors.statuses import class_for
from pactwright.client.request import Request
from pactwright.wire import FieldError, Problem, ResponseMessage
from tests.kit.client.things import (
    BASE,
    GET_THING,
    ID,
    FoundProblem,
    Script,
    ThingClient,
    answer,
)

CLASSES = [value for name in errors.__all__ for value in [getattr(errors, name)]]
REQUEST = Request(
    operation="get_thing",
    method="GET",
    url=f"{BASE}/things/{ID}?key=hush",
    headers={"Authorization": "Bearer hush"},
    body=b"hush",
)


def raised(message: ResponseMessage) -> errors.StatusError:
    return status_error(GET_THING, REQUEST, message, 0.0)


def depth(cls: type) -> int:
    return 0 if cls is errors.ClientError else 1 + depth(cls.__bases__[0])


def test_the_drawn_tree_is_the_real_one() -> None:
    """The module's docstring shows every class, at its place."""
    drawn = [
        (len(indent) // 4 if mark else 0, name, other)
        for indent, mark, name, other in re.findall(
            r"^([│ ]*)([├└]── )?([A-Z]\w+)(?: \((\w+)\))?", errors.__doc__ or "", re.MULTILINE
        )
        if hasattr(errors, name)
    ]

    assert sorted(name for _, name, _ in drawn) == sorted(errors.__all__)
    for level, name, other in drawn:
        cls = getattr(errors, name)
        assert depth(cls) == level, name
        assert [base.__name__ for base in cls.__bases__[1:]] == ([other] if other else [])


@given(st.integers(min_value=0, max_value=999))
def test_every_status_has_a_class(status: int) -> None:
    """The most special one that there is; nothing falls through."""
    found = class_for(status)

    assert issubclass(found, errors.StatusError)
    assert issubclass(found, errors.ClientStatusError) == (400 <= status < 500)
    assert issubclass(found, errors.ServerStatusError) == (500 <= status < 600)
    assert found.code in (status, 302, 400, 500, 0)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.MethodNotAllowed),
        (406, errors.NotAcceptable),
        (409, errors.Conflict),
        (412, errors.PreconditionFailed),
        (413, errors.ContentTooLarge),
        (415, errors.UnsupportedMediaType),
        (418, errors.ClientStatusError),
        (422, errors.InvalidRequest),
        (428, errors.PreconditionRequired),
        (429, errors.TooManyRequests),
        (500, errors.InternalServerError),
        (501, errors.ServerStatusError),
        (502, errors.BadGateway),
        (503, errors.ServiceUnavailable),
        (504, errors.GatewayTimeout),
        (304, errors.NotModified),
        (307, errors.UnexpectedRedirect),
    ],
)
def test_a_call_raises_the_status_s_class(status: int, expected: type[errors.StatusError]) -> None:
    """So that `except errors.NotFound` is all that a caller writes."""
    things = ThingClient(BASE, transport=Script(answer(status)).transport, retries=None)

    with pytest.raises(expected) as caught:
        things.get_thing(ID)

    assert type(caught.value) is expected
    assert caught.value.status == status


def test_a_problem_is_parsed_and_the_body_is_typed() -> None:
    """Both the standard's members and the document's own type."""
    place = {"location": "body", "pointer": "/name", "detail": "is too long"}
    body = {
        "type": "https://x/p",
        "title": "No",
        "status": 404,
        "detail": "gone",
        "errors": [place],
    }

    error = raised(answer(404, {**body, "request_id": "r7", "balance": 30}))

    assert isinstance(error.problem, Problem)
    assert (error.problem.type, error.problem.detail) == ("https://x/p", "gone")
    assert error.problem.model_extra == {"balance": 30}
    assert error.errors == (FieldError(location="body", pointer="/name", detail="is too long"),)
    assert isinstance(error.body, FoundProblem)
    assert error.request_id == "r7"


def test_the_text_is_one_line_that_tells_all() -> None:
    """Method, URL, status, title, detail, places and request id."""
    place = {"location": "body", "pointer": "/name", "detail": "is too long"}

    error = raised(answer(409, {"title": "Taken", "detail": "by\nAda", "errors": [place]}))

    assert str(error) == (
        f"GET {BASE}/things/{ID} answered 409 Conflict: Taken: by Ada: body /name is too long"
    )


def test_a_title_that_repeats_the_status_is_said_once() -> None:
    """RFC 9457 recommends it for about:blank."""
    error = raised(answer(404, {"title": "Not Found", "detail": "gone"}, X_Request_Id="r1"))

    assert str(error) == f"GET {BASE}/things/{ID} answered 404 Not Found: gone [request r1]"


def test_members_of_a_wrong_type_are_ignored() -> None:
    """RFC 9457 section 3.1; the rest of the problem is still told."""
    error = raised(answer(404, {"title": "No", "status": "404", "errors": {"name": "bad"}}))

    assert error.problem
    assert (error.problem.title, error.problem.status, error.errors) == ("No", None, ())


def test_a_part_of_the_request_that_is_not_known_yet_is_kept() -> None:
    """A provider that tells of a new part of the request does not lose its callers the others."""
    place = {"location": "trailer", "pointer": "/x", "detail": "is unknown"}
    error = raised(answer(400, {"type": "https://x/p", "errors": [place]}))

    assert [each.model_dump() for each in error.errors] == [place]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"error":"invalid_grant","error_description":"spent"}', ": invalid_grant: spent"),
        (b'{"message":"Missing Authentication Token"}', ": Missing Authentication Token"),
        (b"<html>", ""),
        (b"[1]", ""),
        (b"\xff", ""),
        (b"", ""),
        (b"[" * 100_000, ""),
    ],
    ids=["OAuth", "API Gateway", "HTML", "list", "no text", "empty", "deep"],
)
def test_other_forms_of_error_are_told_as_far_as_possible(body: bytes, told: str) -> None:
    """A provider, or what stands before it, may answer in a form of its own."""
    error = raised(ResponseMessage(403, {"Content-Type": "application/json"}, body))

    assert str(error).endswith(f"403 Forbidden{told}")
    assert error.problem is None


def test_a_long_or_unprintable_detail_can_not_forge_a_log() -> None:
    """What comes from outside stays one line of bounded length."""
    error = raised(answer(404, {"detail": "a\r\nERROR forged\x1b[31m " + "x" * 10_000}))

    assert len(str(error)) < 500
    assert str(error).isprintable()


def test_no_secret_is_in_any_text() -> None:
    """Neither query nor header field nor body of the request."""
    error = raised(answer(404))

    assert "hush" not in f"{error} {error!r} {error.request} {error.request!r} {error.args}"
    assert error.request
    assert error.request.body is None


@pytest.mark.parametrize("cls", CLASSES, ids=[cls.__name__ for cls in CLASSES])
def test_errors_can_be_pickled(cls: type[errors.ClientError]) -> None:
    """They cross processes, as pools and test runners send them."""
    error = cls("what happened", request=REQUEST)
    if isinstance(error, errors.StatusError):
        error.response = answer(409, {"title": "No"})
        error.problem = Problem(title="No")
        error.body = FoundProblem(type="x", status=409)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301

    assert type(copy) is cls
    assert (str(copy), copy.request) == (str(error), error.request)
    assert vars(copy) == vars(error)


def test_a_status_error_can_be_made_by_hand() -> None:
    """A fake of a service's client raises what the real one would."""
    error = errors.NotFound("no such thing")

    assert (error.status, error.headers, error.request_id, error.errors) == (404, {}, None, ())
    assert errors.NotModified("current").etag is None
    assert errors.UnexpectedRedirect("elsewhere").location is None


def test_errors_are_what_python_calls_them_too() -> None:
    """A caller that knows only the language catches timeouts and wrong values."""
    for cls in (errors.ConnectTimeout, errors.ReadTimeout, errors.DeadlineExceeded):
        assert issubclass(cls, TimeoutError)
    assert issubclass(errors.ArgumentError, ValueError)
    assert all(inspect.getdoc(cls) for cls in CLASSES)
