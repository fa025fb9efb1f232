"""JSON pointers, RFC 6901, as tuples of unescaped reference tokens."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote


def join(tokens: Sequence[str]) -> str:
    """Write tokens as a pointer: ``("a/b", "0")`` is ``/a~1b/0``."""
    return "".join(f"/{token.replace('~', '~0').replace('/', '~1')}" for token in tokens)


def split(fragment: str, *, encoded: bool = True) -> tuple[str, ...]:
    """Read a pointer.

    Args:
        fragment: the pointer's text.
        encoded: whether it is a URI fragment, whose percent-encoding is undone (section 6).

    Raises:
        ValueError: the fragment is not empty and does not begin with a slash.
    """
    text = unquote(fragment) if encoded else fragment
    if not text:
        return ()
    if not text.startswith("/"):
        msg = f"{fragment!r} is not a JSON pointer: it must begin with '/'"
        raise ValueError(msg)
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))
