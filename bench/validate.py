"""How long `engine validate` takes: cold, by the number of files, and again after one file was changed.

Run from the repository's root: `python -m bench.validate [--rounds 5]`.

Processor time, the least of some rounds, for it says most on a busy machine. The files are shipped ones under other
names. Cold is a process from its start to its end; its fixed part (Python, imports, the language's classes) is what is
left for no file. The ratio says how the time of a file grows with their number: 1.0 is linear; the peak of memory must not
grow with it. Warm is one file that is loaded, read and checked anew, its neighbours are known; what an editor waits for, which
takes over what an edit left as it was, is in `bench.edits`.
"""

from __future__ import annotations

import argparse
import gc
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.checks.files import files, findings, neighbours, read_file
from engine.checks.spread import cores
from engine.document import load, place
from engine.document.compose import compose
from engine.spec.load import read

COUNTS = (1, 10, 50, 200)
SHIPPED = Path("integrations")
SHOP = "orocommerce"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.validate", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    gc.set_threshold(1_000_000)  # as the command does
    with tempfile.TemporaryDirectory() as folder:
        cold(Path(folder), rounds)
    warm(rounds * 3)


def cold(folder: Path, rounds: int) -> None:
    """The whole process for so many files, and its workers."""
    erps = [file for file in files(SHIPPED) if file.stem != SHOP]
    waited = _least(rounds, lambda: _wall(erps))
    print(f"the {len(erps)} systems shipped beside the shop's: {waited:.2f} s from start to end, on {cores()} cores\n")
    print(f"{'cold':24}     files   processor s   per file ms   peak MB")
    print(f"  {str(SHIPPED) + '/':22}{len(files(SHIPPED)):10}{_least(rounds, lambda: _process(SHIPPED)):14.2f}")
    names, found, peaks = [file.stem for file in files(SHIPPED)], {}, {}
    for count in COUNTS:
        target = folder / str(count)
        _fill(target, names, count)
        found[count] = _least(rounds if count < 100 else 1, lambda path=target: _process(path))
        peaks[count] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000  # the most of all so far
    each = (found[10] - found[1]) / 9
    fixed = found[1] - each
    for count, seconds in found.items():
        print(f"  {'copies':22}{count:10}{seconds:14.2f}{(seconds - fixed) / count * 1000:14.1f}{peaks[count]:10.0f}")
    grown = (found[200] - found[50]) / 150 / each
    print(f"  fixed {fixed:.2f} s; a file beyond the 50th costs {grown:.2f} × one of the first ten")


def warm(rounds: int) -> None:
    """One file again, by stage."""
    sources = {file.stem: read_file(file) for file in files(SHIPPED)}
    print(f"\n{'warm, milliseconds':24}{'lines':>9}{'parse':>8}{'load':>8}{'read':>8}{'rules':>8}{'all':>8}")
    for name, source in sources.items():
        text = source.path.read_text(encoding="utf-8")
        document, others = load(source.path), neighbours(source, sources.values())
        parsed = _ms(rounds, lambda text=text: compose(place.Source.of(text, "x"), print))
        loaded = _ms(rounds, lambda path=source.path: load(path))
        built = _ms(rounds, lambda document=document: read(document))
        checked = _ms(rounds, lambda source=source, others=others: findings(source, others))
        whole = _ms(rounds, lambda path=source.path, others=others: findings(read_file(path), others))
        stages = "".join(f"{ms:8.1f}" for ms in (parsed, loaded - parsed, built, checked, whole))
        print(f"  {name:22}{len(text.splitlines()):9}{stages}")


def _fill(folder: Path, names: list[str], count: int) -> None:
    """So many integrations under names of their own; those that use others use the copies of the same round,
    which stand beside them."""
    folder.mkdir()
    pattern = re.compile(rf"^(name:\s+|uses: .*?\b)({'|'.join(names)})\b", re.MULTILINE)
    for number in range(count):
        name, turn = names[number % len(names)], number // len(names)
        text = pattern.sub(rf"\g<1>round_{turn:03}_\g<2>", (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))
        (folder / f"round_{turn:03}_{name}.yaml").write_text(text, encoding="utf-8")


def _validate(*paths: Path) -> None:
    words = [sys.executable, "-m", "engine", "validate", *map(str, paths)]
    subprocess.run(words, stdout=subprocess.DEVNULL, check=False)


def _process(path: Path) -> float:
    """Processor seconds of `engine validate`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _validate(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _wall(paths: Sequence[Path]) -> float:
    """Seconds that somebody waits for `engine validate`."""
    began = time.monotonic()
    _validate(*paths)
    return time.monotonic() - began


def _least(rounds: int, seconds: Callable[[], float]) -> float:
    return min(seconds() for _ in range(rounds))


def _ms(rounds: int, run: Callable[[], object]) -> float:
    def seconds() -> float:
        began = time.process_time()
        run()
        return time.process_time() - began

    return _least(rounds, seconds) * 1000


if __name__ == "__main__":
    main()
