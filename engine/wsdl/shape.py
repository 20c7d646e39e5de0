"""What a WSDL says of an element: its text, attributes and children. What is written and read follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Literal

Kind = Literal["text", "integer", "decimal", "boolean", "date", "date-time", "time"]


@dataclass(frozen=True)
class Simple:
    """What a text may be.

    Attributes:
        type: its XSD type as `{namespace}name`, for `xsi:type`; empty: it has no name.
        longest: characters at most; None: any number.
        choices: the only values; empty: any.
    """

    kind: Kind
    type: str = ""
    longest: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attribute:
    """An attribute: `{namespace}name`, or its bare name."""

    tag: str
    text: Simple
    required: bool


@dataclass(frozen=True)
class Child:
    """An element at its place in another one.

    Attributes:
        tag: `{namespace}name`, or its bare name.
        many: whether it may come more than once: a list, also when one comes.
        required: whether one must come.
        nillable: whether nothing may be said in its place (`xsi:nil`).
        repeats: with which of its siblings it comes again and again (a repeated group); 0: with none.
    """

    tag: str
    shape: Shape
    many: bool = False
    required: bool = False
    nillable: bool = False
    repeats: int = 0


@dataclass(eq=False)
class Shape:
    """What an element holds. Shapes may hold themselves, so children are looked at when they are asked for.

    Attributes:
        type: its XSD type as `{namespace}name`; empty: it has no name.
        text: of an element that holds text; None: it holds elements, or nothing.
        open: whether it takes elements that are not named here.
        array: whether it is a SOAP array: a list of its only child.
    """

    type: str = ""
    text: Simple | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    open: bool = False
    array: bool = False
    inner: Callable[[], Mapping[str, Child]] = dict

    @cached_property
    def children(self) -> Mapping[str, Child]:
        """Its elements by their local names, in the order in which they are written."""
        return self.inner()

    @cached_property
    def known(self) -> frozenset[str]:
        """The fields of its value."""
        return frozenset([*(f"_{name}" for name in self.attributes), *self.children, *(["_"] if self.text else [])])

    @cached_property
    def groups(self) -> tuple[tuple[int, tuple[tuple[str, Child], ...]], ...]:
        """Its elements in their order, those together that come again and again together."""
        groups = groupby(self.children.items(), key=lambda pair: pair[1].repeats)
        return tuple((repeats, tuple(group)) for repeats, group in groups)


@dataclass(frozen=True)
class Part:
    """A message of an operation: the element in the body, and the header blocks by name."""

    body: Child | None
    headers: Mapping[str, Child]


@dataclass(frozen=True)
class Operation:
    """One operation of a WSDL.

    Attributes:
        encoded: whether elements carry their types (`use="encoded"`).
        address: of its service, as the WSDL gives it.
    """

    name: str
    action: str
    address: str
    request: Part
    reply: Part
    encoded: bool = False
    documentation: str = ""
