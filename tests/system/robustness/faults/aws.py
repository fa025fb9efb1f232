"""What can go wrong with DynamoDB and Secrets Manager, and what asks them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.services.composition import PASSWORD
from tests.services.faulty import (
    Asked,
    Exchange,
    Fault,
    answer,
    answering,
    cut_off,
    dripping_body,
    dripping_head,
    ending,
    lost,
    reset,
    silent,
)
from tests.system.robustness.faults.hops import (
    PLACE,
    SHORT,
    Ask,
    asked,
    rewritten,
)
from tests.system.robustness.faults.wires import HTML, too_long, too_short

JSON: Final = {"Content-Type": "application/x-amz-json-1.0"}
REASONS: Final = [
    {
        "reason": "TableWriteKeyRangeThroughputExceeded",
        "resource": "arn:aws:dynamodb:eu-west-1:000000000000:table/SECRET",
    }
]
"""As DynamoDB has told them since 2025 ("ThrottlingReason" in its API Reference)."""


def refusing(code: str, status: int = 400, **members: Any) -> Fault:
    """DynamoDB refuses."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "SECRET", **members}
    return answering(status, json.dumps(body).encode(), JSON)


def cancelled(*codes: str) -> Fault:
    """A transaction is cancelled."""
    reasons = [{"Code": code, "Message": "SECRET"} for code in codes]
    return refusing("TransactionCanceledException", CancellationReasons=reasons)


def wrong_checksum(exchange: Exchange) -> bool:
    """Done, and the answer was changed on its way."""
    _, _, body = exchange.forward(exchange.asked).partition(b"\r\n\r\n")
    exchange.send(answer(200, body, {**JSON, "x-amz-crc32": "5"}))
    return True


def unprocessed(exchange: Exchange) -> bool:
    """A batch of which nothing is done."""
    body = {"Responses": {}, "UnprocessedKeys": exchange.asked.json().get("RequestItems")}
    exchange.send(answer(200, json.dumps(body).encode(), JSON))
    return True


ON_THE_WAY: Final[Mapping[str, Fault]] = {
    "reset": reset,
    "closed": ending(),
    "done, answer lost": lost,
    "done, body cut off": cut_off,
    "done, length too short": too_short,
    "done, wrong checksum": wrong_checksum,
    "not HTTP": ending(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    "200 with HTML": answering(200, b"<html>a captive portal</html>", HTML),
    "200 with half of a JSON": answering(200, b'{"Item": tr', JSON),
    "200 with nothing": answering(200, b"", JSON),
    "403 with HTML": answering(403, b"<html>go away</html>", HTML),
    "502 with HTML": answering(502, b"<html>bad gateway</html>", HTML),
}
"""What befalls an answer on its way."""

SLOW: Final[Mapping[str, Fault]] = {
    "silence": silent,
    "head drips": dripping_head,
    "body drips": dripping_body,
    "length too long": too_long,
}
"""What would take for ever."""

ANOTHER_SCHEMA: Final = "200 with another schema"

OF_DYNAMODB: Final[Mapping[str, Fault]] = {
    ANOTHER_SCHEMA: answering(
        200, b'{"Item": [], "Items": {}, "Responses": 3, "Attributes": "x"}', JSON
    ),
    "InternalServerError": refusing("InternalServerError", 500),
    "ServiceUnavailable": refusing("ServiceUnavailable", 503),
    "ProvisionedThroughputExceeded": refusing("ProvisionedThroughputExceededException"),
    "the same, ThrottlingReasons": refusing(
        "ProvisionedThroughputExceededException", ThrottlingReasons=REASONS
    ),
    "ThrottlingException": refusing("ThrottlingException"),
    "the same, throttlingReasons": refusing("ThrottlingException", throttlingReasons=REASONS),
    "RequestLimitExceeded": refusing("RequestLimitExceeded", ThrottlingReasons=REASONS),
}
"""What it refuses with, whatever it is asked."""

OF_TRANSACTIONS: Final[Mapping[str, Fault]] = {
    "cancelled: ThrottlingError": cancelled("ThrottlingError", "None"),
    "cancelled: throughput": cancelled("ProvisionedThroughputExceeded", "None"),
    "cancelled: TransactionConflict": cancelled("TransactionConflict", "None"),
    "TransactionInProgress": refusing("TransactionInProgressException"),
}
"""What it cancels transactions with."""

OF_BATCHES: Final[Mapping[str, Fault]] = {"UnprocessedKeys": unprocessed}
"""What it answers batches with."""

OF_SECRETS: Final[Mapping[str, Fault]] = {
    "InternalServiceError": refusing("InternalServiceError", 500),
    "ThrottlingException": refusing("ThrottlingException"),
}
"""What Secrets Manager refuses with."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a service asks of AWS.

    Attributes:
        name: as the table calls it.
        service: which service.
        action: what it asks for.
        ask: what has it ask so.
        faults: those that may befall it, besides those on the way.
        seconds: of Lambda's, where it is silent.
        expired: whether profile's own token has to have ended.
    """

    name: str
    service: str
    action: str
    ask: Ask
    faults: Mapping[str, Fault]
    seconds: float = SHORT
    expired: bool = False

    def concerns(self, prefix: str, what: Asked) -> bool:
        """Whether a request is that."""
        return what.action == self.action and prefix in what.body.decode()


BATCHES: Final = {**OF_DYNAMODB, **OF_BATCHES}
TRANSACTIONS: Final = {**OF_DYNAMODB, **OF_TRANSACTIONS}
SIGN_IN: Final = {"username": "ines", "password": PASSWORD}

USES: Final[Sequence[Use]] = (
    Use(
        "GetItem",
        "location",
        "GetItem",
        asked("location", "GET", "/locations/{user_id}"),
        OF_DYNAMODB,
    ),
    Use(
        "Query",
        "profile",
        "Query",
        asked("profile", "GET", "/profiles"),
        OF_DYNAMODB,
    ),
    Use(
        "BatchGetItem",
        "authentication",
        "BatchGetItem",
        asked("authentication", "GET", "/users/me"),
        BATCHES,
    ),
    Use(
        "PutItem",
        "location",
        "PutItem",
        asked("location", "PUT", "/locations/{user_id}", PLACE),
        OF_DYNAMODB,
    ),
    Use(
        "UpdateItem",
        "authentication",
        "UpdateItem",
        asked("authentication", "POST", "/sessions", SIGN_IN),
        OF_DYNAMODB,
    ),
    Use(
        "TransactWriteItems",
        "profile",
        "TransactWriteItems",
        rewritten,
        TRANSACTIONS,
    ),
    Use(
        "secret, to ask who calls",
        "location",
        "GetSecretValue",
        asked("location", "GET", "/locations/{user_id}"),
        OF_SECRETS,
    ),
    Use(
        "secret, for an own token",
        "profile",
        "GetSecretValue",
        asked("profile", "GET", "/people/ines"),
        OF_SECRETS,
        seconds=SHORT + 0.5,
        expired=True,
    ),
)
