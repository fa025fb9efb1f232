"""What comes of a table's stream and a topic is what was done since, and nothing before."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
import yaml

from pactwright.contract.errors import NotPublished
from pactwright.contract.verification.deployed import _invoked, _quieten
from pactwright.contract.verification.publishing import (
    Mailbox,
    Published,
    Stream,
    topic_of,
)
from pactwright.contract.verification.store import Store
from pactwright.local import tables
from pactwright.local.emulator import Emulator
from pactwright.service.messages import Change, Delivery, Follower, Receiver
from pactwright.service.topics import Topic
from tests.kit.contract.verification import bells

Follow = Callable[[Change, Delivery], None]
KEY = {"pk": "bourdon"}


class Tower:
    """A table with a stream, a topic, and a function in this process that follows the table."""

    def __init__(self, client: Callable[[str], Any], *, stream: bool = True) -> None:
        database, name = client("dynamodb"), f"bells-{uuid4().hex}"
        told = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
        database.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            **(told if stream else {}),
        )
        store = Store.of(database, name)
        assert store is not None
        self.store, self.table = store, store.table
        arn = client("sns").create_topic(Name=name)["TopicArn"]
        self.topic = Topic(lambda: client("sns"), arn)
        self.events: list[dict[str, Any]] = []
        self.answer: object = None
        mailbox, found = Mailbox.of(client, arn), Stream.of(client, name)
        self.published = Published(mailbox, found, self.invoke)

    def invoke(self, event: dict[str, Any]) -> object:
        """Have the function told of changes."""
        self.events.append(event)
        follower = Follower("bells", self.follow)
        function = Receiver(lambda *_: None, service="tower", stream=follower)
        return self.answer or function(event, None)

    def follow(self, change: Change, _: Delivery) -> None:
        """Tell of a bell that is gone."""
        if change.kind == "REMOVE":
            self.topic.publish(bells.BELL_RUNG, {"bell": change.keys["pk"], "times": 3})


@pytest.fixture(scope="session")
def client(started: Emulator) -> Callable[[str], Any]:
    """Makes a client of each service once."""
    return cache(started.client)


@pytest.fixture
def tower(client: Callable[[str], Any]) -> Tower:
    return Tower(client)


def test_only_what_was_done_since_is_told(tower: Tower) -> None:
    """That the table was emptied, and what was published before, is no message."""
    tower.table.put(KEY)
    tower.store.empty()
    tower.topic.publish(bells.BELL_RUNG, {"bell": "before", "times": 1})
    tower.table.put(KEY)
    tower.published.begin()
    tower.table.delete(KEY)

    assert tower.published.collect() == ('{"bell":"bourdon","times":3}',)
    (event,) = tower.events
    (record,) = event["Records"]
    assert record == json.loads(json.dumps(record))
    assert (record["eventName"], record["dynamodb"]["Keys"]) == ("REMOVE", {"pk": {"S": "bourdon"}})
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int)


def test_what_nothing_comes_of(tower: Tower) -> None:
    """The function may hear of changes and publish nothing."""
    tower.published.begin()
    tower.table.put(KEY)

    assert tower.published.collect() == ()
    assert len(tower.events) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, "it failed on 1 of 1 changes"),
        ({"statusCode": 200}, r"it answered .*statusCode.* to 1 changes"),
    ],
)
def test_a_function_that_fails_on_a_change_is_told(tower: Tower, answer: object, said: str) -> None:
    """Nothing was published then, or what was is not to be trusted."""
    tower.answer = answer
    tower.published.begin()
    tower.table.put(KEY)

    with pytest.raises(NotPublished, match=said):
        tower.published.collect()


def test_a_provider_may_publish_by_itself(client: Callable[[str], Any]) -> None:
    """Without a stream, while it answers."""
    tower = Tower(client, stream=False)
    tower.published.begin()
    tower.topic.publish(bells.BELL_RUNG, {"bell": "bourdon", "times": 2})

    assert tower.published.collect() == ('{"bell":"bourdon","times":2}',)
    assert Stream.of(client, None) is None


def test_the_topic_of_a_stack_is_told_by_an_output() -> None:
    """By which one is up to the provider's module."""
    provider = bells.tower("BellsTopicArn")

    assert topic_of(provider, {"BellsTopicArn": "arn:aws:sns:…"}) == "arn:aws:sns:…"
    with pytest.raises(NotPublished, match="has no output 'BellsTopicArn'"):
        topic_of(provider, {"TopicArn": "arn"})


class Functions:
    """Lambda: what it was asked, and what a function says."""

    def __init__(self, **answer: Any) -> None:
        self.answer = answer
        self.disabled: list[str] = []

    def get_paginator(self, name: str) -> Functions:
        assert name == "list_event_source_mappings"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"EventSourceMappings": [{"UUID": "a"}]}, {"EventSourceMappings": [{"UUID": "b"}]}]

    def update_event_source_mapping(self, *, UUID: str, Enabled: bool) -> None:  # noqa: N803
        assert not Enabled
        self.disabled.append(UUID)

    def invoke(self, *, FunctionName: str, Qualifier: str, Payload: str) -> Any:  # noqa: N803
        assert (FunctionName, Qualifier, json.loads(Payload)) == ("f", "live", {"Records": []})
        return self.answer


class Said:
    """What comes of an invocation."""

    def read(self) -> bytes:
        return b'{"batchItemFailures": []}'


def test_while_pacts_are_verified_no_function_hears_of_messages_by_itself() -> None:
    """All that calls one is switched off, whichever page it is on."""
    functions = Functions()
    _quieten(functions)

    assert functions.disabled == ["a", "b"]


def test_a_deployed_function_is_called_by_its_alias() -> None:
    """One that fails has published nothing that counts."""
    assert _invoked(Functions(Payload=Said()), "f", {"Records": []}) == {"batchItemFailures": []}
    with pytest.raises(NotPublished, match="its function failed on changes"):
        _invoked(Functions(Payload=Said(), FunctionError="Unhandled"), "f", {"Records": []})


def test_a_table_in_the_emulator_tells_of_changes_as_the_template_has_it() -> None:
    """Without a stream, nothing would come of them."""
    made = tables.definition(yaml.safe_load(bells.TEMPLATE.replace("!Ref Table", "{Ref: Table}")))
    without = bells.TEMPLATE.replace("StreamSpecification: {StreamViewType: KEYS_ONLY}", "")
    none = tables.definition(yaml.safe_load(without.replace("!Ref Table", "{Ref: Table}")))

    assert made is not None
    assert made["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    assert none is not None
    assert "StreamSpecification" not in none
