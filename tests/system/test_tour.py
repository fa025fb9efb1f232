from __future__ import annotations

import pytest
import tour

from pactwright.local.system import System


def test_tour_goes_all_the_way(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    """The README's example works against the running system, and shows what it says."""
    tour.main([system.urls[name] for name in ("authentication", "location", "profile")])

    shown = capsys.readouterr().out
    assert "found 30 of 30 in pages of 10, newest first: True" in shown
    assert "a stale ETag: PreconditionFailed 412" in shown
    assert "a profile that wasn't read: PreconditionRequired 428" in shown
    assert shown.endswith("Everybody has left.\n")
