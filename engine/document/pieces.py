"""A file in pieces: every key of the file, and every entry of some of them, is read for itself, as though it were a file.

So after an edit only what has changed is read again. Where it is not sure that the pieces say what the whole says, the file
is one piece: what cannot be read, a text that goes on at the beginning of a line, keys in quotes, a second document.
`tests/document/test_pieces.py` holds both ways against each other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml.error import YAMLError

from engine.diagnostics import Diagnostic
from engine.document.broken import broken
from engine.document.compose import MAX_NODES, MAX_UNFOLDED, Anchor, Anchors, Composer, Node, compose
from engine.document.events import slow_events, sure_events
from engine.document.extent import Written
from engine.document.place import Path_, Place, Scalar, Source
from engine.document.reader import Reader
from engine.document.standing import Standing
from engine.errors import SpecError

LONGEST_READ_SLOWLY = 50_000
"""Characters of a piece that the slow parser reads; a longer one it reads once, in the whole file."""

_KEY = re.compile(r"([^\W\d][\w.-]*):(?=[ \r\n]|\Z)")
_NOTHING = re.compile(r"(?: *(?:#[^\n]*)?\r?\n)+")
_INDENT = re.compile(r" ++(?!-[ \r\n])")
_OTHER_BREAK = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, eq=False)
class Piece:
    """Some whole lines of a file, read.

    Attributes:
        path: the path of its only key; of a whole file, empty.
        written: its text, and the nodes in it.
        data: what stands in it, by its key; of a whole file, what it holds.
        found: what is wrong in it.
        values, keys, homes, paths: as those of a Document, as far as they are of this piece.
        anchors: those that stand in it.
        mentioned: of each anchor whose name stands in it, what stood there before.
        size: how many values are written, and how many there are where aliases stand for what they repeat.
        is_head: whether its entries are pieces of their own, which follow.
        followers: earlier texts of it, from which other pieces repeat what stands in it as before: they move with it.
    """

    path: Path_
    written: Written
    data: Any
    found: tuple[Diagnostic, ...]
    values: dict[Path_, Place]
    keys: dict[Path_, Place]
    homes: dict[Path_, Path_]
    paths: dict[int, Path_]
    anchors: Anchors = field(default_factory=dict)
    mentioned: Mapping[str, Anchor | None] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)
    is_head: bool = False
    followers: tuple[Source, ...] = ()

    @property
    def first(self) -> int:
        """The number of its first line."""
        return self.written.source.first

    def is_of(self, source: Source, stretch: _Stretch, anchors: Anchors, moving: bool) -> bool:
        """Whether a stretch of text would be read as this piece, perhaps moved: then nothing that was said may name lines."""
        return (
            self.is_head == stretch.is_head
            and (not self.found if moving else self.first == source.line_of(stretch.start))
            and self.written.source.text == source.text[stretch.start : stretch.end]
            and all(anchors.get(name) is anchor for name, anchor in self.mentioned.items())
        )

    def move(self, first: int) -> None:
        """Its lines stand elsewhere in the file now."""
        by = first - self.first
        for source in (self.written.source, *self.followers) if by else ():
            source.first += by

    def standing_in(self, before: Piece) -> Piece:
        """This piece, read anew, with the anchors of the one before as far as what stands at them is as it was, so that
        pieces that repeat it need not be read again; all of that is on other lines by the same number."""
        kept: Anchors = {}
        by = 0
        for name in self.anchors.keys() & before.anchors.keys():
            old, new = before.anchors[name].node, self.anchors[name].node
            if old is not new:
                by = by if kept else new.begin.line - old.begin.line
                if old.is_like(new, by):
                    kept[name] = before.anchors[name]
        if not kept:
            return self
        before.move(before.first + by)
        sources = tuple({id(old.node.source): old.node.source for old in kept.values()}.values())
        return replace(self, anchors={**self.anchors, **kept}, followers=sources)


@dataclass(frozen=True)
class _Stretch:
    """Where a piece begins and ends in the text of its file.

    Attributes:
        is_head: whether it is a key whose entries are pieces of their own.
    """

    path: Path_
    start: int
    end: int
    is_head: bool = False


def whole(source: Source, written: Written) -> Piece | None:
    """A file as one piece; None if it is empty.

    Args:
        written: gets the nodes.

    Raises:
        SpecError: it cannot be read.
    """
    found: list[Diagnostic] = []
    root = compose(source, found.append, written.nodes)
    if root is None:
        return None
    reader = Reader(source, found)
    data = reader.read(root)
    return Piece((), written, data, tuple(found), reader.values, reader.keys, reader.homes, reader.paths)


def pieces(
    source: Source, cut: Collection[str], before: Iterable[Piece], moving: bool, short_of: str = ""
) -> list[Piece] | None:
    """The pieces of a file; None if it is to be read as a whole.

    Args:
        cut: the keys whose entries are pieces of their own.
        before: those of an earlier text of the file; what is as it was is not read again.
        moving: whether that also holds for what only stands on other lines now: nothing else then has these pieces.
        short_of: a key that is not read where it is the last one of an entry; an alias of what stands in it is a finding.

    Raises:
        SpecError: it cannot be read.
    """
    stretches = _stretches(source, cut, short_of)
    if stretches is None or len({stretch.path for stretch in stretches}) < len(stretches):
        return None
    known = {piece.path: piece for piece in before}
    standing = Standing([*known.values()])
    found = _read_all(source, stretches, known, moving)
    if len(found) == len(stretches) and _is_small(found):
        return found
    standing.restore()
    if len(found) < len(stretches) and not short_of:  # else what was left out before may be wrong too
        _refuse(source, stretches, found)
    return None


def _read_all(source: Source, stretches: list[_Stretch], known: Mapping[Path_, Piece], moving: bool) -> list[Piece]:
    """The pieces, up to one that cannot be read."""
    anchors: Anchors = {}
    found: list[Piece] = []
    for stretch in stretches:
        before = known.get(stretch.path)
        piece = before if before and before.is_of(source, stretch, anchors, moving) else None
        if piece is None:
            piece = _read(source, stretch, anchors)
            if piece is None:
                break
            piece = piece.standing_in(before) if before and moving else piece
        piece.move(source.line_of(stretch.start))
        anchors.update(piece.anchors)
        found.append(piece)
    return found


def _is_small(found: list[Piece]) -> bool:
    nodes, unfolded = (sum(sizes) for sizes in zip(*(piece.size for piece in found), strict=True))
    return bool(nodes <= MAX_NODES and unfolded <= MAX_UNFOLDED)


def _refuse(source: Source, stretches: list[_Stretch], found: list[Piece]) -> None:
    """Says why the piece behind some others cannot be read, if that is why the file cannot be."""
    stretch = stretches[len(found)]
    error = broken(source, stretch.start, _above(source, stretches, stretch), found)
    if error is not None:
        raise error


def _above(source: Source, stretches: list[_Stretch], stretch: _Stretch) -> list[int]:
    """Where the lines begin whose keys are open where a stretch begins: the file's first, its section, the first in that."""
    nothing = _NOTHING.match(source.text)
    root = nothing.end() if nothing else 0
    section = [other.start for other in stretches if other.path[0] == stretch.path[0]][:2]
    return [max(start, root) for start in (root, *section) if start < stretch.start]


def _stretches(source: Source, cut: Collection[str], short_of: str) -> list[_Stretch] | None:
    """The pieces of a file, in order; None if it is not made of keys at the beginning of lines."""
    text = source.text
    keys = None if _OTHER_BREAK.search(text) else _keys(source, 0, 0, len(text))
    if not keys or (keys[0][1] and not _NOTHING.fullmatch(text, 0, keys[0][1])):
        return None
    found: list[_Stretch] = []
    for name, start, end in keys:
        inner = _entries(source, start + len(name) + 1, end) if name in cut else None
        if inner:
            found.append(_Stretch((name,), start, inner[0][1], is_head=True))
            for entry, begin, behind in inner:
                end = _before(source, begin, behind, short_of) if short_of else behind
                found.append(_Stretch((name, entry), begin, end))
        else:
            found.append(_Stretch((name,), start, end))
    return [replace(found[0], start=0), *found[1:]]


def _entries(source: Source, start: int, end: int) -> list[tuple[str, int, int]] | None:
    """The entries below a key with nothing behind it, as `_keys` gives them."""
    nothing = _NOTHING.match(source.text, start, end)
    indent = _INDENT.match(source.text, nothing.end(), end) if nothing else None
    return _keys(source, len(indent[0]), nothing.end(), end) if nothing and indent else None


def _before(source: Source, start: int, end: int, key: str) -> int:
    """Where the last key of an entry begins, if it is this one; else the entry's end."""
    keys = _entries(source, source.text.index(":", start) + 1, end)
    return keys[-1][1] if keys and keys[-1][0] == key else end


def _keys(source: Source, indent: int, start: int, end: int) -> list[tuple[str, int, int]] | None:
    """The keys that stand so far from the left: name, begin of the line, end; None if not all that stands there is a key."""
    text, blank = source.text, " " * indent
    first, behind = (bisect_left(source.starts, index) for index in (start, end))
    lines = [
        line
        for line in source.starts[first:behind]
        if text.startswith(blank, line)
        and (sign := text[line + indent : line + indent + 1]) not in " #\r\n"
        and not (sign == "-" and text[line + indent + 1 : line + indent + 2] in " \r\n")  # an element of a list
    ]
    keys = [_KEY.match(text, line + indent, end) for line in lines]
    names = [key[1] for key in keys if key is not None]
    if len(names) < len(lines) or not names:
        return None
    return list(zip(names, lines, [*lines[1:], end], strict=True))


def _read(whole: Source, stretch: _Stretch, anchors: Anchors) -> Piece | None:
    """A piece; None if it cannot be read for itself."""
    source = whole.part(stretch.start, stretch.end)
    if stretch.is_head:
        return _head(source, stretch.path)
    sure = sure_events(source.text)
    if sure is None and len(source.text) > LONGEST_READ_SLOWLY:
        return None
    try:
        read = sure or list(slow_events(source.text))
    except (YAMLError, ValueError):
        return None
    names = {event.anchor for event in read if getattr(event, "anchor", None)}
    mentioned = {name: anchors.get(name) for name in names}
    found: list[Diagnostic] = []
    written, own = Written(source, []), dict(anchors)
    above = stretch.path[:-1]
    composer = Composer(source, iter(read), found.append, written.nodes, own, len(above))
    reader = Reader(source, found)
    try:
        root = composer.root()
        if root is None or root.kind != "mapping" or len(root.inner) != 2 or root.flow:
            return None
        data = reader.entries(root, above)
    except SpecError:
        return None
    if stretch.path not in reader.keys:
        return None
    own = {name: held for name, held in own.items() if name in names}
    values, keys, homes, paths = reader.values, reader.keys, reader.homes, reader.paths
    size = (composer.count, composer.count + composer.repeated)
    return Piece(stretch.path, written, data, tuple(found), values, keys, homes, paths, own, mentioned, size)


def _head(source: Source, path: Path_) -> Piece:
    """A key with nothing behind it: its entries follow."""
    name = str(path[-1])
    nothing = _NOTHING.match(source.text)
    start = nothing.end() if nothing else 0
    key = Node(source, start, start + len(name), name)
    data: dict[str, Any] = {Scalar(name, key, plain=True): None}
    return Piece(path, Written(source, [key]), data, (), {}, {path: key}, {}, {}, size=(2, 2), is_head=True)


def places(found: Iterable[Piece]) -> Iterator[tuple[Path_, Place, Place]]:
    """What has entries in pieces of their own, the file first: its path, and the first and last of those pieces."""
    reaching: dict[Path_, tuple[Place, Place]] = {}
    for piece in found:
        root = piece.written.nodes[0]
        for above in (piece.path[:end] for end in range(len(piece.path))):
            reaching[above] = reaching.get(above, (root,))[0], root
    return ((path, first, last) for path, (first, last) in reaching.items())
