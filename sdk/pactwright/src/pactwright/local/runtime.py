"""Bundles in Lambda's own runtime: AWS's interface client under AWS's emulator of the interface.

What runs a function on AWS is `awslambdaric`, which asks the runtime interface for one event after
the other; `aws-lambda-rie` has that interface and takes events by HTTP. One pair of them serves one
event at a time, as one instance of a function does on AWS; a pool has several, and starts them as
they are needed.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pactwright.local import watchdog
from pactwright.local.emulator import free_port
from pactwright.local.installation import RuntimeInstallation
from pactwright.local.loopback import HOST

_INVOKE: Final = "/2015-03-31/functions/function/invocations"
_READY_WITHIN: Final = 20.0
_LOOK_EVERY: Final = 0.02
_SLACK: Final = 10.0  # beyond the function's timeout, for the runtime to say so


class FunctionError(Exception):
    """A function raised, ran out of time, or could not be started; says what the runtime said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """What a function's configuration says.

    Attributes:
        name: the function's.
        handler: `module.function`.
        environment: its variables.
        seconds: its timeout.
        memory: in MB; told to it, but not enforced.
    """

    name: str
    handler: str
    environment: Mapping[str, str]
    seconds: int = 10
    memory: int = 512


class Pool:
    """Instances of one function. It is a handler itself: takes an event and a context.

    Use it as a context manager, so that no process stays. Several threads may call it; who finds
    all instances busy waits.

    Args:
        installation: of Lambda's runtime.
        bundle: the zip of the function's code.
        function: its configuration.
        log: the file for what instances print.
        size: the most instances at a time.
    """

    def __init__(
        self,
        installation: RuntimeInstallation,
        bundle: Path,
        function: Function,
        log: Path,
        size: int = 4,
    ) -> None:
        self._installation = installation
        self._bundle = bundle
        self._function = function
        self._log = log
        self._size = size
        self._idle: queue.LifoQueue[_Instance | None] = queue.LifoQueue()
        self._started: list[_Instance] = []
        self._lock = threading.Lock()
        self._stack = contextlib.ExitStack()
        self._code = Path()

    def __enter__(self) -> Self:
        """Unpack the bundle; instances are started when there are events for them."""
        self._code = Path(self._stack.enter_context(tempfile.TemporaryDirectory()), "task")
        with zipfile.ZipFile(self._bundle) as opened:
            opened.extractall(self._code)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(self._size):
            self._idle.put(None)
        return self

    def __exit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        """End all instances."""
        with self._lock:
            for instance in self._started:
                instance.ask_to_end()
            for instance in self._started:
                instance.end()
            self._started.clear()
        self._stack.close()

    def __call__(self, event: Mapping[str, Any], _: object = None) -> object:
        """Have an instance handle an event; returns what the function returned.

        Raises:
            FunctionError: the function raised, ran out of time, or could not be started.
        """
        instance = self._idle.get()
        try:
            if instance is None:
                instance = self._start()
            answer = instance.invoke(json.dumps(event).encode())
        except (OSError, http.client.HTTPException) as error:
            self._drop(instance)
            instance = None
            raise FunctionError(
                f"{self._function.name} does not answer: {error}; see {self._log}"
            ) from error
        finally:
            self._idle.put(instance)
        return _result(answer)

    @property
    def instances(self) -> int:
        """How many run."""
        return len(self._started)

    def _start(self) -> _Instance:
        instance = _Instance.start(self._installation, self._code, self._function, self._log)
        with self._lock:
            self._started.append(instance)
        try:
            instance.wait_until_ready()
        except OSError:
            self._drop(instance)
            raise
        return instance

    def _drop(self, instance: _Instance | None) -> None:
        if instance is not None:
            instance.end()
            with self._lock:
                self._started.remove(instance)


@dataclass(frozen=True, slots=True)
class _Instance:
    """One pair of client and emulator; the watchdog over it is what we hold."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    patience: float

    @classmethod
    def start(
        cls, installation: RuntimeInstallation, code: Path, function: Function, log: Path
    ) -> _Instance:
        port, interface = free_port(), free_port()
        scratch = tempfile.mkdtemp(prefix="pactwright-")  # the watchdog removes it
        command = [sys.executable, "-I", str(watchdog.__file__), scratch]
        command += [str(installation.emulator.resolve()), "--log-level", "error"]
        # Both have to be given: by default it listens on every interface.
        command += ["--runtime-interface-emulator-address", f"{HOST}:{port}"]
        command += ["--runtime-api-address", f"{HOST}:{interface}"]
        command += [
            str(installation.interpreter.absolute()),
            "-m",
            "awslambdaric",
            function.handler,
        ]
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=code,
                env=_environment(installation, code, function, scratch),
                start_new_session=True,
            )
        return cls(process, port, log, function.seconds + _SLACK)

    def wait_until_ready(self) -> None:
        """Wait until it listens; the function itself is started by its first event."""
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            connection = http.client.HTTPConnection(HOST, self.port, timeout=1)
            try:
                connection.connect()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(_LOOK_EVERY)
            else:
                return
            finally:
                connection.close()

    def invoke(self, event: bytes) -> bytes:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=self.patience)
        try:
            connection.request("POST", _INVOKE, event)
            return connection.getresponse().read()
        finally:
            connection.close()

    def ask_to_end(self) -> None:
        """Close the pipe on which the watchdog waits."""
        if self.process.stdin is not None:
            self.process.stdin.close()

    def end(self) -> None:
        self.ask_to_end()
        self.process.wait(timeout=watchdog.GRACE + 5)


def _environment(
    installation: RuntimeInstallation, code: Path, function: Function, scratch: str
) -> dict[str, str]:
    """What Lambda sets, and nothing of the developer's own settings."""
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LAMBDA_TASK_ROOT": str(code),
        "PYTHONPATH": f"{code}{os.pathsep}{installation.packages.absolute()}",
        "PYTHONDONTWRITEBYTECODE": "1",  # /var/task can't be written to on Lambda
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.seconds),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_EC2_METADATA_DISABLED": "true",
        **function.environment,
    }


def _result(answer: bytes) -> object:
    """What a function returned, told apart from what the runtime says of its failure."""
    try:
        result: object = json.loads(answer)
    except ValueError as error:
        raise FunctionError(answer.decode(errors="replace")) from error
    if isinstance(result, dict) and {"errorType", "errorMessage"} <= set(result):
        raise FunctionError(f"{result['errorType']}: {result['errorMessage']}")
    return result
