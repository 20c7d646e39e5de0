"""Small files cut from the shipped ones: a few messages, flows or events, with what they refer to and nothing else.

A cut keeps the connections, endpoints, tables, schemas, settings and anchors that what it keeps names, so it is about as
clean as the whole file, and costs a fraction of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random

_BEGINNINGS = ("messages", "events", "flows")
_ALWAYS = ("engine", "name", "zone", "uses")
_KINDS = {
    **dict.fromkeys(("call", "send", "probe", "refresh"), "messages"),
    **dict.fromkeys(("request", "reply", "input", "output", "schema", "$ref"), "schemas"),
    **{"event": "events", "after": "flows", "flow": "flows", "table": "tables"},
}
"""What the value of a key is the name of; that of an endpoint has a dot."""
_REFERENCE = re.compile(r"(?P<key>[a-z$]+): \"?(?P<name>[A-Za-z]\w*(?:\.\w+)?)|settings\.(?P<setting>\w+)")
_ANCHORED = re.compile(r"&(\w+) (\{[^{}]*\}|\[[^\[\]]*\]|[^\s{\[#][^,{}\[\]#]*)")
_ANCHOR = re.compile(r"&(\w+) ?")
_ALIAS = re.compile(r"(?<=[ \[])\*(\w+)")


@dataclass(eq=False)
class _Block:
    """Lines that stay or go together.

    Attributes:
        path: the keys above it and its own; of an element of a list, the number of its line.
        above: the nearest block that it stands in.
        lines: its own, with their numbers.
    """

    path: tuple[str, ...]
    above: _Block | None = None
    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def name(self) -> tuple[str, str]:
        """What it is, and what it is called."""
        first, last = self.path[0], self.path[-1]
        if first != "connections":
            return first, last
        return ("tables", last) if self.path[2:3] == ("tables",) else ("messages", ".".join(self.path[1::2]))

    @property
    def mentioned(self) -> set[tuple[str, str]]:
        """What it calls."""
        found = {("anchors", name) for name in _ALIAS.findall(self.text)}
        for told in _REFERENCE.finditer(self.text):
            if told["setting"]:
                found.add(("settings", told["setting"]))
            elif told["key"] in _KINDS:
                found.add((_KINDS[told["key"]], told["name"]))
        return found

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)


@dataclass(frozen=True)
class Whole:
    """A shipped file, ready to be cut.

    Attributes:
        called: the blocks, by what they are and are called; those of anchors too.
        mentions: what each block calls.
        short: what stands at an anchor, if it is short.
    """

    blocks: tuple[_Block, ...]
    called: Mapping[tuple[str, str], _Block]
    mentions: Mapping[_Block, frozenset[tuple[str, str]]]
    short: Mapping[str, str]

    @classmethod
    @cache
    def of(cls, text: str) -> Whole:
        """Cut up the text of a file."""
        blocks = tuple(_blocks(text))
        short = {name: _ANCHOR.sub("", held) for name, held in _ANCHORED.findall(text) if "*" not in held}
        called = {("anchors", name): block for block in blocks for name in _ANCHOR.findall(block.text)}
        called = {name: block for name, block in called.items() if name[1] not in short}
        mentions = {block: frozenset(block.mentioned) for block in blocks}
        return cls(blocks, {**called, **{block.name: block for block in blocks}}, mentions, short)

    def cut(self, chance: Random) -> list[str]:
        """The lines of a cut."""
        begun = [block for block in self.blocks if len(block.path) == 2 and block.path[0] in _BEGINNINGS]
        chosen = chance.sample(begun, min(len(begun), chance.choice((1, 1, 1, 2))))
        share = chance.choice((0.0, 0.2, 0.5))
        examples = [
            b for b in self.blocks if b.above and b.above.above in chosen and self._fits(b) and chance.random() < share
        ]
        sections = [b for b in self.blocks if len(b.path) == 1 and self._stays(b, chance)]
        kept = self._reached([*chosen, *examples, *sections])
        if chance.random() < 0.15:
            kept.discard(chance.choice([block for block in self.blocks if block in kept]))
        return self._lines(kept)

    def messages(self, names: Iterable[str]) -> list[str]:
        """The lines of the messages of these names, without their examples."""
        wanted = [self.called["messages", name] for name in names if ("messages", name) in self.called]
        return self._lines(self._reached([b for b in self.blocks if b.path[0] in _ALWAYS] + wanted))

    def _stays(self, block: _Block, chance: Random) -> bool:
        return block.path[0] in _ALWAYS or (
            chance.random() < 0.15 and block.path[0] not in (*_BEGINNINGS, "connections", "schemas", "settings")
        )

    def _fits(self, example: _Block) -> bool:
        """Whether an example repeats nothing of another message's."""
        homes = [self.called.get(name, example) for name in self.mentions[example] if name[0] == "anchors"]
        return all(home.path[:2] == example.path[:2] for home in homes)

    def _reached(self, wanted: Iterable[_Block]) -> set[_Block]:
        """Some blocks, what they stand in, and what they mention."""
        kept: set[_Block] = set()
        waiting = list(wanted)
        while waiting:
            block = waiting.pop()
            if block in kept:
                continue
            kept.add(block)
            waiting += [block.above] if block.above else []
            waiting += [self.called[name] for name in self.mentions[block] if name in self.called]
        return kept

    def _lines(self, kept: Iterable[_Block]) -> list[str]:
        """The lines of blocks; where an anchor is not among them, what stands at it."""
        lines = [line for _, line in sorted(numbered for block in kept for numbered in block.lines)]
        told = {name for line in lines for name in _ANCHOR.findall(line)}
        gone = {name: text for name, text in self.short.items() if name not in told}

        return [_ALIAS.sub(lambda alias: gone.get(alias[1], alias[0]), line) for line in lines]


def _blocks(text: str) -> Iterable[_Block]:
    """The blocks of a file that is indented by twos, as the shipped ones are; its comments are left out."""
    keys: list[tuple[int, str]] = []
    homes: dict[tuple[str, ...], _Block] = {}
    for number, line in enumerate(text.split("\n")):
        indent, content = len(line) - len(line.lstrip(" ")), line.strip()
        if not content or content.startswith("#"):
            continue
        while keys and keys[-1][0] >= indent:
            keys.pop()
        name = re.match(r"[\w$?-]+(?=:)", content)
        keys.append((indent, name[0] if name else f"{number}"))
        path = tuple(key for _, key in keys)
        home = next((homes[path[:end]] for end in range(len(path), 0, -1) if path[:end] in homes), None)
        if _may_go(path):
            home = homes[path] = _Block(path, home)
        assert home is not None
        home.lines.append((number, line))
    return homes.values()


def _may_go(path: tuple[str, ...]) -> bool:
    """Whether something with a name of its own begins here, a list of such, or an example."""
    first, *below = path
    if first in _BEGINNINGS:
        return len(below) < 2 or (below[1] == "examples" and len(below) < 4)
    if first == "connections":
        return len(below) < 2 or (below[1] in ("endpoints", "tables") and len(below) < 4)
    return not below or (len(below) == 1 and first in ("settings", "schemas"))
