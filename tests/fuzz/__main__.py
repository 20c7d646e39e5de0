"""Many cases, in several processes: `python -m tests.fuzz [--cases 100000] [--from 0] [--jobs 2]`.

A case fails by any exception, by taking more than 2 s of processor time, or by memory beyond 1 GB. Each failure is
printed with its number; `--case NUMBER` repeats one, and prints the file.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

from tests.fuzz.cases import case, check, check_query

SECONDS = 2.0
MEMORY = 1_000_000_000
CHUNK = 1000
HUNG = 600


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument("--chunk", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.chunk is not None:
        return _chunk(given.chunk, given.cases)
    if given.case is not None:
        sys.stdout.buffer.write(case(given.case).content + b"\n")
        return _chunk(given.case, 1)
    return _all(given.first, given.cases, given.jobs)


def _all(first: int, count: int, jobs: int) -> int:
    began, failures, done, slowest, memory = time.monotonic(), 0, 0, (0.0, 0), 0
    waiting = [(at, min(CHUNK, first + count - at)) for at in range(first, first + count, CHUNK)][::-1]
    running: list[subprocess.Popen[str]] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            at, size = waiting.pop()
            words = [sys.executable, "-m", "tests.fuzz", "--chunk", str(at), "--cases", str(size)]
            running.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
        one = running.pop(0)
        output, _ = one.communicate()
        *told, last = output.splitlines() or [""]
        if one.returncode not in (0, 1) or not last.startswith("{"):
            print(output, f"a process ended with {one.returncode}: {one.args!r}", sep="\n", flush=True)
            failures += 1
            continue
        found = json.loads(last)
        print(*told, sep="\n", end="\n" if told else "", flush=True)
        failures, done = failures + found["failures"], done + found["cases"]
        slowest, memory = max(slowest, (found["slowest"], found["case"])), max(memory, found["memory"])
        if done % (CHUNK * 20) < CHUNK:
            print(f"{done:,} cases, {failures} failures, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{done:,} cases, {failures} failures, {time.monotonic() - began:.0f} s; "
          f"the slowest took {slowest[0]:.2f} s (case {slowest[1]}), most memory {memory / 1e6:.0f} MB")  # fmt: skip
    return 1 if failures else 0


def _chunk(first: int, count: int) -> int:
    """Cases in this process; the last line of the output sums up."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_slow)
    failures, slowest = 0, (0.0, first)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            faulthandler.dump_traceback_later(HUNG, exit=True)
            began = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                check(case(number), Path(folder))
                check_query(number)
            except (Exception, TooSlow):
                failures += 1
                print(f"--- case {number}: {case(number).made}")
                print("".join(traceback.format_exc(limit=-6)))
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, (time.process_time() - began, number))
        faulthandler.cancel_dump_traceback_later()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    told = {"cases": count, "failures": failures, "slowest": slowest[0], "case": slowest[1], "memory": memory}
    print(json.dumps(told))
    return 1 if failures else 0


class TooSlow(BaseException):
    """A case took too long; no handler of ours catches it."""


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"more than {SECONDS:g} s of processor time")


if __name__ == "__main__":
    sys.exit(main())
