"""Names in Python's style, made from any text."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container

_BOUNDARIES = (
    re.compile(r"([A-Z]+)([A-Z][a-z])"),
    re.compile(r"([a-z0-9])([A-Z])"),
)
_NOT_WORD = re.compile(r"[^0-9a-zA-Z]+")
_PASCAL = re.compile(r"[A-Z][0-9a-zA-Z]*")
_SPELLED = {
    "ETag": "Etag",
    "OAuth": "Oauth",
    "+": " plus ",
    "*": " star ",
    "<": " less ",
    ">": " more ",
    "&": " and ",
}


def words(text: str) -> list[str]:
    """The words of a text: ``getHTTPStatus`` is get, HTTP, Status."""
    for symbol, spelled in _SPELLED.items():
        text = text.replace(symbol, spelled)
    for boundary in _BOUNDARIES:
        text = boundary.sub(r"\1 \2", text)
    return [word for word in _NOT_WORD.split(text) if word]


def snake_case(text: str, fallback: str = "unnamed") -> str:
    """A name for a function, an argument or an attribute: ``listPets`` is ``list_pets``."""
    name = "_".join(word.lower() for word in words(text)) or fallback
    if name[0].isdigit():
        name = f"{fallback}_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def pascal_case(text: str, fallback: str = "Unnamed") -> str:
    """A name for a class: ``list-pets`` is ``ListPets``; what is written so already stays."""
    if _PASCAL.fullmatch(text) and not keyword.iskeyword(text):
        return text
    name = "".join(word[0].upper() + word[1:] for word in words(text)) or fallback
    if name[0].isdigit():
        name = f"{fallback}{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def unique(name: str, taken: Container[str], joint: str = "_") -> str:
    """The name, with a number after it where it is taken already."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name.rstrip('_')}{joint}{number}", number + 1
    return candidate
