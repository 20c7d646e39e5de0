"""Types in words for people: `text(20) or null`, `list of {sku, quantity}`, `number`, `any`."""

from __future__ import annotations

from engine.types.shapes import UNBOUNDED, Boolean, List, Null, Number, Object, Shape, Text, Type

MAX_NAMES = 6
MAX_DEPTH = 4
MAX_VALUES = 5


def shown(type_: Type, depth: int = 0) -> str:
    """A type, short."""
    if type_.is_any:
        return "any"
    shapes = _telling(type_)
    words = [_shape(shape, depth) for shape in shapes if not isinstance(shape, Null)]
    null = next((shape for shape in shapes if isinstance(shape, Null)), None)
    if null is not None and (not null.unsure or not words):
        words.append("null")
    return " or ".join(dict.fromkeys(words)) or "nothing"


def _telling(type_: Type) -> tuple[Shape, ...]:
    """Its shapes; where a schema leaves the kind open, those that it says something of."""
    if {type(shape) for shape in type_.shapes} == {Null, Boolean, Number, Text, List, Object}:
        return tuple(shape for shape in type_.shapes if shape.source is not None)
    return type_.shapes


def _shape(shape: Shape, depth: int) -> str:
    match shape:
        case Boolean():
            return _one_of(shape.values, "boolean")
        case Number():
            return _one_of(shape.values, "integer" if shape.whole else "number")
        case Text():
            length = f"({shape.longest})" if shape.longest not in (None, UNBOUNDED) else ""
            return _one_of(shape.values, f"{shape.form or 'text'}{length if not shape.form else ''}")
        case List():
            inner = shown(shape.element, depth + 1) if depth < MAX_DEPTH else "any"
            several = " or " in inner and not inner.startswith(("list of", "map of"))
            return f"list of {f'({inner})' if several else inner}" if inner != "any" else "list"
        case Object():
            return _object(shape, depth)
    return "null"


def _object(shape: Object, depth: int) -> str:
    names = list(shape.fields)
    if not names:
        held = shown(shape.rest, depth + 1) if shape.rest is not None and depth < MAX_DEPTH else "any"
        return "object" if held == "any" else f"map of {held}"
    more = ", …" if len(names) > MAX_NAMES else ""
    return "{" + ", ".join(names[:MAX_NAMES]) + more + "}"


def _one_of(values: frozenset[object] | None, otherwise: str) -> str:
    if values is None or len(values) > MAX_VALUES:
        return otherwise
    words = sorted(f'"{value}"' if isinstance(value, str) else str(value).lower() for value in values)
    return " or ".join(words)
