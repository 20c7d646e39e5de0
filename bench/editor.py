"""How long an editor waits for an answer while a file is being written.

Run from the repository's root: `python -m bench.editor [--rounds 40]`.

The shipped integrations, cut at a random place, or with something typed there in place of the rest of the line. Processor
time of one question about a text that was read already, the least of three: the middle, and the longest of all rounds.
`reading` is what the text itself takes, and its check in the pause after a keystroke.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from engine.editor.completion import completions
from engine.editor.definition import definition
from engine.editor.file import File
from engine.editor.findings import underlined
from engine.editor.hover import hover
from engine.editor.workspace import Workspace
from engine.lsp.server import spare_the_collector

SHIPPED = Path("integrations")
TYPED = ("=", "{", '"', "=input.", "\n  ", "[", "{{ ", "=settings.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.editor", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    spare_the_collector()
    found: dict[str, list[float]] = {}
    for number in range(rounds):
        for name, taken in one(random.Random(number)):
            found.setdefault(name, []).append(taken * 1000)
    print(f"{'processor ms':16}{'middle':>10}{'longest':>10}")
    for name, taken_ in found.items():
        print(f"  {name:14}{statistics.median(taken_):10.1f}{max(taken_):10.1f}")


def one(chance: random.Random) -> list[tuple[str, float]]:
    """What is asked about one place."""
    path = chance.choice(sorted(SHIPPED.glob("*.yaml")))
    text = path.read_text(encoding="utf-8")
    index = chance.randrange(len(text))
    end = max(text.find("\n", index), index)
    cut = text[:index] if chance.random() < 0.5 else text[:index] + chance.choice(TYPED) + text[end:]
    workspace = Workspace()
    underlined(workspace.put(path, text))
    began = time.process_time()
    file = workspace.put(path, cut)
    taken = [("reading", time.process_time() - began)]
    questions: tuple[Callable[[File, int], object], ...] = (completions, hover, definition)
    return [*taken, *((question.__name__, _least(file, question, index)) for question in questions)]


def _least(file: File, question: Callable[[File, int], object], index: int) -> float:
    found = []
    for _ in range(3):
        file.readings.clear()
        began = time.process_time()
        question(file, index)
        found.append(time.process_time() - began)
    return min(found)


if __name__ == "__main__":
    main()
