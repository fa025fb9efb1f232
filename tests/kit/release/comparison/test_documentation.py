"""The documentation's table of kinds is what the comparison does."""

from __future__ import annotations

from pathlib import Path

from pactwright.release.comparison.kinds import Kind, Rule, Verdict

ROOT = Path(__file__).parents[4]


def row(rule: Rule) -> str:
    def cell(verdict: Verdict | None) -> str:
        return "-" if verdict is None else verdict.value

    return f"| `{rule.name}` | {rule.about} | {cell(rule.request)} | {cell(rule.response)} |"


def test_each_kind_is_documented_with_its_verdicts() -> None:
    """All of them, in their order, and no other."""
    text = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
    _, _, table = text.partition(
        "| kind | what | requests | answers |\n| --- | --- | --- | --- |\n"
    )

    assert table.splitlines() == [row(kind.value) for kind in Kind]


def test_kinds_have_names_of_their_own() -> None:
    """No rule stands for another one."""
    assert len({kind.label for kind in Kind}) == len(Kind)
