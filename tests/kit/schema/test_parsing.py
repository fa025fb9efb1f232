from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.schema.faults import DocumentError
from pactwright.schema.parsing import parse


def _parse(tmp_path: Path, text: str, name: str = "api.yaml") -> object:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return parse(path, name)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2026-11-23", "2026-11-23"),
        ("12:30", "12:30"),
        ("0755", 755),
        ("1_000", "1_000"),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("true", True),
        ("~", None),
        ("", None),
        ("'3.0'", "3.0"),
    ],
)
def test_yaml_is_read_by_version_1_2(tmp_path: Path, text: str, value: object) -> None:
    """What only YAML 1.1 takes for a boolean, a date or a number stays a string."""
    assert _parse(tmp_path, f"key: {text}\n") == {"key": value}


def test_keys_are_strings(tmp_path: Path) -> None:
    """A status without quotes is a key as in JSON."""
    assert _parse(tmp_path, "200: {}\ntrue: 1\n") == {"200": {}, "true": 1}


def test_merge_keys_are_merged(tmp_path: Path) -> None:
    """Anchors and merge keys work as in YAML 1.1, since documents use them."""
    text = "base: &base {a: 1, b: 2}\nuse: {<<: *base, b: 3}\n"

    assert _parse(tmp_path, text) == {"base": {"a": 1, "b": 2}, "use": {"a": 1, "b": 3}}


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    """The second of two operations under one method would vanish otherwise."""
    with pytest.raises(DocumentError, match=r"'get' is given twice.*line 2"):
        _parse(tmp_path, "get: 1\nget: 2\n")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("api.json", "{", "is not JSON"),
        ("api.yaml", "a: [", "is not YAML"),
        ("api.yaml", "a: !!python/object/new:os.system [true]", "is not YAML"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, text: str, message: str) -> None:
    """An error names the file and what is wrong with it."""
    with pytest.raises(DocumentError, match=message) as caught:
        _parse(tmp_path, text, name)

    assert caught.value.place.file == name


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere is an error of the document, not a traceback of the system."""
    with pytest.raises(DocumentError, match="cannot be read"):
        parse(tmp_path / "none.yaml", "none.yaml")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """Documents are UTF-8."""
    path = tmp_path / "api.yaml"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(DocumentError, match="is not UTF-8"):
        parse(path, "api.yaml")
