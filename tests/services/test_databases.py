"""The databases that the other tests run on."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pactwright.deploy import templates
from tests.services.composition import MakeTable
from tests.services.databases import Database

LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="looks into /proc")
def test_database_listens_on_loopback_only(database: Database) -> None:
    """Whatever its own default is."""
    port = f"{urlsplit(database.url).port or 0:04X}"

    addresses = [
        line.split()[1].rpartition(":")
        for file in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(file).exists()
        for line in Path(file).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    listening = {address for address, _, on in addresses if on == port}
    assert listening
    assert listening <= LOOPBACK


@pytest.mark.parametrize("service", ["authentication", "location", "profile"])
def test_table_is_that_of_the_template(
    database: Database, make_table: MakeTable, service: str, request: pytest.FixtureRequest
) -> None:
    """With its keys and indexes, and with a stream where the template has one."""
    file = request.config.rootpath / "services" / service / "template.yaml"
    wanted = templates.read(file)["Resources"]["Table"]["Properties"]

    found = database.client.describe_table(TableName=make_table(service).name)["Table"]

    assert found["KeySchema"] == wanted["KeySchema"]
    indexes = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])}
    assert indexes == {index["IndexName"] for index in wanted.get("GlobalSecondaryIndexes", [])}
    streams = [each.get("StreamSpecification", {}) for each in (found, wanted)]
    assert streams[0].get("StreamViewType") == streams[1].get("StreamViewType")
