"""The pipeline goes through, and no fault in it does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pactwright.local.rehearsal.errors import RehearsalError
from tests.infrastructure.rehearsal.conftest import Stage

CONNECTION = {
    "ConnectionArn": "arn:aws:codeconnections:us-east-1:000000000000:connection/c",
    "Repository": "somebody/hereabouts",
}
EVERYTHING = {"ApproveProduction": "true", "VpcId": "vpc-0", "SubnetIds": "a", **CONNECTION}


def test_it_goes_through(stage: Stage) -> None:
    """From the source to production, and what a deployment is judged by comes before it."""
    done = stage.rehearse()

    assert [str(each.action) for each in done] == [
        "Source/Source",
        "Build/Build",
        "StagingGate/Gate",
        "Staging/ChangeSet",
        "Staging/Execute",
        "Staging/Check",
        "ProductionGate/Gate",
        "Production/ChangeSet",
        "Production/Execute",
        "Production/Check",
    ]


def test_it_goes_through_with_all_that_can_be_asked_for(stage: Stage) -> None:
    """A connection, an approval and a VPC; after the approval the gate is asked once more."""
    done = [str(each.action) for each in stage.rehearse(parameters=EVERYTHING)]

    approved = done.index("ProductionGate/Approve")
    assert done[approved - 1] == "ProductionGate/Preview"
    assert done[approved + 1] == "ProductionGate/GateOnceMore"


def test_a_second_execution_changes_nothing(stage: Stage) -> None:
    """A change set without changes is no failure."""
    stage.rehearse(service="again")
    before = stage.events("hereabouts-production-again")
    stage.rehearse(service="again")

    assert stage.events("hereabouts-production-again") == before


@dataclass(frozen=True)
class Fault:
    """A change for the worse: what is in a file, what takes its place, and how that shows."""

    file: str
    old: str
    new: str
    said: str

    def __str__(self) -> str:
        return f"{self.file}: {self.old.strip()[:50]} -> {self.new.strip()[:50]}"

    def make(self, services: Path) -> None:
        file = services / self.file
        text = file.read_text(encoding="utf-8")
        assert self.old in text, f"{self.file} has no {self.old!r}"
        file.write_text(text.replace(self.old, self.new), encoding="utf-8")


# ruff: noqa: E501 - a fault is one line of the table
P, B, G, C = "pipeline.yaml", "buildspec.yaml", "buildspec-gate.yaml", "buildspec-check.yaml"
FAULTS = [
    # Names of artifacts and files
    Fault(P, "TemplatePath: Bundle::", "TemplatePath: Bundel::", "TemplatePath begins with none"),
    Fault(P, "OutputArtifacts: [{Name: Bundle}]", "OutputArtifacts: [{Name: B}]", "Bundle is made by no"),
    Fault(P, "Bundle::template.json", "Bundle::template.yaml", "has no template.yaml"),
    Fault(P, "Parameters::parameters.json", "Parameters::parameter.json", "has no parameter.json"),
    Fault(P, "OutputArtifacts: [{Name: ProductionParameters}]", "OutputArtifacts: [{Name: StagingParameters}]", "two actions make"),
    Fault(B, "- bundle.zip", "- bundles.zip", "bundles.zip isn't in build/"),
    Fault(B, "base-directory: build/$SERVICE", "base-directory: built/$SERVICE", "isn't in built/"),
    Fault(B, "- template.json", "- Template.json", "Template.json isn't in"),
    Fault(G, "artifacts:\n  files:\n    - parameters.json\n", "", "makes no artifact StagingParameters"),
    Fault(P, "services/buildspec-gate.yaml", "services/buildspec-gates.yaml", "buildspec-gates.yaml can't be read"),
    # Commands and variables
    Fault(B, "pactwright bundle", "pactwright bundel", "invalid choice: 'bundel'"),
    Fault(B, "- make install", "- make installed", "No rule to make target .installed"),
    Fault(B, '"$SERVICE" --platform', '"$SERVCE" --platform', r"nothing sets \$SERVCE"),
    Fault(G, "CODEBUILD_SRC_DIR_Bundle", "CODEBUILD_SRC_DIR_Bundles", "nothing sets"),
    Fault(P, '"name": "ENVIRONMENT"', '"name": "ENV"', r"nothing sets \$ENVIRONMENT"),
    Fault(P, '"type": "PLAINTEXT"}]', '"type": "PLAINTEXT"}', "must be JSON"),
    Fault(B, "version: 0.2", "version: 0.3", "version must be 0.2"),
    Fault(B, "  build:\n", "  builds:\n", "'builds' isn't rehearsed"),
    Fault(B, "      - make test", "      - make: test", "commands are a list of texts"),
    # Order and references
    Fault(P, "- Name: ChangeSet\n              RunOrder: 1", "- Name: ChangeSet\n              RunOrder: 3", "Staging/Execute: CloudFormation refuses it"),
    Fault(P, "PrimarySource: Source", "PrimarySource: Sources", "PrimarySource 'Sources' is no input"),
    Fault(P, "PrimarySource: Source", "# none", "PrimarySource must name one"),
    Fault(P, "ProjectName: !Ref Gate", "ProjectName: gate", "there is no project 'gate'"),
    Fault(P, "ActionMode: CHANGE_SET_EXECUTE", "ActionMode: EXECUTE", "the mode 'EXECUTE' isn't"),
    Fault(P, "                RoleArn: !GetAtt ExecutionRole.Arn\n", "", "RoleArn is missing"),
    # Permissions of the pipeline's role
    Fault(P, "codecommit:GetBranch", "codecommit:GetTree", "PipelineRole may not codecommit:GetBranch"),
    Fault(P, "codebuild:StartBuild, ", "", "PipelineRole may not codebuild:StartBuild"),
    Fault(P, ", !GetAtt Gate.Arn", "", "PipelineRole may not codebuild:BatchGetBuilds on .*-gate"),
    Fault(P, "                  - cloudformation:CreateChangeSet\n                  - cloudformation:Del", "                  - cloudformation:Del", "PipelineRole may not cloudformation:CreateChangeSet"),
    Fault(P, "stack/hereabouts-${Production}-${Service}/*", "stack/hereabouts-${Production}-x/*", "Production/ChangeSet: .*may not cloudformation:CreateChangeSet"),
    Fault(P, "iam:PassedToService: cloudformation.amazonaws.com", "iam:PassedToService: lambda.amazonaws.com", "PipelineRole may not iam:PassRole"),
    Fault(P, "s3:GetBucketAcl, ", "", "PipelineRole may not s3:GetBucketAcl"),
    Fault(P, "kms:GenerateDataKey]\n                Resource: !GetAtt Key.Arn", "kms:ReEncrypt]\n                Resource: !GetAtt Key.Arn", "may not kms:GenerateDataKey"),
    Fault(P, "Service: cloudformation.amazonaws.com}", "Service: codepipeline.amazonaws.com}", "can't be taken on by cloudformation"),
    # Permissions of the builds' roles
    Fault(P, "logs:CreateLogStream, ", "", "BuildRole may not logs:CreateLogStream"),
    Fault(P, "[s3:GetObject, s3:PutObject]\n                Resource: !Sub arn:${AWS::Partition}:s3:::${RecordBucket}", "s3:GetObject\n                Resource: !Sub arn:${AWS::Partition}:s3:::${RecordBucket}", "BuildRole may not s3:PutObject on arn:aws:s3:::records-p/records/verifications"),
    Fault(P, "${RecordBucket}/records/*", "${RecordBucket}/record/*", "BuildRole may not s3:PutObject"),
    Fault(P, "s3:prefix: [records, records/*]", "s3:prefix: [record]", "GateRole may not s3:ListBucket"),
    Fault(P, "s3:::${ProductionBucket}/bundles", "s3:::${ProductionBucket}/bundle", "ProductionGate/Gate: .*GateRole may not s3:PutObject"),
    # Permissions of the execution role
    Fault(P, "[sqs:CreateQueue, ", "[", "ExecutionRole may not sqs:CreateQueue"),
    Fault(P, "${AWS::AccountId}:hereabouts-${Production}-${Service}-*\n", "${AWS::AccountId}:x-*\n", "Production/ChangeSet: .*ExecutionRole may not sqs"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_does_not_go_through(stage: Stage, fault: Fault) -> None:
    """The rehearsal says at which action, and what."""
    with pytest.raises(RehearsalError, match=f"(?s){fault.said}"):
        stage.rehearse(fault.make)


def test_a_connection_needs_its_permission(stage: Stage) -> None:
    """Of the service that its ARN names."""
    change = Fault(P, "codeconnections:UseConnection, ", "", "").make

    with pytest.raises(RehearsalError, match="PipelineRole may not codeconnections:UseConnection"):
        stage.rehearse(change, parameters=CONNECTION)
