"""Clients of AWS for use inside a request, and their errors as the kit's own, mapped once.

(Amazon DynamoDB Developer Guide, "Error handling with DynamoDB"; AWS Secrets Manager API
Reference, "Common Errors".)
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import boto3
from botocore import parsers
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name for what can't be reached
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.parsers import ResponseParserError

from pactwright.service import attempts, errors
from pactwright.service.errors import DependencyError, Reason, ReasonCode
from pactwright.service.items import read_item

CODES: Final[Mapping[str, type[DependencyError]]] = {
    "ConditionalCheckFailedException": errors.ConditionFailed,
    "ItemCollectionSizeLimitExceededException": errors.ItemTooLarge,
    "TransactionConflictException": errors.TransactionConflict,
    "TransactionInProgressException": errors.TransactionConflict,
    "ReplicatedWriteConflictException": errors.TransactionConflict,
    "ProvisionedThroughputExceededException": errors.Throttled,
    "ThrottlingException": errors.Throttled,
    "Throttling": errors.Throttled,
    "ThrottledException": errors.Throttled,
    "RequestThrottledException": errors.Throttled,
    "RequestThrottled": errors.Throttled,
    "SlowDown": errors.Throttled,
    "RequestLimitExceeded": errors.Throttled,
    "LimitExceededException": errors.Throttled,
    "TooManyRequestsException": errors.Throttled,
    "InternalServerError": errors.Unavailable,
    "InternalServiceError": errors.Unavailable,
    "InternalFailure": errors.Unavailable,
    "ServiceUnavailable": errors.Unavailable,
    "ServiceUnavailableException": errors.Unavailable,
    "RequestTimeout": errors.Unavailable,
    "RequestTimeoutException": errors.Unavailable,
    "AccessDeniedException": errors.AccessDenied,
    "UnrecognizedClientException": errors.AccessDenied,
    "InvalidClientTokenId": errors.AccessDenied,
    "ExpiredTokenException": errors.AccessDenied,
    "InvalidSignatureException": errors.AccessDenied,
    "IncompleteSignatureException": errors.AccessDenied,
    "MissingAuthenticationTokenException": errors.AccessDenied,
    "DecryptionFailure": errors.AccessDenied,
    "ResourceNotFoundException": errors.MissingResource,
}
"""What each error code stands for. Any other is `Throttled` with status 429, `Unavailable` with
a status from 500, and a plain `DependencyError` otherwise."""

EXCEPTIONS: Final[tuple[tuple[type[Exception], type[DependencyError]], ...]] = (
    (NoCredentialsError, errors.AccessDenied),
    (PartialCredentialsError, errors.AccessDenied),
    (CredentialRetrievalError, errors.AccessDenied),
    (ConnectionError, errors.Unavailable),
    (HTTPClientError, errors.Unavailable),
    (IncompleteReadError, errors.Unavailable),
    (ResponseParserError, errors.Unavailable),
)
"""What each of botocore's own exceptions stands for, the most specific first."""

_REASON: Final = re.compile(r"[A-Za-z]{1,64}")
_REASONS: Final[Mapping[str, ReasonCode]] = {
    "None": "none",
    "ConditionalCheckFailed": "condition",
    "TransactionConflict": "conflict",
    "ProvisionedThroughputExceeded": "throttled",
    "ThrottlingError": "throttled",
    "ItemCollectionSizeLimitExceeded": "too_large",
}


def config(*, connect: float = 0.5, read: float = 1.0, attempts: int = 3) -> Config:
    """Settings of a client: short timeouts, standard retries.

    Args:
        connect: seconds to wait for a connection.
        read: seconds to wait for an answer.
        attempts: how often a request is sent at most.
    """
    return Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": attempts},
        parameter_validation=False,
        tcp_keepalive=True,
        user_agent="pactwright",
    )


def client(
    service: Any,
    settings: Config,
    *,
    once: Collection[str] = (),
    sleep: Callable[[float], None] = time.sleep,
    **session: Any,
) -> Any:
    """A client of one AWS service, which keeps to the time that is left; see `attempts`.

    Region, credentials and endpoint follow from the environment by boto3's own rules, such as
    AWS_ENDPOINT_URL_DYNAMODB.

    Args:
        service: its name, such as "dynamodb".
        settings: from `config`.
        once: operations that are not sent again where they may have been done.
        sleep: waits that many seconds between attempts.
        session: what to take instead of the environment: region_name, endpoint_url,
            aws_access_key_id and so on.
    """
    made = boto3.session.Session().client(service, config=settings, **session)
    attempts.bind(made, made.meta.config.retries["total_max_attempts"], once, sleep=sleep)
    return made


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn botocore's errors into the kit's.

    Args:
        doing: what is being done, for the error's text: no values of requests.

    Raises:
        DependencyError: in place of any error of botocore.
    """
    try:
        yield
    except (ClientError, BotoCoreError, ResponseParserError) as error:
        raise mapped(error, doing) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        if not _in_a_parser(error):
            raise
        raise errors.Unavailable(f"{doing}: the answer is not as its model says") from error


def _in_a_parser(error: Exception) -> bool:
    """Whether botocore met something else in an answer than its model of the service says."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") == parsers.__name__ for frame, _ in frames)


def mapped(error: Exception, doing: str) -> DependencyError:
    """The kit's error for one of botocore's."""
    if isinstance(error, ClientError):
        return _of_code(error, doing)
    kind = next((k for base, k in EXCEPTIONS if isinstance(error, base)), DependencyError)
    return kind(f"{doing}: {type(error).__name__}")


def _of_code(error: ClientError, doing: str) -> DependencyError:
    response: Mapping[str, Any] = error.response
    code = str(response.get("Error", {}).get("Code", "no code"))
    text = f"{doing}: {code}{_why(response)}"
    if code == "TransactionCanceledException":
        return _of_transaction(response, text)
    kind = CODES.get(code) or _of_status(response)
    if kind is errors.ConditionFailed:
        return errors.ConditionFailed(text, _item(response))
    return kind(text)


def _why(response: Mapping[str, Any]) -> str:
    """Why something was throttled: which limit of a table or an index, for reads or writes.

    (Amazon DynamoDB API Reference, "ThrottlingReason".) An error may have none, and its other
    member, the resource, tells the account's number.
    """
    found = response.get("ThrottlingReasons") or response.get("throttlingReasons") or ()
    reasons = [str(each.get("reason", "")) for each in found]
    told = dict.fromkeys(reason for reason in reasons if _REASON.fullmatch(reason))
    return f" ({', '.join(told)})" if told else ""


def _of_status(response: Mapping[str, Any]) -> type[DependencyError]:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == 429:
        return errors.Throttled
    return errors.Unavailable if status >= 500 else DependencyError


def _of_transaction(response: Mapping[str, Any], text: str) -> DependencyError:
    reasons = [
        Reason(_REASONS.get(str(reason.get("Code")), "invalid"), _item(reason))
        for reason in response.get("CancellationReasons") or ()
    ]
    codes = {reason.code for reason in reasons}
    if not codes & {"condition", "invalid", "too_large"}:
        if "throttled" in codes:
            return errors.Throttled(text)
        if "conflict" in codes:
            return errors.TransactionConflict(text)
    return errors.TransactionCancelled(text, reasons)


def _item(holder: Mapping[str, Any]) -> Mapping[str, Any] | None:
    item = holder.get("Item")
    return read_item(item) if item else None
