"""A project of two services that can be deployed: `shelf` calls `keys`, `reader` relies on both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

from pactwright.deploy.manifest import BUNDLE, Bundle, sha256
from pactwright.deploy.platforms import host
from pactwright.local.installation import installed
from pactwright.schema import Project
from tests.kit.contract.verification import provided

ROOT: Final = Path(__file__).parents[3]

DEPLOY: Final = """
    [tool.pactwright.deploy]
    aws = ["dynamodb"]
    """

PLATFORM: Final = """
    AWSTemplateFormatVersion: "2010-09-09"
    Parameters:
      Environment: {Type: String}
    Resources:
      Artifacts:
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Sub "shelves-${Environment}-artifacts"}
    Outputs:
      ArtifactBucket: {Value: !Ref Artifacts}
    """

TEMPLATE: Final = """
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Parameters:
      Environment: {Type: String}
      BundleBucket: {Type: String}
      BundleKey: {Type: String}
      Runtime: {Type: String}
      Architecture: {Type: String}@PARAMETER@
    Resources:
      Table:
        Type: AWS::DynamoDB::Table
        DeletionPolicy: Delete
        UpdateReplacePolicy: Delete
        Properties:
          BillingMode: PAY_PER_REQUEST
          AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
      Function:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: !Ref Runtime
          Architectures: [!Ref Architecture]
          Handler: services.@SERVICE@.handler.handler
          CodeUri: {Bucket: !Ref BundleBucket, Key: !Ref BundleKey}
          Timeout: 10
          Environment: {Variables: {TABLE_NAME: !Ref Table@VARIABLE@}}
          Policies:
            - Statement:
                - Effect: Allow
                  Action: dynamodb:GetItem
                  Resource: !GetAtt Table.Arn
      Api:
        Type: AWS::Serverless::Api
        Properties:
          StageName: !Ref Environment
          OpenApiVersion: 3.0.1
          DefinitionBody: {x-pactwright-function: Function}
    Outputs:
      ApiUrl: {Value: !Sub "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Environment}"}
      TableName: {Value: !Ref Table}
    """

KEYS: Final = '''
    """Keys, from a table."""

    import json
    import os

    import boto3

    tables = boto3.client("dynamodb")


    def handler(event, _):
        print(json.dumps({"path": event["path"]}))
        key = {"pk": {"S": event["path"]}}
        found = tables.get_item(TableName=os.environ["TABLE_NAME"], Key=key).get("Item")
        if event["httpMethod"] != "GET" or found is None:
            return {"statusCode": 404, "headers": {}, "body": ""}
        body = {"name": found["name"]["S"], "opens": found["opens"]["S"]}
        headers = {"Content-Type": "application/json"}
        return {"statusCode": 200, "headers": headers, "body": json.dumps(body)}
    '''

SHELF: Final = '''
    """Shelves, from a table, with what keys says of the red one."""

    import json
    import os
    import urllib.error
    import urllib.request

    import boto3

    tables = boto3.client("dynamodb")


    def handler(event, _):
        print(json.dumps({"path": event["path"]}))
        key = {"pk": {"S": event["path"]}}
        found = tables.get_item(TableName=os.environ["TABLE_NAME"], Key=key).get("Item")
        if event["httpMethod"] != "GET" or found is None:
            return {"statusCode": 404, "headers": {}, "body": ""}
        try:
            with urllib.request.urlopen(os.environ["KEYS_URL"] + "/keys/red", timeout=5) as answer:
                key = json.load(answer)
        except OSError:
            return {"statusCode": 503, "headers": {}, "body": ""}
        body = {"name": found["name"]["S"], "opens": key["opens"]}
        headers = {"Content-Type": "application/json"}
        return {"statusCode": 200, "headers": headers, "body": json.dumps(body)}
    '''

IDENTITY: Final = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]


_ENVIRONMENT: Final = {
    name: value
    for name, value in os.environ.items()
    if name not in ("PACTWRIGHT_RECORDS", "PACT_BROKER_BASE_URL")
}


@dataclass(frozen=True)
class Shelves:
    """The project, and what its developers do with it."""

    root: Path

    @property
    def project(self) -> Project:
        return Project.load(self.root)

    @property
    def pacts(self) -> Path:
        return self.root / "contracts" / "pacts"

    def git(self, *arguments: str) -> None:
        command = ["git", "-C", str(self.root), *IDENTITY, *arguments]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own arguments

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def edit(self, service: str, old: str, new: str) -> None:
        file = self.root / "services" / service / "handler.py"
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command of the kit, in a process of its own."""
        paths = f"{self.root / 'sdk'}:{ROOT}"
        return subprocess.run(  # noqa: S603 - the kit itself
            [sys.executable, "-m", "pactwright", "--project", str(self.root), *arguments],
            env={**_ENVIRONMENT, "PYTHONPATH": paths, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def verified(self, *arguments: str, **environment: str) -> bool:
        """Whether `pactwright verify` is content."""
        done = self.run("verify", *arguments, **environment)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
        return done.returncode == 0

    def digest(self, service: str) -> str:
        """The digest of the bundle of the sources at hand."""
        assert self.run("bundle", service).returncode == 0
        return Bundle.load(self.root / "build" / service / host().name).digest

    def asked(self, service: str, digest: str = "") -> Any:
        """What the gate says of a bundle, by default of the one that was built last."""
        of = ["--digest", digest] if digest else []
        done = self.run(
            "can-deploy", service, "--to", "live", "--platform", host().name, "--json", *of
        )
        said = json.loads(done.stdout)
        assert done.returncode == (0 if said["allowed"] else 1)
        return said

    def deployed(self, service: str, digest: str) -> None:
        """Record that the bundle that was built last is deployed, and keep it."""
        built = self.root / "build" / service / host().name / BUNDLE
        assert sha256(built) == digest
        kept = self.root / "build" / "fetched" / service / digest / BUNDLE
        kept.parent.mkdir(parents=True)
        shutil.copy(built, kept)
        of = ["--digest", digest, "--platform", host().name]
        done = self.run("record-deployment", service, "--env", "live", *of)
        assert (done.returncode, done.stderr) == (0, "")


def make(root: Path) -> Shelves:
    """The project, committed, with what takes long to build shared with this one."""
    provided.make_project(root)
    with (root / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(dedent(DEPLOY))
    _write(root / "services" / "platform.yaml", PLATFORM)
    shutil.copy(ROOT / "services" / "requirements.txt", root / "services" / "requirements.txt")
    for service, handler in (("keys", KEYS), ("shelf", SHELF)):
        calls = service == "shelf"
        template = TEMPLATE.replace("@SERVICE@", service)
        template = template.replace("@PARAMETER@", "\n      KeysUrl: {Type: String}" * calls)
        template = template.replace("@VARIABLE@", ", KEYS_URL: !Ref KeysUrl" * calls)
        _write(root / "services" / service / "template.yaml", template)
        _write(root / "services" / service / "handler.py", handler)
    _write(root / ".gitignore", "build\n__pycache__\n")
    _share(root / "build")
    made = Shelves(root)
    made.git("init", "--quiet")
    made.commit()
    return made


def _share(build: Path) -> None:
    caches = ROOT / "build"
    build.mkdir()
    for cached in (caches / "layers", caches / "linted", installed(caches).packages.parent):
        cached.mkdir(parents=True, exist_ok=True)
        (build / cached.name).symlink_to(cached)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text).lstrip(), encoding="utf-8")
