"""Who relies on whom, as the project's settings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.contract.settings import ContractSettings
from pactwright.schema import Project, ProjectError

SERVICES = """
[tool.pactwright]
package = "shop"
[tool.pactwright.services.things]
[tool.pactwright.services.basket]
calls = ["things"]
"""


def load(folder: Path, text: str) -> ContractSettings:
    (folder / "pyproject.toml").write_text(SERVICES + text)
    return ContractSettings.load(Project.load(folder))


def test_services_are_consumers_of_those_they_call(tmp_path: Path) -> None:
    """Others are named, and pacts have their place."""
    settings = load(tmp_path, '[tool.pactwright.pacts.consumers]\nsdk = ["basket", "things"]\n')

    assert settings.pairs == (("basket", "things"), ("sdk", "basket"), ("sdk", "things"))
    assert settings.path("sdk", "basket") == tmp_path / "contracts/pacts/sdk-basket.json"


def test_settings_may_be_changed(tmp_path: Path) -> None:
    """Each has a key of its own."""
    settings = load(
        tmp_path,
        '[tool.pactwright.pacts]\nfolder = "p"\nwaivers = "w.toml"\nrecordings = "t"\n'
        '[tool.pactwright.pacts.providers]\nthings = "checks.things"\n',
    )

    assert (settings.folder, settings.waivers) == (tmp_path / "p", tmp_path / "w.toml")
    assert (settings.recordings, settings.providers) == ("t", {"things": "checks.things"})


def test_a_service_relies_on_more_than_it_calls(tmp_path: Path) -> None:
    """What is configured for it comes to what it calls."""
    configured = '[tool.pactwright.pacts.consumers]\nbasket = ["basket", "things"]\n'

    assert load(tmp_path, configured).consumers == {"basket": ("things", "basket")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("folders = 'x'", "has no setting 'folders'; it may have consumers"),
        ("folder = 1", "folder must be a string"),
        ("consumers = 1", "consumers must be a table"),
        ("consumers = { sdk = 'things' }", r"consumers\.sdk must be a list"),
        ("consumers = { sdk = ['thing'] }", "names 'thing', which is no service"),
        ("providers = { thing = 'm' }", "names 'thing', which is no service"),
        ("providers = { things = 1 }", r"providers\.things must be the name of a module"),
    ],
)
def test_faulty_settings_are_refused(tmp_path: Path, text: str, why: str) -> None:
    """By the name of the key."""
    with pytest.raises(ProjectError, match=why):
        load(tmp_path, f"[tool.pactwright.pacts]\n{text}\n")
