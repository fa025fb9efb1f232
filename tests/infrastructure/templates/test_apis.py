"""APIs: what they route, let in, log and limit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered, api_definition
from pactwright.schema import describe, load
from pactwright.schema.project import Project
from tests.infrastructure.conftest import translated
from tests.infrastructure.templates.resources import SERVICES, Resources, only

VALIDATOR = "x-amazon-apigateway-request-validator"
TOLD = {
    "requestId",
    "requestTimeEpoch",
    "httpMethod",
    "resourcePath",
    "status",
    "error.responseType",
    "responseLatency",
    "integration.status",
    "integration.latency",
    "responseLength",
    "xrayTraceId",
}
"""What of a request the access log tells: nothing that a person sends, and no path, for it has
ids. (API Gateway Developer Guide, "Variables for access logging for API Gateway".)"""


@pytest.mark.parametrize("name", SERVICES)
def test_the_gateway_routes_every_operation(
    rendered: Mapping[str, Rendered], project: Project, name: str
) -> None:
    """As many methods on as many paths as the document has."""
    definition = api_definition(rendered[name].template)
    described = describe(load(project.services[name].document))
    operations = [
        method
        for item in definition["paths"].values()
        for method in item
        if not method.startswith("x-")
    ]

    assert len(operations) == len(described.operations)


@pytest.mark.parametrize("name", SERVICES)
def test_browsers_preflights_reach_the_service(rendered: Mapping[str, Rendered], name: str) -> None:
    """On every path: the gateway has no OPTIONS of its own that would say otherwise."""
    for path, item in api_definition(rendered[name].template)["paths"].items():
        assert "options" not in item, path
        integration = item["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]
        assert integration["type"] == "aws_proxy"


@pytest.mark.parametrize("name", SERVICES)
def test_every_request_goes_to_the_alias(resources: Resources, name: str) -> None:
    """Also one whose method a path has not: nobody calls what was not published."""
    body = only(resources[name], "AWS::ApiGateway::RestApi")["Body"]
    uris = [
        method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        for item in body["paths"].values()
        for method in item.values()
    ]

    assert uris
    assert {re.findall(r"\$\{(Function[^}]*)\}", uri)[0] for uri in uris} == {"FunctionAliaslive"}


@pytest.mark.parametrize("name", SERVICES)
def test_the_gateway_refuses_nothing_that_the_service_would_answer_better(
    resources: Resources, name: str
) -> None:
    """A validator of the gateway answers 400 before the caller is known; documents say 401."""
    body = only(resources[name], "AWS::ApiGateway::RestApi")["Body"]
    methods = [method for item in body["paths"].values() for method in item.values()]

    assert methods
    assert not [each for each in (body, *methods) if VALIDATOR in each]


def test_another_definition_is_another_deployment(rendered: Mapping[str, Rendered]) -> None:
    """A deployment with a constant id would never reach the stage."""
    template = rendered["profile"].template
    before = deployments(template)
    changed = json.loads(json.dumps(template))
    api_definition(changed)["paths"].pop("/profiles")

    assert deployments(template) == before
    assert deployments(changed) != before


@pytest.mark.parametrize(
    "given", [{"AllowedCidrs": "10.0.0.0/8"}, {"VpcEndpointId": "vpce-0a1b2c3d"}]
)
def test_others_who_may_call_are_another_deployment(
    rendered: Mapping[str, Rendered], given: Mapping[str, str]
) -> None:
    """API Gateway goes by the policy that was there when the stage was deployed."""
    template = rendered["location"].template

    assert deployments(template, **given) != deployments(template)


def deployments(template: Mapping[str, Any], **parameters: str) -> set[str]:
    """The logical ids of the deployments."""
    found = translated(template, **parameters)["Resources"].items()
    return {name for name, each in found if each["Type"] == "AWS::ApiGateway::Deployment"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_stage_is_traced_measured_and_limited(resources: Resources, name: str) -> None:
    """Each method has metrics of its own; rate and burst are parameters."""
    stage = only(resources[name], "AWS::ApiGateway::Stage")
    (settings,) = stage["MethodSettings"]

    assert stage["TracingEnabled"] is True
    assert settings == {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "MetricsEnabled": True,
        "ThrottlingRateLimit": {"Ref": "ThrottlingRate"},
        "ThrottlingBurstLimit": {"Ref": "ThrottlingBurst"},
        "LoggingLevel": "OFF",
        "DataTraceEnabled": False,
    }


@pytest.mark.parametrize("name", SERVICES)
def test_the_access_log_tells_of_requests_and_not_of_people(
    resources: Resources, name: str
) -> None:
    """As JSON, in a group of its own; paths as templates, no query, address or agent."""
    settings = only(resources[name], "AWS::ApiGateway::Stage")["AccessLogSetting"]
    line = json.loads(settings["Format"])

    assert settings["DestinationArn"]["Fn::Sub"].endswith("log-group:${AccessLogs}")
    assert "\n" not in settings["Format"]
    assert {value.removeprefix("$context.") for value in line.values()} == TOLD


@pytest.mark.parametrize("name", SERVICES)
def test_the_gateways_own_errors_are_problems(
    resources: Resources, project: Project, name: str
) -> None:
    """Those that it gives before any service is asked."""
    body = only(resources[name], "AWS::ApiGateway::RestApi")["Body"]
    answers = body["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INTEGRATION_TIMEOUT"} <= set(answers)
    for answer in answers.values():
        problem = json.loads(answer["responseTemplates"]["application/json"])
        assert problem["type"].startswith(project.problem_types)


def test_location_is_private(rendered: Mapping[str, Rendered], resources: Resources) -> None:
    """Addresses must be named by whoever deploys it, or a VPC endpoint is the only way in."""
    api = only(resources["location"], "AWS::ApiGateway::RestApi")
    (statement,) = api["Body"]["x-amazon-apigateway-policy"]["Statement"]

    assert "Default" not in rendered["location"].template["Parameters"]["AllowedCidrs"]
    assert statement["Condition"]["Fn::If"] == [
        "InVpc",
        {"StringEquals": {"aws:SourceVpce": ""}},  # SAM has put the values in
        {"IpAddress": {"aws:SourceIp": {"Fn::Split": [",", "x"]}}},
    ]
    assert api["EndpointConfiguration"]["Types"] == [{"Fn::If": ["InVpc", "PRIVATE", "REGIONAL"]}]
