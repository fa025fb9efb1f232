"""What CloudWatch is told of each request, and what it is not."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from pactwright.service import Answer, Call
from pactwright.service.errors import Throttled
from pactwright.service.observation import Handled
from pactwright.service.telemetry import CloudWatchTelemetry
from tests.kit.service.conftest import Service
from tests.kit.service.widgets import Widget

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> io.StringIO:
    """Where lines are written."""
    return io.StringIO()


@pytest.fixture
def told(make: type[Service], stream: io.StringIO) -> Service:
    """A service that tells CloudWatch."""
    return make(telemetry=CloudWatchTelemetry("widgets", namespace="Test", stream=stream))


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """The lines so far: every one is JSON."""
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_request_is_one_line(told: Service, lines: Lines) -> None:
    """With everything that tells requests apart, and the time in UTC."""
    told.ask("GET", "/widgets/5", User_Agent="test")
    told.ask("PUT", "/widgets/5", body='{"name": "a"}', Authorization="Bearer writer")
    first, second = (line for line in lines() if "_aws" not in line)

    assert {k: first[k] for k in first if k not in ("ms", "timestamp")} == {
        "level": "INFO",
        "message": "request",
        "service": "widgets",
        "method": "GET",
        "route": "/widgets/{id}",
        "operation": "get_widget",
        "status": 200,
        "request_id": "gateway-id",
        "cold_start": True,
        "headers": {"user-agent": "test"},
    }
    assert first["ms"] >= 0
    assert first["timestamp"].endswith("+00:00")
    assert (second["principal"], second["cold_start"]) == ("service", False)


def test_each_request_has_metrics(told: Service, lines: Lines) -> None:
    """Embedded Metric Format, by service and by operation."""
    told.ask("GET", "/widgets/5")
    told.ask("GET", "/nothing")
    told.api.behaviour = lambda _: Answer("not declared")
    told.ask("GET", "/widgets/5")
    first, second, third = (line for line in lines() if "_aws" in line)
    (about,) = first["_aws"]["CloudWatchMetrics"]

    assert about["Namespace"] == "Test"
    assert about["Dimensions"] == [["service", "operation"], ["service"]]
    assert {m["Name"]: m["Unit"] for m in about["Metrics"]} == {
        "Requests": "Count",
        "Latency": "Milliseconds",
        "ClientErrors": "Count",
        "ServerErrors": "Count",
        "ColdStarts": "Count",
    }
    assert [m["operation"] for m in (first, second, third)] == ["get_widget", "none", "get_widget"]
    assert [m["ClientErrors"] for m in (first, second, third)] == [[0.0], [1.0], [0.0]]
    assert [m["ServerErrors"] for m in (first, second, third)] == [[0.0], [0.0], [1.0]]
    assert [m["ColdStarts"] for m in (first, second, third)] == [[1.0], [0.0], [0.0]]


def test_failures_are_told_with_the_request(told: Service, lines: Lines) -> None:
    """A line of its own for what an operation did not handle: once."""

    def behaviour(_: Call) -> Answer[Any]:
        raise Throttled("DynamoDB get_item on widgets")

    told.api.behaviour = behaviour
    told.ask("GET", "/widgets/5")
    failure, _, request = lines()

    assert failure["level"] == "WARNING"
    assert failure["message"] == "failure"
    assert failure["reason"] == "DynamoDB get_item on widgets"
    assert failure["error"] == "pactwright.service.errors.Throttled"
    assert failure["request_id"] == request["request_id"] == "gateway-id"
    assert failure["stack"][-1].endswith("behaviour")


def test_nothing_that_was_sent_is_told(told: Service, stream: io.StringIO) -> None:
    """Markers in each part of a request, and in an error about it, turn up nowhere."""

    def behaviour(call: Call) -> Answer[Any]:
        raise ValueError(f"{call.headers} marker")

    for each in (None, behaviour):
        told.api.behaviour = each
        told.ask(
            "PUT",
            "/widgets/5?dry=marker&marker=marker",
            body='{"name": "marker", "marker": "marker"}',
            Authorization="Bearer writer",
            X_Marker="marker",
            Cookie="marker=marker",
        )
        told.ask("GET", "/marker", Authorization="Basic marker")
        told.ask("GET", "/widgets/marker")
        told.ask("GET", "/widgets/5")

    assert stream.getvalue().count("\n") > 16
    assert "marker" not in stream.getvalue()
    assert "writer" not in stream.getvalue()


def test_a_services_own_lines_get_the_request_id(told: Service, lines: Lines) -> None:
    """What is logged while a request is answered can be found by its id."""
    logger = logging.getLogger("widgets")

    def behaviour(_: Call) -> Answer[Any]:
        logger.warning("a word")
        return Answer(Widget(name="a"))

    told.api.behaviour = behaviour
    told.ask("GET", "/widgets/5")
    logger.warning("outside")
    inside, *_, outside = lines()

    assert (inside["message"], inside["request_id"]) == ("a word", "gateway-id")
    assert "request_id" not in outside


def test_the_level_is_kept_to(make: type[Service]) -> None:
    """At WARNING there are metrics only; those can be left out too."""
    stream = io.StringIO()
    telemetry = CloudWatchTelemetry("quiet", namespace="Test", level="WARNING", stream=stream)
    make(telemetry=telemetry).ask("GET", "/widgets/5")
    assert stream.getvalue().count("\n") == 1

    telemetry = CloudWatchTelemetry("silent", namespace="Test", metrics=False, stream=stream)
    make(telemetry=telemetry).ask("GET", "/widgets/5")
    assert stream.getvalue().count("_aws") == 1


def test_standard_output_is_the_place(
    make: type[Service], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a stream, lines go where Lambda reads them: as it is at the time."""
    make(telemetry=CloudWatchTelemetry("out", namespace="Test")).ask("GET", "/widgets/5")
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_each_delivery_is_a_line_and_metrics_of_its_own(lines: Lines, stream: io.StringIO) -> None:
    """Apart from requests, so that messages that come again are no errors of the API."""
    telemetry = CloudWatchTelemetry("widgets", namespace="Test", stream=stream)

    telemetry.handled(Handled("widgets", "thing_sold", "queue", True, 1.5, "m", 3))  # noqa: FBT003

    metrics, line = lines()
    assert {k: line[k] for k in line if k != "timestamp"} == {
        "level": "INFO",
        "message": "message",
        "service": "widgets",
        "message_name": "thing_sold",
        "source": "queue",
        "outcome": "failed",
        "ms": 1.5,
        "request_id": "m",
        "attempt": 3,
        "cold_start": True,
    }
    assert {k: metrics[k] for k in ("service", "operation", "Messages", "MessageFailures")} == {
        "service": "widgets",
        "operation": "thing_sold",
        "Messages": [1.0],
        "MessageFailures": [1.0],
    }
    assert "Requests" not in metrics
