"""Sage X3 in the world: staging tables in a real PostgreSQL with TLS, where the engine has the role of `engine ddl`."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engine.ddl.needs import needs
from engine.ddl.statements import Statements
from engine.plan.folder import load_plans
from engine.protocols.sql import SqlConnection
from tests.fakes.sagex3 import SageX3
from tests.postgres import Postgres

ROLE = "engine"
PASSWORD = "pass-word-of-the-engine"
SHIPPED = Path(__file__).parents[2] / "integrations"


def staged(server: Postgres, own_tables: bool = False) -> tuple[SageX3, str]:
    """X3 over a new database, and its URL for the engine.

    Args:
        own_tables: whether the tables are X3's own, not those that `engine ddl` prints.
    """
    admin = server.fresh()
    name = admin.rpartition("/")[2]
    integration = load_plans(SHIPPED)["sagex3"].integration
    connection = integration.connections["x3"]
    assert isinstance(connection, SqlConnection)
    wanted = needs(integration, "x3")
    statements = Statements(connection, wanted, "postgresql", "public", ROLE)
    engine = sa.create_engine(admin)
    with engine.begin() as own:
        if not own_tables:
            for statement in statements.tables():
                own.exec_driver_sql(statement)
        if not own.scalar(sa.text("select 1 from pg_roles where rolname = :role"), {"role": ROLE}):
            own.exec_driver_sql(f"create role {ROLE} login password '{PASSWORD}'")
    x3 = SageX3(admin)
    if own_tables:
        x3.prepare()
    with engine.begin() as own:
        for statement in statements.grants():
            if not statement.startswith("CREATE ROLE"):
                own.exec_driver_sql(statement)
    engine.dispose()
    return x3, f"postgresql://127.0.0.1:{server.port}/{name}"
