"""Variables of actions, as later actions name them: `#{Namespace.Name}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.structure import Action

Namespaces = Mapping[str, Mapping[str, str]]

_VARIABLE: Final = re.compile(r"#\{([A-Za-z0-9_@-]+)\.([A-Za-z0-9_@-]+)\}")


def resolved(action: Action, namespaces: Namespaces) -> Action:
    """An action with its variables put in.

    Raises:
        RehearsalError: it names one that no earlier action has made.
    """

    def put(found: re.Match[str]) -> str:
        namespace, name = found.groups()
        if namespace not in namespaces:
            names = ", ".join(sorted(namespaces))
            raise RehearsalError(f"{action}: there is no namespace {namespace} yet, but {names}")
        if name not in namespaces[namespace]:
            names = ", ".join(sorted(namespaces[namespace])) or "none"
            raise RehearsalError(f"{action}: {namespace} has no variable {name}; it has {names}")
        return namespaces[namespace][name]

    configuration = {k: _VARIABLE.sub(put, v) for k, v in action.configuration.items()}
    return replace(action, configuration=configuration)
