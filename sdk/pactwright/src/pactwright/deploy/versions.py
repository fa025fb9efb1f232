"""When a deployment publishes another version of a function.

Traffic goes to an alias, and an alias goes to a version, which is code and settings as they were
when it was published. SAM publishes another one when its hash changes; but it hashes a reference to
a parameter as a reference, so that another log level or another URL would change the unpublished
function and reach nobody. The digest made here stands for everything that a version holds; a
template takes it as `AutoPublishCodeSha256: !Ref VersionDigest`. What applies to all versions at
once, such as the concurrency that is kept free, is no part of it: it would wait for a canary, and
be undone where the alarm that it was to end stops that.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

PARAMETER: Final = "VersionDigest"
"""The template parameter that takes the digest."""

_FUNCTION: Final = "AWS::Serverless::Function"
_OF_NO_VERSION: Final = frozenset(
    {
        "AutoPublishAlias",
        "AutoPublishCodeSha256",
        "DeploymentPreference",
        "EventInvokeConfig",
        "Events",
        "FunctionUrlConfig",
        "ProvisionedConcurrencyConfig",
        "ReservedConcurrentExecutions",
        "Tags",
    }
)
"""Properties that SAM gives to the function as a whole, its alias, or other resources."""

_VARIABLE: Final = re.compile(r"\$\{([^!.}]+)")


def version_digest(template: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    """The digest of what a version of a template's functions is made from.

    Args:
        template: the template.
        parameters: the values that its parameters are given, by name; a default stands for one
            that is not among them.

    Returns:
        SHA-256 in hexadecimal: another one if and only if something differs that a version of the
        functions holds, or the value of a parameter that it refers to.
    """
    functions = {
        name: _held(resource.get("Properties", {}))
        for name, resource in template.get("Resources", {}).items()
        if resource.get("Type") == _FUNCTION
    }
    held = [functions, _held(template.get("Globals", {}).get("Function", {}))]
    declared = template.get("Parameters", {})
    referred = set(_references(held, template.get("Conditions", {})))
    values = {
        name: parameters.get(name, str(about.get("Default", "")))
        for name, about in declared.items()
        if name in referred and name != PARAMETER
    }
    content = json.dumps([held, values], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _held(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in _OF_NO_VERSION}


def _references(value: Any, conditions: Mapping[str, Any]) -> Iterator[str]:
    """The names that a part of a template refers to, also by way of conditions."""
    if isinstance(value, list):
        for each in value:
            yield from _references(each, conditions)
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if key == "Ref":
            yield each
        elif key == "Fn::Sub":
            text = each if isinstance(each, str) else each[0]
            yield from (name.strip() for name in _VARIABLE.findall(text))
        elif key == "Condition" and isinstance(each, str):
            yield from _references(conditions.get(each, {}), conditions)
        elif key == "Fn::If":
            yield from _references(conditions.get(each[0], {}), conditions)
        yield from _references(each, conditions)
