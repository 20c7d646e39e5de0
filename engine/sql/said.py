"""What is said to a database, for the journal: statements as they are compiled, with their parameters. Bounded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.redaction import STRUCK

MOST_STATEMENTS = 50
MOST_ROWS = 50
"""Rows of one statement, written or read, that are kept."""


@dataclass
class Said:
    """What was sent: the call as it was written, and the statements that it became.

    Args:
        struck: names of columns, in small letters, whose values are not kept.
    """

    call: Mapping[str, Any]
    struck: InitVar[Collection[str]]
    statements: list[Any] = field(default_factory=list)

    def __post_init__(self, struck: Collection[str]) -> None:
        self._struck = struck

    @property
    def weight(self) -> int:
        """Roughly its bytes."""
        return sum(len(str(one)) for one in self.statements)

    def hear(self, statement: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Keep a statement with its parameters, one set for each row."""
        if len(self.statements) == MOST_STATEMENTS:
            self.statements.append("… and more")
        if len(self.statements) > MOST_STATEMENTS:
            return
        kept = [{name: self._kept(name, cell) for name, cell in row.items()} for row in parameters[:MOST_ROWS]]
        told: dict[str, Any] = {"sql": " ".join(statement.split())}
        if kept and kept[0]:
            told["parameters"] = kept[0] if len(parameters) == 1 else kept
        if len(parameters) > MOST_ROWS:
            told["more"] = f"{len(parameters) - MOST_ROWS:,} rows more"
        self.statements.append(told)

    def _kept(self, name: str, cell: Any) -> Any:
        """A value, unless its column is not to be kept; parameters are called `NAME`, `new_NAME`, `key_NAME`, `NAME_1`."""
        return STRUCK if any(one.lower() in self._struck for one in _columns(name)) else cell


def _columns(parameter: str) -> Iterator[str]:
    """The columns that a parameter may belong to: a column may end in a number itself."""
    yield parameter
    bare = parameter.removeprefix("new_").removeprefix("key_")
    yield bare
    while match := re.fullmatch(r"(.+)_m?\d+", bare):
        bare = match[1]
        yield bare


def overhear(
    connection: sa.Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> None:
    """SQLAlchemy's event before each statement."""
    said = connection.get_execution_options().get("engine_said")
    if isinstance(said, Said) and context is not None and context.compiled is not None:
        said.hear(statement, context.compiled_parameters)
