from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.kit.generate.approve import generate
from tests.kit.generate.conftest import GOLDEN


def test_what_is_generated_is_what_was_read_and_approved() -> None:
    """Every byte; after a change that is meant, run `python -m tests.kit.generate.approve`."""
    expected = {
        path.relative_to(GOLDEN / "shop").as_posix(): path.read_text(encoding="utf-8")
        for path in (GOLDEN / "shop").glob("*.py")
    }

    assert {str(path): source for path, source in generate().items()} == expected


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_document_gives_the_same_bytes(seed: str) -> None:
    """In another process too, where sets have another order."""
    code = (
        "from hashlib import sha256; from tests.kit.generate.approve import generate; "
        "print(sha256(repr(sorted(generate().items())).encode()).hexdigest())"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    here = sha256(repr(sorted(generate().items())).encode()).hexdigest()
    assert done.stdout.strip() == here


def _run(tool: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", tool, *arguments]
    return subprocess.run(  # noqa: S603
        command, cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("mypy", ("--strict", "--no-incremental", "--cache-dir=/dev/null", "shop")),
        ("ruff", ("check", "--no-cache", "shop")),
        ("ruff", ("format", "--check", "--no-cache", "--line-length=100", "shop")),
    ],
)
def test_what_is_generated_passes(tool: str, arguments: tuple[str, ...]) -> None:
    """Strict typing and the linter, without a single comment that silences them."""
    done = _run(tool, *arguments, cwd=GOLDEN)

    assert done.returncode == 0, done.stdout + done.stderr
    assert not [path for path in GOLDEN.rglob("*.py") if "noqa" in path.read_text(encoding="utf-8")]


def test_what_is_generated_passes_pyright(tmp_path: Path) -> None:
    """Strict mode."""
    settings = tmp_path / "pyrightconfig.json"
    settings.write_text(
        f'{{"include": ["{GOLDEN}"], "typeCheckingMode": "strict", "pythonVersion": "3.11"}}',
        encoding="utf-8",
    )

    done = _run("pyright", "--project", str(settings), f"--pythonpath={sys.executable}", cwd=GOLDEN)

    assert done.returncode == 0, done.stdout + done.stderr
