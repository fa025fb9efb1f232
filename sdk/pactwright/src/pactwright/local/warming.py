"""An alias goes to a new version once that can answer. Runs in the emulator's process.

On Lambda, the environments of a new version start beside each other on processors of their own, and
a canary has them start while most requests go to the version before. In ministack 1.5.33 an alias
goes to its new version at once, all of whose workers then start on this machine, one for each
request that waits; where one service calls another, none may answer in time. Here as many workers
of the new version are started as the one before has, and then the alias goes there.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

_ALIAS: Final = "AWS::Lambda::Alias"
_PACKAGE: Final = "ministack.services.cloudformation"


def extend() -> None:
    """Let the emulator, which must be importable, start workers before an alias is changed."""
    provisioners: Any = importlib.import_module(f"{_PACKAGE}.provisioners")
    handlers = provisioners._RESOURCE_HANDLERS[_ALIAS]  # noqa: SLF001
    handlers["update"] = _Update(handlers["update"])
    stacks: Any = importlib.import_module(f"{_PACKAGE}.stacks")
    on_thread = stacks._runs_on_worker_thread  # noqa: SLF001
    stacks._runs_on_worker_thread = lambda kind: kind == _ALIAS or on_thread(kind)  # noqa: SLF001


class _Update:
    """The emulator's own update of an alias, after what is told above."""

    def __init__(self, original: Any) -> None:
        self._original = original
        self._runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
        self._functions: Any = importlib.import_module("ministack.services.lambda_svc")

    def __call__(
        self, physical_id: str, old: Mapping[str, Any], new: Mapping[str, Any], *rest: Any
    ) -> Any:
        function = self._functions._functions.get(new.get("FunctionName"))  # noqa: SLF001
        versions = function["versions"] if function else {}
        before, after = (versions.get(each.get("FunctionVersion")) for each in (old, new))
        if before and after and before is not after:
            self._warm(after, self._count(before))
        return self._original(physical_id, old, new, *rest)

    def _count(self, version: Mapping[str, Any]) -> int:
        """How many workers a version has."""
        config = version["config"]
        key = self._runtime._worker_key(config["FunctionName"], config, config["Version"])  # noqa: SLF001
        return len(self._runtime._workers.get(key, ()))  # noqa: SLF001

    def _warm(self, version: Mapping[str, Any], count: int) -> None:
        with contextlib.ExitStack() as stack:
            for _ in range(count):
                worker = stack.enter_context(self._leased(version))
                try:
                    self._runtime.ensure_spawned(worker)
                except (OSError, RuntimeError):
                    return  # code that can't start is told by the first request, as on Lambda

    @contextlib.contextmanager
    def _leased(self, version: Mapping[str, Any]) -> Iterator[Any]:
        config = version["config"]
        worker, _ = self._runtime.acquire_worker(
            config["FunctionName"], config, version["code_zip"], qualifier=config["Version"]
        )
        try:
            yield worker
        finally:
            self._runtime.release_worker(worker)
