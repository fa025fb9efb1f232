from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pactwright.service.errors import AccessDenied, DependencyError, Throttled, Unavailable
from pactwright.service.topics import Topic, sns_client
from pactwright.wire import EncodeError
from tests.kit.service.test_messages import THING_SOLD, Sold


class Sns:
    """Notes what is published, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.published: list[tuple[str, str]] = []
        self.error = error

    def publish(self, *, TopicArn: str, Message: str) -> Any:  # noqa: N803 - AWS's names
        if self.error is not None:
            raise self.error
        self.published.append((TopicArn, Message))


def test_a_message_is_published_as_its_document_has_it() -> None:
    """By a client that is made once, when it is first needed."""
    made: list[Sns] = []

    def make() -> Sns:
        made.append(Sns())
        return made[-1]

    topic = Topic(make, "arn:topic")
    assert made == []
    topic.publish(THING_SOLD, Sold(thing="a"))
    topic.publish(THING_SOLD, Sold(thing="b"))

    (sns,) = made
    assert sns.published == [("arn:topic", '{"thing":"a"}'), ("arn:topic", '{"thing":"b"}')]


def refused(code: str, status: int) -> ClientError:
    """An error of SNS."""
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Publish")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("Throttled", 429), Throttled),
        (refused("InternalError", 500), Unavailable),
        (refused("AccessDeniedException", 403), AccessDenied),
        (refused("NotFound", 404), DependencyError),
        (EndpointConnectionError(endpoint_url="http://sns.test"), Unavailable),
    ],
)
def test_errors_are_the_kits_own(error: Exception, kind: type[Exception]) -> None:
    """They name the topic and the message, and not what is in it."""
    topic = Topic(lambda: Sns(error), "arn:topic")

    with pytest.raises(kind, match="SNS publish of thing_sold to arn:topic") as caught:
        topic.publish(THING_SOLD, Sold(thing="secret"))

    assert type(caught.value) is kind
    assert "secret" not in str(caught.value)


def test_what_is_against_the_document_is_not_published() -> None:
    """No subscriber could read it."""
    sns = Sns()

    with pytest.raises(EncodeError):
        Topic(lambda: sns, "arn:topic").publish(THING_SOLD, {"thing": 5})  # type: ignore[misc]

    assert sns.published == []


def test_the_client_is_one_of_sns() -> None:
    """With the kit's settings."""
    keys: Any = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    client: Any = sns_client(region_name="eu-west-1", **keys)

    assert client.meta.service_model.service_name == "sns"
    assert client.meta.config.connect_timeout == 0.5
