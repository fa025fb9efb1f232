"""Regular expressions of JSON Schema (ECMA-262) in the dialects that pydantic takes."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Final

from pydantic import Field, TypeAdapter
from pydantic_core import SchemaError

_CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_"}
_TOKEN: Final = re.compile(r"\\.|\[|\]|.", re.DOTALL)


def is_supported(pattern: str) -> bool:
    """Whether either engine can run it."""
    translated = translate(pattern)
    return is_native(translated) or _compiles(translated)


def translate(pattern: str) -> str:
    r"""Write ``\d`` and ``\w`` out: in ECMA-262 they are ASCII only, here they would not be."""
    translated, inside = [], False
    for part in _TOKEN.findall(pattern):
        if part in "[]":
            inside = part == "["
        found = _CLASSES.get(part[1:]) if part.startswith("\\") else None
        translated.append(part if found is None else found if inside else f"[{found}]")
    return "".join(translated)


@cache
def is_native(pattern: str) -> bool:
    """Whether pydantic's own engine, which cannot look around, takes the pattern."""
    try:
        TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except SchemaError:
        return False
    return True


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
