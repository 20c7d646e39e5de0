"""How rules speak of what does not fit: the target, what it gets, what is wanted, each with its place in a schema."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.inference import Misfit
from engine.types import Boolean, List, Number, Object, Shape, Text, Type
from engine.types.fitting import Kind


def of_kind(subject: Subject, *kinds: Kind) -> Iterator[Misfit]:
    """The misfits of a file that one rule speaks of."""
    return (misfit for misfit in subject.typing.misfits if misfit.gap.kind in kinds)


def finding(misfit: Misfit, rule: str, message: str, hint: str) -> Diagnostic:
    """An error if every value is wrong, else a warning."""
    if misfit.stands == "send":
        hint = f"add an `input` to the flow: {hint}"
    return Diagnostic(misfit.mark, rule, message, hint, "error" if misfit.gap.sure else "warning")


def target(misfit: Misfit) -> str:
    """The field that is filled."""
    return f'"{misfit.target}"' if misfit.target else "this"


def placed(type_: Type) -> str:
    """A type with the place of the schema that says it: `text(50) (commerce.order items[].sku)`."""
    place = source(type_)
    return f"{type_} ({place})" if place else str(type_)


def source(type_: Type) -> str:
    """The place of the schema that a type comes from; empty if it comes from none."""
    return next((str(shape.source) for shape in type_.shapes if shape.source), "")


def cure(given: Type, wanted: Type) -> str:
    """What to write so that one type becomes another."""
    have, want = _kind(given), _kind(wanted)
    if have is List and want is not List:
        return "write [0] behind it, or find(list, &field, value), for one element"
    if want is List:
        return "write list(…), or build one with `$each`"
    if have is Object:
        names = [name for shape in given.of(Object) for name in shape.fields]
        return f"name one of its fields: {', '.join(names[:8])}" if names else "name one of its fields"
    if want is Text and any(shape.recoded for shape in given.of(Number)):
        return "leave decimal(…) or integer(…) out: it was text already"
    cures: dict[tuple[type[Shape] | None, type[Shape] | None], str] = {
        (Number, Text): "write text(…)",
        (Text, Number): "write decimal(…), or integer(…)",
        (Boolean, Text): "write yes_no(…, 'Y', 'N') with the other side's words",
        (Text, Boolean): "compare it: … == 'Y'",
        (Number, Boolean): "write true or false, or compare it: … == `1`",
        (Boolean, Number): "write yes_no(…, `1`, `0`)",
    }
    return cures.get((have, want), f"give {wanted}")


def _kind(type_: Type) -> type[Shape] | None:
    return next((type(shape) for shape in type_.something.shapes), None)
