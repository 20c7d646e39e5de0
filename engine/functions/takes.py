"""What arguments of functions must be, as types; anything else is a Fault."""

from __future__ import annotations

from engine.types import ANY, BOOLEAN, NUMBER, TEXT, list_of, map_of

PRINTED = TEXT | NUMBER | BOOLEAN
"""What has a text."""

PLAIN = NUMBER | TEXT
"""A number, or text that is a plain number."""

LIST = list_of(ANY)
NUMBER_LIST = list_of(NUMBER)
TEXT_LIST = list_of(TEXT)
RANKED = list_of(NUMBER | TEXT)
"""Numbers only or text only, which one of them says when it runs."""

OBJECT = map_of()
