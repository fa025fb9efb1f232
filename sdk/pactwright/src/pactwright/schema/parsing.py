"""YAML and JSON text to plain values, as OpenAPI reads YAML: by the JSON schema of YAML 1.2.

PyYAML implements YAML 1.1, in which ``no`` is false, ``2026-11-23`` a date and ``12:30`` a number.
None of these exists in JSON; here they are the strings that their authors meant.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pactwright.schema.faults import DocumentError, Place

if TYPE_CHECKING:
    from yaml import SafeLoader as BaseLoader
else:
    BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_SCALARS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL", "~nN"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
)


class _Loader(BaseLoader):
    """Reads the core types of YAML 1.2 and refuses a key that is given twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_yaml_integer(self, node: yaml.ScalarNode) -> int:
        """Read a number: unlike YAML 1.1, a leading zero does not make it octal."""
        text = str(self.construct_scalar(node))
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)

    def construct_unique_mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Read a mapping; its keys are strings, as in JSON."""
        self._refuse_repetition(node)
        self.flatten_mapping(node)
        return {
            _key(self.construct_object(key, deep=True)): self.construct_object(value, deep=True)
            for key, value in node.value
        }

    def _refuse_repetition(self, node: yaml.MappingNode) -> None:
        found: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in found:
                message = f"key {key.value!r} is given twice"
                raise yaml.MarkedYAMLError(None, None, message, key.start_mark)
            found.add(key.value)


def _key(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


for _name, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_implicit_resolver(_TAG + "null", re.compile("^$"), [""])
_Loader.add_constructor(_TAG + "int", _Loader.construct_yaml_integer)
_Loader.add_constructor(_TAG + "map", _Loader.construct_unique_mapping)


def parse(path: Path, name: str) -> Any:
    """Read a file. `name` is what errors call it.

    Raises:
        DocumentError: it is not there, not text, or neither YAML nor JSON.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)  # noqa: S506
    except OSError as error:
        raise DocumentError(Place(name), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(Place(name), f"is not UTF-8: {error.reason}") from error
    except json.JSONDecodeError as error:
        raise DocumentError(Place(name), f"is not JSON: {error}") from error
    except yaml.YAMLError as error:
        raise DocumentError(Place(name), f"is not YAML: {_explain(error)}") from error


def _explain(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})" if mark else str(problem)
