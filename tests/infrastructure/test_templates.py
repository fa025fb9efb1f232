"""What the emulator does not look at is asserted on the templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered, api_definition, lint
from pactwright.schema.project import Project
from tests.infrastructure.conftest import translated

SERVICES = ("authentication", "location", "profile")
OF_NO_RESOURCE = {"cloudwatch:DescribeAlarms", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}
"""Actions that AWS allows on everything or not at all."""

Resources = Mapping[str, Mapping[str, Any]]


def of_type(resources: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """The properties of each resource of a type."""
    return [each["Properties"] for each in resources.values() if each["Type"] == kind]


def only(resources: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """The properties of the one resource of a type."""
    (properties,) = of_type(resources, kind)
    return properties


def statements(resources: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What the function's role may do."""
    for role in of_type(resources, "AWS::IAM::Role"):
        assert "ManagedPolicyArns" not in role
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]
    for policy in of_type(resources, "AWS::IAM::Policy"):
        yield from policy["PolicyDocument"]["Statement"]


def as_list(value: Any) -> list[Any]:
    """One or several."""
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", [*SERVICES, "platform"])
def test_the_linter_has_nothing_to_say(rendered: Mapping[str, Rendered], name: str) -> None:
    """With the API's definition in it."""
    lint(rendered[name])


@pytest.mark.parametrize("name", SERVICES)
def test_the_transform_leaves_no_sam(resources: Resources, name: str) -> None:
    """Each resource becomes one of CloudFormation's own."""
    assert not [each for each in resources[name].values() if "Serverless" in each["Type"]]


@pytest.mark.parametrize("name", SERVICES)
def test_a_role_allows_named_actions_on_own_resources(resources: Resources, name: str) -> None:
    """No wildcard action, and each resource is one of the same template, where actions know any."""
    for statement in statements(resources[name]):
        assert statement["Effect"] == "Allow"
        assert not [each for each in as_list(statement["Action"]) if "*" in each]
        if set(as_list(statement["Action"])) <= OF_NO_RESOURCE:
            continue
        for resource in as_list(statement["Resource"]):
            referred = set(re.findall(r"\w+", json.dumps(resource)))
            assert referred & set(resources[name]), resource


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_writes_to_its_own_log_which_forgets(resources: Resources, name: str) -> None:
    """One group with a retention, named as the function's."""
    function = only(resources[name], "AWS::Lambda::Function")
    group = resources[name]["Logs"]["Properties"]

    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"}
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_functions_environment_holds_no_secret(resources: Resources, name: str) -> None:
    """Names, addresses and ARNs only."""
    variables = only(resources[name], "AWS::Lambda::Function")["Environment"]["Variables"]

    assert {"TABLE_NAME", "SERVICE_NAME", "LOG_LEVEL", "ENVIRONMENT"} <= set(variables)
    assert variables["SERVICE_NAME"] == {"Fn::FindInMap": ["Service", "Self", "Name"]}
    for key, value in variables.items():
        if "SECRET" in key:
            assert key.endswith("_ARN")
            assert value["Fn::GetAtt"][1] == "Id"


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_gets_the_addresses_of_those_it_calls(
    resources: Resources, project: Project, name: str
) -> None:
    """And of nobody else."""
    variables = only(resources[name], "AWS::Lambda::Function")["Environment"]["Variables"]
    addresses = {key for key in variables if key.endswith("_URL")} - {"PUBLIC_URL"}

    assert addresses == {f"{called.upper()}_URL" for called in project.services[name].calls}


@pytest.mark.parametrize("name", SERVICES)
def test_only_its_api_may_invoke_a_function(resources: Resources, name: str) -> None:
    """By the gateway, for this API."""
    permission = only(resources[name], "AWS::Lambda::Permission")

    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "${Api}/*" in permission["SourceArn"]["Fn::Sub"]


@pytest.mark.parametrize("name", SERVICES)
def test_the_gateway_routes_every_operation(
    rendered: Mapping[str, Rendered], project: Project, name: str
) -> None:
    """As many methods on as many paths as the document has."""
    definition = api_definition(rendered[name].template)
    text = project.services[name].document.read_text(encoding="utf-8")
    operations = [
        method
        for item in definition["paths"].values()
        for method in item
        if not method.startswith("x-")
    ]

    assert len(operations) == len(re.findall(r"^      operationId:", text, re.MULTILINE))


def test_another_definition_is_another_deployment(rendered: Mapping[str, Rendered]) -> None:
    """A deployment with a constant id would never reach the stage."""
    template = rendered["profile"].template
    before = deployments(template)
    changed = json.loads(json.dumps(template))
    api_definition(changed)["paths"].pop("/profiles")

    assert deployments(template) == before
    assert deployments(changed) != before


def deployments(template: Mapping[str, Any]) -> set[str]:
    """The logical ids of the deployments."""
    found = translated(template)["Resources"].items()
    return {name for name, each in found if each["Type"] == "AWS::ApiGateway::Deployment"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_table_is_encrypted_and_can_be_restored(resources: Resources, name: str) -> None:
    """On demand, with point-in-time recovery; kept when the stack goes."""
    table = only(resources[name], "AWS::DynamoDB::Table")

    assert table["BillingMode"] == {"Ref": "BillingMode"}
    assert table["SSESpecification"]["SSEEnabled"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert resources[name]["Table"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_each_table_has_what_its_service_asks(resources: Resources) -> None:
    """Tokens expire, profiles are listed by an index."""
    tables = {name: only(resources[name], "AWS::DynamoDB::Table") for name in SERVICES}

    assert tables["authentication"]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    assert [index["IndexName"] for index in tables["profile"]["GlobalSecondaryIndexes"]] == ["gsi1"]
    assert "GlobalSecondaryIndexes" not in tables["location"]


def test_location_is_private(rendered: Mapping[str, Rendered], resources: Resources) -> None:
    """Addresses must be named by whoever deploys it, or a VPC endpoint is the only way in."""
    api = only(resources["location"], "AWS::ApiGateway::RestApi")
    (statement,) = api["Policy"]["Statement"]

    assert "Default" not in rendered["location"].template["Parameters"]["AllowedCidrs"]
    assert statement["Condition"]["Fn::If"] == [
        "InVpc",
        {"StringEquals": {"aws:SourceVpce": {"Ref": "VpcEndpointId"}}},
        {"IpAddress": {"aws:SourceIp": {"Ref": "AllowedCidrs"}}},
    ]
    assert api["EndpointConfiguration"]["Types"] == [{"Fn::If": ["InVpc", "PRIVATE", "REGIONAL"]}]


@pytest.mark.parametrize("name", ["location", "profile"])
def test_a_client_secret_is_made_by_aws(resources: Resources, name: str) -> None:
    """Nobody types it, and it needs no escaping anywhere."""
    secret = resources[name]["ClientSecret"]["Properties"]["GenerateSecretString"]

    assert json.loads(secret["SecretStringTemplate"]) == {"client_id": name}
    assert secret["GenerateStringKey"] == "client_secret"
    assert secret["PasswordLength"] >= 32
    assert secret["ExcludePunctuation"]


@pytest.mark.parametrize("name", [*SERVICES, "platform"])
def test_parameters_and_outputs_are_described(rendered: Mapping[str, Rendered], name: str) -> None:
    """Whoever deploys by hand sees what each is for."""
    template = rendered[name].template

    for section in ("Parameters", "Outputs"):
        assert not [key for key, each in template[section].items() if not each.get("Description")]


@pytest.mark.parametrize(
    "lock", ["services/requirements.txt", "services/authentication/requirements.txt"]
)
def test_dependencies_are_pinned_with_hashes(root: Path, lock: str) -> None:
    """Each to one version, and to files; from no named host."""
    text = (root / lock).read_text(encoding="utf-8")
    pins = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]

    assert pins
    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in text


@pytest.mark.parametrize("name", SERVICES)
def test_no_function_can_be_told_to_log_at_debug(
    rendered: Mapping[str, Rendered], name: str
) -> None:
    """At that level the AWS SDK logs what it sends: password hashes, coordinates."""
    levels = rendered[name].template["Parameters"]["LogLevel"]["AllowedValues"]

    assert levels == ["INFO", "WARNING", "ERROR"]
