"""What the README shows is what happens."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from pactwright.local.system import System

from .conftest import ROOT

PORTS = {"authentication": "8001", "location": "8002", "profile": "8003"}


def block(language: str, after: str) -> str:
    """The first block in a language that comes after a text of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(rf"```{language}\n(.*?)```", text[text.index(after) :], re.DOTALL)
    assert match is not None
    return match[1]


def pointed_at(text: str, system: System) -> str:
    """The text, with the URLs of the running system."""
    for name, port in PORTS.items():
        text = text.replace(f"http://127.0.0.1:{port}", system.urls[name])
    return text


def test_sdk_example_runs(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python that is shown works as it stands."""
    namespace: dict[str, object] = {}
    exec(pointed_at(block("python", "## The SDK"), system), namespace)  # noqa: S102 - our README

    shown = capsys.readouterr().out
    assert "latitude=-1.2921" in shown
    assert "kamau" in shown
    assert "412" in shown
    for name in ("authentication", "locations", "profiles"):
        namespace[name].close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_example_runs(system: System) -> None:
    """Curl alone does what the tour does; the last answers are the deletions' (none)."""
    script = pointed_at(block("bash", "## With curl alone"), system)
    done = subprocess.run(  # noqa: S603 - our README
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )

    shown = done.stdout
    assert '"username":"ines-a"' in shown
    assert '"location_status":"known"' in shown
    assert "<h1>Inês</h1>" in shown
    assert '"bio":"Counts trams."' in shown
    assert shown.strip().endswith("}")
    assert '"status":412' in shown[-400:]
    assert done.stderr == ""
