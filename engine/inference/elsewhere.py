"""What is in reach outside of messages, events and flows: in connections, in notices."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inference.endpoints import Endpoints
from engine.inference.scope import Scope
from engine.inference.settings import NOTICE
from engine.spec.integration import Integration
from engine.spec.sites import Tree
from engine.types import ANY, INTEGER, TEXT, Object, Type, element_of, fields_of, map_of, object_of

_FAILED = object_of({"text": TEXT, "code": TEXT})
"""`error` where a claim writes back that a record failed."""


@dataclass(frozen=True)
class Elsewhere:
    """The scopes of one integration outside of messages, events and flows."""

    integration: Integration
    endpoints: Endpoints
    settings: Type

    def of(self, tree: Tree) -> Scope:
        """The names in reach of a mapping or value."""
        known = {
            "settings": self.settings,
            "status": INTEGER,
            "headers": map_of(TEXT),
            "token": TEXT,
            "notice": NOTICE,
        }
        scope = {name: known.get(name, ANY) for name in tree.names}
        if tree.asked:
            scope["reply"] = self.endpoints.reply(tree.asked)
        if len(tree.path) > 4 and tree.path[2] == "endpoints":
            scope.update(self._of_endpoint(f"{tree.path[1]}.{tree.path[3]}", tree.path[4], scope))
        return Scope(scope)

    def _of_endpoint(self, call: str, key: str | int, names: dict[str, Type]) -> dict[str, Type]:
        if key in ("records", "page"):
            return {"reply": self.endpoints.reply(call)}
        if key in ("done", "failed") and "record" in names:
            return {"record": self._claimed(call)} | ({"error": _FAILED} if key == "failed" else {})
        return {}

    def _claimed(self, call: str) -> Type:
        """The record of a row that is written back: its columns, and what flows add; what cannot be read is text."""
        reads = [flow.read for flow in self.integration.flows.values() if flow is not None and flow.read is not None]
        flows = [read for read in reads if read.call == call]
        columns = fields_of(element_of(self.endpoints.reply(call)))
        if not columns or any(read.value is not None for read in flows):
            return ANY
        names = (*columns, *(name for read in flows for name in read.details))
        return Type((Object(dict.fromkeys(names, ANY), rest=ANY),))
