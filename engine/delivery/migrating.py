"""How far the initial data migration has come, so that a second call goes on where the first was broken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from engine.delivery.delivery import FlowName
from engine.delivery.tables import flows, migrations, of_flow

M = migrations.c

Step = Literal["read", "ended"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A flow of a migration has been read to its end, or is delivered as well."""

    name: FlowName
    step: Step
    now: float


def reached(connection: Connection, asked: list[Reached]) -> list[None]:
    """Remember steps."""
    for one in asked:
        where = of_flow(M, one.name)
        if not connection.execute(update(migrations).where(*where).values({one.step: one.now})).rowcount:
            values = {"integration": one.name.integration, "flow": one.name.flow, one.step: one.now}
            connection.execute(insert(migrations).values(**values))
    return [None] * len(asked)


def migrated(connection: Connection, integrations: list[str]) -> list[dict[str, Step]]:
    """The last step that each flow of an integration's migration has reached; of those that reached none, nothing."""
    return [
        {
            flow: "ended" if ended is not None else "read"
            for flow, ended in connection.execute(select(M.flow, M.ended).where(M.integration == integration))
        }
        for integration in integrations
    ]


def restart(connection: Connection, asked: list[list[FlowName]]) -> list[None]:
    """Forget the steps of flows, and their cursors: everything is read again."""
    for names in asked:
        for name in names:
            connection.execute(delete(migrations).where(*of_flow(M, name)))
            connection.execute(update(flows).where(*of_flow(flows.c, name)).values(cursor=None))
    return [None] * len(asked)
