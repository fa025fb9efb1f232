"""Stacks of the services in the emulator, with a stand-in for their code."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from pactwright.deploy.templates import Rendered, api_definition
from pactwright.deploy.versions import PARAMETER, version_digest
from pactwright.local.emulator import Emulator

GIVEN: Final = {
    "Runtime": "python3.11",
    "AuthenticationUrl": "http://127.0.0.1:9",
    "LocationUrl": "http://127.0.0.1:9",
    "AllowedCidrs": "127.0.0.1/32",
    "RoleBoundaryArn": "arn:aws:iam::000000000000:policy/boundary",
    "AccountEventsTopicArn": "arn:aws:sns:us-east-1:000000000000:account-events",
    "OperationsTopicArn": "arn:aws:sns:us-east-1:000000000000:operations",
}
"""What a deployment would know; a template takes what it declares."""

_BUCKET: Final = "bundles"
_CODE: Final = """
import json, os
def handler(event, context):
    told = {{"bundle": {name!r}, "level": os.environ["LOG_LEVEL"]}}
    print("answered")
    return {{"statusCode": 200, "headers": {{}}, "body": json.dumps(told)}}
"""


@dataclass
class Stack:
    """A service's stack.

    Attributes:
        service: whose.
        rendered: its template.
        emulator: where it is.
        name: of the environment.
        outputs: what it tells about itself.
    """

    service: str
    rendered: Rendered
    emulator: Emulator
    name: str = "trial"
    outputs: Mapping[str, str] = field(default_factory=dict)

    def deploy(self, bundle: str, **parameters: str) -> None:
        """Create it, or bring it up to date, as CloudFormation does.

        Args:
            bundle: the name of the stand-in, which it tells whoever calls it.
            parameters: of the template, over those that are always known.
        """
        placed = {"BundleBucket": _BUCKET, "BundleKey": self._put(bundle)}
        known = GIVEN | placed | {"Environment": self.name} | parameters
        declared = self.rendered.template["Parameters"]
        values = {name: value for name, value in known.items() if name in declared}
        values[PARAMETER] = version_digest(self.rendered.template, values)
        cloudformation = self.emulator.client("cloudformation")
        change = cloudformation.update_stack if self.outputs else cloudformation.create_stack
        change(
            StackName=self._stack,
            TemplateURL=self._put_text("template.json", self.rendered.text()),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        self.outputs = self._finished(cloudformation)

    def answer(self) -> dict[str, str]:
        """What the stand-in tells whoever calls the API."""
        url = urlsplit(self.outputs["ApiUrl"])
        api = (url.hostname or "").partition(".")[0]
        path, item = next(iter(api_definition(self.rendered.template)["paths"].items()))
        base = f"{self.emulator.url}/_aws/execute-api/{api}{url.path}"
        return dict(requests.request(next(iter(item)), base + path, timeout=30).json())

    def live(self) -> str:
        """The version that the alias leads to."""
        functions = self.emulator.client("lambda")
        alias = functions.get_alias(FunctionName=self.outputs["FunctionName"], Name="live")
        return str(alias["FunctionVersion"])

    def table(self) -> Mapping[str, Any]:
        """Its table."""
        tables = self.emulator.client("dynamodb")
        described: dict[str, Any] = tables.describe_table(TableName=self.outputs["TableName"])
        return dict(described["Table"])

    def kinds(self) -> list[str]:
        """The type of each of its resources."""
        cloudformation = self.emulator.client("cloudformation")
        found = cloudformation.describe_stack_resources(StackName=self._stack)["StackResources"]
        return [each["ResourceType"] for each in found]

    @property
    def _stack(self) -> str:
        return f"{self.name}-{self.service}"

    def _finished(self, cloudformation: Any) -> dict[str, str]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            (stack,) = cloudformation.describe_stacks(StackName=self._stack)["Stacks"]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack
                return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
            time.sleep(0.02)
        raise AssertionError(f"{self._stack} is still not done")

    def _put(self, bundle: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            code = _CODE.format(name=bundle)
            archive.writestr(f"services/{self.service}/handler.py", code)
        key = f"{self.service}/{bundle}.zip"
        self.emulator.client("s3").put_object(Bucket=_BUCKET, Key=key, Body=packed.getvalue())
        return key

    def _put_text(self, key: str, text: str) -> str:
        self.emulator.client("s3").put_object(Bucket=_BUCKET, Key=key, Body=text.encode())
        return f"{self.emulator.url}/{_BUCKET}/{key}"


def prepared(emulator: Emulator) -> Emulator:
    """The emulator, with a bucket for stand-ins."""
    emulator.client("s3").create_bucket(Bucket=_BUCKET)
    return emulator
