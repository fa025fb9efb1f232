"""Which operation a path and a method stand for.

Where the gateway has matched a path template of ours, its match is taken; otherwise the path is
matched here. Paths are split at slashes before they are percent-decoded, so that ``%2F`` is part of
a segment and never divides two. A path without parameters goes before one with them (OpenAPI 3.1,
"Path Templating Matching").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar
from urllib.parse import unquote

from pactwright.service.events import Incoming
from pactwright.service.problems import MethodNotAllowed, NotFound

T = TypeVar("T")

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Route(Generic[T]):
    """A path template and what its methods lead to."""

    template: str
    segments: tuple[re.Pattern[str], ...]
    names: tuple[str, ...]
    methods: dict[str, T] = field(default_factory=dict)

    def match(self, given: list[str]) -> dict[str, str] | None:
        """The path's parameters, or None where it is another path."""
        values: list[str] = []
        for pattern, text in zip(self.segments, given, strict=True):
            found = pattern.fullmatch(text)
            if found is None:
                return None
            values += found.groups()
        return dict(zip(self.names, values, strict=True))

    def method(self, name: str) -> T:
        """What a method leads to; HEAD goes where GET does.

        Raises:
            MethodNotAllowed: the path has no such method.
        """
        found = self.methods.get(name)
        if found is None and name == "HEAD":
            found = self.methods.get("GET")
        if found is None:
            heads = {"HEAD"} if "GET" in self.methods else set()
            raise MethodNotAllowed(sorted(self.methods.keys() | heads))
        return found


class Routes(Generic[T]):
    """A table of routes.

    Args:
        entries: method, path template and what they lead to.

    Raises:
        ValueError: a method of a path is there twice.
    """

    def __init__(self, entries: Iterable[tuple[str, str, T]]) -> None:
        self._by_template: dict[str, Route[T]] = {}
        for method, template, target in entries:
            route = self._by_template.setdefault(template, _route(template))
            if method.upper() in route.methods:
                raise ValueError(f"{method} {template} is there twice")
            route.methods[method.upper()] = target
        self._by_length: dict[int, list[Route[T]]] = {}
        for route in sorted(self._by_template.values(), key=_generality):
            self._by_length.setdefault(len(route.segments), []).append(route)

    def find(self, request: Incoming) -> tuple[Route[T], Mapping[str, str]]:
        """The route that a request takes, and its path parameters, percent-decoded.

        Raises:
            NotFound: there is no such path.
        """
        route = self._by_template.get(request.resource)
        if route is not None and request.path_parameters.keys() >= set(route.names):
            given = request.path_parameters
            return route, {name: _decoded(given[name], request) for name in route.names}
        return self._match(request)

    def _match(self, request: Incoming) -> tuple[Route[T], Mapping[str, str]]:
        path = _remainder(request)
        if path.startswith("/"):
            segments = [_decoded(text, request) for text in path[1:].split("/")]
            for route in self._by_length.get(len(segments), ()):
                parameters = route.match(segments)
                if parameters is not None:
                    return route, parameters
        raise NotFound


def _route(template: str) -> Route[T]:
    segments = tuple(_pattern(text) for text in template.removeprefix("/").split("/"))
    return Route(template, segments, tuple(_PARAMETER.findall(template)))


def _pattern(segment: str) -> re.Pattern[str]:
    parts = _PARAMETER.split(segment)
    texts = ["(.+)" if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return re.compile("".join(texts), re.DOTALL)


def _generality(route: Route[T]) -> list[int]:
    """For each segment: a fixed text, one with a parameter in it, or nothing but a parameter."""
    return [0 if not p.groups else 2 if p.pattern == "(.+)" else 1 for p in route.segments]


def _remainder(request: Incoming) -> str:
    """The path; behind a catch-all ``/{name+}``, without a custom domain's base path."""
    resource = request.resource
    if resource.startswith("/{") and resource.endswith("+}"):
        caught = request.path_parameters.get(resource[2:-2])
        if caught is not None:
            return "/" + caught
    return request.path


def _decoded(text: str, request: Incoming) -> str:
    if not request.encoded or "%" not in text:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise NotFound from None
