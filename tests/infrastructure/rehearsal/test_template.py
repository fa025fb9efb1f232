"""What the rehearsal can't carry out is asserted on the pipeline's template."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pactwright.deploy.pipelines import PipelineSettings
from pactwright.deploy.templates import Rendered, lint, read
from pactwright.local.rehearsal.buildspec import read as read_spec
from pactwright.local.rehearsal.execution import execution, translated
from pactwright.local.rehearsal.intrinsics import Evaluation
from pactwright.local.rehearsal.policies import Need, Role, listed
from pactwright.local.rehearsal.structure import Pipeline
from pactwright.local.rehearsal.structure import read as read_pipeline
from pactwright.schema.project import Project
from tests.infrastructure.rehearsal.conftest import BUCKETS, PLACE, TOPIC

LONGEST = "authentication"
INLINE_POLICIES = 10_240  # characters of a role's, without white space (IAM and STS quotas)
INLINE_TEMPLATE = 51_200  # bytes (AWS CloudFormation quotas)
FILTERS = 8  # patterns of a trigger (AWS CodePipeline quotas)
UNNAMED = {"apigateway", "application-autoscaling", "codedeploy"}
"""Of what these make, AWS chooses the names, or the actions know no resource."""


@pytest.fixture(scope="module")
def file(project: Project) -> Path:
    return PipelineSettings.load(project).template


@pytest.fixture(scope="module")
def template(file: Path) -> dict[str, Any]:
    return read(file)


@pytest.fixture(scope="module")
def resources(template: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = template["Resources"]
    return found


def pipeline(template: dict[str, Any], service: str) -> Pipeline:
    given = {"Service": service, "OperationsTopicArn": TOPIC, **BUCKETS, "VpcId": "vpc-0"}
    return read_pipeline(template, f"hereabouts-pipeline-{service}", given, PLACE)


def of_type(resources: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    found = [each["Properties"] for each in resources.values() if each["Type"] == kind]
    assert found
    return found


def test_the_linter_has_nothing_to_say(file: Path, template: dict[str, Any]) -> None:
    """With all its rules."""
    lint(Rendered(file, template))


def test_it_is_within_quotas(file: Path, template: dict[str, Any]) -> None:
    """Of a template in a request, and of policies in a role."""
    assert file.stat().st_size <= INLINE_TEMPLATE
    for role in pipeline(template, LONGEST).roles.values():
        assert len(json.dumps(role.statements, separators=(",", ":"))) <= INLINE_POLICIES


def test_no_role_has_a_wildcard_among_its_actions(template: dict[str, Any]) -> None:
    """Nor is there a managed policy, which reading a role refuses."""
    roles = pipeline(template, LONGEST).roles.values()

    actions = [action for role in roles for action in actions_of(role)]
    assert len(actions) > 100
    assert not [each for each in actions if "*" in each]


def test_resources_are_the_projects_own(template: dict[str, Any]) -> None:
    """Each names the service, an environment or a bucket that was given; or knows no name."""
    for role in pipeline(template, LONGEST).roles.values():
        for statement in role.statements:
            prefixes = {action.partition(":")[0] for action in listed(statement["Action"])}
            for resource in listed(statement["Resource"]):
                named = "hereabouts-" in resource or "/hereabouts/" in resource
                given = any(bucket in resource for bucket in BUCKETS.values())
                own = "stack-" in resource or "pipeline" in resource or ":key/" in resource
                assert (
                    named
                    or given
                    or own
                    or prefixes <= {*UNNAMED, "cloudformation"}
                    or (
                        resource == "*"
                        or "aws-service-role" in resource
                        or "codecommit" in resource
                        or "network-interface" in resource
                        or "event-source-mapping" in resource
                    )
                ), f"{role.name}: {resource}"


def test_any_resource_is_for_actions_that_know_none(template: dict[str, Any]) -> None:
    """Lists, a VPC's, composite alarms, and event source mappings, by their functions."""
    for role in pipeline(template, LONGEST).roles.values():
        for statement in role.statements:
            if "*" in listed(statement["Resource"]):
                for action in listed(statement["Action"]):
                    service, _, name = action.partition(":")
                    known = service == "ec2" or name == "PutCompositeAlarm"
                    known |= name.endswith("EventSourceMapping") and "Condition" in statement
                    assert known or name.startswith(("Describe", "GetRandom")), action


def actions_of(role: Role) -> Iterator[str]:
    for statement in role.statements:
        yield from listed(statement["Action"])


@dataclass(frozen=True)
class Held:
    """What the execution role of a service's pipeline is held against."""

    template: dict[str, Any]
    rendered: Mapping[str, Rendered]
    folder: Path

    def needs(self, service: str, text: str | None = None) -> tuple[Role, list[Need]]:
        """The role, and what making the resources of a template needs; the service's own."""
        made = pipeline(self.template, service)
        (action,) = (each for each in made.stages["Staging"] if each.name == "ChangeSet")
        (self.folder / "template.json").write_text(text or self.rendered[service].text())
        parameters = json.dumps({"Parameters": values(service)})
        (self.folder / "parameters.json").write_text(parameters)
        found = list(execution(action, made, dict.fromkeys(action.inputs, self.folder)))
        return found[0][0], [need for _, need in found]


def values(service: str) -> dict[str, str]:
    """Of a service's template; all that can be asked for is."""
    boundary = "policy/hereabouts-staging-platform-RoleBoundary-0"
    return {
        "Environment": "staging",
        "AccountEventsTopicArn": PLACE.arn("sns", "hereabouts-staging-authentication-Events-0"),
        "BundleBucket": BUCKETS["StagingBucket"],
        "BundleKey": f"bundles/{service}/0.zip",
        "BillingMode": "PROVISIONED",
        "RoleBoundaryArn": PLACE.arn("iam", boundary, regional=False),
        "VersionDigest": "0" * 64,
    }


@pytest.fixture
def held(template: dict[str, Any], rendered: Mapping[str, Rendered], tmp_path: Path) -> Held:
    return Held(template, rendered, tmp_path)


def test_the_execution_role_is_allowed_what_templates_need_and_no_more(
    project: Project, held: Held
) -> None:
    """By the schemas of the types of all resources of all services, whatever parameters say."""
    needed: set[str] = set()
    allowed: set[str] = set()
    for name in project.services:
        role, found = held.needs(name)
        assert [str(need) for need in found if not role.allows(need)] == []
        needed |= {need.action for need in found}
        allowed |= set(actions_of(role))

    assert allowed - needed == set()


@pytest.mark.parametrize("boundary", ["", '"PermissionsBoundary":"arn:aws:iam::aws:policy/All",'])
def test_no_role_is_made_outside_the_boundary(
    held: Held, rendered: Mapping[str, Rendered], boundary: str
) -> None:
    """Neither without one nor within another."""
    own = '"PermissionsBoundary":{"Ref":"RoleBoundaryArn"},'
    text = rendered["location"].text()
    assert text.count(own) == 2

    role, found = held.needs("location", text.replace(own, boundary))

    refused = {need.action for need in found if not role.allows(need)}
    assert {"iam:CreateRole", "iam:PutRolePolicy"} <= refused


@pytest.mark.parametrize("service", ["authentication", "location", "profile"])
def test_what_roles_are_allowed_is_within_the_boundary(
    rendered: Mapping[str, Rendered], service: str
) -> None:
    """Otherwise a function would be refused what its own policy allows."""
    shared = Evaluation(
        rendered["platform"].template,
        "hereabouts-staging-platform",
        {"Environment": "staging"},
        PLACE,
    )
    document = shared.value(rendered["platform"].template["Resources"]["RoleBoundary"])
    statements = document["Properties"]["PolicyDocument"]["Statement"]
    boundary = Role("RoleBoundary", "", frozenset(), tuple(statements))
    own = rendered[service].template
    declared = {k: str(v.get("Default", "")) for k, v in own["Parameters"].items()}
    stack = f"hereabouts-staging-{service}"
    made = translated(own, declared | values(service), PLACE.region)
    evaluation = Evaluation(made, stack, declared | values(service), PLACE)

    found = list(allowed_by(evaluation))
    assert len(found) > 10
    assert [str(need) for need in found if not boundary.allows(need)] == []


def allowed_by(evaluation: Evaluation) -> Iterator[Need]:
    """Each action on each resource that the policies of a template allow."""
    for resource in evaluation.template["Resources"].values():
        properties = resource["Properties"]
        documents = {
            "AWS::IAM::Role": lambda p: [each["PolicyDocument"] for each in p["Policies"]],
            "AWS::IAM::Policy": lambda p: [p["PolicyDocument"]],
        }.get(resource["Type"], lambda _: [])(properties)
        for document in documents:
            for statement in evaluation.value(document)["Statement"]:
                for action in listed(statement["Action"]):
                    yield from (Need(action, arn) for arn in listed(statement["Resource"]))


def test_a_role_is_taken_on_for_this_account_only(resources: Mapping[str, Any]) -> None:
    """No other account's pipeline can have a service of AWS use it (confused deputy)."""
    for role in of_type(resources, "AWS::IAM::Role"):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            condition = statement["Condition"]["StringEquals"]
            assert condition == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_builds_end_in_time_and_run_without_privileges(resources: Mapping[str, Any]) -> None:
    """With logs that are kept for a while, by a key of the pipeline's."""
    for build in of_type(resources, "AWS::CodeBuild::Project"):
        assert build["TimeoutInMinutes"] <= 90
        assert build["QueuedTimeoutInMinutes"] <= 60
        assert not build["Environment"].get("PrivilegedMode", False)
        assert build["LogsConfig"]["CloudWatchLogs"]["GroupName"] == {"Ref": "Logs"}
        assert build["EncryptionKey"] == {"Fn::GetAtt": ["Key", "Arn"]}
    (logs,) = of_type(resources, "AWS::Logs::LogGroup")
    assert logs["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_builds_are_made_by_a_python_that_functions_have(
    resources: Mapping[str, Any], rendered: Mapping[str, Rendered], project: Project
) -> None:
    """The bytecode of a bundle is that of the Python that built it."""
    for build in of_type(resources, "AWS::CodeBuild::Project"):
        runtimes = read_spec(project.root / build["Source"]["BuildSpec"]).runtimes
        for name in project.services:
            known = rendered[name].template["Parameters"]["Runtime"]["AllowedValues"]
            assert f"python{runtimes['python']}" in known


def test_triggers_name_files_that_there_are(resources: Mapping[str, Any], project: Project) -> None:
    """At most eight patterns; each fits something, for every service."""
    (properties,) = of_type(resources, "AWS::CodePipeline::Pipeline")
    (trigger,) = properties["Triggers"]["Fn::If"][1]
    (push,) = trigger["GitConfiguration"]["Push"]
    patterns = push["FilePaths"]["Includes"]

    assert len(patterns) <= FILTERS
    for pattern in patterns:
        text = pattern if isinstance(pattern, str) else pattern["Fn::Sub"]
        for name in project.services:
            assert list(project.root.glob(text.replace("${Service}", name))), text


def test_all_that_a_bundle_is_made_of_triggers(
    resources: Mapping[str, Any], project: Project
) -> None:
    """Its code, what it shares, the locks, the documents, and what tests and builds it."""
    (properties,) = of_type(resources, "AWS::CodePipeline::Pipeline")
    (push,) = properties["Triggers"]["Fn::If"][1][0]["GitConfiguration"]["Push"]
    patterns = [
        each if isinstance(each, str) else each["Fn::Sub"].replace("${Service}", "location")
        for each in push["FilePaths"]["Includes"]
    ]
    found = {
        file.relative_to(project.root).as_posix()
        for pattern in patterns
        for file in project.root.glob(pattern.replace("/**", "/**/*"))
    }

    assert found >= {
        "services/location/handler.py",
        "services/location/template.yaml",
        "services/service.yaml",
        "services/requirements.txt",
        "services/buildspec.yaml",
        "contracts/common.yaml",
        "contracts/pacts/profile-location.json",
        "sdk/pactwright/src/pactwright/service/application.py",
        "requirements.lock",
        "pyproject.toml",
        "Makefile",
    }


def test_the_end_of_each_execution_is_told(
    resources: Mapping[str, Any], rendered: Mapping[str, Rendered]
) -> None:
    """To the topic, whose policy and key let EventBridge in."""
    ended = resources["Ended"]["Properties"]
    platform = rendered["platform"].template["Resources"]

    assert set(ended["EventPattern"]["detail"]["state"]) >= {"FAILED", "SUCCEEDED"}
    assert ended["EventPattern"]["detail"]["pipeline"] == [{"Ref": "Pipeline"}]
    assert ended["Targets"][0]["Arn"] == {"Ref": "OperationsTopicArn"}
    policies = [
        platform["OperationsPolicy"]["Properties"]["PolicyDocument"],
        platform["OperationsKey"]["Properties"]["KeyPolicy"],
    ]
    for policy in policies:
        services = [
            listed(dict(s["Principal"]).get("Service", []))
            for s in policy["Statement"]
            if s["Principal"] != "*"
        ]
        assert any("events.amazonaws.com" in each for each in services)


def test_a_failed_deployment_is_rolled_back_and_a_refusal_is_not(
    resources: Mapping[str, Any],
) -> None:
    """The gates are stages of their own."""
    (properties,) = of_type(resources, "AWS::CodePipeline::Pipeline")

    rolled_back = {
        each["Name"]
        for each in properties["Stages"]
        if each.get("OnFailure") == {"Result": "ROLLBACK"}
    }
    assert rolled_back == {"Staging", "Production"}
    assert (properties["PipelineType"], properties["ExecutionMode"]) == ("V2", "SUPERSEDED")


def test_artifacts_are_encrypted_by_the_pipelines_own_key(resources: Mapping[str, Any]) -> None:
    """A key that is changed each year; the bucket is closed to the public."""
    (properties,) = of_type(resources, "AWS::CodePipeline::Pipeline")
    (bucket,) = of_type(resources, "AWS::S3::Bucket")
    (key,) = of_type(resources, "AWS::KMS::Key")

    assert properties["ArtifactStore"]["EncryptionKey"]["Id"] == {"Fn::GetAtt": ["Key", "Arn"]}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert key["EnableKeyRotation"]


def test_everything_is_described(template: Mapping[str, Any]) -> None:
    """Whoever makes a pipeline by hand sees what each parameter and output is for."""
    for section in ("Parameters", "Outputs"):
        assert not [key for key, each in template[section].items() if not each.get("Description")]


def test_the_settings_give_what_the_template_has_no_default_for(
    project: Project, template: Mapping[str, Any]
) -> None:
    """Besides the service, all that is missing is an output of a platform."""
    settings = PipelineSettings.load(project)
    platform = read(project.root / "services" / "platform.yaml")["Outputs"]

    missing = {name for name, each in template["Parameters"].items() if "Default" not in each}
    assert missing == {"Service", *settings.outputs}
    assert {output for _, output in settings.outputs.values()} <= set(platform)
