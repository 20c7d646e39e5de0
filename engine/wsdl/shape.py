"""What a WSDL says of an element: its text, attributes and children. What is written and read follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Literal

ANY_TYPE = "{http://www.w3.org/2001/XMLSchema}anyType"
KIND = "_type"
"""The field that says which of its kinds a value is: the local name of a type."""

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
        abstract: whether an element must say which of the kinds it is.
    """

    type: str = ""
    text: Simple | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    open: bool = False
    array: bool = False
    abstract: bool = False
    inner: Callable[[], Mapping[str, Child]] = dict
    others: Callable[[], Mapping[str, Shape]] = dict

    @cached_property
    def children(self) -> Mapping[str, Child]:
        """Its elements by their local names, in the order in which they are written."""
        return self.inner()

    @cached_property
    def kinds(self) -> Mapping[str, Shape]:
        """What may stand in its place, and says so (`xsi:type`): the types derived from it, by their local names. None where
        an attribute takes the name of the field that would say it."""
        return {} if "type" in self.attributes else self.others()

    @property
    def anything(self) -> bool:
        """Whether it may be whatever there is (`xs:anyType`), also one value."""
        return self.type == ANY_TYPE

    @cached_property
    def known(self) -> frozenset[str]:
        """The fields of its value."""
        named = [KIND] if self.kinds else []
        texts = ["_"] if self.text else []
        return frozenset([*(f"_{name}" for name in self.attributes), *self.children, *texts, *named])

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
        rpc: whether the element of a call is named after the operation, and that of the reply by whoever writes it.
        address: of its service, as the WSDL gives it.
    """

    name: str
    action: str
    address: str
    request: Part
    reply: Part
    encoded: bool = False
    rpc: bool = False
    documentation: str = ""
