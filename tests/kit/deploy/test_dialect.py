"""OpenAPI documents become what API Gateway can import."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from pactwright.deploy.dialect import gateway_definition
from pactwright.deploy.errors import DialectError
from pactwright.service.responses import DEFAULT_HEADERS

URI = {"Fn::Sub": "arn:…${Function.Arn}/invocations"}
TYPES = "https://problems.example/"


def document(paths: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A document with these paths."""
    info = {"title": "Pets", "version": "1", "summary": "not known to 3.0"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, **members}


def refusals(paths: dict[str, Any]) -> list[tuple[str, str]]:
    """What the gateway refuses of these paths."""
    with pytest.raises(DialectError) as caught:
        gateway_definition(document(paths), URI, TYPES)
    return list(caught.value.faults)


PET = {
    "get": {
        "operationId": "get_pet",
        "security": [{"bearer": []}],
        "parameters": [{"$ref": "#/components/parameters/Trace"}],
        "responses": {"200": {"description": "A pet."}},
    },
    "put": {
        "requestBody": {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
        },
        "responses": {"204": {"description": "Kept."}},
    },
    "parameters": [
        {"name": "pet_id", "in": "path", "required": True, "schema": {"format": "uuid"}}
    ],
}
COMPONENTS = {
    "schemas": {
        "Pet": {"type": "object", "properties": {"kind": {"const": "cat"}}},
        "Answer": {"type": "object"},
    },
    "parameters": {"Trace": {"name": "session", "in": "cookie", "schema": {}}},
}


@pytest.fixture
def pets() -> dict[str, Any]:
    """The definition of an API of pets."""
    return gateway_definition(
        document({"/pets/{pet_id}": PET}, components=COMPONENTS), URI, TYPES
    ).body


def test_the_result_is_valid_openapi_3_0(pets: dict[str, Any]) -> None:
    """What is made is a document that an importer of OpenAPI 3.0 takes."""
    OpenAPIV30SpecValidator(json.loads(json.dumps(pets))).validate()

    assert pets["openapi"].startswith("3.0")
    assert pets["info"] == {"title": "Pets", "version": "1"}


def test_every_method_of_a_known_path_reaches_the_function(pets: dict[str, Any]) -> None:
    """Declared methods, and with "any" the others too, so that the service can answer 405."""
    item = pets["paths"]["/pets/{pet_id}"]

    assert set(item) == {"get", "put", "x-amazon-apigateway-any-method"}
    for operation in item.values():
        integration = operation["x-amazon-apigateway-integration"]
        assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")
        assert integration["uri"] == URI
        assert integration["timeoutInMillis"] <= 29_000


def test_no_validator_is_switched_on(pets: dict[str, Any]) -> None:
    """The gateway would answer 400 where the document says 422 or 401: the service validates."""
    assert "x-amazon-apigateway-request-validator" not in json.dumps(pets).replace(
        "request-validators", ""
    )


def test_path_parameters_are_declared_and_cookies_are_not(pets: dict[str, Any]) -> None:
    """Parameters of the path item count for each operation; cookies the gateway doesn't know."""
    parameters = pets["paths"]["/pets/{pet_id}"]["get"]["parameters"]

    assert [(each["name"], each["in"], each["required"]) for each in parameters] == [
        ("pet_id", "path", True)
    ]


def test_only_models_of_request_bodies_are_imported(pets: dict[str, Any]) -> None:
    """The gateway never looks at an answer's body."""
    assert pets["components"]["schemas"] == {
        "Pet": {"type": "object", "properties": {"kind": {"enum": ["cat"]}}}
    }


def test_what_the_gateway_does_not_do_is_reported() -> None:
    """Authentication and the cookie are named with their places."""
    made = gateway_definition(document({"/pets/{pet_id}": PET}, components=COMPONENTS), URI, TYPES)

    assert [place for place, _ in made.notes] == [
        "/paths/~1pets~1{pet_id}/get/security",
        "/paths/~1pets~1{pet_id}/get/parameters",
    ]


def test_the_gateways_own_errors_are_problems(pets: dict[str, Any]) -> None:
    """Each type has a status, a problem with the same status, and the request's id."""
    responses = pets["x-amazon-apigateway-gateway-responses"]

    for kind, response in responses.items():
        problem = json.loads(response["responseTemplates"]["application/json"])
        headers = response["responseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert problem["type"].startswith(TYPES)
        assert problem["request_id"] == "$context.requestId"
        assert kind.startswith("DEFAULT_") or str(problem["status"]) == response["statusCode"]
    unknown_path = responses["MISSING_AUTHENTICATION_TOKEN"]
    assert unknown_path["statusCode"] == "404"
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INTEGRATION_TIMEOUT"} <= set(responses)


def test_the_gateways_own_errors_have_the_headers_of_every_answer(pets: dict[str, Any]) -> None:
    """The service's, and the request's id; no quote stands inside a quoted value."""
    for response in pets["x-amazon-apigateway-gateway-responses"].values():
        parameters = dict(response["responseParameters"])
        assert parameters.pop("gatewayresponse.header.X-Request-Id") == "context.requestId"
        headers = {name.rpartition(".")[2]: value for name, value in parameters.items()}
        assert set(DEFAULT_HEADERS) <= set(headers)
        assert headers["Strict-Transport-Security"] == "'max-age=63072000; includeSubDomains'"
        assert headers["Content-Security-Policy"] == "'default-src; frame-ancestors'"
        assert all(value.count("'") == 2 for value in headers.values())


@pytest.mark.parametrize(
    "path", ["/pets/", "/a//b", "/pets/{id}.json", "/a~b", "/pets/{id}{more}", "/ping", "/p ts"]
)
def test_a_path_that_the_gateway_cannot_serve_is_refused(path: str) -> None:
    """It stops the build, with the place and what to do."""
    ((place, advice),) = refusals({path: {}})

    assert place == "/paths/" + path.replace("~", "~0").replace("/", "~1")
    assert "API Gateway" in advice


@pytest.mark.parametrize("path", ["/", "/.well-known/x", "/a-b_c.d:e/{user_id}/f", "/pings"])
def test_a_path_that_the_gateway_can_serve_passes(path: str) -> None:
    """Dots, dashes, colons and whole-segment parameters are all right."""
    gateway_definition(document({path: {}}), URI, TYPES)


def test_two_names_for_one_parameter_are_refused() -> None:
    """API Gateway allows one variable per node of its tree of paths."""
    ((place, advice),) = refusals({"/users/{id}": {}, "/users/{user_id}/pets": {}})

    assert place == "/paths/~1users~1{user_id}~1pets"
    assert "{id}" in advice


def test_a_method_that_the_gateway_lacks_is_refused() -> None:
    """TRACE can't be routed."""
    assert [place for place, _ in refusals({"/pets": {"trace": {}}})] == ["/paths/~1pets/trace"]


def test_every_reason_is_told_at_once() -> None:
    """One run names all that has to be changed."""
    assert len(refusals({"/a/": {}, "/ping": {}, "/b": {"trace": {}}})) == 3


def test_binary_bodies_are_declared_as_such() -> None:
    """Media types that are not text reach the service base64-encoded instead of mangled."""
    body: dict[str, Any] = {
        "content": {
            "image/png": {},
            "application/vnd.x+json": {},
            "text/csv": {},
            "application/xml": {},
        }
    }
    made = gateway_definition(document({"/a": {"put": {"requestBody": body}}}), URI, TYPES)

    assert made.body["x-amazon-apigateway-binary-media-types"] == ["image/png"]
