"""The types of settings, and of the names that the engine itself gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from engine.notices.notice import Notice
from engine.spec.settings import Setting
from engine.types import ANY, BOOLEAN, INTEGER, NUMBER, TEXT, Null, Object, Text, Type, list_of, map_of, object_of

_KINDS: dict[str, Type] = {
    "integer": INTEGER,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "list": list_of(ANY),
    "emails": list_of(TEXT),
    "networks": list_of(TEXT),
    "map": map_of(),
}

NOTICE = object_of({one.name: INTEGER if one.name == "count" else TEXT for one in fields(Notice)})
EXCHANGE = object_of({"id": TEXT, "key": TEXT, "number": INTEGER, "at": TEXT, "attempt": INTEGER})


def settings_type(settings: Mapping[str, Setting | None]) -> Type:
    """All settings as one object; a name that is not declared is told elsewhere."""
    fields = {name: _setting(setting) for name, setting in settings.items()}
    return Type((Object(fields, frozenset(fields), ANY, loose=True),))


def _setting(setting: Setting | None) -> Type:
    if setting is None or not setting.type:
        return ANY
    found = _KINDS.get(setting.type, TEXT)
    if setting.choices and found is TEXT:
        found = Type((Text(max(map(len, setting.choices)), frozenset(map(str, setting.choices))),))
    if setting.type == "map" and isinstance(setting.default, dict):  # an administrator may set other keys
        found = Type((Object(dict.fromkeys(map(str, setting.default), ANY), rest=ANY, loose=True),))
    has_default = "default" in setting.model_fields_set
    if (has_default and setting.default is None) or (not has_default and setting.required not in (None, True)):
        return found.or_null(Null())
    return found
