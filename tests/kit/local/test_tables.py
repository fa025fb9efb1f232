"""Tables in another DynamoDB than the emulator's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from pactwright.local.emulator import Emulator, emulator
from pactwright.local.errors import LocalError
from pactwright.local.installation import Installation
from pactwright.local.system import running
from pactwright.local.tables import Database, relay
from pactwright.schema.project import Project

KEYS: list[Any] = [{"AttributeName": "pk", "KeyType": "HASH"}]
ATTRIBUTES: list[Any] = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")]


@pytest.fixture(scope="module")
def other(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Emulator]:
    """Another DynamoDB: a second emulator, which takes any credentials, as others do."""
    log = tmp_path_factory.mktemp("other") / "log"
    with emulator(installation, log, environment={"AUTH": "false"}) as running_one:
        yield running_one


def test_the_system_keeps_its_data_there(project: Project, other: Emulator) -> None:
    """Functions and hooks use it; so the data is there after the emulator is gone."""
    for expected in ("1", "2"):
        with running(project, dynamodb=other.url) as system:
            answer = requests.post(system.urls["counter"] + "/counter", timeout=20).json()
            assert (answer["n"], answer["provisioned"]) == (expected, "local")
            table = system.deployment.outputs["counter"]["TableName"]

    items = Database.at(other.url).client().scan(TableName=table)["Items"]
    assert [item["n"] for item in items] == [{"N": "2"}]


def test_requests_are_signed_anew(other: Emulator) -> None:
    """Whatever a function signs with, the database sees whoever started the system."""
    database = Database.at(other.url)
    with relay(database) as url:
        client = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name="eu-west-3",
            aws_access_key_id="AKIAFUNCTION",
            aws_secret_access_key="of the function",
        )
        client.create_table(
            TableName="relayed",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=KEYS,
            AttributeDefinitions=ATTRIBUTES[:1],
        )
        client.put_item(TableName="relayed", Item={"pk": {"S": "é" * 1000}})

        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_item(TableName="missing", Key={"pk": {"S": "a"}})

    assert database.client().scan(TableName="relayed")["Count"] == 1


def test_tables_come_with_keys_and_indexes(other: Emulator) -> None:
    """As the stack has them, billed by request; a second time nothing happens."""
    model = Database.at(other.url).client()
    index: dict[str, Any] = {"IndexName": "gsi1", "Projection": {"ProjectionType": "ALL"}}
    index["KeySchema"] = [{"AttributeName": "g", "KeyType": "HASH"}]
    described = {
        "TableName": "indexed",
        "KeySchema": KEYS,
        "AttributeDefinitions": ATTRIBUTES,
        "GlobalSecondaryIndexes": [index | {"IndexStatus": "ACTIVE"}],
    }

    class Model:
        """The emulator's client, as far as it is asked."""

        def describe_table(self, **_: object) -> object:
            """Tell of the table."""
            return {"Table": described}

    for _ in range(2):
        Database.at(other.url).create_like("indexed", Model())

    made = model.describe_table(TableName="indexed")["Table"]
    assert made["KeySchema"] == KEYS
    assert [each["IndexName"] for each in made["GlobalSecondaryIndexes"]] == ["gsi1"]

    described["KeySchema"] = [{"AttributeName": "g", "KeyType": "HASH"}]
    with pytest.raises(LocalError, match="indexed with other keys"):
        Database.at(other.url).create_like("indexed", Model())


def test_an_address_where_nothing_is_says_so(project: Project) -> None:
    """With the address, and without a traceback of boto3's."""
    with (
        pytest.raises(LocalError, match=r"127\.0\.0\.1:9 refuses"),
        running(project, dynamodb="http://127.0.0.1:9"),
    ):
        pytest.fail("it runs")


@pytest.mark.parametrize("url", ["foo", "", "127.0.0.1:8000", "http://", "ftp://x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """Before anything is started."""
    with pytest.raises(LocalError, match="is no address"):
        Database.at(url)


def test_aws_itself_needs_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of whoever starts the system; the region is in the address."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    url = "https://dynamodb.eu-central-1.amazonaws.com"

    with pytest.raises(LocalError, match="sign in first"):
        Database.at(url)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMINE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    assert Database.at(url).region == "eu-central-1"
    assert Database.at("http://127.0.0.1:8000").credentials.access_key == "local"
