"""How long an editor takes to say what is wrong after an edit, for each shipped integration.

Run from the repository's root: `python -m bench.edits [NAME …]`.

The editor has all of them open. Of each message and flow, in turn: a letter is written in a text of it (`letter`), a new
line is begun above its second key (`new line`), a quote is opened and not closed (`open quote`). Processor milliseconds
from the new text to its findings, the least of three edits alike: the middle, the 95th of a hundred, and the longest,
with its entry.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from engine.editor.workspace import Workspace
from engine.lsp.server import spare_the_collector

SHIPPED = Path("integrations")
SECTIONS = ("messages", "flows")
ROUNDS = 3

_ENTRY = re.compile(r"^  ([\w.-]+):$", re.MULTILINE)
_SECTION = re.compile(r"^(\w+):", re.MULTILINE)
_TEXT = re.compile(r"[:-] +['\"]?([A-Za-z])")
_KEY = re.compile(r"^ {4}\w", re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="integrations, such as p21; all, if none is named")
    names = parser.parse_args().names
    spare_the_collector()
    print(f"{'processor ms':16}{'':12}{'median':>8}{'95th':>8}{'longest':>9}")
    for path in sorted(SHIPPED.glob("*.yaml")):
        for kind, edit in EDITS.items() if not names or path.stem in names else ():
            taken = sorted(_taken(path, edit))
            middle, high = statistics.median(ms for ms, _ in taken), taken[round(len(taken) * 0.95) - 1][0]
            print(f"  {path.stem:14}{kind:12}{middle:8.1f}{high:8.1f}{taken[-1][0]:9.1f}  {taken[-1][1]}")


Edit = Callable[[str, int, int], str]
"""The text with an edit of what stands from one index to another."""


def _written(sign: str, text: str, begin: int, end: int) -> str:
    """A sign in front of a text."""
    found = _TEXT.search(text, begin, end)
    at = found.start(1) if found else end
    return f"{text[:at]}{sign}{text[at:]}"


def _line(text: str, begin: int, end: int) -> str:
    at = [found.start() for found in _KEY.finditer(text, begin, end)][:2][-1]
    return f"{text[:at]}\n{text[at:]}"


EDITS: dict[str, Edit] = {"letter": partial(_written, "A"), "new line": _line, "open quote": partial(_written, '"')}


def _taken(path: Path, edit: Edit) -> Iterator[tuple[float, str]]:
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
