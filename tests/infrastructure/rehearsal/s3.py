"""Requests to S3 from a bare Python: `s3.py "PUT bucket/key" "GET bucket?list-type=2"`."""

from __future__ import annotations

import http.client
import os
import sys
from string import Template

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


def main(requests: list[str]) -> None:
    """Send each."""
    for request in requests:
        method, target = Template(request).substitute(os.environ).split()
        endpoint = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
        connection = http.client.HTTPConnection(endpoint, timeout=10)
        connection.request(method, f"/{target}", None, {"Authorization": AUTHORIZATION})
        response = connection.getresponse()
        if response.status != 200:
            sys.exit(f"{request}: {response.status} {response.read().decode()}")
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1:])
