"""What is done with one table."""

from __future__ import annotations

from dataclasses import dataclass, field

Columns = dict[str, None]
"""An ordered set of names."""


@dataclass
class Need:
    """What is done with one table: the columns of each verb, in the order of the table; `lookups`: columns of a search."""

    select: Columns = field(default_factory=dict)
    insert: Columns = field(default_factory=dict)
    update: Columns = field(default_factory=dict)
    delete: bool = False
    lookups: list[tuple[str, ...]] = field(default_factory=list)
