"""The threat model names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .conftest import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
ITEMS = [f"API{number}:2023" for number in range(1, 11)]


def sections(text: str) -> dict[str, str]:
    """The text under each heading of the third level, by its first word."""
    _, *parts = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)
    return {part.split(maxsplit=1)[0]: part for part in parts}


def missing(text: str, root: Path) -> list[str]:
    """What a text refers to, file by file with the tests after it, and is not there."""
    found: list[str] = []
    known: set[str] | None = None
    for name in re.findall(r"`((?:tests/[\w/]+\.py)|(?:test_\w+))`", text):
        if name.endswith(".py"):
            file = root / name
            known = functions(file) if file.exists() else set()
            found += [] if file.exists() else [name]
        elif known is None or name not in known:
            found.append(name)
    return found


def functions(file: Path) -> set[str]:
    """The tests of a module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    """In the file that is named before it."""
    assert missing(DOCUMENT.read_text(encoding="utf-8"), ROOT) == []


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_has_its_tests(item: str) -> None:
    """By name, so that each claim can be followed."""
    assert re.search(r"`tests/[\w/]+\.py`", sections(DOCUMENT.read_text(encoding="utf-8"))[item])


def test_what_is_not_there_is_told() -> None:
    """Files, tests of another file, and tests before any file."""
    here = "tests/system/test_security_document.py"
    text = (
        f"`test_a` `tests/none.py` (`test_b`) `{here}` (`test_c`, `test_what_is_not_there_is_told`)"
    )

    assert missing(text, ROOT) == ["test_a", "tests/none.py", "test_b", "test_c"]
