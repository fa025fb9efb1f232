"""Documents written into a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from pactwright.schema import ApiDescription, describe, load
from pactwright.schema.types import SchemaType

Write = Callable[..., Path]
Describe = Callable[..., ApiDescription]
ReadSchemas = Callable[..., dict[str, SchemaType]]

HEAD = "openapi: 3.1.0\ninfo: {title: Test, version: '1'}\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files, by name with underscores for dots; returns the path of the first."""

    def write(**files: str) -> Path:
        paths = []
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml").replace(
                "_json", ".json"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
            paths.append(path)
        return paths[0]

    return write


@pytest.fixture
def described(write: Write) -> Describe:
    """Describe the document of a text that follows `openapi` and `info`; others may stand by."""

    def described(text: str, head: str = HEAD, **others: str) -> ApiDescription:
        return describe(load(write(api_yaml=head + dedent(text), **others)))

    return described


@pytest.fixture
def read_schemas(described: Describe) -> ReadSchemas:
    """The types of component schemas, by name."""

    def read_schemas(text: str, version: str = "3.1.0", **others: str) -> dict[str, SchemaType]:
        head = HEAD.replace("3.1.0", version)
        api = described("components:\n  schemas:\n" + _indent(text), head=head, **others)
        return {schema.name: schema.type for schema in api.schemas.values()}

    return read_schemas


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" for line in dedent(text).strip().splitlines())
