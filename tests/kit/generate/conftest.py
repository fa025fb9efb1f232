"""Packages generated from small documents into a folder of the test's own, and imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from pactwright.generate import Package, build
from pactwright.generate.formatting import format_sources
from pactwright.schema import describe, load

HEAD = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\n"
GOLDEN = Path(__file__).parent / "golden"

Build = Callable[..., Package]
Generate = Callable[..., ModuleType]
GenerateModels = Callable[..., Any]

_numbers = count()


@pytest.fixture
def built(tmp_path: Path) -> Build:
    """Build the package of the document of a text that follows `openapi` and `info`."""

    def built(text: str, package: str = "shop") -> Package:
        path = tmp_path / "shop.yaml"
        path.write_text(HEAD + dedent(text), encoding="utf-8")
        return build(describe(load(path)), package, "shop.yaml")

    return built


@pytest.fixture
def generated(built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Generate]:
    """Generate such a package under a new name, and import it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    names: list[str] = []

    def generated(text: str) -> ModuleType:
        names.append(f"generated_shop_{next(_numbers)}")
        sources = format_sources(built(text, names[-1]).modules)
        for path, source in sources.items():
            file = tmp_path / names[-1] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source, encoding="utf-8")
        return import_module(names[-1])

    yield generated
    for name in [n for n in sys.modules if n.partition(".")[0] in names]:
        del sys.modules[name]


@pytest.fixture
def models(generated: Generate) -> GenerateModels:
    """The models' module of the component schemas of a text; operations may follow."""

    def models(text: str, paths: str = "{}") -> Any:
        schemas = "".join(f"    {line}\n" for line in dedent(text).strip().splitlines())
        module = generated(f"paths: {paths}\ncomponents:\n  schemas:\n{schemas}")
        return import_module(f"{module.__name__}.models")

    return models


def using(schema: str, *directions: str) -> str:
    """Paths whose operations send a component schema as request, as response or both."""
    content = f"{{application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}}}"
    body = (
        f"requestBody: {{required: true, content: {content}}}, " if "request" in directions else ""
    )
    answer = f", content: {content}" if "response" in directions else ""
    return (
        f"{{/things: {{post: {{operationId: send, {body}"
        f"responses: {{'200': {{description: Fine.{answer}}}}}}}}}}}"
    )
