"""Actions name each other's variables."""

from __future__ import annotations

import pytest

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.structure import Action
from pactwright.local.rehearsal.variables import resolved

NAMESPACES = {"Source": {"CommitId": "abc"}, "Staging": {"ApiUrl": "https://a"}}


def action(text: str) -> Action:
    return Action("Stage", "Name", "Approval", "Manual", 1, {"CustomData": text})


def test_variables_are_put_in() -> None:
    """Each in its place."""
    made = resolved(action("#{Source.CommitId} at #{Staging.ApiUrl}, #1"), NAMESPACES)

    assert made.configuration["CustomData"] == "abc at https://a, #1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#{Build.Digest}", "Stage/Name: there is no namespace Build yet, but Source, Staging"),
        ("#{Source.Commit}", "Source has no variable Commit; it has CommitId"),
    ],
)
def test_what_is_not_there_yet_is_told(text: str, said: str) -> None:
    """CodePipeline would fail the action."""
    with pytest.raises(RehearsalError, match=said):
        resolved(action(text), NAMESPACES)
