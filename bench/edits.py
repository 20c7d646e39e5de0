"""How long the check of an edit takes in an editor, for each shipped integration.

Run from the repository's root: `python -m bench.edits [NAME …]`.

The editor has every file of the folder open. Once in each message and flow, a letter is written behind its description or
first key's line: `edit`; and a new line is inserted above it: `new line`. Processor milliseconds from the new text to its
findings, the least of three edits alike: the middle, the 95th of a hundred, the longest of all, and where that was.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.editor.workspace import Workspace
from engine.lsp.server import spare_the_collector

SHIPPED = Path("integrations")
SECTIONS = ("messages", "flows")
ROUNDS = 3

_ENTRY = re.compile(r"^  ([\w.-]+):$", re.MULTILINE)
_SECTION = re.compile(r"^(\w+):", re.MULTILINE)
_VALUE = re.compile(r"^    description: .*$", re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="integrations, such as p21; all, if none is named")
    names = parser.parse_args().names
    spare_the_collector()
    print(f"{'processor ms':16}{'':12}{'median':>8}{'95th':>8}{'longest':>9}")
    for path in sorted(SHIPPED.glob("*.yaml")):
        if not names or path.stem in names:
            for kind, edit in EDITS.items():
                taken = sorted(_taken(path, edit))
                row = statistics.median(taken)[0] if False else statistics.median(ms for ms, _ in taken)
                ninety_fifth, (longest, where) = taken[round(len(taken) * 0.95) - 1][0], taken[-1]
                print(f"  {path.stem:14}{kind:12}{row:8.1f}{ninety_fifth:8.1f}{longest:9.1f}  {where}")


def _word(text: str, begin: int, end: int) -> str:
    """Something is said of an entry, or its first word is another."""
    found = _VALUE.search(text, begin, end)
    at = found.end() if found else text.index("\n", begin)
    return f"{text[:at]}{' A' if found else ' # A'}{text[at:]}"


def _line(text: str, begin: int, end: int) -> str:
    return f"{text[:begin]}\n{text[begin:]}"


EDITS: dict[str, Callable[[str, int, int], str]] = {"edit": _word, "new line": _line}


def _taken(path: Path, edit: Callable[[str, int, int], str]) -> Iterator[tuple[float, str]]:
    """What an edit of each entry takes, and its name."""
    text, workspace = path.read_text(encoding="utf-8"), Workspace()
    for other in SHIPPED.glob("*.yaml"):
        workspace.put(other, other.read_text(encoding="utf-8")).findings  # noqa: B018
    for name, begin, end in _entries(text):
        changed = edit(text, begin, end)
        found = []
        for _ in range(ROUNDS):
            began = time.process_time()
            workspace.put(path, changed).findings  # noqa: B018
            found.append(time.process_time() - began)
            workspace.put(path, text).findings  # noqa: B018
        yield min(found) * 1000, name


def _entries(text: str) -> Iterator[tuple[str, int, int]]:
    """Each message and flow: its name, where it begins and ends."""
    heads = list(_SECTION.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        if head[1] in SECTIONS:
            end = following.start() if following else len(text)
            found = list(_ENTRY.finditer(text, head.end(), end))
            for one, after in zip(found, [*found[1:], None], strict=True):
                yield f"{head[1]}.{one[1]}", one.start(), after.start() if after else end


if __name__ == "__main__":
    main()
