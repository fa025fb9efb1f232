"""CloudFormation templates in YAML -> plain data, as their JSON has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pactwright.deploy.errors import TemplateError

Template = dict[str, Any]


def parse(file: Path) -> Template:
    """Read a template in YAML, its short forms (`!Ref`) written out (`{"Ref": …}`).

    Raises:
        TemplateError: it can't be read, is no YAML mapping or gives a key twice.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506  # a SafeLoader
    except OSError as error:
        raise TemplateError(f"the template {file} can't be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise TemplateError(f"the template {file} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise TemplateError(f"the template {file} is no mapping")
    return content


class _Loader(yaml.SafeLoader):
    """SafeLoader with CloudFormation's short forms; dates stay text, no key is given twice."""

    def compose_mapping_node(self, anchor: Any) -> Any:
        """Read a mapping, before anything is merged into it."""
        node = super().compose_mapping_node(anchor)
        found: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in found:
                problem = f"key {key.value!r} is given twice"
                raise yaml.MarkedYAMLError(None, None, problem, key.start_mark)
            found.add(str(key.value))
        return node


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    value: Any
    if isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = node.value.split(".", 1) if suffix == "GetAtt" else node.value
    return {name: value}


_Loader.add_multi_constructor("!", _short_form)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
