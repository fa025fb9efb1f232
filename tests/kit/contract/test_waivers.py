"""What is accepted not to be in any contract has its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.contract import waivers
from pactwright.contract.errors import ContractError
from pactwright.contract.waivers import Answer, OptionalField, Waivers

ANSWER = """
[[waiver]]
provider = "things"
operation = "get_thing"
status = 200
reason = "Why."
"""
FIELD = """
[[optional]]
consumer = "shop"
provider = "things"
operation = "get_thing"
status = 200
field = "/colour"
reason = "It always has one."
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "waivers.toml"


def test_waivers_are_read(file: Path) -> None:
    """Each with its reason."""
    file.write_text(ANSWER + FIELD)
    answer = Answer("things", "get_thing", "200")
    field = OptionalField("shop", answer, "/colour")

    assert waivers.read(file) == Waivers({answer: "Why."}, {field: "It always has one."})
    assert str(field) == "shop → things get_thing 200 /colour"


def test_no_file_waives_nothing(file: Path) -> None:
    """It need not be there."""
    assert waivers.read(file) == Waivers()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[waiver]]\nprovider = "things"', r"\[\[waiver\]\] 1 must have provider, operation"),
        ("[[waiver", "can't be read"),
        (ANSWER + ANSWER, "things get_thing 200 is waived twice"),
        (FIELD + FIELD, "shop → things get_thing 200 /colour is waived twice"),
        (ANSWER.replace("Why.", " "), r"\[\[waiver\]\] 1 must say its reason"),
        (ANSWER + 'until = "2027"', "and no more"),
        (ANSWER.replace('"Why."', "5"), "must say its reason"),
        (ANSWER.replace("200", "true"), "must say its status"),
        ("waiver = 5", r"write each waiver as a table of its own: \[\[waiver\]\]"),
        ("optional = [5]", r"write each optional as a table of its own: \[\[optional\]\]"),
        (ANSWER.replace("[[waiver]]", "[waiver]"), "as a table of its own"),
        ("[[waived]]", r"has \[\[waived\]\]: it may have waiver, optional"),
    ],
)
def test_faulty_waivers_are_refused(file: Path, text: str, why: str) -> None:
    """A waiver without its reason is none."""
    file.write_text(text)

    with pytest.raises(ContractError, match=why):
        waivers.read(file)


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    """By its name."""
    file.write_bytes(b"\xff")

    with pytest.raises(ContractError, match=r"waivers\.toml can't be read"):
        waivers.read(file)
