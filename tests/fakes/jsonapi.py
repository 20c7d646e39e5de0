"""JSON:API as Oro speaks it: records, what a query makes of them, and problems."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import QueryParams

MEDIA_TYPE = "application/vnd.api+json"
DEFAULT_PAGE = 10

Reference = tuple[str, str]
"""(type, id)"""
Relation = Reference | list[Reference] | None


@dataclass
class Record:
    type: str
    id: str
    attributes: dict[str, Any] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)

    def references(self, name: str) -> list[Reference]:
        """Both to-one and to-many relations, as a list."""
        relation = self.relations.get(name)
        return relation if isinstance(relation, list) else [relation] if relation else []


Store = dict[str, dict[str, Record]]
"""Records by type and id."""


@dataclass(frozen=True)
class ResourceType:
    """What may be done with records of one type, and what they may hold."""

    name: str
    actions: frozenset[str]
    attributes: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    relations: Mapping[str, str] = field(default_factory=dict)
    """Target type by relation name."""
    required: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


class ProblemError(Exception):
    """One error object of an answer."""

    def __init__(self, status: int, title: str, detail: str, source: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.source = source or {}
        self.shown: dict[str, Any] = {"status": str(status), "title": title, "detail": detail}
        if source:
            self.shown["source"] = source


def moment(at: datetime) -> str:
    """The one form in which moments are kept, so that they compare as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- showing


def shown(record: Record, query: QueryParams) -> dict[str, Any]:
    """A record with the fields `fields[type]` leaves."""
    sparse = query.get(f"fields[{record.type}]")
    wanted = sparse.split(",") if sparse is not None else [*record.attributes, *record.relations]
    document: dict[str, Any] = {"type": record.type, "id": record.id}
    attributes = {name: value for name, value in record.attributes.items() if name in wanted}
    relations = {name: {"data": _shown(value)} for name, value in record.relations.items() if name in wanted}
    if attributes:
        document["attributes"] = attributes
    if relations:
        document["relationships"] = relations
    return document


def included(records: Iterable[Record], store: Store, query: QueryParams) -> list[dict[str, Any]]:
    """The records named by `include`, each once; paths like `lineItems.product` are followed."""
    found: dict[Reference, Record] = {}
    records = list(records)
    for path in filter(None, query.get("include", "").split(",")):
        level = records
        for name in path.split("."):
            level = [_related(record, name, store, reference) for record in level for reference in _named(record, name)]
            found |= {(record.type, record.id): record for record in level}
    return [shown(record, query) for record in found.values()]


def _named(record: Record, name: str) -> list[Reference]:
    if name not in record.relations:
        raise ProblemError(400, "include constraint", f'The "{name}" is not supported.', {"parameter": "include"})
    return record.references(name)


def _related(record: Record, name: str, store: Store, reference: Reference) -> Record:
    if reference[0] not in store:
        return Record(*reference)  # units, countries: nobody asks for more than their id
    related = store[reference[0]].get(reference[1])
    if related is None:
        raise LookupError(f"{record.type} {record.id} refers by {name} to {reference}, which is not there")
    return related


def _shown(relation: Relation) -> Any:
    if isinstance(relation, list):
        return [{"type": kind, "id": id} for kind, id in relation]
    return {"type": relation[0], "id": relation[1]} if relation else None


# --- finding


def matching(records: Iterable[Record], kind: ResourceType, query: QueryParams) -> list[Record]:
    """The records the filters leave, in the order asked for (by id unless told)."""
    found = list(records)
    for parameter, value in query.multi_items():
        if not parameter.startswith("filter["):
            continue
        match = re.fullmatch(r"filter\[(\w+)\](?:\[(\w+)\])?", parameter)
        if match is None or match[1] not in kind.filters:
            raise ProblemError(400, "filter constraint", "The filter is not supported.", {"parameter": parameter})
        name, operator = match[1], match[2] or "eq"
        if operator not in _OPERATORS:
            detail = f'The operator "{operator}" is not supported.'
            raise ProblemError(400, "filter constraint", detail, {"parameter": parameter})
        found = [record for record in found if _OPERATORS[operator](_values(record, name), value)]
    for term in reversed(query.get("sort", "id").split(",")):
        name = term.removeprefix("-")
        found = sorted(found, key=lambda record: _sort_key(record, name), reverse=term.startswith("-"))
    return found


def page(records: list[Record], query: QueryParams) -> tuple[list[Record], bool]:
    """The page asked for, and whether another follows."""
    number, size = _whole(query, "page[number]", 1), _whole(query, "page[size]", DEFAULT_PAGE)
    if size == -1:
        return records, False
    if number < 1 or size < 1:
        raise ProblemError(400, "filter constraint", "Expected a positive integer.", {"parameter": "page[number]"})
    start = (number - 1) * size
    return records[start : start + size], start + size < len(records)


def _whole(query: QueryParams, name: str, otherwise: int) -> int:
    try:
        return int(query.get(name, otherwise))
    except ValueError:
        raise ProblemError(400, "filter constraint", "Expected integer value.", {"parameter": name}) from None


def _values(record: Record, name: str) -> list[str]:
    if name == "id":
        return [record.id]
    if name in record.relations:
        return [id for _, id in record.references(name)]
    value = record.attributes.get(name)
    if value is None:
        return []
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _sort_key(record: Record, name: str) -> tuple[int, str]:
    text = record.id if name == "id" else str(record.attributes.get(name, ""))
    return (int(text), "") if text.isdigit() else (0, text)


def _constant(text: str) -> str:
    try:
        return moment(datetime.fromisoformat(text)) if re.match(r"\d{4}-\d\d-\d\d", text) else text
    except ValueError:
        return text


def _equal(values: list[str], wanted: str) -> bool:
    if ".." in wanted:
        low, high = map(_constant, wanted.split("..", 1))
        return any(low <= value <= high for value in values)
    return any(value in {_constant(text) for text in wanted.split(",")} for value in values)


_OPERATORS: Mapping[str, Callable[[list[str], str], bool]] = {
    "eq": _equal,
    "neq": lambda values, wanted: bool(values) and not _equal(values, wanted),
    "lt": lambda values, wanted: any(value < _constant(wanted) for value in values),
    "lte": lambda values, wanted: any(value <= _constant(wanted) for value in values),
    "gt": lambda values, wanted: any(value > _constant(wanted) for value in values),
    "gte": lambda values, wanted: any(value >= _constant(wanted) for value in values),
    "exists": lambda values, wanted: bool(values) == (wanted in ("true", "1", "yes")),
    "contains": lambda values, wanted: any(wanted.lower() in value.lower() for value in values),
    "starts_with": lambda values, wanted: any(value.lower().startswith(wanted.lower()) for value in values),
}
