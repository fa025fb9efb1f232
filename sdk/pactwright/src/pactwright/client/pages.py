"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from pactwright.client.errors import ArgumentError
from pactwright.wire import Operation, Pagination


def iterate(
    operation: Operation[Any],
    arguments: Mapping[str, object],
    call: Callable[[Mapping[str, object]], Any],
) -> Iterator[Any]:
    """The items of all pages, each page asked for when it is needed.

    Ends with the page that names no next one, or names one that was there before.

    Args:
        operation: a list that says how it is paged.
        arguments: of the first call, by their Python names.
        call: gets a page.

    Raises:
        ArgumentError: the operation has no pagination.
        ClientError: on iteration, a page could not be had.
    """
    if operation.pagination is None:
        raise ArgumentError(f"{operation.name} has no pagination")
    return _items(operation.pagination, dict(arguments), call)


def _items(
    pagination: Pagination,
    arguments: dict[str, object],
    call: Callable[[Mapping[str, object]], Any],
) -> Iterator[Any]:
    seen = {arguments.get(pagination.cursor)}
    while True:
        page = call(arguments)
        yield from _member(page, pagination.items) or ()
        cursor = _member(page, pagination.next_cursor)
        if cursor in (None, "") or cursor in seen:
            return
        seen.add(cursor)
        arguments = {**arguments, pagination.cursor: cursor}


def _member(page: Any, name: str) -> Any:
    if isinstance(page, Mapping):
        return cast("Mapping[str, Any]", page).get(name)
    return getattr(page, name)
