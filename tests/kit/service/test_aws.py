"""Every error of botocore stands for one of the kit's own, and no other gets through."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from pactwright.service import errors
from pactwright.service.aws import CODES, EXCEPTIONS, client, config, mapped, translated
from pactwright.wire import deadlines

CREDENTIALS: dict[str, Any] = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}
USED = {
    "dynamodb": [
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactWriteItems",
    ],
    "secretsmanager": ["GetSecretValue"],
}
NEVER_IN_A_CALL = {
    exceptions.UndefinedModelAttributeError,
    exceptions.MissingServiceIdError,
}
PLAIN = {
    "IdempotentParameterMismatchException",  # a token was used for another transaction
    "InvalidParameterException",
    "InvalidRequestException",
}


def client_error(code: str, status: int = 400, **members: Any) -> ClientError:
    """What botocore raises for an answer with an error."""
    response = {
        "Error": {"Code": code, "Message": "secret"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **members,
    }
    return ClientError(response, "Operation")  # type: ignore[arg-type]


def modelled() -> Iterator[str]:
    """The errors that the operations used here can have, by botocore's models."""
    session = botocore.session.get_session()
    for service, operations in USED.items():
        model = session.get_service_model(service)
        for operation in operations:
            for shape in model.operation_model(operation).error_shapes:
                yield shape.name


@pytest.mark.parametrize("code", sorted({*modelled()} - {"TransactionCanceledException"}))
def test_every_modelled_error_has_its_own(code: str) -> None:
    """An error that botocore grows fails here until somebody says what it stands for."""
    assert (code in CODES) != (code in PLAIN)


@pytest.mark.parametrize(("code", "expected"), CODES.items())
def test_codes(code: str, expected: type[errors.DependencyError]) -> None:
    """Each code stands for its error; the service's message, which may quote, is left out."""
    error = mapped(client_error(code), "DynamoDB get_item on t")

    assert type(error) is expected
    assert str(error) == f"DynamoDB get_item on t: {code}"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.DependencyError),
        (429, errors.Throttled),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_unknown_codes_go_by_their_status(
    status: int, expected: type[errors.DependencyError]
) -> None:
    """What the kit does not know is transient if its status says so."""
    assert type(mapped(client_error("Novel", status), "x")) is expected


def test_an_error_without_a_code_is_mapped() -> None:
    """An answer that is no error document is an error all the same."""
    assert isinstance(mapped(ClientError({}, "x"), "x"), errors.DependencyError)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (exceptions.NoCredentialsError(), errors.AccessDenied),
        (exceptions.PartialCredentialsError(provider="p", cred_var="v"), errors.AccessDenied),
        (
            exceptions.CredentialRetrievalError(provider="p", error_msg="m"),
            errors.AccessDenied,
        ),
        (exceptions.EndpointConnectionError(endpoint_url="u"), errors.Unavailable),
        (exceptions.ConnectTimeoutError(endpoint_url="u"), errors.Unavailable),
        (exceptions.ReadTimeoutError(endpoint_url="u"), errors.Unavailable),
        (exceptions.ConnectionClosedError(endpoint_url="u"), errors.Unavailable),
        (exceptions.SSLError(endpoint_url="u", error=OSError()), errors.Unavailable),
        (exceptions.HTTPClientError(error="e"), errors.Unavailable),
        (exceptions.ResponseStreamingError(error="e"), errors.Unavailable),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), errors.Unavailable),
        (ResponseParserError("x"), errors.Unavailable),
        (exceptions.ParamValidationError(report="r"), errors.DependencyError),
    ],
)
def test_exceptions(error: Exception, expected: type[errors.DependencyError]) -> None:
    """What fails before there is an answer."""
    assert type(mapped(error, "x")) is expected


def test_every_exception_of_botocore_is_caught() -> None:
    """No class of botocore's errors is outside of those that are translated."""
    for kind in vars(exceptions).values():
        own = inspect.isclass(kind) and kind.__module__ == exceptions.__name__
        if own and issubclass(kind, Exception) and not issubclass(kind, Warning):
            assert issubclass(kind, BotoCoreError | ClientError) or kind in NEVER_IN_A_CALL
    assert all(issubclass(k, Exception) for k, _ in EXCEPTIONS)


@pytest.mark.parametrize(
    "error",
    [client_error("Novel"), exceptions.NoRegionError(), ResponseParserError("x")],
)
def test_translated_lets_none_through(error: Exception) -> None:
    """The kit's error comes in place of botocore's, which stays its cause."""
    with pytest.raises(errors.DependencyError) as raised, translated("x"):
        raise error
    assert raised.value.__cause__ is error


def test_other_errors_are_left_alone() -> None:
    """A mistake in the program is not a fault of AWS."""
    with pytest.raises(KeyError), translated("x"):
        raise KeyError


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["None", "ConditionalCheckFailed"], errors.TransactionCancelled),
        (["ConditionalCheckFailed", "TransactionConflict"], errors.TransactionCancelled),
        (["ValidationError", "None"], errors.TransactionCancelled),
        (["ItemCollectionSizeLimitExceeded"], errors.TransactionCancelled),
        (["Novel"], errors.TransactionCancelled),
        ([], errors.TransactionCancelled),
        (["TransactionConflict", "None"], errors.TransactionConflict),
        (["ThrottlingError", "TransactionConflict"], errors.Throttled),
        (["ProvisionedThroughputExceeded", "None"], errors.Throttled),
    ],
)
def test_cancelled_transactions(codes: list[str], expected: type[errors.DependencyError]) -> None:
    """A condition that fails outweighs what is transient."""
    reasons = [{"Code": code} for code in codes]
    error = client_error("TransactionCanceledException", CancellationReasons=reasons)

    assert type(mapped(error, "x")) is expected


def test_reasons_of_a_cancelled_transaction() -> None:
    """Each item has its reason, and the item that its condition met."""
    reasons = [
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "a"}, "n": {"N": "3"}}},
        {"Code": "ValidationError"},
    ]
    error = mapped(client_error("TransactionCanceledException", CancellationReasons=reasons), "x")

    assert isinstance(error, errors.TransactionCancelled)
    assert [r.code for r in error.reasons] == ["none", "condition", "invalid"]
    assert error.reasons[1].item == {"pk": "a", "n": 3}
    assert [error.failed(i) for i in range(4)] == [False, True, False, False]


def test_a_failed_condition_brings_the_item() -> None:
    """Where the write asked for the item, it need not be read again."""
    with_item = mapped(
        client_error("ConditionalCheckFailedException", Item={"pk": {"S": "a"}}), "x"
    )
    without = mapped(client_error("ConditionalCheckFailedException"), "x")

    assert isinstance(with_item, errors.ConditionFailed)
    assert isinstance(without, errors.ConditionFailed)
    assert (with_item.item, without.item) == ({"pk": "a"}, None)


def test_clients_keep_to_short_timeouts() -> None:
    """A client that hangs must not take the whole request's time."""
    wanted = config(connect=0.25, read=0.75, attempts=2)
    settings = client("dynamodb", wanted, **CREDENTIALS).meta.config

    assert (settings.connect_timeout, settings.read_timeout) == (0.25, 0.75)
    assert settings.retries == {"mode": "standard", "total_max_attempts": 2}
    assert wanted.parameter_validation is False  # type: ignore[attr-defined]


def test_the_endpoint_follows_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's own rule: a URL for each service."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    made = client("dynamodb", config(), **CREDENTIALS)

    assert made.meta.endpoint_url == "http://127.0.0.1:9"


def test_no_attempt_begins_when_the_time_is_up() -> None:
    """Nothing is sent for a request that can't be answered any more."""
    made = client(
        "dynamodb", config(connect=5, read=5), endpoint_url="http://192.0.2.1", **CREDENTIALS
    )
    token = deadlines.current.set(lambda: 0.0)
    try:
        with pytest.raises(errors.Unavailable, match="no time is left"):
            made.get_item(TableName="t", Key={"pk": {"S": "a"}})
    finally:
        deadlines.current.reset(token)
