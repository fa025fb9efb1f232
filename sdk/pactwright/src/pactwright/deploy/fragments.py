"""What several templates share: fragments, which a template names and gets put in when it is read.

A template, or a fragment itself, names files relative to its own folder:

```yaml
Metadata:
  pactwright:
    include: [../operations.yaml]
```

A fragment is a file with some of a template's sections: Parameters, Mappings, Conditions, Rules,
Globals, Resources and Outputs. What it defines becomes the template's own, and may refer to
whatever else the template holds. Nothing replaces anything: an id that is defined twice is refused.
A fragment that is reached in two ways is put in once. The directive itself is gone from the result.

(CloudFormation's own AWS::Include, a macro, fetches from S3 while a stack is deployed: what was
linted and tested would not be what is deployed.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pactwright.deploy.errors import TemplateError
from pactwright.deploy.reading import Template, parse

DIRECTIVE: Final = "pactwright"
"""The key below a template's Metadata that holds what is meant for the kit."""

_SECTIONS: Final = (
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Globals",
    "Resources",
    "Outputs",
)
# "Template anatomy", CloudFormation User Guide: a logical name is unique among all that Ref finds.
_REFERRED: Final = ("Parameters", "Resources")


def complete(file: Path, template: Template) -> Template:
    """Put in the fragments that a template includes.

    Args:
        file: the template's, which the paths of its fragments start from, and which errors name.
        template: its content; it is changed.

    Raises:
        TemplateError: the directive is malformed; a fragment can't be read, holds a section that
            it may not have, or includes itself; or an id is defined twice.
    """
    fragments = list(_fragments(file, template, (file.resolve(),), set()))
    origins = dict.fromkeys(_ids(template), file)
    for source, fragment in fragments:
        for place in _ids(fragment):
            if other := next((each for each in _same(place) if each in origins), None):
                raise TemplateError(
                    f"{source}: {'/'.join(place)} is defined in {origins[other]} too, as "
                    f"{'/'.join(other)}; rename one of them"
                )
            origins[place] = source
        for section, content in fragment.items():
            _section(file, template, section).update(content)
    return template


def _section(file: Path, template: Template, section: str) -> dict[str, Any]:
    content = template.setdefault(section, {})
    if not isinstance(content, dict):
        raise TemplateError(f"the template {file}: {section} is no mapping")
    return content


def _fragments(
    file: Path, content: Template, within: tuple[Path, ...], seen: set[Path]
) -> Iterator[tuple[Path, Template]]:
    """Every fragment that a file leads to, each once and after those it includes itself."""
    for name in _take_directive(file, content):
        path = file.parent / name
        if path.resolve() in within:
            chain = " includes ".join(str(each) for each in (*within, path.resolve()))
            raise TemplateError(f"{file} includes itself: {chain}")
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        fragment = _parsed(path, file)
        yield from _fragments(path, fragment, (*within, path.resolve()), seen)
        yield path, _checked(path, fragment)


def _take_directive(file: Path, content: Template) -> list[str]:
    """The names of the fragments that a file includes; takes the directive out of it."""
    metadata = content.get("Metadata")
    if not isinstance(metadata, dict) or DIRECTIVE not in metadata:
        return []
    directive = metadata.pop(DIRECTIVE)
    if not metadata:
        del content["Metadata"]
    names = directive.get("include") if isinstance(directive, dict) else None
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise TemplateError(
            f"{file}: Metadata/{DIRECTIVE} must be {{include: [FILE, …]}}, files relative to it"
        )
    if unknown := sorted(map(str, directive.keys() - {"include"})):
        raise TemplateError(
            f"{file}: Metadata/{DIRECTIVE} has {unknown[0]!r}, which means nothing; it may have "
            "include"
        )
    return names


def _parsed(path: Path, included_by: Path) -> Template:
    try:
        return parse(path)
    except TemplateError as error:
        raise TemplateError(f"{included_by} includes {path}: {error}") from error


def _checked(path: Path, fragment: Template) -> Template:
    for section, content in fragment.items():
        if section not in _SECTIONS:
            allowed = ", ".join(_SECTIONS)
            raise TemplateError(
                f"the fragment {path} has {section!r}, which belongs into the template that "
                f"includes it; it may have {allowed}"
            )
        if not isinstance(content, dict):
            raise TemplateError(f"the fragment {path}: {section} is no mapping")
    return fragment


def _ids(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each `(section, id)` that a file defines."""
    for section in _SECTIONS:
        if isinstance(names := content.get(section), dict):
            yield from ((section, name) for name in names)


def _same(place: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The places that can't hold the same id at once."""
    section, name = place
    for each in _REFERRED if section in _REFERRED else (section,):
        yield each, name
