"""The miniature system runs from its real templates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from pactwright.deploy.errors import (
    BundleError,
    DialectError,
    ParameterError,
    ProvisionError,
    TemplateError,
)
from pactwright.local.errors import LocalError
from pactwright.local.system import running
from pactwright.schema.project import Project

if TYPE_CHECKING:
    from tests.kit.local.conftest import Miniature


def get(miniature: Miniature, path: str) -> Any:
    """What a service answers to a GET."""
    answer = requests.get(miniature.url(path), timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_request_reaches_the_function_and_its_table(miniature: Miniature) -> None:
    """Through proxy, gateway and function, by a role that may do this."""
    before = int(get(miniature, "/counter").get("n", 0))
    requests.post(miniature.url("/counter"), timeout=20).raise_for_status()

    assert int(get(miniature, "/counter")["n"]) == before + 1


def test_a_service_reaches_another(miniature: Miniature) -> None:
    """By the URL that its template takes as a parameter."""
    answer = get(miniature, "/front")

    assert answer["counter"]["pk"] == "counter"
    assert answer["url"] == miniature.system.urls["front"]


def test_the_hook_was_called(miniature: Miniature) -> None:
    """After all stacks were up, with their outputs and a client."""
    assert get(miniature, "/counter")["provisioned"] == "local"


def test_a_role_is_enforced(miniature: Miniature) -> None:
    """What a function's policy does not name is refused."""
    assert get(miniature, "/counter/scan") == "AccessDeniedException"


def test_a_function_reads_its_secret(miniature: Miniature) -> None:
    """And the runner knows the same one."""
    assert get(miniature, "/counter/secret")
    assert miniature.system.clients["counter"]["client_id"] == "counter"
    assert len(miniature.system.clients["counter"]["client_secret"]) >= 32
    assert "front" not in miniature.system.clients


def test_a_function_can_import_its_bundle_and_nothing_else(miniature: Miniature) -> None:
    """Neither the project's environment nor the emulator's, as on Lambda."""
    assert get(miniature, "/counter/modules") == ["boto3", "pactwright.service"]


def test_the_event_is_the_gateways(miniature: Miniature) -> None:
    """Path, repeated query parameters, headers and stage as in payload 1.0."""
    event = get(miniature, "/counter/event?a=1&a=%2F%20x&b=")

    assert event["resource"] == "/counter/{part}"
    assert event["pathParameters"] == {"part": "event"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "/ x"], "b": [""]}
    assert event["requestContext"]["stage"] == "local"
    assert event["headers"]["host"] == miniature.system.urls["counter"].removeprefix("http://")


def test_a_method_that_a_path_has_not_reaches_the_service(miniature: Miniature) -> None:
    """So that the service can answer 405 with Allow."""
    answer = requests.delete(miniature.url("/counter"), timeout=20)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")


def test_an_unknown_path_gets_the_gateways_problem(miniature: Miniature) -> None:
    """404, not the 403 that API Gateway has for it by default."""
    answer = requests.get(miniature.system.urls["counter"] + "/nothing", timeout=20)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "https://problems.example/not-found"
    assert answer.json()["request_id"] == answer.headers["x-amzn-requestid"]


def test_repeated_headers_of_an_answer_arrive(miniature: Miniature) -> None:
    """Through function, gateway and proxy."""
    answer = requests.get(miniature.url("/counter"), timeout=20)

    assert answer.headers["X-Twice"] == "1, 2"


def test_each_request_is_observed_the_inner_ones_too(miniature: Miniature) -> None:
    """A call of front shows its call of counter."""
    del miniature.seen[:]
    get(miniature, "/front")

    assert [(seen.service, seen.path) for seen in miniature.seen] == [
        ("counter", "/counter"),
        ("front", "/front"),
    ]


def test_functions_log_to_their_groups(miniature: Miniature) -> None:
    """One line per request, in the emulator's CloudWatch."""
    get(miniature, "/counter")
    logs = miniature.system.emulator.client("logs")
    group = f"/aws/lambda/{function(miniature, 'counter')}"
    events = logs.filter_log_events(logGroupName=group)["events"]

    assert any(json.loads(line(event)) == {"path": "/counter"} for event in events if line(event))


def line(event: dict[str, Any]) -> str:
    """The JSON line of a log event, "" if it is another's."""
    return next((each for each in event["message"].splitlines() if each.startswith("{")), "")


def function(miniature: Miniature, name: str) -> str:
    """The name of a service's function."""
    cloudformation = miniature.system.emulator.client("cloudformation")
    stack = cloudformation.describe_stack_resource(
        StackName=f"miniature-local-{name}", LogicalResourceId="Function"
    )
    return str(stack["StackResourceDetail"]["PhysicalResourceId"])


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file that must have it."""
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


def start(project: Project) -> None:
    """Run a project, and stop at once."""
    with running(project):
        pass


def test_data_and_addresses_outlast_a_restart(project: Project, tmp_path: Path) -> None:
    """With a folder to keep them, also over a change of code and of the API."""
    counts = []
    for change in (None, None, "another line"):
        if change:
            edit(
                project.services["counter"].path / "handler.py",
                "import boto3",
                f"import boto3  # {change}",
            )
            edit(project.services["counter"].document, "  /counter:", "  /more: {}\n  /counter:")
        with running(project, persist=tmp_path / "state") as system:
            counts.append(
                requests.post(system.urls["counter"] + "/counter", timeout=20).json()["n"]
            )
            assert (
                requests.get(system.urls["front"] + "/front", timeout=20).json()["counter"]["n"]
                == counts[-1]
            )

    assert counts == ["1", "2", "3"]


def test_a_broken_template_is_refused_before_anything_starts(project: Project) -> None:
    """By the linter, with its reason."""
    edit(project.services["front"].path / "template.yaml", "!Ref Runtime", "!Ref Rumtime")

    with pytest.raises(TemplateError, match="Rumtime"):
        start(project)


def test_an_api_that_the_gateway_cannot_serve_is_refused(project: Project) -> None:
    """Before anything starts."""
    edit(project.services["front"].document, "  /front:", "  /ping:")

    with pytest.raises(DialectError, match="/ping"):
        start(project)


def test_a_function_that_cannot_start_is_named_with_its_reason(project: Project) -> None:
    """Deployed, but of no use: the error at its import is told."""
    edit(
        project.services["front"].path / "handler.py",
        "import os",
        "import os\nos.environ['NOT_SET']",
    )

    with pytest.raises(LocalError, match=r"front is deployed.*NOT_SET"):
        start(project)


def test_sources_with_a_syntax_error_are_not_bundled(project: Project) -> None:
    """The build tells the line."""
    edit(project.services["front"].path / "handler.py", "import os", "import os os")

    with pytest.raises(BundleError, match="import os os"):
        start(project)


def test_a_parameter_that_nothing_gives_is_named(project: Project) -> None:
    """A template may ask for what the runner does not know."""
    file = project.services["front"].path / "template.yaml"
    edit(
        file, "  PublicUrl: {Type: String}", "  PublicUrl: {Type: String}\n  Colour: {Type: String}"
    )
    edit(file, "PUBLIC_URL: !Ref PublicUrl", "PUBLIC_URL: !Ref PublicUrl, COLOUR: !Ref Colour")

    with pytest.raises(ParameterError, match=r"front\.Colour"):
        start(project)


def test_a_parameter_of_this_machine_is_a_setting(project: Project) -> None:
    """Which is held against the template, as any other value is."""
    file = project.services["front"].path / "template.yaml"
    edit(
        file,
        "  PublicUrl: {Type: String}",
        "  PublicUrl: {Type: String}\n  Colour: {Type: String, AllowedValues: [blue]}",
    )
    settings = project.root / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[tool.pactwright.local.parameters]\nfront.Colour = "red"\n')

    with pytest.raises(ParameterError, match=r"front\.Colour.*red"):
        start(project)


def test_a_hook_that_is_not_there_is_named(project: Project) -> None:
    """As the settings have it."""
    edit(
        project.root / "pyproject.toml",
        "functions.provision:provision",
        "functions.provisoin:provision",
    )

    with pytest.raises(ProvisionError, match=r"functions\.provisoin"):
        start(project)
