"""Whatever the schema: a path that is misspelled gets a finding at its place, and the right one gets none."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expression.expressions import read_query
from engine.inference import Remark, Scope, infer
from engine.inference.schema import SchemaTypes
from engine.parts.suggest import misspelled
from engine.schemas import Schemas

WORDS = ("itemId", "customer_id", "quantity", "unit_price", "warehouse", "currency", "shipToName")

schemas = st.recursive(
    st.sampled_from([{"type": "string"}, {"type": "number"}]),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(WORDS), inner, min_size=1, max_size=3).map(
            lambda fields: {"type": "object", "properties": fields}
        ),
        inner.map(lambda items: {"type": "array", "items": items}),
    ),
    max_leaves=6,
)


def paths(schema: Any, path: str) -> list[tuple[str, int]]:
    """Every path of a schema that ends in a field, with the offset of that field."""
    if schema["type"] == "array":
        return paths(schema["items"], f"{path}[]")
    found = []
    for name, inner in schema.get("properties", {}).items():
        found += [(f"{path}.{name}", len(path) + 1), *paths(inner, f"{path}.{name}")]
    return found


def remarks(schema: Any, text: str) -> list[Remark]:
    found: list[Remark] = []
    infer(
        read_query("=" + text).tree,
        Scope({"input": SchemaTypes(Schemas({})).of(schema, "input")}),
        found.append,
    )
    return found


@settings(max_examples=200)
@given(st.data(), st.dictionaries(st.sampled_from(WORDS), schemas, min_size=1, max_size=4))
def test_a_misspelled_path_is_told_at_its_place(data: st.DataObject, properties: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": properties}
    path, offset = data.draw(st.sampled_from(paths(schema, "input")))
    name = path[offset:]
    at = data.draw(st.integers(1, len(name) - 2))
    wrong = name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    assert remarks(schema, path) == []
    if wrong != name:
        (told,) = remarks(schema, path[:offset] + wrong)
        assert (told.kind, told.offset, told.name) == ("no_field", offset, wrong)
        assert misspelled(wrong, [name]) == name
