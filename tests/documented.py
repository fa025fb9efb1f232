"""Tables in the documentation that tests measure: what a run finds is what is written there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Documented:
    """The tables of one document, each between `<!-- table NAME -->` and `<!-- end -->`.

    Attributes:
        file: the document.
        write: whether a table that differs is written anew, not told.
    """

    file: Path
    write: bool

    def holds(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        """Hold the document to what was found.

        Args:
            name: the table's.
            rows: its cells, the head's first.

        Raises:
            AssertionError: the document says otherwise, or has no such table.
        """
        found = markdown(rows)
        text = self.file.read_text(encoding="utf-8")
        place = re.compile(rf"(<!-- table {re.escape(name)} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
        match = place.search(text)
        assert match is not None, f"{self.file} has no place for a table {name!r}"
        if self.write:
            text = text[: match.start(2)] + f"\n{found}\n" + text[match.start(3) :]
            self.file.write_text(text, encoding="utf-8")
        else:
            assert match[2].strip("\n") == found.strip("\n"), (
                f"{self.file}: the table {name!r} is not what was found; `make tables` writes it"
            )


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned.

    Args:
        rows: its cells, the head's first; all rows are of one length.
    """
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*escaped, strict=True)]
    lines = [
        f"| {' | '.join(c.ljust(w) for c, w in zip(row, widths, strict=True))} |" for row in escaped
    ]
    rule = f"| {' | '.join('-' * width for width in widths)} |"
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"
