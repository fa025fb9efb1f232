"""Commands of a build, run as CodeBuild runs them: all in one shell, until one fails."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from pactwright.local.rehearsal.buildspec import PHASES
from pactwright.local.rehearsal.errors import RehearsalError

_SHELL: Final = "/bin/sh"
_COMMAND: Final = """\
if [ $__stopped = 0 ]; then
printf 'begins %s\\n' {number} >>{notes}
{{
{command}
}}
__status=$?
[ $__status = 0 ] || {{ __stopped=1; printf 'failed %s %s\\n' {number} $__status >>{notes}; }}
fi
"""
_GOES_ON: Final = "[ $__reached = 0 ] || __stopped=0\n"  # post_build runs after a failed build, too
_REACHES: Final = "[ $__stopped = 0 ] && __reached=1\n"
_EXPORT: Final = "printf 'export %s=%s\\n' {name} \"${name}\" >>{notes}\n"

Progress = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a build.

    Attributes:
        phase: where the buildspec has it.
        written: the command there.
        run: what is run for it; another one where something stands in.
    """

    phase: str
    written: str
    run: str


def run(
    steps: Sequence[Step],
    folder: Path,
    environment: Mapping[str, str],
    exported: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> dict[str, str]:
    """Run commands in a folder; returns the exported variables.

    A variable that isn't set ends the shell. CodeBuild's would take it for empty, which no command
    here means.

    Args:
        steps: in their order.
        folder: where they run.
        environment: all that they see.
        exported: the variables to return.
        progress: called with each line that they say.

    Raises:
        RehearsalError: a command failed; says which, and the end of what was said.
    """
    script, notes = (folder.parent / f"{folder.name}.{kind}" for kind in ("sh", "notes"))
    notes.touch()
    script.write_text(_script(steps, exported, notes), encoding="utf-8")
    said: list[str] = []
    process = subprocess.Popen(  # noqa: S603  # the project's own commands
        [_SHELL, "-u", str(script)],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process:
        for line in process.stdout or ():
            said.append(line.rstrip("\n"))
            progress(said[-1])
    told = notes.read_text(encoding="utf-8").splitlines()
    _judge(steps, told, said)
    values = (line.partition(" ")[2] for line in told if line.startswith("export "))
    return dict(value.split("=", 1) for value in values)


def _script(steps: Sequence[Step], exported: Sequence[str], notes: Path) -> str:
    return "".join(_lines(steps, exported, notes))


def _lines(steps: Sequence[Step], exported: Sequence[str], notes: Path) -> Iterator[str]:
    yield "__stopped=0\n__reached=0\n"
    for phase in PHASES:
        if phase == "build":
            yield _REACHES
        if phase == "post_build":
            yield _GOES_ON
        for number, step in enumerate(steps):
            if step.phase == phase:
                yield _COMMAND.format(number=number, command=step.run, notes=quote(str(notes)))
    yield from (_EXPORT.format(name=name, notes=quote(str(notes))) for name in exported)
    yield f"printf 'end\\n' >>{quote(str(notes))}\n"


def _judge(steps: Sequence[Step], told: Sequence[str], said: Sequence[str]) -> None:
    notes = [line.split() for line in told]
    failed = next((note for note in notes if note[0] == "failed"), None)
    if failed is None and ["end"] not in notes:
        begun = [note for note in notes if note[0] == "begins"] or [["begins", "0"]]
        failed = [*begun[-1], "by the shell"]
    if failed is not None:
        step = steps[int(failed[1])]
        end = "\n".join(f"    {line}" for line in said[-30:])
        raise RehearsalError(
            f"the command failed ({' '.join(failed[2:])}) in {step.phase}: {step.run}\n{end}"
        )
