"""Parts that are chosen by `type`: found by the name of their file, imported when the first is met."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

from engine.parts.kinds import KINDS, import_all, types
from engine.parts.registry import part

TUNNEL = """engine: 1
name: acme
connections:
  erp:
    type: rest
    url: https://erp.example.com
    tunnel: {type: ssh}
"""


def told(folder: Path, text: str, print_: str) -> list[str]:
    """What a process of its own prints when it has checked a file."""
    (folder / "acme.yaml").write_text(text)
    code = f"import engine, sys; found = engine.validate('acme.yaml'); print({print_})"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_every_type_is_the_file_of_the_part_it_chooses() -> None:
    import_all()

    chosen = {
        (kind, name): get_args(part(kind, name).model_fields["type"].annotation)
        for kind in KINDS
        for name in types(kind)
    }

    assert {name: types_ for name, types_ in chosen.items() if types_ != (name[1],)} == {}
    assert types("engine.protocols") == ("files", "rest", "soap", "sql")


def test_what_a_file_does_not_have_is_not_imported(tmp_path: Path) -> None:
    imported = "'jinja2' in sys.modules, 'engine.tunnels.ssh' in sys.modules"

    assert told(tmp_path, "engine: 1\nname: acme\n", imported) == ["False False"]
    assert told(tmp_path, TUNNEL, imported) == ["False True"]
    assert told(tmp_path, "engine: 1\nname: acme\nmessages: {hello: {reply: 'Hi {{ input.name }}'}}\n", imported) == [
        "True False"
    ]


def test_a_key_is_known_to_belong_to_a_part_that_the_file_does_not_have(tmp_path: Path) -> None:
    assert told(tmp_path, "engine: 1\nname: acme\nhost_key: x\n", "found[0].hint.partition(';')[0]") == [
        "`host_key` belongs to an ssh tunnel"
    ]
