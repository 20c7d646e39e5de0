"""The examples of files, ready to run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.checks.files import Source, neighbours
from engine.diagnostics import Mark
from engine.document import Document, Path_
from engine.plan import Plan
from engine.plan.folder import compiled, load_sources
from engine.spec.examples import Example, FlowExample
from engine.spec.integration import Integration


@dataclass(frozen=True)
class Case:
    """One example of a message.

    Attributes:
        name: the message's.
        path: where it stands in the file.
    """

    name: str
    example: Example
    path: Path_


@dataclass(frozen=True)
class FlowCase:
    """One example of a flow.

    Attributes:
        asks: whether what it sends waits for an answer (`confirm`).
    """

    name: str
    example: FlowExample
    path: Path_
    asks: bool


@dataclass(frozen=True, eq=False)
class Subject:
    """One file whose examples are run.

    Attributes:
        others: the integrations it uses, by name.
    """

    document: Document
    integration: Integration
    plan: Plan
    others: dict[str, Integration]

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every example of a message, in the order of the file."""
        return tuple(
            Case(name, example, ("messages", name, "examples", number))
            for name, message in self.integration.messages.items()
            for number, example in enumerate(message.examples)
        )

    @cached_property
    def flow_cases(self) -> tuple[FlowCase, ...]:
        """Every example of a flow, in the order of the file."""
        return tuple(
            FlowCase(name, example, ("flows", name, "examples", number), flow.confirm is not None)
            for name, flow in self.integration.flows.items()
            for number, example in enumerate(flow.examples)
        )

    @property
    def all_cases(self) -> tuple[Case | FlowCase, ...]:
        """Every example, those of messages first."""
        return (*self.cases, *self.flow_cases)

    def mark(self, *path: str | int) -> Mark:
        """Where the value at a path stands."""
        return self.document.mark(path)


def load_subjects(paths: Sequence[Path]) -> list[Subject]:
    """The files whose examples are run; those they use are read from beside them.

    Raises:
        SpecError: a file has an error; all findings of all files are in it.
    """
    sources = load_sources(*paths)
    return [_subject(source, sources) for source in sources]


def _subject(source: Source, sources: Iterable[Source]) -> Subject:
    assert source.document is not None
    assert source.integration is not None
    known = neighbours(source, sources)
    others = {name: known[name] for name in source.integration.uses.values() if name in known}
    return Subject(source.document, source.integration, compiled(source), others)


def chosen(subject: Subject, words: str) -> list[Case | FlowCase]:
    """The cases whose integration, message, flow or title holds all the words; all of them if there are none."""
    wanted = words.lower().split()
    return [
        case
        for case in subject.all_cases
        if all(word in f"{subject.plan.name}.{case.name} {case.example.title}".lower() for word in wanted)
    ]
