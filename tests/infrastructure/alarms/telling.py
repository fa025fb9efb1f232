"""What the services' own handlers tell: each is run as on Lambda, with a stack's environment.

Run as a script, it prints what a handler prints while it answers one request that needs nothing.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from typing import Any, Final

ENVIRONMENT: Final = "production"

_VARIABLES: Final = {
    "ENVIRONMENT": ENVIRONMENT,
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "TABLE_NAME": "table",
    "AUTHENTICATION_URL": "http://127.0.0.1:9",
    "LOCATION_URL": "http://127.0.0.1:9",
    "CLIENT_SECRET_ARN": "arn",
    "CURSOR_SECRET_ARN": "arn",
    "ACCOUNT_EVENTS_TOPIC_ARN": "arn",
    "PUBLIC_URL": "http://127.0.0.1:9",
    "ATTEMPTS_PER_ACCOUNT_AND_SOURCE": "10",
    "ATTEMPTS_PER_ACCOUNT": "100",
    "FIRST_ATTEMPTS_PER_ACCOUNT": "1000",
    "ATTEMPTS_PER_SOURCE": "300",
    "REGISTRATIONS_PER_SOURCE": "60",
}
_EVENT: Final[dict[str, Any]] = {
    "resource": "/nowhere",
    "path": "/nowhere",
    "httpMethod": "GET",
    "headers": {},
    "multiValueHeaders": {},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {"requestId": "r", "identity": {"sourceIp": "127.0.0.1"}, "stage": "s"},
    "body": None,
    "isBase64Encoded": False,
}


def told(service: str) -> list[str]:
    """The JSON lines that a service's handler prints of a request, in a process of its own."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", __spec__.name if __spec__ else __name__, service],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | _VARIABLES,
    )
    return [line for line in done.stdout.splitlines() if line.startswith("{")]


if __name__ == "__main__":
    module = importlib.import_module(f"services.{sys.argv[1]}.handler")
    module.handler(_EVENT, None)
