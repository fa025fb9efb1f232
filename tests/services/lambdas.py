"""A service's handler in a process of its own, with the variables that its template gives it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from pactwright.local.loopback import HOST, Handler, Server
from tests.services.permissions import Recorder

SECRET: Final = {"client_id": "me", "client_secret": "s" * 48, "key": "k" * 48}

_PROGRAM: Final = """
import importlib, json, sys, time
from pactwright.local.inprocess import LambdaContext
module, _, name = sys.argv[1].rpartition(".")
handler = getattr(importlib.import_module(module), name)
for event in json.load(sys.stdin):
    context = LambdaContext("id", "function", time.monotonic() + 10)
    answer = handler(event, context)
    print("status", answer.get("statusCode") or (500 if answer["batchItemFailures"] else 200))
"""

_PUBLISHED: Final = (
    b'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
    b"<PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>"
)


class Aws(Server):
    """AWS as a handler sees it: an empty table, secrets that exist; nobody else answers.

    Args:
        service: whose requests come here.
        recorder: what they are told to.
    """

    def __init__(self, service: str, recorder: Recorder) -> None:
        self.service = service
        self.recorder = recorder
        super().__init__(0, _Answering)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"


class _Answering(Handler):
    server: Aws

    def serve(self) -> None:
        """Answer a request of AWS's JSON protocol or of its query protocol; 503 to others."""
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        target = self.headers.get("X-Amz-Target", "")
        operation = target.rpartition(".")[2]
        asked = dict(parse_qsl(content.decode())) if not operation else {}
        if "Action" in asked:
            self.server.recorder.note(self.server.service, asked["Action"], asked)
            self._reply(_PUBLISHED, "text/xml")
            return
        if operation:
            self.server.recorder.note(self.server.service, operation, json.loads(content))
        answer = {"SecretString": json.dumps(SECRET)} if operation == "GetSecretValue" else {}
        body = json.dumps(answer).encode()
        self._reply(body, "application/x-amz-json-1.0", 200 if operation else 503)

    def _reply(self, body: bytes, media_type: str, status: int = 200) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def answered(
    root: Path, template: Mapping[str, Any], events: Sequence[Mapping[str, Any]], aws: Aws
) -> list[int]:
    """Start the handler of a template's function and have it answer.

    Args:
        root: the project's folder.
        template: the service's, with its fragments.
        events: what it is sent.
        aws: where it finds AWS, and where it looks for other services.

    Returns:
        The status of each answer.
    """
    function = template["Resources"]["Function"]["Properties"]
    finished = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, function["Handler"]],
        cwd=root,
        env=_environment(template, aws.url) | {"PYTHONPATH": os.pathsep.join(sys.path)},
        input=json.dumps(events),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    lines = finished.stdout.splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("status ")]


def _environment(template: Mapping[str, Any], url: str) -> dict[str, str]:
    """What Lambda sets, and what the template does: references by their logical ids."""
    of_all = template["Globals"]["Function"]["Environment"]["Variables"]
    own = template["Resources"]["Function"]["Properties"]["Environment"]["Variables"]
    variables = {name: _resolved(value, template) for name, value in (of_all | own).items()}
    addresses = {name: url for name in variables if name.endswith("_URL")}
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": url,
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        **variables,
        **addresses,
    }


def _resolved(value: Any, template: Mapping[str, Any]) -> str:
    if not isinstance(value, dict):
        return str(value)
    ((function, about),) = value.items()
    if function == "Fn::FindInMap":
        table, first, second = about
        return str(template["Mappings"][table][first][second])
    if function == "Fn::GetAtt":
        return str(about[0])
    return str(template.get("Parameters", {}).get(about, {}).get("Default", about))
