"""What the documentation shows is what is there."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = "tests/contracts/consumers/profile/test_own_token.py"


def test_example_is_a_test_that_runs() -> None:
    """Whoever copies it copies what is recorded."""
    text = (ROOT / "docs/contracts.md").read_text(encoding="utf-8")
    example = (ROOT / EXAMPLE).read_text(encoding="utf-8")

    assert f"```python\n{example}```" in text
    assert len(example.splitlines()) < 25
