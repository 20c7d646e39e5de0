"""The small things a page consists of."""

from __future__ import annotations

import pytest

from engine.docs.assumptions import Assumption, marked
from engine.docs.markdown import markdown
from engine.docs.mermaid import mermaid
from engine.docs.model import Code, Listing, Page, Paragraph, Section, Table
from engine.docs.sequence import Arrow, Diagram, Frame
from engine.docs.shown import duration
from engine.docs.svg import svg


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "500ms"), (0, "0s"), (10, "10s"), (60, "1m"), (90, "90s"), (86400, "24h"), (604800, "7d"), (1.5, "1.5s")],
)
def test_durations_are_shown_as_they_are_written(seconds: float, text: str) -> None:
    assert duration(seconds) == text


FILE = """\
# [I] = an assumption, to be checked.
settings: {}
messages:
  prices:
    description: Prices [I].
    steps:
      # P21 answers in order,
      # if no row is missing [I]. Else none.
      - call: erp.prices
        body:
          no: =input.no          # [I] as an edit
          kind: WEB   # [I]
    reply:
      $map: {total: =sum}
  total:
    description: >-
      The order is posted as a bid,
      read and cancelled again [I].
    reply: {a: 1}
"""


def test_assumptions_are_found_with_their_place() -> None:
    assert list(marked(FILE)) == [
        Assumption("Prices", "messages.prices.description", "", 5),
        Assumption(
            "P21 answers in order, if no row is missing. Else none", "messages.prices.steps.call", "call: erp.prices", 8
        ),
        Assumption("as an edit", "messages.prices.steps.body.no", "no: =input.no", 11),
        Assumption("as it is written", "messages.prices.steps.body.kind", "kind: WEB", 12),
        Assumption("The order is posted as a bid, read and cancelled again", "messages.total.description", "", 18),
    ]


DIAGRAM = Diagram(
    "a.b", {"caller": "Caller", "erp": "E;R#P"}, [Frame("loop", "each", [Arrow("caller", "erp", "a: {b}")])]
)


def test_mermaid_reads_no_sign_of_the_file_as_its_own() -> None:
    assert mermaid(DIAGRAM) == (
        "sequenceDiagram\n"
        "    participant p1 as Caller\n"
        "    participant p2 as E#59;R#35;P\n"
        "    loop each\n"
        "        p1->>p2: a: #123;b#125;\n"
        "    end"
    )


def test_a_drawing_holds_everything_that_happens_inside_its_bounds() -> None:
    import re

    text = svg(DIAGRAM)

    width, height = (float(number) for number in re.findall(r'viewBox="0 0 (\S+) (\S+)"', text)[0])
    places = [float(number) for number in re.findall(r' [xy][12]?="(\S+?)"', text)]
    assert max(places) <= max(width, height)
    assert all(words in text for words in ("Caller", "E;R#P", "loop", "each", "a: {b}"))


def test_code_of_markdown_ends_where_it_ends() -> None:
    blocks = [
        Table(["A", "B"], [[Code("a | `b`"), ""], [Code("``"), ""]]),
        Listing("```\nfence\n```", "json"),
        Paragraph("1 * 2 | <b>"),
    ]

    text = markdown(Page("t", [], [Section("s", "s", blocks)]))

    assert "| A |\n|---|\n| `` a \\| `b` `` |\n| ``` `` ``` |\n" in text
    assert "````json\n```\nfence\n```\n````" in text
    assert "1 \\* 2 \\| &lt;b&gt;" in text
