"""Asynchronous operations: a batch accepted now, carried out some polls later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .jsonapi import ProblemError
from .oro_records import Records


@dataclass
class Operation:
    """Goes new, running, then success; or failed, when not one record could be written."""

    id: str
    type: str
    items: list[Mapping[str, Any]]
    included: list[Mapping[str, Any]]
    polls_until_done: int
    polls: int = 0
    created: int = 0
    updated: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> str:
        if not self.polls:
            return "new"
        if self.polls < self.polls_until_done:
            return "running"
        return "failed" if self.errors and not self.created + self.updated else "success"

    def poll(self, records: Records) -> None:
        """Time passes; with the last poll the batch is carried out."""
        self.polls += 1
        if self.polls == self.polls_until_done:
            self.carry_out(records)

    def carry_out(self, records: Records) -> None:
        for number, item in enumerate(self.items):
            try:
                self._write(item, records)
            except ProblemError as problem:
                pointer = f"/data/{number}" + problem.source.get("pointer", "").removeprefix("/data")
                self.errors.append({**problem.shown, "source": {"pointer": pointer}})

    def shown(self) -> dict[str, Any]:
        done = self.status in ("success", "failed")
        summary = {
            "readCount": len(self.items) if done else 0,
            "writeCount": self.created + self.updated,
            "errorCount": len(self.errors),
            "createCount": self.created,
            "updateCount": self.updated,
        }
        attributes = {
            "status": self.status,
            "progress": 1 if done else 0,
            "hasErrors": bool(self.errors),
            "summary": summary,
        }
        return {"type": "asyncoperations", "id": self.id, "attributes": attributes}

    def shown_errors(self) -> list[dict[str, Any]]:
        return [
            {"type": "asyncoperationerrors", "id": f"{self.id}-{number}", "attributes": error}
            for number, error in enumerate(self.errors, 1)
        ]

    def _write(self, item: Mapping[str, Any], records: Records) -> None:
        meta = item.get("meta") or {}
        if meta.get("update"):
            records.updated(self.type, str(item.get("id")), item)
            for entry in self.included:
                if (entry.get("meta") or {}).get("update") and (self.type, str(item.get("id"))) in _owners(entry):
                    records.updated(entry["type"], str(entry["id"]), entry)
            self.updated += 1
            return
        named = {(entry["type"], entry["id"]) for entry in _linked(item)}
        more = [entry for entry in self.included if (entry["type"], entry["id"]) in named]
        new = True
        if meta.get("upsert"):
            _, new = records.upserted(self.type, item, more)
        else:
            records.created(self.type, item, more)
        self.created += new
        self.updated += not new


def _linked(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    relations = [value["data"] for value in (item.get("relationships") or {}).values()]
    return [entry for data in relations for entry in (data if isinstance(data, list) else [data]) if entry]


def _owners(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(owner["type"], str(owner["id"])) for owner in _linked(entry)]
