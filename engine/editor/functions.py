"""How the functions of expressions are shown."""

from __future__ import annotations

from inspect import Parameter, getdoc, signature

from engine.functions.registry import Function


def written(function: Function) -> str:
    """How a call is written: `decimal(x[, places])`, `find(elements, &field, value)`."""
    text = ""
    for place, (name, optional) in enumerate(parameters(function)):
        comma = ", " if place else ""
        text += f"[{comma}{name}]" if optional else f"{comma}{name}"
    return f"{function.name}({text})"


def parameters(function: Function) -> list[tuple[str, bool]]:
    """Each parameter as it is written, and whether it may be left out."""
    found = []
    for place, parameter in enumerate(signature(function.call).parameters.values()):
        more = parameter.kind is Parameter.VAR_POSITIONAL
        name = f"&{parameter.name}" if place in function.expressions else parameter.name
        optional = more or parameter.default is not Parameter.empty
        found.append((f"{name}, …" if more else name, optional))
    return found


def described(function: Function) -> str:
    """Its documentation as Markdown, the examples in a block of code."""
    text = getdoc(function.call) or ""
    words, mark, examples = text.partition(">>>")
    code = f"\n```python\n{mark}{examples.rstrip()}\n```" if mark else ""
    return f"{words.strip()}\n{code}".strip()
