"""Why a file cannot be read, found out from the piece that cannot be read: all before it is sound.

The parser that says well what is wrong is slow. So it begins at that piece, below the keys that are open there, each on its
line; of a whole file it would say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from engine.document.compose import Composer
from engine.document.events import slow_events
from engine.document.extent import Extent, Written
from engine.document.place import Source
from engine.document.syntax import explain
from engine.errors import SpecError

if TYPE_CHECKING:
    from engine.document.pieces import Piece

_COUNTED_DIFFERENTLY = re.compile("[\x85\u2028\u2029\ufeff]")


def broken(source: Source, start: int, above: Sequence[int], sound: Sequence[Piece]) -> SpecError | None:
    """What is wrong in a file; None if that cannot be said from here.

    Args:
        start: where the piece begins that cannot be read for itself.
        above: where the lines begin whose keys are open there.
        sound: the pieces before it.
    """
    if _COUNTED_DIFFERENTLY.search(source.text):
        return None
    first = source.line_of(start)
    lines = [""] * (first - 1)
    for line in above:
        lines[source.line_of(line) - 1] = source.line(source.line_of(line)).partition(":")[0] + ":"
    text = "".join(f"{line}\n" for line in lines)
    rest = Source.of(text + source.text[start:], source.file)
    rest = Source(rest.file, rest.text, rest.starts[first - 1 :], first)
    written = Written(rest, [])
    anchors = {name: anchor for piece in sound for name, anchor in piece.anchors.items()}
    composer = Composer(rest, slow_events(rest.text), lambda _: None, written.nodes, anchors)
    composer.count = sum(piece.size[0] for piece in sound)
    composer.repeated = sum(piece.size[1] for piece in sound) - composer.count
    try:
        composer.root()
    except MarkedYAMLError as error:
        for mark in filter(None, (error.problem_mark, error.context_mark)):
            mark.index = source.starts[mark.line] + mark.column
        extent = Extent(source, [*(piece.written for piece in sound), written])
        return SpecError([extent.ended(finding) for finding in explain(error, source)])
    except (YAMLError, ValueError, SpecError):
        pass
    return None
