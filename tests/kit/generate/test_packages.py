from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from requests import PreparedRequest

from pactwright.client import FunctionTransport, Group
from pactwright.wire import ReceivedRequest, ResponseMessage, decode_request, decode_response
from pactwright.wire import encode_request as encode
from tests.kit.generate.conftest import Build, Generate

_THINGS = """
paths:
  /things/{id}:
    put:
      operationId: put_thing
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: id, in: query, schema: {type: string}}
        - {name: body, in: query, schema: {type: string}}
        - {name: timeout, in: header, schema: {type: integer}}
        - {name: from, in: query, schema: {type: string, default: here}}
      requestBody:
        content:
          text/csv: {schema: {type: string}}
          application/vnd.thing+json: {schema: {$ref: '#/components/schemas/Thing'}}
          application/xml: {schema: {$ref: '#/components/schemas/Thing'}}
      responses:
        '200':
          description: Fine.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '202':
          description: Later.
          content: {application/json: {schema: {type: array, items: {type: integer}}}}
        '204': {description: Nothing.}
        '404': {description: Not found., content: {text/html: {}}}
components: {schemas: {Thing: {required: [a], properties: {a: {type: string}}}}}
"""


def test_arguments_never_clash(generated: Generate) -> None:
    """Names that are taken, by each other, by options or by Python, are told apart."""
    shop = generated(_THINGS)
    operation = import_module(f"{shop.__name__}.operations").PUT_THING

    assert {p.argument: (p.location, p.name) for p in operation.parameters} == {
        "id": ("path", "id"),
        "id_query": ("query", "id"),
        "body_": ("query", "body"),
        "timeout_": ("header", "timeout"),
        "from_": ("query", "from"),
    }


def test_the_first_json_is_what_a_client_sends(generated: Generate) -> None:
    """Other media types stay in the operation, for the service; XML beside JSON is left out."""
    shop = generated(_THINGS)
    operation = import_module(f"{shop.__name__}.operations").PUT_THING

    assert [(c.media_type, c.type()) for c in operation.body.contents] == [
        ("application/vnd.thing+json", shop.Thing),
        ("text/csv", str),
    ]
    assert not operation.body.required


def test_requests_and_answers_go_over_the_wire(generated: Generate) -> None:
    """What the generated operation encodes, it decodes."""
    shop = generated(_THINGS)
    operation = import_module(f"{shop.__name__}.operations").PUT_THING

    message = encode(operation, {"id": 5, "body": shop.Thing(a="x"), "timeout_": 3})
    received = ReceivedRequest(
        path={"id": "5"},
        headers={name.lower(): value for name, value in message.headers.items()},
        body=message.body or b"",
    )

    assert message.path == "/things/5"
    assert decode_request(operation, received) == {
        "id": 5,
        "id_query": None,
        "body_": None,
        "timeout_": 3,
        "from_": "here",
        "body": shop.Thing(a="x"),
    }
    answer = ResponseMessage(202, {"Content-Type": "application/json"}, b"[1]")
    assert decode_response(operation, answer) == [1]
    assert decode_response(operation, ResponseMessage(204)) is None


def test_a_method_returns_the_union_of_all_success(built: Build) -> None:
    """Every 2xx counts, and no body is None."""
    modules = {str(path): source for path, source in built(_THINGS).modules.items()}

    assert "-> models.Thing | list[int] | None:" in modules["client.py"]
    assert "body: models.Thing | None = None" in modules["client.py"]
    assert "body: models.Thing | str | None = None" in modules["service.py"]
    assert "-> Answer[models.Thing | list[int] | None]:" in modules["service.py"]


def test_a_service_gets_a_default_where_a_client_sends_nothing(built: Build) -> None:
    """So it is never None there; what has no literal is for the caller of the method to give."""
    parameters = """
        - {name: limit, in: query, schema: {type: integer, minimum: 1, default: 20}}
        - {name: on, in: query, schema: {type: boolean, default: false}}
        - {name: kind, in: query, schema: {enum: [a, b], default: b}}
        - {name: day, in: query, schema: {type: string, format: date, default: "2026-11-23"}}
        - {name: ids, in: query, schema: {type: array, items: {type: string}, default: [a]}}
        - {name: odd, in: query, schema: {type: integer, minimum: 1, default: 0}}
"""
    package = built(
        f"paths: {{/a: {{get: {{operationId: a, parameters: [{_inline(parameters)}]}}}}}}"
    )
    sources = {str(path): " ".join(source.split()) for path, source in package.modules.items()}

    assert (
        "*, limit: int = 20, on: bool = False, kind: Literal['a', 'b'] = 'b', day: date, "
        "ids: list[str], odd: int | None = None)"
    ) in sources["service.py"]
    assert "*, limit: int | None = None, on: bool | None = None, kind: " in sources["client.py"]
    assert "default=['a']" in sources["operations.py"]
    assert "default='2026-11-23'" in sources["operations.py"]
    assert [fault.message for fault in package.faults] == ["its default is not applied"]


def _inline(items: str) -> str:
    return ", ".join(line.strip().removeprefix("- ") for line in items.strip().splitlines())


def test_an_argument_without_a_description_is_told_all_the_same(built: Build) -> None:
    """A body by its schema, or as what it is; none where nothing at all is described."""
    described = "{name: x, in: query, description: Some x., schema: {type: string}}"
    content = "{required: true, content: {application/json: {schema: %s}}}"
    thing = content % "{$ref: '#/components/schemas/Thing'}"
    inline = content % "{type: array}"
    sources = built(
        f"""
        paths:
          /a: {{post: {{operationId: a, requestBody: {thing}, responses: {{}}}}}}
          /b: {{post: {{operationId: b, requestBody: {inline}, parameters: [{described}]}}}}
          /c: {{post: {{operationId: c, requestBody: {inline}}}}}
        components: {{schemas: {{Thing: {{description: A thing. It is blue., type: object}}}}}}
        """
    ).modules
    client = next(source for path, source in sources.items() if path.name == "client.py")

    assert client.count("body: A thing.\n") == 1
    assert client.count("body: The request's body.\n") == 1
    assert client.count("Args:") == 2


def test_a_package_loads_what_is_asked_for(tmp_path: Path, generated: Generate) -> None:
    """Importing the package imports none of its modules, nor what these need."""
    shop = generated(_THINGS)
    code = (
        f"import sys; import {shop.__name__} as shop; "
        f"print([m for m in sys.modules if m.startswith(shop.__name__ + '.')]); "
        "print(shop.Thing.__name__, shop.models.__name__ == shop.Thing.__module__); "
        "print('pydantic' in sys.modules, 'requests' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == ["[]", "Thing True", "True False"]


def test_a_package_tells_its_names(generated: Generate) -> None:
    """`dir` lists what can be imported, and a wrong name fails as in any module."""
    shop = generated(_THINGS)

    assert "Thing" in dir(shop)
    with pytest.raises(AttributeError, match="has no attribute 'Thin'"):
        shop.Thin  # noqa: B018


def test_methods_never_hide_what_clients_have(built: Build) -> None:
    """An operation called close is a method close_."""
    modules = built("paths: {/a: {get: {operationId: close, responses: {}}}}").modules
    sources = {str(path): source for path, source in modules.items()}

    assert "def close_(" in sources["client.py"]
    assert "'close_'" in sources["operations.py"]


def test_a_method_may_be_named_like_a_builtin(generated: Generate) -> None:
    """Annotations after a method `list` still mean the type."""
    shop = generated(
        """
        paths:
          /a: {get: {operationId: list, responses: {}}}
          /b:
            get:
              operationId: ids
              parameters: [{name: x, in: query, schema: {type: array, items: {type: string}}}]
              responses: {}
        """
    )

    client: Any = getattr(shop, next(n for n in shop.__all__ if n.endswith("Client")))
    assert "builtins.list[str]" in client.ids.__annotations__["x"]


def _large(count: int) -> str:
    """A document with so many operations on cats and as many on dogs."""
    paths = "".join(_path(kind, number) for kind in ("cats", "dogs") for number in range(count))
    return f"""
tags: [{{name: cats, description: All about cats.}}]
paths:{paths}
components:
  schemas:
    Cats: {{properties: {{owner: {{$ref: '#/components/schemas/Owner'}}}}}}
    Dogs:
      properties:
        owner: {{$ref: '#/components/schemas/Owner'}}
        dogs: {{$ref: '#/components/schemas/Dogs'}}
    Owner: {{properties: {{name: {{type: string}}}}}}
"""


def _path(kind: str, number: int) -> str:
    return f"""
  /{kind}/{number}:
    get:
      operationId: get{kind}{number}
      tags: [{kind}]
      responses:
        '200':
          description: Fine.
          content:
            application/json: {{schema: {{$ref: '#/components/schemas/{kind.title()}'}}}}"""


def test_a_large_document_is_split_by_tag(generated: Generate, tmp_path: Path) -> None:
    """A program that uses one group loads that group's modules and what it shares with others."""
    shop = generated(_large(21))
    name = shop.__name__
    client = next(n for n in shop.__all__ if n.endswith("Client"))
    code = (
        f"import sys; from {name} import {client} as C; c = C('http://127.0.0.1'); c.cats; "
        f"from {name}.operations import GETCATS1 as o; o.response(200).contents[0].type(); "
        f"print(sorted(m for m in sys.modules if m.startswith('{name}.') and 'dogs' in m)); "
        f"print(len(__import__('{name}.operations').operations.OPERATIONS))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == [f"['{name}.models.cats_and_dogs']", "42"], done.stderr
    assert not (tmp_path / name / "clients" / "base.py").exists()
    assert shop.Cats(owner=shop.Owner(name="a")).owner.name == "a"
    assert shop.Cats.__module__ == f"{name}.models.cats"


def test_a_group_calls_by_way_of_its_client(generated: Generate) -> None:
    """With its settings and its transport."""
    shop = generated(_large(21))
    client_class = getattr(shop, next(n for n in shop.__all__ if n.endswith("Client")))
    urls: list[str | None] = []

    def answer(request: PreparedRequest) -> ResponseMessage:
        urls.append(request.url)
        return ResponseMessage(200, {"Content-Type": "application/json"}, b'{"owner":{}}')

    with client_class("http://shop.test/v1", transport=FunctionTransport(answer)) as client:
        cats = client.cats.getcats1()

    assert isinstance(client.cats, Group)
    assert cats == shop.Cats(owner=shop.Owner())
    assert urls == ["http://shop.test/v1/cats/1"]
