"""What a live WSDL says otherwise than the one that is vendored."""

from __future__ import annotations

from collections.abc import Iterator

from engine.wsdl.shape import Child, Operation, Part, Shape, Simple


def drift(vendored: Operation, live: Operation) -> Iterator[str]:
    """Each difference of an operation that its calls may feel, in a few words."""
    if vendored.action != live.action:
        yield f'its SOAPAction is "{live.action}" now'
    if vendored.encoded != live.encoded:
        yield f"its values {'carry' if live.encoded else 'no longer carry'} their types"
    for which in ("request", "reply"):
        yield from _of_part(getattr(vendored, which), getattr(live, which), which)


def _of_part(vendored: Part, live: Part, which: str) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    if vendored.body is not None and live.body is not None:
        yield from _of_child(vendored.body, live.body, which, seen)
    elif vendored.body is not live.body:
        yield f"{which} {'is new' if vendored.body is None else 'is gone'}"
    for name in vendored.headers.keys() | live.headers.keys():
        yield from _of_either(vendored.headers.get(name), live.headers.get(name), f"{which} header {name}", seen)


def _of_either(vendored: Child | None, live: Child | None, path: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    if live is None:
        yield f"{path} is gone"
    elif vendored is None:
        yield f"{path} is new{', and required' if live.required else ''}"
    else:
        yield from _of_child(vendored, live, path, seen)


def _of_child(vendored: Child, live: Child, path: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    if vendored.tag != live.tag:
        yield f"{path} is called {live.tag} now"
    if vendored.many != live.many:
        yield f"{path} may {'now' if live.many else 'no longer'} come more than once"
    if vendored.required != live.required:
        yield f"{path} is {'now' if live.required else 'no longer'} required"
    yield from _of_shape(vendored.shape, live.shape, path, seen)


def _of_shape(vendored: Shape, live: Shape, path: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Shapes may hold themselves: a pair is looked at once."""
    if (id(vendored), id(live)) in seen:
        return
    seen.add((id(vendored), id(live)))
    if vendored.text != live.text:
        yield f"{path} was {_shown(vendored.text)}, and is {_shown(live.text)}"
    for name in sorted(vendored.attributes.keys() | live.attributes.keys()):
        before, now = vendored.attributes.get(name), live.attributes.get(name)
        if before != now:
            yield f"{path}.@{name} is {'gone' if now is None else 'new' if before is None else 'changed'}"
    for name in sorted(vendored.kinds.keys() ^ live.kinds.keys()):
        yield f"{path} may {'no longer' if name in vendored.kinds else 'now'} be of the type {name}"
    for name in sorted(vendored.kinds.keys() & live.kinds.keys()):
        yield from _of_shape(vendored.kinds[name], live.kinds[name], f"{path} as {name}", seen)
    for name in [*vendored.children, *(name for name in live.children if name not in vendored.children)]:
        yield from _of_either(vendored.children.get(name), live.children.get(name), f"{path}.{name}", seen)


def _shown(text: Simple | None) -> str:
    if text is None:
        return "an object"
    longest = f" of at most {text.longest} characters" if text.longest is not None else ""
    return f"{text.kind}{longest}{': ' + ', '.join(text.choices) if text.choices else ''}"
