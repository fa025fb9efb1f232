"""What the service side costs per event, against the least that any way of doing it costs.

The event is a POST with a body of ten members, as API Gateway sends it, headers and all. "bare" is
a dispatch by dict, pydantic's validation of the body and its serialisation of the answer: no
security headers, problems, negotiation, limits or request ids. The resolver of Powertools for AWS
Lambda, with validation, is measured in the same run.

    python benchmarks/service.py
"""

from __future__ import annotations

import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from pydantic import Field
from requests import Request

from pactwright.local.inprocess import InProcessAdapter, LambdaContext
from pactwright.service import Answer, Application, Call
from pactwright.service.telemetry import CloudWatchTelemetry
from pactwright.wire import Body, Content, Model, Operation, Parameter, Response

ROUNDS, EVENTS = 15, 1000


class Place(Model):
    """Ten members."""

    name: Annotated[str, Field(max_length=80)]
    street: str
    city: str
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    floors: Annotated[int, Field(ge=0)]
    open: bool
    tags: list[str]
    note: str | None = None


CONTENTS = (Content(media_type="application/json", type=lambda: Place),)
PUT_PLACE: Operation[Place] = Operation(
    name="put_place",
    method="POST",
    path="/places/{place_id}",
    parameters=(
        Parameter(
            name="place_id", argument="place_id", location="path", type=lambda: str, required=True
        ),
    ),
    body=Body(contents=CONTENTS),
    responses={"200": Response(contents=CONTENTS)},
)


class Places:
    """Answers with what it is given."""

    def put_place(self, _: Call, *, body: Place, **__: str) -> Answer[Place]:
        """Echo."""
        return Answer(body)


def made_event() -> dict[str, Any]:
    """The event, as API Gateway sends it to a browser's request."""
    place = {
        "name": "Miradouro da Graça",
        "street": "Calçada da Graça",
        "city": "Lisbon",
        "country": "PT",
        "latitude": 38.7163,
        "longitude": -9.1315,
        "floors": 0,
        "open": True,
        "tags": ["view", "kiosk"],
        "note": None,
    }
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "pt-PT,pt;q=0.9,en;q=0.8",
        "Content-Type": "application/json",
        "Origin": "https://hereabouts.example",
        "Referer": "https://hereabouts.example/",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
        "Via": "2.0 0123456789abcdef.cloudfront.net (CloudFront)",
    }
    url = "https://api.hereabouts.example/places/graca"
    request = Request("POST", url, json=place, headers=headers).prepare()
    return InProcessAdapter(lambda *_: None, [PUT_PLACE]).event(request)


def bare() -> Callable[[dict[str, Any], Any], Any]:
    """The least: a route table and pydantic."""

    def put_place(event: dict[str, Any]) -> bytes:
        return Place.__pydantic_serializer__.to_json(Place.model_validate_json(event["body"]))

    routes = {("POST", "/places/{place_id}"): put_place}

    def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
        body = routes[event["httpMethod"], event["resource"]](event)
        headers = {"Content-Type": "application/json"}
        return {
            "statusCode": 200,
            "headers": headers,
            "body": body.decode(),
            "isBase64Encoded": False,
        }

    return handler


class Silence:
    """Telemetry that tells nothing."""

    def served(self, _: object) -> None:
        """Tell nothing."""

    failed = served


def kit(telemetry: Any) -> Callable[[dict[str, Any], Any], Any]:
    """The kit's application."""
    return Application(
        Places(),
        [PUT_PLACE],
        service="places",
        problem_types="https://hereabouts.example/problems/",
        telemetry=telemetry,
    )


def powertools() -> Callable[[dict[str, Any], Any], Any]:
    """Powertools' resolver, with validation."""
    app = APIGatewayRestResolver(enable_validation=True)

    @app.post("/places/<place_id>")
    def put_place(place_id: str, place: Place) -> Place:  # noqa: ARG001 - the resolver gives it
        return place

    return app.resolve


def measured(handler: Callable[[dict[str, Any], Any], Any], event: dict[str, Any]) -> float:
    """Microseconds for one event."""
    context = LambdaContext("id", "places", time.monotonic() + 900)
    begun = time.perf_counter()
    for _ in range(EVENTS):
        handler(event, context)
    return (time.perf_counter() - begun) / EVENTS * 1e6


def main() -> None:
    """Measure all, round by round, so that a busy machine is so for each."""
    event = made_event()
    logged = CloudWatchTelemetry("places", namespace="Benchmark", stream=io.StringIO())
    handlers = {
        "bare dispatch + pydantic": bare(),
        "pactwright": kit(Silence()),
        "pactwright, log line and metrics": kit(logged),
        "powertools with validation": powertools(),
    }
    for handler in handlers.values():
        result = handler(event, LambdaContext("id", "places", time.monotonic() + 900))
        assert result["statusCode"] == 200, result  # noqa: S101 - a benchmark of errors is none
        assert json.loads(result["body"])["city"] == "Lisbon"  # noqa: S101
    rounds = [{n: measured(h, event) for n, h in handlers.items()} for _ in range(ROUNDS)]
    least = statistics.median(each["bare dispatch + pydantic"] for each in rounds)
    for name in handlers:
        cost = statistics.median(each[name] for each in rounds)
        print(f"{name:36} {cost:7.1f} µs   {cost / least:5.1f}")


if __name__ == "__main__":
    main()
