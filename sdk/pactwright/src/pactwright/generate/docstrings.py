"""Descriptions, which are Markdown of any shape, as Python docstrings."""

from __future__ import annotations

import re
import textwrap
from typing import Final

WIDTH: Final = 90

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(])")
_PLAIN = re.compile(r"[^\s\-*+#>|`\d<]")
_SECTION = re.compile(
    r"^(\s*)(args|arguments|attributes?|caution|danger|errors?|examples?|hint|important|"
    r"keyword args|keyword arguments|methods?|notes?|other parameters|parameters|raises|"
    r"references|return|returns|see also|tip|todo|warnings?|warns|yields?|usage|short summary|"
    r"extended summary)\s*:?\s*$",
    re.IGNORECASE,
)


def docstring(text: str, *sections: str, indent: int = 0) -> str:
    """A docstring: a summary line, then the rest of the text, then sections, each after a blank.

    Args:
        text: a description; its first sentence or line becomes the summary.
        sections: blocks that are kept as they are.
        indent: in spaces, of the lines after the first.
    """
    summary, rest = split_summary(text)
    return _quoted([summary, *([rest] if rest else []), *sections], indent)


def attribute_docstring(text: str) -> str:
    """A docstring below an attribute: the text as it is, wrapped."""
    blocks = _blocks("\n".join(_clean(line) for line in text.strip().splitlines()))
    return _quoted(["\n\n".join(blocks)], 0)


def _quoted(blocks: list[str], indent: int) -> str:
    body = "\n\n".join(blocks)
    prefix = "r" if "\\" in body else ""
    body = body.replace('"""', "'''")
    if body.startswith('"'):
        body = body.replace('"', "'", 2)
    several = len(blocks) > 1 or "\n\n" in body
    if several:
        body += "\n"
    elif body.endswith('"') or (prefix and body.endswith("\\")):
        body += " "
    return f'{prefix}"""{textwrap.indent(body, " " * indent).lstrip()}{" " * indent * several}"""'


def split_summary(text: str) -> tuple[str, str]:
    """A description's first sentence, on one line and with a full stop, and the rest of it."""
    lines = [_clean(line) for line in text.strip().splitlines()]
    first, _, rest = "\n".join(lines).partition("\n\n")
    if "\n" in first and not _is_prose(first):
        first, _, more = first.partition("\n")
        rest = f"{more}\n\n{rest}".strip()
    sentence, *others = _SENTENCE.split(" ".join(first.split()), 1)
    remaining = "\n\n".join([*(wrap(o) for o in others), *([rest] if rest else [])])
    return _stopped(sentence), "\n\n".join(_blocks(remaining))


def _clean(line: str) -> str:
    line = line.expandtabs(4).rstrip()
    return "".join(c for c in line if c.isprintable())


def _stopped(sentence: str) -> str:
    sentence = sentence.strip().lstrip("#*->").strip() or "Not described"
    sentence = sentence[0].upper() + sentence[1:] if sentence[0].isascii() else sentence
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence.rstrip(':;,')}."


def _blocks(text: str) -> list[str]:
    """Paragraphs; those of prose wrapped, lists and code left as they are."""
    found = [part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]
    return [wrap(part) if _is_prose(part) else _unsectioned(part) for part in found]


def _unsectioned(text: str) -> str:
    """A line that looks like the heading of a docstring's section gets a mark in front."""
    return "\n".join(
        f"{line.rstrip(': ')}." if _SECTION.match(line) else line for line in text.splitlines()
    )


def _is_prose(text: str) -> bool:
    return all(_PLAIN.match(line) for line in text.splitlines())


def wrap(text: str, width: int = WIDTH, initial: str = "", hanging: str = "") -> str:
    """A paragraph in lines of that width, in characters."""
    return "\n".join(
        textwrap.wrap(
            " ".join(_unsectioned(text).split()),
            width,
            initial_indent=initial,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
