"""Several threads at the same thing, and what a table holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from pactwright.service.dynamodb import Item, Table
from pactwright.service.items import from_attributes

T = TypeVar("T")

WRITERS = 8


def race(work: Callable[[int], T], count: int = WRITERS) -> list[T | Exception]:
    """Run it in threads that begin together; what each returned or raised.

    Args:
        work: takes the number of the thread.
        count: how many threads.
    """
    start = Barrier(count)

    def run(number: int) -> T | Exception:
        start.wait()
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - what it is, is what is asked
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def everything(table: Table) -> list[Item]:
    """All items of a table, in the order of their keys."""
    request: dict[str, Any] = {"TableName": table.name, "ConsistentRead": True}
    items: list[Item] = []
    while True:
        page = table._client.scan(**request)
        items += [from_attributes(item) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return sorted(items, key=lambda item: (item["pk"], item["sk"]))
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def unclaimed(table: Table, kind: str, name: str) -> list[str]:
    """What breaks a rule of uniqueness: a claim without its owner, or an owner without its claim.

    Args:
        table: where both are kept.
        kind: the claims' prefix, such as HANDLE.
        name: the owners' attribute that is claimed, such as handle.
    """
    items = everything(table)
    claims = {
        (item["pk"].removeprefix(f"{kind}#"), item["user_id"])
        for item in items
        if item["pk"].startswith(f"{kind}#")
    }
    owners = {
        (item[name], item["user_id"])
        for item in items
        if item["pk"].startswith("USER#") and name in item
    }
    return [
        *(f"nobody has the {name} {text} that {user} claims" for text, user in claims - owners),
        *(f"{user} has the {name} {text} without a claim" for text, user in owners - claims),
    ]
