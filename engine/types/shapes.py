"""A Type is a choice of shapes: null, boolean, number, text, list, object. Unknown is `any`, which is never wrong.

Shapes remember the place of the schema they come from, so that a finding can name it. Lists and objects know their
elements and fields lazily, because schemas may refer to themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from pathlib import PurePath
from typing import Any, TypeVar

from engine.diagnostics import Mark
from engine.document import Place

UNBOUNDED = sys.maxsize
"""Length of a text whose schema says no `maxLength`."""

MAX_OBJECTS, MAX_VALUES = 8, 1_000
"""More alternatives of objects, and more values of numbers or texts, are no longer told apart."""


@dataclass(frozen=True)
class Source:
    """A place in a schema: `commerce.order items[].sku`, or a line of a file, `acme.yaml:40`.

    Attributes:
        place: where it is written; None for the shipped schemas.
        description: what the schema says of it, for people.
    """

    schema: str
    path: str = ""
    place: Place | None = field(default=None, compare=False)
    description: str = field(default="", compare=False)

    @property
    def mark(self) -> Mark | None:
        return self.place.mark if self.place else None

    def field(self, name: str, place: Place | None) -> Source:
        return Source(self.schema, f"{self.path}.{name}" if self.path else name, place)

    def element(self, place: Place | None) -> Source:
        return Source(self.schema, f"{self.path}[]", place)

    def __str__(self) -> str:
        if self.place:
            return f"{PurePath(self.place.file).name}:{self.place.mark.line}"
        return f"{self.schema} {self.path}".rstrip()


@dataclass(frozen=True)
class Null:
    """Null. `unsure`: nobody knows whether it happens, so no finding may come of it."""

    unsure: bool = False
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Boolean:
    """True or false; `values` where not both."""

    values: frozenset[bool] | None = None
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Number:
    """A number; `whole` without a fraction, `values` where only some.

    Attributes:
        recoded: it was read out of text, so zeros at the beginning are gone.
    """

    whole: bool = False
    values: frozenset[Any] | None = None
    recoded: bool = False
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Text:
    """Text.

    Attributes:
        longest: characters it may have, `UNBOUNDED` if a schema sets no bound, None if nothing is known.
        values: where only some are possible.
        form: JSON Schema's `format`, such as `date`.
        recoded: it was a number on its way, so a code's zeros are gone.
        least: so many characters it surely has.
    """

    longest: int | None = None
    values: frozenset[str] | None = None
    form: str = ""
    recoded: bool = False
    source: Source | None = field(default=None, compare=False)
    least: int = 0


@dataclass(frozen=True, eq=False)
class List:
    """A list.

    Attributes:
        least: so many elements are surely in it.
        schema: the identity of the schema it comes from, else 0.
        at: what is known of single elements beyond that, such as the first, by index.
        unsure: nobody knows whether there are more elements.
    """

    of: Callable[[], Type]
    least: int = 0
    source: Source | None = None
    schema: int = 0
    at: Mapping[int, Type] = field(default_factory=dict)
    unsure: bool = False

    @cached_property
    def element(self) -> Type:
        return self.of()


@dataclass(frozen=True, eq=False)
class Object:
    """An object.

    Attributes:
        fields: what is known of its fields, by name.
        required: those that are always there.
        rest: what other fields hold; None if there can be none.
        loose: other fields are expected, so a name that is not known is no mistake.
        schema: the identity of the schema it comes from, else 0.
        unsure: fields of which nobody knows whether they may be left out, so no finding may come of it.
    """

    fields: Mapping[str, Type]
    required: frozenset[str] = frozenset()
    rest: Type | None = None
    loose: bool = False
    source: Source | None = None
    schema: int = 0
    unsure: frozenset[str] = frozenset()

    def with_field(self, name: str, held: Type, *, required: bool) -> Object:
        """The same object, knowing more of one field."""
        names = self.required | {name} if required else self.required
        return replace(self, fields=_With(self.fields, name, held), required=names)


Shape = Null | Boolean | Number | Text | List | Object
S = TypeVar("S", Null, Boolean, Number, Text, List, Object)


@dataclass(frozen=True, eq=False)
class Type:
    """What may stand somewhere: one of the shapes; `any` if it is not known."""

    shapes: tuple[Shape, ...]
    known: bool = True

    @property
    def is_any(self) -> bool:
        return not self.known

    def of(self, kind: type[S]) -> tuple[S, ...]:
        """Its shapes of one kind."""
        return tuple(shape for shape in self.shapes if isinstance(shape, kind))

    @property
    def null(self) -> Null | None:
        """Its null, if it may be null."""
        return next((shape for shape in self.shapes if isinstance(shape, Null)), None)

    @property
    def something(self) -> Type:
        """The same without null."""
        if self.null is None:
            return self
        return Type(tuple(shape for shape in self.shapes if not isinstance(shape, Null)), self.known)

    def or_null(self, null: Null = Null()) -> Type:
        """The same, or null."""
        return self | Type((null,))

    def null_as(self, other: Type) -> Type:
        """The same, and null where another value is null: what a function gives that hands null through."""
        if other.is_any:
            return self.or_null(Null(unsure=True))
        if not other.something.shapes and other.null:
            return Type((other.null,))
        return self.or_null(other.null) if other.null else self

    def __or__(self, other: Type) -> Type:
        if self.is_any or other.is_any:
            return ANY
        if not self.shapes:
            return other
        shapes = list(self.shapes)
        for shape in other.shapes:
            _add(shapes, shape)
        return Type(tuple(shapes))

    def __str__(self) -> str:
        from engine.types.shown import shown

        return shown(self)


def _add(shapes: list[Shape], new: Shape) -> None:
    """Put a shape into a union; those of one kind become one, except objects."""
    if isinstance(new, Object):
        if not any(new is shape for shape in shapes):
            shapes.append(new)
        if sum(isinstance(shape, Object) for shape in shapes) > MAX_OBJECTS:
            shapes[:] = [shape for shape in shapes if not isinstance(shape, Object)]
            shapes.append(Object({}, rest=ANY, loose=True))
        return
    for index, shape in enumerate(shapes):
        if type(shape) is type(new):
            shapes[index] = _either(shape, new)
            return
    shapes.append(new)


def _either(a: Any, b: Any) -> Shape:
    if a is b:
        return a  # type: ignore[no-any-return]
    source = a.source or b.source
    match a:
        case Null():
            return a if not a.unsure else b
        case Boolean():
            return Boolean(_both(a.values, b.values), source)
        case Number():
            return Number(a.whole and b.whole, _both(a.values, b.values), a.recoded or b.recoded, source)
        case Text():
            longest = None if a.longest is None or b.longest is None else max(a.longest, b.longest)
            form = a.form if a.form == b.form else ""
            longer = a if (a.longest or 0) >= (b.longest or 0) else b
            values, recoded, least = _both(a.values, b.values), a.recoded or b.recoded, min(a.least, b.least)
            return Text(longest, values, form, recoded, longer.source or source, least)
    return List(lambda: a.element | b.element, min(a.least, b.least), source, unsure=a.unsure or b.unsure)


def _both(a: frozenset[Any] | None, b: frozenset[Any] | None) -> frozenset[Any] | None:
    both = None if a is None or b is None else a | b
    return both if both is None or len(both) <= MAX_VALUES else None


class Later(Mapping[str, Type]):
    """Fields whose types are found out when somebody asks."""

    def __init__(self, found: Mapping[str, Callable[[], Type]]) -> None:
        self._found = found
        self._known: dict[str, Type] = {}

    def __getitem__(self, name: str) -> Type:
        if name not in self._known:
            self._known[name] = self._found[name]()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class _With(Mapping[str, Type]):
    """The same fields, but for one."""

    def __init__(self, fields: Mapping[str, Type], name: str, held: Type) -> None:
        self._fields = fields
        self._name = name
        self._held = held

    def __getitem__(self, name: str) -> Type:
        return self._held if name == self._name else self._fields[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._fields
        if self._name not in self._fields:
            yield self._name

    def __len__(self) -> int:
        return len(self._fields) + (self._name not in self._fields)


ANY = Type((), known=False)
NEVER = Type(())
NULL = Type((Null(),))
BOOLEAN = Type((Boolean(),))
NUMBER = Type((Number(),))
INTEGER = Type((Number(whole=True),))
TEXT = Type((Text(),))


def union(types: Iterable[Type]) -> Type:
    """A value of one of the types; of none, nothing can be."""
    return reduce(lambda a, b: a | b, types, NEVER)


def list_of(element: Type, least: int = 0) -> Type:
    return Type((List(lambda: element, least),))


def object_of(fields: Mapping[str, Type], optional: Iterable[str] = ()) -> Type:
    """An object with exactly these fields."""
    return Type((Object(dict(fields), frozenset(fields) - frozenset(optional)),))


def map_of(held: Type = ANY) -> Type:
    """An object with any keys."""
    return Type((Object({}, rest=held, loose=True),))
