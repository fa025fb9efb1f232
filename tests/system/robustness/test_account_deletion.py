"""On the running system, deleting an account removes profile and location, whatever fails."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient, LocationInput
from hereabouts.profile import ProfileClient, ProfileInput
from pactwright.client.errors import NotFound
from pactwright.local.system import System
from tests.system.conftest import Person

PLACE: Final = LocationInput(latitude=38.7, longitude=-9.1)


class Kept:
    """What the system keeps of people, and the ways by which it hears of those who leave.

    Args:
        system: the running one.
        location: a client of its location service.
        profile: one of its profile service.
    """

    def __init__(self, system: System, location: LocationClient, profile: ProfileClient) -> None:
        self._system = system
        self._location = location
        self._profile = profile
        self.sqs = system.emulator.client("sqs")
        self.sns = system.emulator.client("sns")

    def output(self, service: str, name: str) -> str:
        """What a service's stack puts out."""
        return self._system.deployment.outputs[service][name]

    def settle(self, person: Person) -> None:
        """Give somebody a profile and a location."""
        credentials = person.credentials
        self._location.put_location(person.user_id, PLACE, credentials=credentials)
        body = ProfileInput(handle=person.handle, display_name="Inês")
        self._profile.put_profile(person.user_id, body, credentials=credentials)
        assert self.has_location(person)
        assert self.has_profile(person)

    def has_location(self, person: Person) -> bool:
        """Whether the table holds where somebody is; no token is left to ask the service by."""
        key = {"pk": {"S": f"USER#{person.user_id}"}, "sk": {"S": "LOCATION"}}
        table = self.output("location", "TableName")
        found = self._system.emulator.client("dynamodb").get_item(
            TableName=table, Key=key, ConsistentRead=True
        )
        return "latitude" in found.get("Item", {})

    def has_profile(self, person: Person) -> bool:
        """Whether anyone is shown the profile."""
        try:
            self._profile.get_profile(person.user_id)
        except NotFound:
            return False
        return True

    def dead(self, service: str) -> list[str]:
        """The dead letters of a service; they stay."""
        found = self.sqs.receive_message(
            QueueUrl=self.output(service, "DeadLettersUrl"),
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
        )
        return [message["Body"] for message in found.get("Messages", ())]


@pytest.fixture
def kept(system: System, location: LocationClient, profile: ProfileClient) -> Kept:
    """Of the running system."""
    return Kept(system, location, profile)


def eventually(holds: Callable[[], bool], what: str, tries: int = 600) -> None:
    """Wait until something holds, as long as a busy machine may need."""
    for _ in range(tries):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(f"it never came to this: {what}")


def gone(kept: Kept, person: Person) -> None:
    """Wait until nothing is left of somebody."""
    eventually(lambda: not kept.has_location(person), "the location is gone")
    eventually(lambda: not kept.has_profile(person), "the profile is gone")


def test_profile_and_location_go_with_the_account(
    authentication: AuthenticationClient, kept: Kept, person: Person
) -> None:
    """By stream, topic and queues, from the SDK's call to the tables."""
    kept.settle(person)

    authentication.delete_current_user(credentials=person.credentials)

    gone(kept, person)


@contextmanager
def refusing(kept: Kept) -> Iterator[None]:
    """Have the topic refuse all that is published, until the block ends."""
    arn = kept.output("authentication", "AccountEventsTopicArn")
    policy = kept.sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    refusal = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": arn}
    closed = json.dumps({"Version": "2012-10-17", "Statement": [refusal]})
    kept.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=closed)
    try:
        yield
    finally:
        kept.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def log(system: System) -> str:
    """What the emulator and its functions have said."""
    return system.emulator.log.read_text(errors="replace")


def test_deletion_that_cannot_be_told_is_told_later(
    system: System, authentication: AuthenticationClient, kept: Kept, person: Person
) -> None:
    """The account is gone at once; the stream keeps the deletion while the topic refuses it."""
    kept.settle(person)
    refused = "SNS publish of user_deleted"
    before = log(system).count(refused)

    with refusing(kept):
        authentication.delete_current_user(credentials=person.credentials)
        eventually(lambda: log(system).count(refused) >= before + 2, "it was tried twice")
        assert kept.has_location(person)
        assert kept.has_profile(person)

    gone(kept, person)


@contextmanager
def impatient(kept: Kept, service: str) -> Iterator[str]:
    """Have a service's queue hand out again after a second, twice at most; its URL."""
    url = kept.output(service, "AccountEventsUrl")
    names = ["VisibilityTimeout", "RedrivePolicy"]
    usual: dict[str, Any] = kept.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
    policy = json.loads(usual["Attributes"]["RedrivePolicy"]) | {"maxReceiveCount": 2}
    hasty = {"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(policy)}
    kept.sqs.set_queue_attributes(QueueUrl=url, Attributes=hasty)
    try:
        yield url
    finally:
        kept.sqs.set_queue_attributes(QueueUrl=url, Attributes=usual["Attributes"])


@pytest.mark.parametrize("service", ["location", "profile"])
def test_poison_is_put_away_and_holds_up_nobody(
    authentication: AuthenticationClient, kept: Kept, person: Person, service: str
) -> None:
    """What the function can't read ends in DeadLetters; what comes with it is handled."""
    poison = f'{{"poison": "{person.user_id}"}}'
    kept.settle(person)

    with impatient(kept, service) as url:
        kept.sqs.send_message(QueueUrl=url, MessageBody=poison)
        authentication.delete_current_user(credentials=person.credentials)

        gone(kept, person)
        eventually(lambda: poison in kept.dead(service), "the poison is put away")
