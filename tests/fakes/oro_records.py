"""Writing to the shop: one record with what it includes, by create, update or upsert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .jsonapi import ProblemError, Record, Reference, Relation, ResourceType, Store

_FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Records:
    """`now` gives the text for createdAt and updatedAt."""

    store: Store
    types: Mapping[str, ResourceType]
    now: Callable[[], str]

    def kind(self, name: str, action: str) -> ResourceType:
        """The type, if it exists and allows the action."""
        kind = self.types.get(name)
        if kind is None:
            raise ProblemError(404, "resource not accessible exception", f'The "{name}" resource is not accessible.')
        if action not in kind.actions:
            raise ProblemError(405, "action not allowed exception", f'The "{action}" action is not allowed.')
        return kind

    def one(self, kind: str, id: str) -> Record:
        if id not in self.store[kind]:
            raise ProblemError(
                404, "not found http exception", "An entity with the requested identifier does not exist."
            )
        return self.store[kind][id]

    def created(self, name: str, data: Mapping[str, Any], more: list[Mapping[str, Any]]) -> Record:
        kind = self.kind(name, "create")
        given = {**data.get("attributes", {}), **data.get("relationships", {})}
        for required in kind.required:
            if not given.get(required):
                where = f"/data/{'relationships' if required in kind.relations else 'attributes'}/{required}"
                raise ProblemError(400, "not blank constraint", "This value should not be blank.", {"pointer": where})
        real: dict[Reference, str] = {}
        for entry in more:
            real[entry["type"], str(entry["id"])] = self._next_id(entry["type"])
            self._insert(entry["type"], real[entry["type"], str(entry["id"])], entry, real)
        return self._insert(name, self._next_id(name), data, real)

    def updated(self, name: str, id: str, data: Mapping[str, Any]) -> Record:
        kind = self.kind(name, "update")
        if data.get("type") != name or str(data.get("id")) != id:
            raise ProblemError(409, "conflict constraint", "The type and id must match those of the path.")
        record = self.one(name, id)
        attributes, relations = self._attributes(kind, data), self._relations(kind, data, {})
        record.attributes |= attributes
        record.relations |= relations
        if "updatedAt" in kind.read_only:
            record.attributes["updatedAt"] = self.now()
        return record

    def upserted(self, name: str, data: Mapping[str, Any], more: list[Mapping[str, Any]]) -> tuple[Record, bool]:
        """The record and whether it is new; found by id (`upsert: true`) or by the named fields."""
        fields = data["meta"]["upsert"]
        if fields is True:
            found = [record for record in self.store[name].values() if record.id == str(data.get("id"))]
        else:
            wanted = [data.get("attributes", {}).get(field) for field in fields]
            found = [
                record
                for record in self.store[name].values()
                if [record.attributes.get(field) for field in fields] == wanted
            ]
        if len(found) > 1:
            raise ProblemError(409, "conflict constraint", "The upsert operation founds more than one entity.")
        if found:
            return self.updated(name, found[0].id, {**data, "id": found[0].id}), False
        return self.created(name, data, more), True

    def _insert(self, name: str, id: str, data: Mapping[str, Any], real: Mapping[Reference, str]) -> Record:
        kind = self.types[name]
        record = Record(name, id, self._attributes(kind, data), self._relations(kind, data, real))
        if "createdAt" in kind.read_only:
            record.attributes |= {"createdAt": self.now(), "updatedAt": self.now()}
        if name == "orders":
            record.attributes |= self._totals(record)
            record.attributes.setdefault("identifier", f"ORO-{id}")
        self.store[name][id] = record
        return record

    def _totals(self, order: Record) -> dict[str, str]:
        lines = [self.store["orderlineitems"][id].attributes for _, id in order.references("lineItems")]
        total = sum((Decimal(str(line["quantity"])) * Decimal(str(line["value"])) for line in lines), Decimal(0))
        text = str(total.quantize(_FOUR_PLACES))
        return {"subtotalValue": text, "totalValue": text}

    def _attributes(self, kind: ResourceType, data: Mapping[str, Any]) -> dict[str, Any]:
        attributes = dict(data.get("attributes") or {})
        for name, value in attributes.items():
            where = {"pointer": f"/data/attributes/{name}"}
            if name not in kind.attributes:
                raise ProblemError(400, "extra fields constraint", f"This form should not contain: {name}.", where)
            if name == "quantity" and not _is_number(value):
                raise ProblemError(400, "form constraint", "This value is not valid.", where)
        return attributes

    def _relations(
        self, kind: ResourceType, data: Mapping[str, Any], real: Mapping[Reference, str]
    ) -> dict[str, Relation]:
        relations: dict[str, Relation] = {}
        for name, value in (data.get("relationships") or {}).items():
            where = {"pointer": f"/data/relationships/{name}"}
            if name not in kind.relations:
                raise ProblemError(400, "extra fields constraint", f"This form should not contain: {name}.", where)
            linked = value["data"]
            one = [linked] if isinstance(linked, Mapping) else linked or []
            references = [(entry["type"], real.get((entry["type"], entry["id"]), entry["id"])) for entry in one]
            for target, id in references:
                if target != kind.relations[name] or (target in self.store and id not in self.store[target]):
                    raise ProblemError(400, "form constraint", "The entity does not exist.", where)
            relations[name] = references if isinstance(linked, list) else references[0] if references else None
        return relations

    def _next_id(self, name: str) -> str:
        if name not in self.store:
            raise ProblemError(400, "request data constraint", f"Unknown type {name}.", {"pointer": "/included"})
        return str(max((int(id) for id in self.store[name]), default=0) + 1)


def _is_number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
