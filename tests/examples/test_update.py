"""`--update`: the file says what came; nothing else in it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.examples.run import run
from engine.examples.suite import load_subjects
from engine.examples.update import revision
from tests.examples.stage import PRICE, acme

ORDER = """  order:
    steps: [{call: erp.order, save: done, body: {id: =input.id, lines: =input.lines}}]
    reply: {done: =done.no, lines: =input.lines}
    examples:
"""


ORDERS = """
  place:
    steps: [{call: erp.order, body: {no: =input.no}}]
events:
  placed: {when: =body.no != 'T'}
flows:
  orders:
    trigger: {event: placed}
    hold: {until: =record.no != 'H', limit: 3d}
    key: =event.no
    send: place
    input: {no: =record.no, kind: web}
    examples:
"""
LIST = """
  place:
    steps: [{call: erp.order, body: {no: =input.no}}]
flows:
  stock:
    trigger: {every: 1m}
    read: {call: erp.list, query: {since: =cursor.at}, cursor: {start: {at: "1990"}, next: {at: =record.at}}}
    key: =record.no
    send: place
    input: {no: =record.no}
    examples:
"""


def updated(folder: Path, examples: str, before: str = ORDER) -> str:
    """Examples after the update; they pass then."""
    file = folder / "acme.yaml"
    file.write_text(acme(before + examples))
    (subject,) = load_subjects([file])
    found = revision(subject)
    found.write()
    assert run(load_subjects([file])).passed
    before, after = found.before.split("    examples:\n"), file.read_text().split("    examples:\n")
    assert before[0] == after[0]
    return after[1].rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            """      - title: one line        # kept
        input: {id: 1, lines: [{sku: A}]}
        calls:
          - call: erp.order        # kept too
            sent: {body: {id: 2, lines: [{sku: B}]}}      # and this
            reply: {body: {no: 7}}
        reply: {done: 8, lines: [{sku: A}]}""",
            """      - title: one line        # kept
        input: {id: 1, lines: [{sku: A}]}
        calls:
          - call: erp.order        # kept too
            sent: {body: {id: 1, lines: [{sku: A}]}}      # and this
            reply: {body: {no: 7}}
        reply: {done: 7, lines: [{sku: A}]}""",
        ),
        (
            """      - title: a block
        input: {id: 1, lines: [{sku: A, text: x}]}
        calls: [{call: erp.order, reply: {body: {no: W-7}}}]
        reply:
          # matchers stay where they still match
          done: {$regex: "^W-"}      # a number of the ERP
          gone: 1
          lines:
            - sku: B     # the first
              old: true
              text: {$any: text}

      - title: the next one
        error: {kind: refused}
        calls: [{call: erp.order, reply: {status: 422, body: {message: "no: never"}}}]""",
            """      - title: a block
        input: {id: 1, lines: [{sku: A, text: x}]}
        calls: [{call: erp.order, reply: {body: {no: W-7}}}]
        reply:
          # matchers stay where they still match
          done: {$regex: "^W-"}      # a number of the ERP
          lines:
            - sku: A     # the first
              text: {$any: text}

      - title: the next one
        error: {kind: refused}
        calls: [{call: erp.order, reply: {status: 422, body: {message: "no: never"}}}]""",
        ),
        (
            """      - title: lines that go and come, with remarks
        input: {id: 1, lines: [{sku: A}, {sku: B, text: "no"}, {sku: C}]}
        calls:
          - call: erp.order
            sent:
              body:
                id: 1
                lines:
                  # the first
                  - sku: A      # as the shop has it
                  # none of ours
                  - sku: X
                    old: true
                  - {sku: B, text: "no"}
                  - {sku: C}    # the last
                  - {sku: D}
            reply: {body: {no: 7}}
        reply:
          done: 7
          lines:
            - {sku: B, text: {$any: text}}     # in the middle""",
            """      - title: lines that go and come, with remarks
        input: {id: 1, lines: [{sku: A}, {sku: B, text: "no"}, {sku: C}]}
        calls:
          - call: erp.order
            sent:
              body:
                id: 1
                lines:
                  # the first
                  - sku: A      # as the shop has it
                  # none of ours
                  - {sku: B, text: "no"}
                  - {sku: C}    # the last
            reply: {body: {no: 7}}
        reply:
          done: 7
          lines:
            - {sku: A}
            - {sku: B, text: {$any: text}}     # in the middle
            - {sku: C}""",
        ),
        (
            """      - title: more and fewer lines
        input: {id: 1, lines: [{sku: A}, {sku: "00123"}, {sku: C}]}
        calls: [{call: erp.order, reply: {body: {no: 7}}}]
        reply:
          done: 7
          lines:
            - {sku: {$any: text}}
            - {sku: C}
      - title: an error that is a reply now
        input: {id: 1}
        calls: [{call: erp.order, reply: {body: {no: 7}}}]
        error: {kind: refused, text: "no"}
      - title: a reply that is an error now
        input: {id: 1}
        reply: {done: 7}
        calls: [{call: erp.order, reply: {status: 422, body: {message: "no: never"}}}]
      - title: nothing said yet
        calls: [{call: erp.order, reply: {body: {no: 7}}}]""",
            """      - title: more and fewer lines
        input: {id: 1, lines: [{sku: A}, {sku: "00123"}, {sku: C}]}
        calls: [{call: erp.order, reply: {body: {no: 7}}}]
        reply:
          done: 7
          lines:
            - {sku: {$any: text}}
            - {sku: "00123"}
            - {sku: C}
      - title: an error that is a reply now
        input: {id: 1}
        calls: [{call: erp.order, reply: {body: {no: 7}}}]
        reply: {done: 7, lines: null}
      - title: a reply that is an error now
        input: {id: 1}
        error: {kind: refused, text: "no: never"}
        calls: [{call: erp.order, reply: {status: 422, body: {message: "no: never"}}}]
      - title: nothing said yet
        calls: [{call: erp.order, reply: {body: {no: 7}}}]
        reply: {done: 7, lines: null}""",
        ),
    ],
    ids=["values", "keys", "lines with remarks", "lists and endings"],
)
def test_only_what_differs_is_written_anew(tmp_path: Path, before: str, after: str) -> None:
    assert updated(tmp_path, before + "\n") == after


OF_EVENTS = """      - title: what is sent differs        # kept
        event: {no: A}
        calls: [{call: place, sent: {body: {no: B, kind: web}}}]
        sends:
          - keys: [B]        # the order
            input: {no: {$any: text}, kind: shop}

      - {title: it is held, event: {no: H}}
      - {title: it is not held any more, event: {no: A}, calls: [{call: place}], outcome: held}
      - {title: it is refused, event: {no: A}, calls: [{call: place, reply: {status: 422, body: {text: "no: never"}}}]}
      - title: in other words
        event: {no: A}
        calls: [{call: place, reply: {status: 422, body: {text: no credit}}}]
        error: {kind: refused, text: no such customer}
        failed: [{key: A, error: no such customer}]
        outcome: again
      - title: it is accepted now
        event: {no: A}
        error: {kind: refused}
        calls: [{call: place}]
        outcome: parked
      - {error: {kind: refused}, title: it is skipped now, event: {no: T}}
      - {title: nothing said yet, event: {no: A}, calls: [{call: place}]}"""
OF_EVENTS_AFTER = """      - title: what is sent differs        # kept
        event: {no: A}
        calls: [{call: place, sent: {body: {no: A, kind: web}}}]
        sends:
          - keys: [A]        # the order
            input: {no: {$any: text}, kind: web}

      - {title: it is held, event: {no: H}, sends: [], outcome: held}
      - {title: it is not held any more, event: {no: A}, calls: [{call: place}], outcome: done}
      - {title: it is refused, event: {no: A}, calls: [{call: place, reply: {status: 422, body: {text: "no: never"}}}], \
sends: [{keys: [A], input: {"no": A, kind: web}}], error: {kind: refused, text: "no: never"}, outcome: parked}
      - title: in other words
        event: {no: A}
        calls: [{call: place, reply: {status: 422, body: {text: no credit}}}]
        error: {kind: refused, text: no credit}
        failed: [{key: A, error: no credit}]
        outcome: parked
      - title: it is accepted now
        event: {no: A}
        calls: [{call: place}]
        outcome: done
      - {outcome: skipped, title: it is skipped now, event: {no: T}}
      - {title: nothing said yet, event: {no: A}, calls: [{call: place}], \
sends: [{keys: [A], input: {"no": A, kind: web}}]}"""
OF_READING = """      - title: two records
        cursor: {at: "1"}
        calls:
          - {call: erp.list, sent: {query: {since: "0"}}, reply: {body: {rows: [{no: A, at: "2"}, {no: B, at: "3"}]}}}
          - {call: place}
          - {call: place, reply: {status: 422, body: {text: never}}}
        sends: [{keys: [A]}]
        failed: []
        outcome: parked
        next_cursor: {at: "2"}
      - {title: the system is away, calls: [{call: erp.list, fails: connect}], sends: []}"""
OF_READING_AFTER = """      - title: two records
        cursor: {at: "1"}
        calls:
          - {call: erp.list, sent: {query: {since: "1"}}, reply: {body: {rows: [{no: A, at: "2"}, {no: B, at: "3"}]}}}
          - {call: place}
          - {call: place, reply: {status: 422, body: {text: never}}}
        sends: [{keys: [A]}, {keys: [B], input: {"no": B}}]
        failed: [{key: B, error: never}]
        outcome: parked
        next_cursor: {at: "3"}
      - {title: the system is away, calls: [{call: erp.list, fails: connect}], sends: [], \
error: {kind: unreachable, text: "url.example:443 cannot be reached: connection refused", code: connect}}"""


@pytest.mark.parametrize(
    ("flow", "before", "after"),
    [(ORDERS, OF_EVENTS, OF_EVENTS_AFTER), (LIST, OF_READING, OF_READING_AFTER)],
    ids=["events", "reading"],
)
def test_what_flows_do_is_written_too(tmp_path: Path, flow: str, before: str, after: str) -> None:
    assert updated(tmp_path, before + "\n", flow) == after


def test_what_matches_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    call = "{call: erp.price, reply: {body: {price: 1}}}"
    reply = "{sku: A, unit_price: 1.0}"
    file.write_text(acme(f"{PRICE}      - {{title: a, input: {{sku: A}}, calls: [{call}], reply: {reply}}}\n"))
    (subject,) = load_subjects([file])

    assert revision(subject).after == revision(subject).before
