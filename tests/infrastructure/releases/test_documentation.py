"""docs/gate.md says what the gate says, and shows a record as it is."""

from __future__ import annotations

import json
import re
from typing import Final

from pactwright.release.records import Build, Deployment, Release, Verification, parse
from pactwright.release.verdict import Kind
from tests.infrastructure.releases.shelves import ROOT

TEXT: Final = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")


def test_every_kind_of_no_is_documented() -> None:
    """And none that is not there."""
    documented = re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE)

    assert sorted(set(documented) - {"can-deploy", "verify"}) == sorted(kind.value for kind in Kind)


def test_every_folder_of_records_is_documented() -> None:
    """By the first part of its name."""
    folders = {match[1] for match in re.finditer(r"^\| `([a-z]+)/", TEXT, re.MULTILINE)}

    assert folders == {each.kind for each in (Build, Verification, Deployment, Release)} | {"pacts"}


def test_the_record_that_is_shown_is_one() -> None:
    """Once its digests are written out."""
    (shown,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    whole = re.sub(r'"([0-9a-f]{4})…"', lambda match: f'"{match[1] * 16}"', shown)
    record = parse(Verification, whole.encode(), "docs/gate.md")

    assert (record.consumer, record.passed) == ("profile", True)
    assert json.loads(whole)["format"] == 1
