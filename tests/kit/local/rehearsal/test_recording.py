"""What is asked of AWS is noted, and passed on."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
import requests

from pactwright.local.loopback import Handler, Server
from pactwright.local.rehearsal.policies import Need
from pactwright.local.rehearsal.recording import Recorder
from pactwright.local.rehearsal.resources import Place

PLACE = Place("000000000000", "us-east-1")
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, x"}
ANSWER = b"at https://abc123.execute-api.us-east-1.amazonaws.com/staging now"


class Answering(Handler):
    """Answers with what stands for a stack's outputs, and with the request's body."""

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = b"" if "Boto3" in self.headers["User-Agent"] else body or ANSWER
        self.send_response_only(200)
        self.send_header("X-Path", self.path)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.fixture
def upstream() -> Iterator[Server]:
    server = Server(0, Answering)
    with server.serving():
        yield server


@pytest.fixture
def recorder(upstream: Server) -> Iterator[Recorder]:
    with Recorder(upstream.port, PLACE).serving() as made:
        yield made


def test_a_request_is_noted_and_passed_on(recorder: Recorder) -> None:
    """With path, query and body as they are."""
    answer = requests.put(f"{recorder.url}/b/k%20l?a=1", b"content", headers=SIGNED, timeout=5)

    assert (answer.content, answer.headers["X-Path"]) == (b"content", "/b/k%20l?a=1")
    assert recorder.taken() == [Need("s3:PutObject", "arn:aws:s3:::b/k l")]
    assert recorder.taken() == []


def test_addresses_of_apis_are_the_emulators(recorder: Recorder, upstream: Server) -> None:
    """Those in a stack's outputs would be AWS's."""
    answer = requests.get(f"{recorder.url}/b/k", headers=SIGNED, timeout=5)

    local = f"http://127.0.0.1:{upstream.port}/_aws/execute-api/abc123/staging"
    assert answer.text == f"at {local} now"


def test_a_head_has_no_body(recorder: Recorder) -> None:
    """Only its length."""
    answer = requests.head(f"{recorder.url}/b/k", headers=SIGNED, timeout=5)

    assert (answer.content, answer.headers["Content-Length"]) == (b"", str(len(ANSWER)))


def test_botocore_is_content_with_it(recorder: Recorder) -> None:
    """Also where it waits for leave to send a body."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    client = session.client("s3", endpoint_url=recorder.url)

    client.put_object(Bucket="b", Key="k", Body=b"content", IfNoneMatch="*")

    (need,) = recorder.taken()
    assert need.context == {"s3:if-none-match": ["*"]}
