"""The callee's side on Lambda: API Gateway's event to an operation's method, and back.

This package needs pydantic and the standard library only. What needs more is imported by name:
`pactwright.service.telemetry` (aws-lambda-powertools), `pactwright.service.dynamodb`,
`pactwright.service.secrets` and `pactwright.service.topics` (boto3). What takes messages of queues
and streams is `pactwright.service.messages`.
"""

from pactwright.service.answers import Answer, AnswerError
from pactwright.service.application import Application
from pactwright.service.authentication import Authenticator
from pactwright.service.call import Call, Principal
from pactwright.service.limits import RequestLimits
from pactwright.service.problem import ProblemError
from pactwright.service.problems import (
    Conflict,
    ContentTooLarge,
    Forbidden,
    HeadersTooLarge,
    InternalError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    MissingCredentials,
    NotAcceptable,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    TemporarilyUnavailable,
    TooManyRequests,
    Unauthenticated,
    UnsupportedCoding,
    UnsupportedMedia,
    UriTooLong,
)
from pactwright.wire.problems import FieldError

__all__ = [
    "Answer",
    "AnswerError",
    "Application",
    "Authenticator",
    "Call",
    "Conflict",
    "ContentTooLarge",
    "FieldError",
    "Forbidden",
    "HeadersTooLarge",
    "InternalError",
    "InvalidRequest",
    "MalformedRequest",
    "MethodNotAllowed",
    "MissingCredentials",
    "NotAcceptable",
    "NotFound",
    "PreconditionFailed",
    "PreconditionRequired",
    "Principal",
    "ProblemError",
    "RequestLimits",
    "TemporarilyUnavailable",
    "TooManyRequests",
    "Unauthenticated",
    "UnsupportedCoding",
    "UnsupportedMedia",
    "UriTooLong",
]
