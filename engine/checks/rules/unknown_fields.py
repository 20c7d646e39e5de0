"""A path that leads nowhere is null for ever, without an error: the field is misspelled, or belongs to something else.

What is known of a value comes from the schemas of inputs, replies and outputs, and from the mappings that build it. A
name that no schema knows is an error where nothing else can be there, or where a name is near; else a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import source
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Mark, Severity
from engine.inference import Remark
from engine.parts.suggest import did_you_mean, misspelled, suggest
from engine.types import List, Object, fields_of

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, remark in subject.typing.unmatched:
        yield _no_field(subject.mark(*path), remark)
    for expression, remark in subject.typing.remarks:
        if remark.kind == "no_field":
            yield _no_field(expression.at(remark.offset), remark)
        elif remark.kind == "field_of_other":
            place = source(remark.owner)
            words = f"this is {remark.owner}{f' ({place})' if place else ''}, so it has no field"
            is_list = bool(remark.owner.of(List))
            hint = f"write [].{remark.name} for all elements, [0].{remark.name} for the first"
            rule = "field-of-list" if is_list else "field-of-value"
            mark = expression.at(remark.offset)
            yield Diagnostic(mark, rule, f'{words} "{remark.name}"', hint if is_list else f"leave .{remark.name} out")


def _no_field(mark: Mark, remark: Remark) -> Diagnostic:
    names, place = list(fields_of(remark.owner)), source(remark.owner)
    closed = all(shape.rest is None for shape in remark.owner.of(Object))
    near = suggest(remark.name, names) if closed else misspelled(remark.name, names)
    words = f'there is no "{remark.name}" here' + (f" ({place})" if place else "")
    known = f"known: {', '.join(names[:12])}{', …' if len(names) > 12 else ''}" if names else "nothing is in it"
    more = "" if closed else "; if it can be there, add it to the schema"
    severity: Severity = "error" if closed or near else "warning"
    return Diagnostic(mark, "unknown-field", words, f"{did_you_mean(near)}{known}{more}", severity)
