"""A table in plain Python values: requests, answers and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber

from pactwright.service import errors
from pactwright.service.dynamodb import (
    Check,
    Delete,
    Expression,
    Put,
    Table,
    Update,
    dynamodb_client,
)
from pactwright.wire import deadlines

CONDITION = Expression("#v = :old", {"#v": "version"}, {":old": 3})
WIRED = {
    "ConditionExpression": "#v = :old",
    "ExpressionAttributeNames": {"#v": "version"},
    "ExpressionAttributeValues": {":old": {"N": "3"}},
}
OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
KEY = {"pk": "a", "sk": 1}
WIRED_KEY = {"pk": {"S": "a"}, "sk": {"N": "1"}}


class Scripted:
    """A client whose answers, or errors, are given beforehand."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Callable[..., Mapping[str, Any]]:
        def call(**request: Any) -> Mapping[str, Any]:
            self.requests.append((operation, request))
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def table(client: Any, waits: list[float] | None = None) -> Table:
    """A table that does not wait."""
    sleep = (lambda _: None) if waits is None else waits.append
    return Table(client, "people", sleep=sleep, jitter=lambda: 1.0)


def test_get() -> None:
    """An item in Python's values, or None; read consistently if asked."""
    client = Scripted({"Item": {**WIRED_KEY, "at": {"N": "38.7223"}}}, {})
    people = table(client)

    assert people.get(KEY) == {"pk": "a", "sk": 1, "at": 38.7223}
    assert people.get(KEY, consistent=True) is None
    assert client.requests == [
        ("get_item", {"TableName": "people", "Key": WIRED_KEY, "ConsistentRead": False}),
        ("get_item", {"TableName": "people", "Key": WIRED_KEY, "ConsistentRead": True}),
    ]


def test_writes() -> None:
    """Put and delete give what was there, update what is there now."""
    client = Scripted({"Attributes": WIRED_KEY}, {}, {"Attributes": WIRED_KEY}, {})
    people = table(client)
    setting = Expression("SET #n = :n", {"#n": "name"}, {":n": "Inês"})

    assert people.put({**KEY, "name": "Inês"}, condition=CONDITION) == KEY
    assert people.put(KEY) is None
    assert people.update(KEY, setting, condition=CONDITION) == KEY
    assert people.delete(KEY) is None
    put, bare, update, delete = (request for _, request in client.requests)
    assert put == {
        "TableName": "people",
        "Item": {**WIRED_KEY, "name": {"S": "Inês"}},
        "ReturnValues": "ALL_OLD",
        **WIRED,
        **OLD,
    }
    assert bare == {"TableName": "people", "Item": WIRED_KEY, "ReturnValues": "ALL_OLD", **OLD}
    assert update == {
        "TableName": "people",
        "Key": WIRED_KEY,
        "UpdateExpression": "SET #n = :n",
        "ConditionExpression": "#v = :old",
        "ExpressionAttributeNames": {"#n": "name", "#v": "version"},
        "ExpressionAttributeValues": {":n": {"S": "Inês"}, ":old": {"N": "3"}},
        "ReturnValues": "ALL_NEW",
        **OLD,
    }
    assert delete == {"TableName": "people", "Key": WIRED_KEY, "ReturnValues": "ALL_OLD", **OLD}


def test_placeholders_must_not_clash() -> None:
    """One name for two things in one request is a mistake, found before it is sent."""
    setting = Expression("SET #v = :old", {"#v": "version"}, {":old": 4})
    with pytest.raises(ValueError, match=":old stands for two things"):
        table(Scripted()).update(KEY, setting, condition=CONDITION)


def test_query_pages() -> None:
    """A page says where the next one starts; all of them can be had as one."""
    pages: list[Mapping[str, Any]] = [
        {"Items": [WIRED_KEY], "Count": 1, "LastEvaluatedKey": WIRED_KEY},
        {"Items": [WIRED_KEY, WIRED_KEY], "Count": 2},
    ]
    client = Scripted(*pages, *pages)
    people = table(client)
    of_user = Expression("pk = :pk", values={":pk": "a"})
    first = people.query(of_user, index="by-time", limit=1, forward=False, only=CONDITION)
    second = people.query(of_user, start=first.next)

    assert (len(first.items), first.next) == (1, KEY)
    assert (len(second.items), second.next) == (2, None)
    assert client.requests[0][1] == {
        "TableName": "people",
        "IndexName": "by-time",
        "KeyConditionExpression": "pk = :pk",
        "FilterExpression": "#v = :old",
        "ExpressionAttributeNames": {"#v": "version"},
        "ExpressionAttributeValues": {":pk": {"S": "a"}, ":old": {"N": "3"}},
        "ScanIndexForward": False,
        "ConsistentRead": False,
        "Limit": 1,
    }
    assert client.requests[1][1]["ExclusiveStartKey"] == WIRED_KEY
    assert list(people.query_all(of_user)) == [KEY] * 3


@pytest.mark.parametrize(
    ("answer", "call"),
    [
        ({}, lambda t: t.query(Expression("pk = :pk"))),
        ({"Items": [], "Count": 1}, lambda t: t.query(Expression("pk = :pk"))),
        ({}, lambda t: t.batch_get([KEY])),
        ({"Item": {"pk": {"X": "a"}}}, lambda t: t.get(KEY)),
        ({"Item": {"pk": {"N": "many"}}}, lambda t: t.get(KEY)),
    ],
)
def test_an_answer_of_another_schema_is_none(
    answer: Mapping[str, Any], call: Callable[[Table], object]
) -> None:
    """It is not taken for "there is nothing", which a service would tell its caller."""
    with pytest.raises(errors.Unavailable):
        call(table(Scripted(answer)))


def test_transactions() -> None:
    """All four kinds of write, in their order, and a token that makes them once."""
    client = Scripted({}, {})
    people = table(client)
    setting = Expression("ADD hits :one", values={":one": 1})
    people.transact(
        [Put(KEY), Update(KEY, setting), Delete(KEY, CONDITION), Check(KEY, CONDITION)], token="t"
    )
    people.transact([Put(KEY)])
    (_, request), (_, bare) = client.requests

    assert [list(item) for item in request["TransactItems"]] == [
        ["Put"],
        ["Update"],
        ["Delete"],
        ["ConditionCheck"],
    ]
    assert request["ClientRequestToken"] == "t"
    assert request["TransactItems"][3]["ConditionCheck"] == {
        "TableName": "people",
        "Key": WIRED_KEY,
        **WIRED,
        **OLD,
    }
    assert "ClientRequestToken" not in bare


def test_batches_are_read_to_their_end() -> None:
    """More than 100 keys go in parts, each once; what was left undone is asked for again."""
    keys = [{"pk": f"k{i}"} for i in range(120)]
    left = {"people": {"Keys": [{"pk": {"S": "k0"}}]}}
    client = Scripted(
        {"Responses": {"people": [{"pk": {"S": "k1"}}]}, "UnprocessedKeys": left},
        {"Responses": {"people": [{"pk": {"S": "k0"}}]}, "UnprocessedKeys": {}},
        {"Responses": {}},
    )
    waits: list[float] = []
    found = table(client, waits).batch_get([*keys, *keys], consistent=True)

    assert found == [{"pk": "k1"}, {"pk": "k0"}]
    sizes = [len(r["RequestItems"]["people"]["Keys"]) for _, r in client.requests]
    assert sizes == [100, 1, 20]
    assert client.requests[0][1]["RequestItems"]["people"]["ConsistentRead"] is True
    assert waits == [0.05]


def test_batches_are_deleted_to_their_end() -> None:
    """25 at a time, and what was left undone again."""
    keys = [{"pk": f"k{i}"} for i in range(30)]
    left = {"people": [{"DeleteRequest": {"Key": {"pk": {"S": "k0"}}}}]}
    client = Scripted({"UnprocessedItems": left}, {}, {})
    table(client).batch_delete(keys)

    sizes = [len(r["RequestItems"]["people"]) for _, r in client.requests]
    assert sizes == [25, 1, 5]
    assert table(Scripted()).batch_get([]) == []


def test_batches_give_up() -> None:
    """After several attempts with growing waits, a batch counts as throttled."""
    left = {"people": {"Keys": [WIRED_KEY]}}
    client = Scripted(*[{"Responses": {}, "UnprocessedKeys": left}] * 5)
    waits: list[float] = []
    with pytest.raises(errors.Throttled):
        table(client, waits).batch_get([KEY])

    assert waits == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.8])


def test_batches_keep_to_the_deadline() -> None:
    """No wait goes on beyond the time of the request."""
    token = deadlines.current.set(lambda: 0.01)
    waits: list[float] = []
    try:
        with pytest.raises(errors.Throttled, match="no time is left"):
            table(Scripted({"Responses": {}, "UnprocessedKeys": {"people": {}}}), waits).batch_get(
                [KEY]
            )
    finally:
        deadlines.current.reset(token)
    assert waits == []


OPERATIONS: list[tuple[str, Callable[[Table], object]]] = [
    ("get_item", lambda t: t.get(KEY)),
    ("put_item", lambda t: t.put(KEY)),
    ("update_item", lambda t: t.update(KEY, Expression("REMOVE x"))),
    ("delete_item", lambda t: t.delete(KEY)),
    ("query", lambda t: t.query(Expression("pk = :pk"))),
    ("query", lambda t: list(t.query_all(Expression("pk = :pk")))),
    ("batch_get_item", lambda t: t.batch_get([KEY])),
    ("batch_write_item", lambda t: t.batch_delete([KEY])),
    ("transact_write_items", lambda t: t.transact([Put(KEY)])),
]


@pytest.mark.parametrize(("operation", "call"), OPERATIONS)
def test_throttling_is_the_kits_own(operation: str, call: Callable[[Table], object]) -> None:
    """Whatever is called, botocore's error does not come out: here, as from the wire."""
    client = dynamodb_client(
        region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stub:
        stub.add_client_error(
            operation,
            "ThrottlingException",
            http_status_code=400,
            response_meta={"ThrottlingReasons": ["TableReadMaxOnDemandThroughputExceeded"]},
        )
        with pytest.raises(errors.Throttled, match=f"DynamoDB {operation} on people"):
            call(table(client))


@pytest.mark.parametrize(("operation", "call"), OPERATIONS)
def test_what_can_not_be_reached_is_unavailable(
    operation: str, call: Callable[[Table], object]
) -> None:
    """A timeout says nothing about whether a write was made."""
    client = Scripted(ReadTimeoutError(endpoint_url="http://127.0.0.1"))
    with pytest.raises(errors.Unavailable):
        call(table(client))
    assert client.requests[0][0] == operation


def test_a_failed_condition_brings_the_item() -> None:
    """The item that made the condition fail need not be read again."""
    client = dynamodb_client(
        region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stub:
        stub.add_client_error(
            "put_item",
            "ConditionalCheckFailedException",
            modeled_fields={"Item": WIRED_KEY},
        )
        with pytest.raises(errors.ConditionFailed) as failed:
            table(client).put(KEY, condition=CONDITION)
    assert failed.value.item == KEY


class Body:
    """An answer's body, as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        """All of it."""
        yield self._content


class Network:
    """What a true client sends its requests into: each ends in the same way."""

    def __init__(self, outcome: Exception | tuple[int, str]) -> None:
        self.outcome = outcome
        self.sent: list[bytes] = []

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        self.sent.append(request.body)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        status, code = self.outcome
        headers: Any = {"content-type": "application/x-amz-json-1.0"}
        body = Body(json.dumps({"__type": code}).encode())
        return AWSResponse(request.url, status, headers, body)

    def table(self) -> Table:
        """A table that is reached through it, in up to two attempts."""
        client = dynamodb_client(
            attempts=2,
            sleep=lambda _: None,
            region_name="eu-west-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        events: Any = client.meta.events
        events.register("before-send.dynamodb", self)
        return table(client)


URL = "http://127.0.0.1"
MAYBE_DONE: list[Exception | tuple[int, str]] = [
    ReadTimeoutError(endpoint_url=URL),
    ConnectionClosedError(endpoint_url=URL),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
]
SINGLE_WRITES = ("put_item", "update_item", "delete_item")


@pytest.mark.parametrize("outcome", MAYBE_DONE)
@pytest.mark.parametrize(("operation", "call"), OPERATIONS)
def test_a_write_that_may_have_been_made_is_not_sent_again(
    operation: str, call: Callable[[Table], object], outcome: Exception | tuple[int, str]
) -> None:
    """It would meet its own effect; reads, deletions in batches and transactions go twice."""
    network = Network(outcome)

    with pytest.raises(errors.Unavailable):
        call(network.table())

    assert len(network.sent) == (1 if operation in SINGLE_WRITES else 2)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (ConnectTimeoutError(endpoint_url=URL), errors.Unavailable),
        ((400, "ThrottlingException"), errors.Throttled),
    ],
)
def test_a_write_that_was_not_made_is_sent_again(
    outcome: Exception | tuple[int, str], expected: type[Exception]
) -> None:
    """It never arrived, or was refused for its rate alone."""
    network = Network(outcome)

    with pytest.raises(expected):
        network.table().put(KEY, condition=CONDITION)

    assert len(network.sent) == 2


def test_a_transaction_is_sent_again_with_its_token() -> None:
    """By which the service knows it, so that it is made once."""
    network = Network(ReadTimeoutError(endpoint_url=URL))

    with pytest.raises(errors.Unavailable):
        network.table().transact([Put(KEY)])

    first, second = (json.loads(body)["ClientRequestToken"] for body in network.sent)
    assert first == second
