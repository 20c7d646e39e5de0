"""Files in the documentation: which are read, when they are whole, and where they go."""

from __future__ import annotations

from pathlib import Path

from engine.docs.load import load_subjects
from engine.docs.markdown import markdown
from engine.docs.page import page

FILE = """engine: 1
name: imports
settings: {bad_rows: {type: integer, default: 5}}
connections:
  drop:
    type: files
    folder: /srv/erp
    endpoints:
      items:
        type: read
        match: items_*.csv
        order: time
        ready: {marker: "{name}.done", quiet: 30s}
        tolerate: =settings.bad_rows
        archive: done
        format: {type: csv, columns: {SKU: text(20) required, PRICE: "decimal(12,4)"}}
      groups: {type: read, match: "*.xml", format: {type: xml, records: Catalog.Group}}
  erp: {type: rest, url: "https://erp.example.com", endpoints: {post: {method: POST, path: /}}}
messages:
  take: {steps: [{call: erp.post, body: =input}]}
flows:
  items: {trigger: {every: 1m}, read: {call: drop.items}, key: =record.SKU, send: take, input: {sku: =record.SKU}}
  groups: {trigger: {every: 1m}, read: {call: drop.groups}, key: =record.No, send: take, input: {no: =record.No}}
"""


def test_what_becomes_of_files_and_of_their_rows_is_told(tmp_path: Path) -> None:
    (tmp_path / "imports.yaml").write_text(FILE)
    text = markdown(page(load_subjects(tmp_path)["imports"])).replace("\\", "")

    for line in [
        "| Reads files | `items_*.csv`, the oldest first; what ends in .gz or .zip is unpacked |",
        "| A file is whole | when `{name}.done` stands beside it, and when nothing was written to it for 30s |",
        "| A file holds | csv, utf-8: `SKU` text(20) required, `PRICE` decimal(12,4) |",
        "| When all its records are accepted | it is moved to `done/`, and never read again |",
        "| When a row cannot be read | it stands in `error/NAME.rejected` with its line, the others go on; with more than "
        "5 (setting bad_rows) the file is broken, and moved to `error/` |",
        "| A file is whole | when nothing was written to it for 10s |",
        "| A file holds | xml, a record for each `Catalog.Group` |",
        "| the folder cannot be used | the run ends, the next one goes on behind what is safe | none is lost |",
        "    p1->>p2: read items_*.csv",
    ]:
        assert line in text
