"""Which operation a path and a method lead to."""

from __future__ import annotations

import json

import pytest

from tests.kit.service.conftest import Service


def test_answers_an_operation(service: Service) -> None:
    """A request gets the operation's value, as the document declares it."""
    answer = service.ask("GET", "/widgets/5")

    assert (answer.status, json.loads(answer.body)) == (200, {"name": "widget 5"})
    assert answer.headers["content-type"] == "application/json"
    assert not answer.coded


def test_takes_the_gateways_match(service: Service) -> None:
    """The gateway's resource and path parameters are taken, whatever a custom domain prepends."""
    event = {
        "resource": "/widgets/{id}",
        "path": "/base/widgets/7",
        "pathParameters": {"id": "7"},
        "httpMethod": "GET",
    }

    assert json.loads(service(event).body) == {"name": "widget 7"}


def test_falls_back_to_the_path_when_the_gateways_parameters_are_missing(
    service: Service,
) -> None:
    """A resource without its parameters is matched by path."""
    event = {"resource": "/widgets/{id}", "path": "/widgets/7", "httpMethod": "GET"}

    assert json.loads(service(event).body) == {"name": "widget 7"}


def test_catch_all_leaves_out_a_base_path(service: Service) -> None:
    """Behind a catch-all, what was caught is the path."""
    event = {
        "resource": "/{proxy+}",
        "path": "/base/widgets/7",
        "pathParameters": {"proxy": "widgets/7"},
        "httpMethod": "GET",
    }

    assert json.loads(service(event).body) == {"name": "widget 7"}


def test_fixed_paths_go_before_templates(service: Service) -> None:
    """`/widgets/default` is not a widget by the id "default"."""
    assert json.loads(service.ask("GET", "/widgets/default").body) == {"name": "default"}


@pytest.mark.parametrize(
    "path", ["/nothing", "/", "", "widgets/5", "/widgets/5/", "/widgets//5", "/widgets/%ff"]
)
def test_unknown_path_is_404(service: Service, path: str) -> None:
    """A path that no template fits is a problem, with no operation called."""
    assert service.ask("GET", path).slug == "not-found"
    assert service.api.calls == []


def test_path_parameter_against_its_schema_is_404(service: Service) -> None:
    """No widget can have that id, so there is none."""
    assert service.ask("GET", "/widgets/five").slug == "not-found"


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PATCH", "TRACE", ""])
def test_wrong_method_is_405_with_allow(service: Service, method: str) -> None:
    """The methods that there are come with Allow; OPTIONS is none unless it is declared."""
    answer = service.ask(method, "/widgets/5")

    assert answer.slug == "method-not-allowed"
    assert answer.headers["allow"] == "GET, HEAD, PUT"


def test_the_closest_path_decides_on_methods(service: Service) -> None:
    """A fixed path does not borrow the methods of a template that fits too."""
    assert service.ask("PUT", "/widgets/default").headers["allow"] == "GET, HEAD"


def test_head_is_get_without_a_body(service: Service) -> None:
    """HEAD gets the headers of GET, and the length that GET's body has."""
    head, get = service.ask("HEAD", "/widgets/5"), service.ask("GET", "/widgets/5")

    assert (head.status, head.body) == (200, "")
    assert head.headers == {**get.headers, "content-length": str(len(get.body))}


FILE = {"httpMethod": "POST", "headers": {"content-type": "application/octet-stream"}, "body": "x"}


def test_slash_in_a_segment_is_data(service: Service) -> None:
    """A REST API hands on the path as it was sent: %2F does not divide segments."""
    assert service({**FILE, "path": "/files/a%2Fb%20c.bin"}).status == 200
    assert service.api.names == ["a/b c"]


def test_decoded_paths_are_not_decoded_again(service: Service) -> None:
    """An event with a version, as HTTP APIs and emulators send, has its path decoded."""
    decoded = {
        "version": "1.0",
        "resource": "/files/{name}.bin",
        "path": "/files/100%25.bin",
        "pathParameters": {"name": "100%25"},
    }
    assert service({**FILE, **decoded}).status == 200
    assert service({**FILE, "version": "1.0", "path": "/files/100%25.bin"}).status == 200
    assert service({**FILE, "version": "1.0", "path": "/files/a/b.bin"}).status == 404
    assert service.api.names == ["100%25", "100%25"]
