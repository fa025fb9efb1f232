"""A project of one service, `tower`, made in a folder: it tells `ringer` when a bell was rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pactwright.client import Client
from pactwright.contract.pacts import State
from pactwright.contract.verification.contracts import Contracts, Operations
from pactwright.contract.verification.environment import Running, Site
from pactwright.contract.verification.provider import Composition, Given, Occasion, Provider
from pactwright.contract.verification.stub import Stub
from pactwright.generate.run import generate
from pactwright.local.inprocess import Handler, InProcessAdapter
from pactwright.schema import Project
from pactwright.service.messages import Change, Delivery, Follower, Receiver
from pactwright.wire import Content, Message, Operation, Response, encode_message
from tests.kit.contract.verification import provided

SETTINGS: Final = f"""
    [tool.pactwright]
    package = "{provided.PACKAGE}"
    sdk = "sdk"

    [tool.pactwright.services.tower]

    [tool.pactwright.pacts.consumers]
    ringer = ["tower"]

    [tool.pactwright.pacts.providers]
    tower = "tests_of_shelves.tower"
    """

DOCUMENT: Final = """
    openapi: 3.1.0
    info: {title: tower, version: "1"}
    paths:
      /ring:
        post:
          operationId: ring
          responses:
            "204": {description: It is rung.}
            "200": {description: It is rung already., content: {application/json: {schema: {}}}}
    webhooks:
      bellRung:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [bell, times]
                  properties:
                    bell: {type: string, examples: [bourdon]}
                    times: {type: integer, maximum: 12}
                    by: {type: string}
    """

TEMPLATE: Final = """
    Resources:
      Table:
        Type: AWS::DynamoDB::Table
        Properties:
          BillingMode: PAY_PER_REQUEST
          AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
          StreamSpecification: {StreamViewType: KEYS_ONLY}
    Outputs:
      TableName: {Value: !Ref Table}
    """

MODULE: Final = """
    from tests.kit.contract.verification import bells

    PROVIDER = bells.tower()
    """


BELL_RUNG: Final[Message[Any]] = Message(
    name="bell_rung", content=Content(media_type="application/json", type=lambda: dict[str, Any])
)
"""With whatever is said of it: what it ought to be is up to the document."""

RING: Final[Operation[None]] = Operation(
    name="ring", method="POST", path="/ring", responses={"204": Response()}
)
HUNG: Final = State("a bell", bell="bourdon")


def message(
    description: str = "a bell is rung", *states: State, read: Any = None, name: str = "bell_rung"
) -> dict[str, Any]:
    """A message as pact-python writes it; `read` is what is read of it."""
    contents = {"content": read, "contentType": "application/json", "encoded": False}
    rules = {"$.times": {"combine": "AND", "matchers": [{"match": "integer"}]}}
    read_so = {"contents": contents, "metadata": {"contentType": "application/json"}}
    return {
        "type": "Asynchronous/Messages",
        "description": description,
        "comments": {"message": name, "testname": f"{provided.RECORDED}::test_one"},
        "providerStates": [{"name": s.name, "params": dict(s.parameters)} for s in states],
        "matchingRules": {"body": rules},
        **(read_so if read is not None else {}),
    }


RUNG: Final = message("a bell is rung", HUNG, read={"bell": "bourdon", "times": 3})


def make_project(root: Path) -> Project:
    """The project, its SDK generated, its pact recorded."""
    provided.write(root / "pyproject.toml", SETTINGS)
    provided.write(root / "contracts" / "tower.yaml", DOCUMENT)
    provided.write(root / "tests_of_shelves" / "tower.py", MODULE)
    provided.write(root / "services" / "tower" / "template.yaml", TEMPLATE)
    provided.write(root / provided.RECORDED, provided.TESTS)
    provided.write_pact(root / "contracts" / "pacts", "ringer-tower", [RUNG])
    project = Project.load(root)
    assert generate(project).ok
    return project


class TowerClient(Client):
    """Calls it."""

    def ring(self) -> None:
        self._call(RING, {}, {})


def tower(topic: str = "TopicArn") -> Provider:
    """What publishes."""
    provider = Provider("tower", compose=compose, topic=topic)

    @provider.state("a bell")
    def a_bell(given: Given, *, bell: str) -> None:
        given.table.put({"pk": bell})

    @provider.publishes(BELL_RUNG)
    def ringing(occasion: Occasion, *, bell: str) -> None:
        assert bell
        with occasion.client(TowerClient) as client:
            client.ring()

    return provider


def compose(composition: Composition) -> Handler:
    """A bell that is rung is gone, and the table's stream tells."""
    table, topic = composition.table, composition.topic

    def handler(_: dict[str, Any], __: object) -> object:
        table.delete({"pk": "bourdon"})
        return provided.answer(204)

    def follow(change: Change, _: Delivery) -> None:
        if change.kind == "REMOVE":
            topic.publish(BELL_RUNG, {"bell": change.keys["pk"], "times": 3})

    return Receiver(handler, service="tower", stream=Follower("bells", follow))


@dataclass
class Heard:
    """A topic in this process, and what it got; `says` makes a message what it should not be.

    Attributes:
        told: what was published since it began.
        says: what is made of each message.
    """

    told: list[str] = field(default_factory=list[str])
    says: Callable[[dict[str, Any]], Sequence[dict[str, Any]]] = lambda value: (value,)

    def publish(self, kind: Message[Any], value: Any, /) -> None:
        self.told += [encode_message(kind, each) for each in self.says(value)]

    def begin(self) -> None:
        self.told.clear()

    def collect(self) -> Sequence[str]:
        return tuple(self.told)


class Bells(provided.Memory):
    """A dict in place of a table, and its stream: a function that is told of what is deleted."""

    def __init__(self) -> None:
        super().__init__()
        self.follower: Callable[[dict[str, Any]], object] = lambda _: None

    def delete(self, key: Mapping[str, Any], **_: Any) -> None:
        del self.items[key["pk"]]
        keys = {"pk": {"S": key["pk"]}}
        told = {"Keys": keys, "SequenceNumber": "1", "ApproximateCreationDateTime": 1}
        record = {"eventSource": "aws:dynamodb", "eventName": "REMOVE", "dynamodb": told}
        self.follower({"Records": [record]})


class Here(Site):
    """The tower in this process."""

    def __init__(self, contracts: Contracts, heard: Heard | None) -> None:
        self.contracts = contracts
        self._heard = heard

    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        store, table = provided.Remembered(), Bells()
        object.__setattr__(store, "table", table)
        handler = provider.compose(Composition(stubs, table, self._heard or Heard()))
        table.follower = lambda event: handler(event, None)
        operations = Operations(self.contracts.project, provider.name).all
        adapter = InProcessAdapter(handler, operations)
        return Running("http://tower", adapter, store, publications=self._heard)
