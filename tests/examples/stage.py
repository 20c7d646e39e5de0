"""Integrations as text, and what running their examples comes to."""

from __future__ import annotations

from pathlib import Path

from engine.examples.run import Verdict, run
from engine.examples.suite import Subject, load_subjects
from engine.examples.text import failure

ACME = """engine: 1
name: acme
{head}
settings:
  url: {{type: url}}
  password: {{type: secret}}
  company: {{type: text}}
connections:
  erp:
    type: rest
    url: =settings.url
    error: {{text: =reply.message}}
    {connection}
    endpoints:
      log_in: {{method: POST, path: /log_in, auth: {{type: none}}}}
      ping: {{method: GET, path: /ping}}
      price: {{method: GET, path: "/items/{{sku}}/price", absent: [404]}}
      order: {{method: POST, path: /orders}}
      list: {{method: GET, path: /list, records: =reply.rows, page: {{type: number, param: page, size_param: size, size: 2}}}}
      linked: {{method: GET, path: /linked, records: =reply.rows, page: {{type: next, next: =reply.next}}}}
      letter: {{method: POST, path: /letters, format: xml}}
      form: {{method: POST, path: /forms, format: form}}
messages:
{messages}
"""

PRICE = """  price:
    steps: [{call: erp.price, save: found, path: {sku: =input.sku}, query: {company: =settings.company}}]
    reply: {sku: =input.sku, unit_price: "=decimal(found.price, `4`)"}
    examples:
"""


def acme(messages: str, head: str = "", connection: str = "") -> str:
    return ACME.format(messages=messages, head=head, connection=connection)


def subjects(folder: Path, *files: str) -> list[Subject]:
    """Integrations, written into a folder and loaded; each file holds its name."""
    for text in files:
        name = next(line.split()[1] for line in text.splitlines() if line.startswith("name:"))
        (folder / f"{name}.yaml").write_text(text)
    return load_subjects([folder])


def report(folder: Path, *files: str) -> Verdict:
    return run(subjects(folder, *files))


def told(folder: Path, *files: str) -> str:
    """What is said of the failed examples, the folder left out; empty: all pass, and there was one."""
    results = report(folder, *files).results
    assert results
    lines = [line for result in results if not result.passed for line in failure(result)]
    return "\n".join(lines).replace(f"{folder}/", "")
