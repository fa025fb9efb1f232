"""The caller's side: what generated clients are made of.

Needs pydantic and requests only.
"""

from pactwright.client import errors
from pactwright.client.client import Client
from pactwright.client.credentials import (
    ApiKey,
    Attempt,
    Basic,
    Bearer,
    Credential,
    RenewableCredential,
)
from pactwright.client.deadlines import Clock, Deadline, Timeout
from pactwright.client.errors import ClientError
from pactwright.client.groups import Group
from pactwright.client.hooks import Hook, Next
from pactwright.client.options import DEFAULT, CallOptions
from pactwright.client.request import Request
from pactwright.client.response import Response, with_response
from pactwright.client.retries import RetryPolicy
from pactwright.client.tokens import ClientCredentials
from pactwright.client.transport import FunctionTransport

__all__ = [
    "DEFAULT",
    "ApiKey",
    "Attempt",
    "Basic",
    "Bearer",
    "CallOptions",
    "Client",
    "ClientCredentials",
    "ClientError",
    "Clock",
    "Credential",
    "Deadline",
    "FunctionTransport",
    "Group",
    "Hook",
    "Next",
    "RenewableCredential",
    "Request",
    "Response",
    "RetryPolicy",
    "Timeout",
    "errors",
    "with_response",
]
