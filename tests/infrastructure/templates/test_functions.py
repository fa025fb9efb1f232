"""Functions: their versions and how they take over, what they log, hold and may do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from pactwright.deploy.templates import Rendered
from pactwright.deploy.versions import PARAMETER, version_digest
from pactwright.schema.project import Project
from tests.infrastructure.conftest import translated
from tests.infrastructure.templates.resources import (
    SERVICES,
    Resources,
    as_list,
    denials,
    of_type,
    only,
    statements,
)

ALARMS = ("AliasErrors", "GatewayErrors", "Latency")
"""Those that roll a deployment back."""

OF_NO_RESOURCE = {"cloudwatch:DescribeAlarms", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}
"""Actions that AWS allows on everything or not at all."""


def versions(template: Mapping[str, Any], **parameters: str) -> set[str]:
    """The logical ids of the versions that a deployment with these parameters publishes."""
    digest = version_digest(template, parameters)
    found = translated(template, **{PARAMETER: digest}, **parameters)["Resources"].items()
    return {name for name, each in found if each["Type"] == "AWS::Lambda::Version"}


@pytest.mark.parametrize("name", SERVICES)
def test_another_bundle_is_another_version(rendered: Mapping[str, Rendered], name: str) -> None:
    """And the same is the same: SAM puts the digest into the version's logical id."""
    template = rendered[name].template
    one = versions(template, BundleKey="bundles/a.zip")

    assert len(one) == 1
    assert versions(template, BundleKey="bundles/a.zip", LogRetentionDays="90") == one
    assert not versions(template, BundleKey="bundles/b.zip") & one


@pytest.mark.parametrize("name", SERVICES)
def test_another_setting_is_another_version(rendered: Mapping[str, Rendered], name: str) -> None:
    """Every parameter that comes to the function reaches those who call it."""
    template = rendered[name].template
    held = {"Runtime", "Architecture", "LogLevel", "Environment"}
    held |= {key for key in template["Parameters"] if key.endswith("Url") and key != "RunbookUrl"}

    for parameter in held:
        assert versions(template, **{parameter: "other"}) != versions(template), parameter


@pytest.mark.parametrize("name", SERVICES)
def test_what_ends_an_alarm_waits_for_no_canary(
    rendered: Mapping[str, Rendered], name: str
) -> None:
    """CodeDeploy would stop it on the very alarm, and the stack would be rolled back."""
    template = rendered[name].template

    for parameter in ("ReservedConcurrency", "ThrottlingRate", "BillingMode", "MaxReadCapacity"):
        assert versions(template, **{parameter: "7"}) == versions(template), parameter
    assert versions(template, DeploymentPreference="AllAtOnce") == versions(template)


@pytest.mark.parametrize("name", SERVICES)
def test_lambda_sees_that_a_version_differs(rendered: Mapping[str, Rendered], name: str) -> None:
    """It refuses to publish an unchanged function; its description tells the digest."""
    digest = "a" * 64
    found = translated(rendered[name].template, **{PARAMETER: digest})["Resources"]

    description = only(found, "AWS::Lambda::Function")["Description"]
    assert description.endswith(digest)
    assert len(description) <= 256


@pytest.mark.parametrize("name", SERVICES)
def test_a_new_version_takes_over_by_shares_and_goes_back_on_alarm(
    rendered: Mapping[str, Rendered], resources: Resources, name: str
) -> None:
    """As the parameter says; the alarms are the alias's own."""
    alias = resources[name]["FunctionAliaslive"]
    preference = rendered[name].template["Parameters"]["DeploymentPreference"]
    linear = translated(rendered[name].template, DeploymentPreference="Linear10PercentEvery1Minute")
    group = only(linear["Resources"], "AWS::CodeDeploy::DeploymentGroup")
    ((_, values),) = [group["DeploymentConfigName"]["Fn::Sub"]]

    assert alias["Properties"]["Name"] == "live"
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"] == {
        "ApplicationName": {"Ref": "ServerlessDeploymentApplication"},
        "DeploymentGroupName": {"Ref": "FunctionDeploymentGroup"},
    }
    assert preference["Default"] == "Canary10Percent5Minutes"
    assert values == {"ConfigName": "Linear10PercentEvery1Minute"}
    assert group["AlarmConfiguration"] == {
        "Enabled": True,
        "Alarms": [{"Name": {"Ref": alarm}} for alarm in ALARMS],
    }
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    for alarm in ALARMS:
        assert resources[name][alarm]["Type"] == "AWS::CloudWatch::Alarm"


@pytest.mark.parametrize("name", SERVICES)
def test_only_its_api_may_invoke_a_function(resources: Resources, name: str) -> None:
    """By the gateway, for this API, and by the alias only."""
    permission = only(resources[name], "AWS::Lambda::Permission")

    assert permission["FunctionName"] == {"Ref": "FunctionAliaslive"}
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "${Api}/*" in permission["SourceArn"]["Fn::Sub"]


@pytest.mark.parametrize("name", SERVICES)
def test_an_event_that_the_function_fails_on_is_kept(resources: Resources, name: str) -> None:
    """After two more tries, for two weeks, encrypted, with what was wrong."""
    invoked = only(resources[name], "AWS::Lambda::EventInvokeConfig")
    queue = resources[name]["DeadLetters"]["Properties"]
    policy = resources[name]["DeadLettersPolicy"]["Properties"]

    destination = invoked["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert (invoked["Qualifier"], invoked["MaximumRetryAttempts"]) == ("live", 2)
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["SqsManagedSseEnabled"] is True
    assert denials(policy)["OnlyEncryptedTransport"]["Action"] == "sqs:*"


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_runs_on_arm_and_is_traced(
    rendered: Mapping[str, Rendered], resources: Resources, name: str
) -> None:
    """Unless told otherwise; and it takes as much concurrency as is set aside for it."""
    function = only(resources[name], "AWS::Lambda::Function")

    assert rendered[name].template["Parameters"]["Architecture"]["Default"] == "arm64"
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["ReservedConcurrentExecutions"] == {
        "Fn::If": ["Reserved", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_writes_to_its_own_log_which_forgets(resources: Resources, name: str) -> None:
    """One group with a retention, named as the function's, lines as JSON."""
    function = only(resources[name], "AWS::Lambda::Function")
    groups = of_type(resources[name], "AWS::Logs::LogGroup")

    assert function["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"}
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert len(groups) == 2
    assert {json.dumps(each["RetentionInDays"]) for each in groups} == {
        '{"Ref": "LogRetentionDays"}'
    }


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
def test_a_function_waits_for_what_it_may_do(resources: Resources, name: str) -> None:
    """A version must not be called before its role allows what it does."""
    assert resources[name]["Function"]["DependsOn"] in ("OwnResources", ["OwnResources"])


@pytest.mark.parametrize("name", ["location", "profile"])
def test_a_client_secret_is_made_by_aws(resources: Resources, name: str) -> None:
    """Nobody types it, and it needs no escaping anywhere."""
    secret = resources[name]["ClientSecret"]["Properties"]["GenerateSecretString"]

    assert json.loads(secret["SecretStringTemplate"]) == {"client_id": name}
    assert secret["GenerateStringKey"] == "client_secret"
    assert secret["PasswordLength"] >= 32
    assert secret["ExcludePunctuation"]
