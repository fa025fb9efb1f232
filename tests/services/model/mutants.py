"""Tables that are broken on purpose: whoever checks the services has to find each out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from pactwright.service.dynamodb import Table
from tests.services.composition import MakeTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Make = Callable[[Any], Any]
Item = dict[str, Any]


class Broken:
    """A client of DynamoDB; what a subclass does not break is as it was."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)


class Unconditional(Broken):
    """Puts without their condition."""

    def put_item(self, **request: Any) -> Any:
        return self._client.put_item(**_without_condition(request))


class Split(Broken):
    """Transactions of which each member is made by itself, until one fails."""

    def transact_write_items(self, *, TransactItems: Sequence[Item]) -> Any:  # noqa: N803
        for number, item in enumerate(TransactItems):
            try:
                answer = self._client.transact_write_items(TransactItems=[item])
            except ClientError as error:
                reasons: list[Any] = [{"Code": "None"} for _ in TransactItems]
                reasons[number] = error.response.get("CancellationReasons", reasons)[0]
                told: Any = {**error.response, "CancellationReasons": reasons}
                raise ClientError(told, "TransactWriteItems") from error
        return answer


class Transactions(Broken):
    """Transactions whose members are changed, or left out where nothing comes of a member."""

    def changed(self, action: str, about: Item) -> Item | None:
        """What becomes of a member."""
        raise NotImplementedError(action, about)

    def transact_write_items(self, *, TransactItems: Sequence[Item]) -> Any:  # noqa: N803
        members = []
        for item in TransactItems:
            ((action, about),) = item.items()
            changed = self.changed(action, about)
            if changed is not None:
                members.append({action: changed})
        return self._client.transact_write_items(TransactItems=members)


class Unspent(Transactions):
    """Refresh tokens that are not marked as spent."""

    def changed(self, action: str, about: Item) -> Item | None:
        spends = action == "Update" and _key(about).startswith("TOKEN#")
        return None if spends else about


class Forgetful(Transactions):
    """Deletions that leave the claim to the name."""

    def changed(self, action: str, about: Item) -> Item | None:
        claim = _key(about).startswith(("HANDLE#", "USERNAME#"))
        return None if action == "Delete" and claim else about


class Grabbing(Transactions):
    """Claims to names that somebody has."""

    def changed(self, action: str, about: Item) -> Item | None:
        claim = _key(about).startswith(("HANDLE#", "USERNAME#"))
        return _without_condition(about) if action == "Put" and claim else about


class Twice(Transactions):
    """Refresh tokens that can be spent by two at once."""

    def changed(self, action: str, about: Item) -> Item | None:
        spends = action == "Update" and _key(about).startswith("TOKEN#")
        return _without_condition(about) if spends else about


class Overwriting(Transactions):
    """Profiles that are written over what another has written meanwhile."""

    def changed(self, action: str, about: Item) -> Item | None:
        profile = action == "Put" and "revision" in about["Item"]
        return _without_condition(about) if profile else about


class Stale(Broken):
    """Reads that give what the read before found."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self._read: dict[str, Any] = {}

    def get_item(self, **request: Any) -> Any:
        key, now = repr(sorted(request["Key"].items())), self._client.get_item(**request)
        before = self._read.get(key, now)
        self._read[key] = now
        return before


class Lossy(Broken):
    """Acknowledges every third transaction without making it."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self._made = 0

    def transact_write_items(self, **request: Any) -> Any:
        self._made += 1
        return {} if self._made % 3 == 0 else self._client.transact_write_items(**request)


class Deaf(Broken):
    """Acknowledges deletions of single items without making them."""

    def delete_item(self, **request: Any) -> Any:
        found = self._client.get_item(TableName=request["TableName"], Key=request["Key"])
        return {"Attributes": found["Item"]} if "Item" in found else {}


FOUND_ONE_BY_ONE: Final[Mapping[str, Make]] = {
    "a put without its condition": Unconditional,
    "a transaction split in two": Split,
    "a spent token not marked": Unspent,
    "a claim left behind": Forgetful,
    "a claim taken from its owner": Grabbing,
    "a stale read": Stale,
    "a write lost": Lossy,
    "a deletion not made": Deaf,
}
"""What shows in requests that are made one after the other."""

FOUND_AT_ONCE: Final[Mapping[str, tuple[str, Make]]] = {
    "a token spent twice": ("sessions", Twice),
    "a write over another's": ("handles", Overwriting),
    "a name given to two": ("handles", Grabbing),
    "a condition not checked": ("whereabouts", Unconditional),
}
"""What shows in requests that are made at once, of which kind."""


def broken_tables(make_table: MakeTable, mutant: Make) -> MakeTable:
    """Makes tables that are broken in a certain way."""

    def make(service: str) -> Table:
        table = make_table(service)
        return Table(cast("DynamoDBClient", mutant(table._client)), table.name)

    return make


def _key(about: Item) -> str:
    key: str = (about.get("Key") or about["Item"])["pk"]["S"]
    return key


def _without_condition(request: Item) -> Item:
    """A write that is made in any case; what only its condition has named goes too."""
    kept = {name: value for name, value in request.items() if name != "ConditionExpression"}
    text = str(kept.get("UpdateExpression", ""))
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {name: value for name, value in kept.pop(member, {}).items() if name in text}
        if used:
            kept[member] = used
    return kept
