"""Service clients in DynamoDB, each an item, and listed in a partition of their own."""

from __future__ import annotations

from pactwright.service.dynamodb import Expression, Put, Table
from pactwright.service.errors import TransactionCancelled, TransactionConflict
from services.authentication import items
from services.authentication.clients import ClientChanged
from services.authentication.records import ServiceClient

_NEW = Expression("attribute_not_exists(pk)")


class ClientTable:
    """Where service clients are kept; see `Clients`.

    Args:
        table: the service's own.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_client(self, client_id: str) -> ServiceClient | None:
        """The client as of now."""
        item = self._table.get(items.client_key(client_id), consistent=True)
        return items.client(item) if item else None

    def replace_client(self, old: ServiceClient | None, new: ServiceClient) -> None:
        """Put a client in place of what was read, None where there was none, and into the list.

        Raises:
            ClientChanged: it was changed meanwhile.
        """
        condition = _as_read(old) if old else _NEW
        try:
            self._table.transact(
                [Put(items.client_item(new), condition), Put(items.listed_client(new.client_id))]
            )
        except TransactionConflict:
            raise ClientChanged from None
        except TransactionCancelled as error:
            if error.failed(0):
                raise ClientChanged from None
            raise

    def list_clients(self) -> list[ServiceClient]:
        """All clients, in the order of their ids."""
        listed = Expression("pk = :list", {}, {":list": items.CLIENT_LIST})
        ids = [item["sk"] for item in self._table.query_all(listed, consistent=True)]
        return [client for each in ids if (client := self.get_client(each)) is not None]


def _as_read(client: ServiceClient) -> Expression:
    """That a client is as it was read; one from before there were generations has none."""
    item = items.client_item(client)
    return Expression(
        "secrets = :secrets AND scopes = :scopes AND audience = :audience"
        " AND (generation = :generation OR attribute_not_exists(generation))",
        {},
        {f":{name}": item[name] for name in ("secrets", "scopes", "audience", "generation")},
    )
