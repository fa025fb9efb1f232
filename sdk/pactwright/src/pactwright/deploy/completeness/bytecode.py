"""Whether each source has the bytecode that the runtime takes without a look at the source.

Source: PEP 552, "Deterministic pycs".
"""

from __future__ import annotations

import _imp
from collections.abc import Iterator, Mapping
from typing import Final

from pactwright.deploy.archive import TASK_ROOT
from pactwright.deploy.interpreters import Interpreter

_UNCHECKED_HASH: Final = 0b01
_HEADER: Final = 16


def compiled(source: str, interpreter: Interpreter) -> str:
    """Where the bytecode of a source is looked for (PEP 3147).

    Args:
        source: its name in the bundle.
        interpreter: of the runtime's version.
    """
    folder, slash, name = source.rpartition("/")
    tag = f"cpython-{interpreter.abi.removeprefix('cp')}"
    return f"{folder}{slash}__pycache__/{name.removesuffix('.py')}.{tag}.pyc"


def faults(files: Mapping[str, bytes], interpreter: Interpreter) -> Iterator[str]:
    """What is wrong with bytecode, one line for each fault.

    Args:
        files: sources and bytecode of a bundle, by name.
        interpreter: of the version that made it.
    """
    expected = {compiled(name, interpreter): name for name in files if name.endswith(".py")}
    for name, source in expected.items():
        if name not in files:
            yield f"{source} has no bytecode for {interpreter.runtime}"
        elif fault := _fault(files[name], source, files[source], interpreter):
            yield f"{name} {fault}"
    for name in files:
        if name.endswith(".pyc") and name not in expected:
            yield f"{name} is of no source here, or of another Python than {interpreter.runtime}"


def _fault(content: bytes, source: str, text: bytes, interpreter: Interpreter) -> str | None:
    if content[:4] != interpreter.magic:
        return f"is not of {interpreter.runtime}"
    if int.from_bytes(content[4:8], "little") != _UNCHECKED_HASH:
        return "is not of the unchecked-hash kind, and would be made anew at each cold start"
    if content[8:_HEADER] != _imp.source_hash(int.from_bytes(interpreter.magic, "little"), text):
        return f"is stale: {source} has changed since it was made"
    if f"{TASK_ROOT}/{source}".encode() not in content:
        return f"does not name {TASK_ROOT}/{source} as its source, but where it was built"
    return None
