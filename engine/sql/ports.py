"""Where a database listens if its address names no port."""

from __future__ import annotations

from collections.abc import Mapping

PORTS: Mapping[str, int] = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521}
