"""A project of two services, made in a folder: `shelf` calls `keys`, `reader` relies on both."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import requests

from pactwright.contract import pacts
from pactwright.contract.pacts import Pact, State
from pactwright.contract.verification.contracts import Contracts, Operations
from pactwright.contract.verification.environment import Environment, Running, Site
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.provider import Composition, Given, Provider
from pactwright.contract.verification.store import Store
from pactwright.contract.verification.stub import Stub
from pactwright.generate.run import generate
from pactwright.local.inprocess import Handler, InProcessAdapter
from pactwright.schema import Project
from pactwright.service.dynamodb import Item, Table

PACKAGE: Final = "shelves"

SETTINGS: Final = f"""
    [tool.pactwright]
    package = "{PACKAGE}"
    sdk = "sdk"

    [tool.pactwright.services.keys]

    [tool.pactwright.services.shelf]
    calls = ["keys"]

    [tool.pactwright.pacts.consumers]
    reader = ["keys", "shelf"]

    [tool.pactwright.pacts.providers]
    keys = "tests_of_shelves.keys"
    shelf = "tests_of_shelves.shelf"
    """

DOCUMENT: Final = """
    openapi: 3.1.0
    info: {{title: {title}, version: "1"}}
    paths:
      /{path}/{{name}}:
        get:
          operationId: get_{path}
          parameters: [{{name: name, in: path, required: true, schema: {{type: string}}}}]
          responses:
            "200":
              description: It is there.
              content:
                application/json:
                  schema:
                    type: object
                    required: [name, opens]
                    properties:
                      name: {{type: string, examples: [red]}}
                      opens: {{type: string, examples: [the cellar]}}
                      note: {{type: string}}
            "404": {{description: It is not.}}
            "409":
              description: It is in use.
              content:
                application/json:
                  schema:
                    type: object
                    required: [by]
                    properties:
                      by: {{type: string}}
                      until: {{type: string}}
            "503": {{description: Not now.}}
    """

TEMPLATE: Final = """
    Resources:
      Table:
        Type: AWS::DynamoDB::Table
        Properties:
          BillingMode: PAY_PER_REQUEST
          AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
    Outputs:
      TableName: {Value: !Ref Table}
    """

MODULE: Final = """
    from tests.kit.contract.verification import provided

    PROVIDER = provided.{name}()
    """

RECORDED: Final = "tests_of_shelves/test_all.py"
TESTS: Final = """
    def test_one(): ...

    class TestMany:
        def test_two(self): ...
    """


def interaction(
    description: str,
    path: str,
    *states: State,
    status: int = 200,
    body: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """An interaction as pact-python writes it; `body` is of the answer."""
    content = {"contentType": "application/json", "encoded": False, "content": body}
    headers = {"headers": {"Content-Type": ["application/json"]}, "body": content}
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "comments": {"testname": f"{RECORDED}::test_one"},
        "providerStates": [{"name": s.name, "params": dict(s.parameters)} for s in states],
        "request": {"method": "GET", "path": path, **more.get("request", {})},
        "response": {"status": status, **(headers if body is not None else {})},
    }


RED: Final = State("a key", name="red", opens="the attic")
A_KEY: Final = interaction("a key", "/keys/red", RED, body={"opens": "the attic"})
NO_KEY: Final = interaction("no key", "/keys/blue", status=404)
TOP: Final = State("a shelf", name="top")
A_SHELF: Final = interaction("a shelf", "/shelves/top", TOP, RED, body={"opens": "the attic"})
NO_SHELF: Final = interaction("no shelf", "/shelves/low", status=404)
LOST: Final = State("keys can't be reached")
CUT_OFF: Final = interaction("a shelf without its key", "/shelves/top", TOP, LOST, status=503)

PACTS: Final[Mapping[str, list[dict[str, Any]]]] = {
    "reader-keys": [A_KEY, NO_KEY],
    "reader-shelf": [A_SHELF, NO_SHELF, CUT_OFF],
    "shelf-keys": [A_KEY],
}


def write_pact(folder: Path, name: str, interactions: list[dict[str, Any]]) -> Pact:
    """Write a pact as it is committed."""
    consumer, _, provider = name.partition("-")
    content = {"consumer": {"name": consumer}, "provider": {"name": provider}}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    file.write_bytes(pacts.render({**content, "interactions": interactions}))
    return pacts.read(file)


def make_project(root: Path) -> Project:
    """The project, its SDK generated, its pacts recorded."""
    write(root / "pyproject.toml", SETTINGS)
    for service, path in (("keys", "keys"), ("shelf", "shelves")):
        write(root / "contracts" / f"{service}.yaml", DOCUMENT.format(title=service, path=path))
        write(root / "tests_of_shelves" / f"{service}.py", MODULE.format(name=service))
        write(root / "services" / service / "template.yaml", TEMPLATE)
    write(root / RECORDED, TESTS)
    for name, interactions in PACTS.items():
        write_pact(root / "contracts" / "pacts", name, interactions)
    project = Project.load(root)
    assert generate(project).ok
    return project


def write(file: Path, text: str) -> None:
    """Write a file of the project."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")


@contextmanager
def importable(project: Project) -> Iterator[Project]:
    """Let a project's packages be imported while the block lasts."""
    before = list(sys.path)
    sys.path[:0] = [str(project.sdk), str(project.root)]
    forget()
    try:
        yield project
    finally:
        sys.path[:] = before
        forget()


def forget() -> None:
    """Let the project's packages be imported anew."""
    for name in [*sys.modules]:
        if name.partition(".")[0] in (PACKAGE, "tests_of_shelves"):
            del sys.modules[name]


def keys() -> Provider:
    """The leaf."""
    provider = Provider("keys", compose=_compose_keys)

    @provider.state("a key")
    def a_key(given: Given, *, name: str, opens: str) -> None:
        given.table.put({"pk": f"/keys/{name}", "name": name, "opens": opens})

    return provider


def shelf() -> Provider:
    """What calls the leaf."""
    provider = Provider("shelf", compose=_compose_shelf)

    @provider.state("a shelf")
    def a_shelf(given: Given, *, name: str) -> None:
        given.table.put({"pk": f"/shelves/{name}", "name": name})

    @provider.state("a key")
    def a_key(given: Given, *, name: str, opens: str) -> None:
        given.assume("keys", State("a key", name=name, opens=opens))

    @provider.state("keys can't be reached")
    def lost(given: Given) -> None:
        given.unreachable("keys")

    return provider


def _compose_keys(composition: Composition) -> Handler:
    table = composition.table

    def handler(event: dict[str, Any], _: object) -> object:
        found = table.get({"pk": event["path"]})
        return answer(200, {"name": found["name"], "opens": found["opens"]}) if found else GONE

    return handler


def _compose_shelf(composition: Composition) -> Handler:
    table, url = composition.table, composition.url("keys")

    def handler(event: dict[str, Any], _: object) -> object:
        found = table.get({"pk": event["path"]})
        if found is None:
            return GONE
        try:
            key = requests.get(f"{url}/keys/red", timeout=5)
        except requests.ConnectionError:
            return answer(503)
        if not key.ok:
            return answer(503)
        return answer(200, {"name": found["name"], "opens": key.json()["opens"]})

    return handler


def answer(status: int, body: object = None) -> dict[str, Any]:
    """What a Lambda function returns."""
    headers = {"Content-Type": "application/json"}
    text = "" if body is None else json.dumps(body)
    return {"statusCode": status, "headers": headers, "body": text}


GONE: Final = answer(404)


class Memory(Table):
    """A dict in place of a table."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}

    def get(self, key: Mapping[str, Any], **_: Any) -> Item | None:
        return self.items.get(key["pk"])

    def put(self, item: Mapping[str, Any], **_: Any) -> Item | None:
        self.items[item["pk"]] = dict(item)
        return None


class Remembered(Store):
    """The store of a dict."""

    def __init__(self) -> None:
        super().__init__(Memory(), None, ("pk",))

    def empty(self) -> None:
        assert isinstance(self.table, Memory)
        self.table.items.clear()


class Here(Site):
    """The project's providers in this process, with dicts in place of tables."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts

    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        store = Remembered()
        handler = provider.compose(Composition(stubs, store.table))
        operations = Operations(self.contracts.project, provider.name).all
        return Running(f"http://{provider.name}", InProcessAdapter(handler, operations), store)


@contextmanager
def environment(project: Project, provider: str) -> Iterator[Environment]:
    """A provider of the project, ready to be replayed on."""
    with Here(load(project)).environment(provider) as ready:
        yield ready
