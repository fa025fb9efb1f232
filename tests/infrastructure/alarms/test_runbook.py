"""The runbook has a section for each alarm, and what it tells to type exists."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name

from pactwright.service.observation import Failure, Handled, Served
from pactwright.service.telemetry import TOLD_HEADERS, CloudWatchTelemetry
from tests.infrastructure.alarms.conftest import RUNBOOK, Stack

PARTS = ("**It means:**", "**Look", "**Do:**|and \\*\\*do\\*\\*", "**Missing data**")
# "Lambda Telemetry API: platform.report", and what the runtime logs of an exception.
OF_LAMBDA = {
    "type",
    "record.status",
    "record.metrics.durationMs",
    "record.metrics.maxMemoryUsedMB",
    "errorType",
    "errorMessage",
    "xray_trace_id",
}
# "CloudWatch Logs Insights language query syntax".
LANGUAGE = {
    *("fields", "filter", "stats", "sort", "limit", "by", "desc", "asc", "as"),
    *("and", "or", "like", "in", "not", "count", "sum", "pct", "bin"),
}
CLI_OPTIONS = {"output", "query", "max-items"}


@pytest.fixture(scope="module")
def runbook(root: Path) -> str:
    """Its text."""
    return (root / "docs" / "runbook.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sections(runbook: str) -> Mapping[str, str]:
    """The alarms' sections, by their headings."""
    found = re.split(r"^### (.+)$", runbook, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], (text.split("\n## ")[0] for text in found[1::2]), strict=True))


def test_each_alarm_has_a_section_and_each_section_an_alarm(
    services: Mapping[str, Stack], sections: Mapping[str, str]
) -> None:
    """By the alarm's logical id."""
    telling = {
        key for stack in services.values() for key, alarm in stack.alarms.items() if alarm.actions
    }

    assert set(sections) == telling


def test_each_alarm_links_its_section(
    services: Mapping[str, Stack], sections: Mapping[str, str]
) -> None:
    """Also the parts of a composite one: that one's."""
    anchors = {heading.lower() for heading in sections}

    for stack in services.values():
        for key, alarm in stack.alarms.items():
            page, _, anchor = alarm.description.rpartition(" ")[2].partition("#")
            assert (page, anchor in anchors) == (RUNBOOK, True), key
            assert anchor == key.lower() or not alarm.actions


def test_a_section_says_what_where_and_what_to_do(sections: Mapping[str, str]) -> None:
    """And how missing data are taken."""
    for heading, text in sections.items():
        lacking = [part for part in PARTS if not re.search(pattern(part), text)]
        assert lacking == [], heading


def pattern(part: str) -> str:
    """Text, or one of two patterns."""
    return part.replace("**Do:**", r"\*\*Do:\*\*") if "|" in part else re.escape(part)


def test_its_links_lead_somewhere(runbook: str, sections: Mapping[str, str]) -> None:
    """Within the page."""
    anchors = {heading.lower() for heading in sections}

    assert set(re.findall(r"\]\(#([^)]+)\)", runbook)) <= anchors


@pytest.fixture(scope="module")
def fields(services: Mapping[str, Stack]) -> Mapping[str, frozenset[str]]:
    """What log lines have: the service's, by writing some; the gateway's, by its format."""
    (stage,) = services["profile"].properties("AWS::ApiGateway::Stage").values()
    access = json.loads(re.sub(r"\s*\n\s*", "", stage["AccessLogSetting"]["Format"]))
    return {"": frozenset(written()) | OF_LAMBDA, "access": frozenset(access)}


def written() -> Iterator[str]:
    """The names of all fields that telemetry writes."""
    stream = io.StringIO()
    telemetry = CloudWatchTelemetry("runbook", namespace="N", stream=stream, metrics=False)
    headers = dict.fromkeys(TOLD_HEADERS, "a")
    telemetry.served(Served("s", "o", "GET", "/r", 200, 1.0, "id", "user", headers))
    telemetry.failed(Failure("id", "o", "e", "m", ("f",), ("c",), transient=False))
    telemetry.handled(Handled("s", "m", "queue", True, 1.0, "id", 1))  # noqa: FBT003
    for line in stream.getvalue().splitlines():
        for name, value in json.loads(line).items():
            yield name
            yield from (f"{name}.{inner}" for inner in value) if isinstance(value, dict) else ()


def queries(runbook: str) -> list[tuple[str, str]]:
    """The log group's kind and the text of each query."""
    return re.findall(r"^```logs ?(\w*)\n(.*?)\n```$", runbook, re.MULTILINE | re.DOTALL)


def asked_for(query: str) -> set[str]:
    """The fields that a query asks for; those that it makes by itself left out.

    A name with a hyphen is in backticks, or it is a difference.
    """
    text = re.sub(r"'[^']*'|/[^/]*/(?=\s)", "", query)
    made = set(re.findall(r"\bas (\w+)", text))
    quoted = set(re.findall(r"`([^`]+)`", text))
    names = set(re.findall(r"(?<![\w@.])[a-z_][\w.]*", re.sub(r"`[^`]+`", "", text)))
    return (names | quoted) - made - LANGUAGE


def test_its_queries_ask_for_fields_that_lines_have(
    runbook: str, fields: Mapping[str, frozenset[str]]
) -> None:
    """Of the services' log, or of the access log."""
    found = queries(runbook)
    unknown = {query: asked_for(query) - fields[kind] for kind, query in found}

    assert len(found) >= 14
    assert {query: names for query, names in unknown.items() if names} == {}


def test_a_query_for_a_field_that_lines_have_not_is_found(
    fields: Mapping[str, frozenset[str]],
) -> None:
    """Misspelt, or of another log."""
    query = (
        "filter message = 'request' and state >= 500 | stats count(*) as n by operation, bin(5m)"
    )

    assert asked_for(query) - fields[""] == {"state"}
    assert asked_for("filter headers.user-agent = 'x'") - fields[""] == {"headers.user", "agent"}
    assert asked_for("filter integration_status > 1") - fields["access"] == set()
    assert asked_for("filter integration_status > 1") - fields[""] == {"integration_status"}


def test_dashboards_ask_for_fields_that_lines_have(
    services: Mapping[str, Stack], fields: Mapping[str, frozenset[str]]
) -> None:
    """In the service's own log group."""
    for name, stack in services.items():
        (body,) = stack.dashboards.values()
        for widget in (each for each in body["widgets"] if each["type"] == "log"):
            source, _, query = widget["properties"]["query"].partition(" | ")
            assert source == f"SOURCE '{stack.name}-Logs'", name
            assert asked_for(query) <= fields[""]


def commands(runbook: str) -> Iterator[list[str]]:
    """Each `aws …` that it tells to type, as words."""
    for block in re.findall(r"^```sh\n(.*?)\n```$", runbook, re.MULTILINE | re.DOTALL):
        for command in re.findall(r"\baws ([^\n;)]+(?:\([^\n)]*\)[^\n;)]*)*)", joined(block)):
            yield command.split()


def joined(block: str) -> str:
    """Lines that go on, as one."""
    return block.replace("\\\n", " ")


def test_its_commands_exist(runbook: str) -> None:
    """Service, operation and options, as botocore knows them."""
    session: Any = boto3.Session(region_name="eu-west-1")
    found = list(commands(runbook))

    assert len(found) >= 12
    for service, command, *rest in found:
        client = session.client({"deploy": "codedeploy"}.get(service, service))
        operations = {
            xform_name(name, "-"): name for name in client.meta.service_model.operation_names
        }
        assert command in operations, (service, command)
        model = client.meta.service_model.operation_model(operations[command])
        known = {xform_name(name, "-") for name in model.input_shape.members}
        options = {word.removeprefix("--") for word in rest if word.startswith("--")}
        assert options <= known | CLI_OPTIONS, (service, command)


def test_it_gives_codedeploy_back_the_alarms_that_it_had(
    runbook: str, services: Mapping[str, Stack]
) -> None:
    """Those of the templates."""
    told = re.findall(r"\{name=\$STACK(-\w+)\}", runbook)

    for stack in services.values():
        (group,) = stack.properties("AWS::CodeDeploy::DeploymentGroup").values()
        looked_at = [each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]]
        assert [stack.alarms[each].name for each in looked_at] == [
            f"{stack.name}{each}" for each in told
        ]
