"""What no example exercises."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.examples.coverage import Coverage, below, table, wanted
from engine.examples.run import Verdict, run_observed
from tests.examples.stage import acme, subjects

MESSAGE = """
  order:
    steps:
      - {when: =!(input.no), refuse: no number}
      - call: erp.order
        save: done
        when: =input.lines
        query: {kind: =input.kind}
        body:
          no: =input.no
          lines:
            $each: =input.lines
            $when: =item.sku
            $map: {sku: =item.sku, note?: =item.note}
          extra: {$when: =input.extra, $map: {all: =input.extra}}
    reply: {no: =done.no, text: fixed}
    examples:
%s
  other:
    reply: {a: 1}
"""
FIRST = "      - {title: a, input: {no: 1, lines: [{sku: A}]}, calls: [{call: erp.order, reply: {body: {no: 7}}}]}"
MORE = """
      - title: b
        input: {no: 1, kind: x, extra: 1, lines: [{sku: A, note: n}, {}]}
        calls: [{call: erp.order, reply: {status: 422, body: {message: no}}}]
        error: {kind: refused}
      - {title: c, input: {no: 1}}
      - {title: d, input: {}, error: {kind: refused}}
"""


def observed(folder: Path, examples: str) -> Verdict:
    return run_observed(subjects(folder, acme(MESSAGE % examples)))


def test_the_table_counts_each_kind_and_names_what_is_missed_by_its_place(tmp_path: Path) -> None:
    report = observed(tmp_path, FIRST)

    assert report.passed
    assert "\n".join(table(report.coverage)).replace(f"{tmp_path}/", "") == (
        """coverage      messages  flows        fields      branches      refusals        errors
acme      1 of 2  50 %   none  4 of 8  50 %  4 of 8  50 %  0 of 1   0 %  0 of 1   0 %

no example exercises:
  acme.yaml:27:16: branch order step 1 when: true
  acme.yaml:27:38: refusal order step 1 refuse
  acme.yaml:30:15: branch order erp.order when: false
  acme.yaml:31:23: field order erp.order query.kind
  acme.yaml:36:20: branch order erp.order body.lines[] $when: false
  acme.yaml:37:43: field order erp.order body.lines[].note
  acme.yaml:38:26: branch order erp.order body.extra $when: true
  acme.yaml:38:52: field order erp.order body.extra.all
  acme.yaml:42:3: message other
  acme.yaml:43:16: field other reply.a
  acme.yaml:12:5: error rule erp.error"""
    )


def test_examples_of_every_way_leave_out_only_the_message_without_one(tmp_path: Path) -> None:
    report = observed(tmp_path, FIRST + MORE)

    assert report.passed
    assert [spot.text for spot in report.coverage[0].missed] == ["other", "other reply.a"]


def test_an_empty_list_and_null_that_stand_in_the_file_are_no_fields(tmp_path: Path) -> None:
    empty = "  {m: {reply: {keys: [], none: null, a: 1}, examples: [{title: t, reply: {keys: [], none: null, a: 1}}]}}"

    report = run_observed(subjects(tmp_path, acme(empty)))

    assert report.passed
    assert report.coverage[0].count("fields") == (1, 1)


def test_a_value_behind_a_when_is_exercised_once_it_is_there(tmp_path: Path) -> None:
    def missed(examples: str) -> list[str]:
        message = f"""
  one:
    reply: {{price?: {{$when: =input.count, $map: =input.price}}}}
    examples: [{examples}]
"""
        return [spot.text for spot in run_observed(subjects(tmp_path, acme(message))).coverage[0].missed]

    left_out, there = "{title: a, input: {}, reply: {}}", "{title: b, input: {count: 1, price: 2}, reply: {price: 2}}"

    assert missed(left_out) == ["one reply.price", "one reply.price $when: true", "erp.error"]
    assert missed(f"{left_out}, {there}") == ["erp.error"]


def test_a_threshold_names_what_does_not_reach_it(tmp_path: Path) -> None:
    coverage = observed(tmp_path, FIRST).coverage

    assert below(coverage, wanted("messages=50, fields=40.5")) == []
    assert below([Coverage("empty", ())], wanted("fields=95")) == []
    assert below(coverage, wanted("messages=100,fields=95")) == [
        "acme: messages 50.0 %, wanted 100 %",
        "acme: fields 50.0 %, wanted 95 %",
    ]


@pytest.mark.parametrize("text", ["fields", "felds=1", "fields=much", "fields=1,"])
def test_a_threshold_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        wanted(text)


FLOW = """
  place: {steps: [{call: erp.order, body: {no: =input.no}}]}
events:
  placed: {map: {no: =body.no, note?: =body.note}, when: =body.no != 'T'}
  unheard: {map: {no: =body.no}}
flows:
  orders:
    trigger: {event: placed}
    when: =record.no != 'X'
    hold: {until: =record.no != 'H', limit: 3d}
    send: place
    input: {no: =record.no, note: {$when: =record.note, $map: =record.note}}
%s
  stock:
    trigger: {every: 1m}
    read: {call: erp.list, query: {since: =cursor.at}, cursor: {start: {at: "1990"}, next: {at: =record.at}}}
    changed: ["=record.count"]
    key: =record.sku
    send: place
    input: {no: =record.sku}
%s
"""


def test_of_flows_their_fields_conditions_and_events_are_asked_for(tmp_path: Path) -> None:
    report = run_observed(subjects(tmp_path, acme(FLOW % ("", "    examples: [{title: a, record: {sku: A, at: 1}}]"))))

    table_of_flows = "\n".join(table(report.coverage)).replace(f"{tmp_path}/", "")
    assert not report.passed  # the order that it makes is not listed
    assert table_of_flows == (
        """coverage      messages         flows        fields       branches  refusals        errors
acme      0 of 1   0 %  1 of 2  50 %  2 of 9  22 %  0 of 10   0 %      none  0 of 1   0 %

no example exercises:
  acme.yaml:25:3: message place
  acme.yaml:27:58: branch placed when: true
  acme.yaml:27:58: branch placed when: false
  acme.yaml:27:22: field placed map.no
  acme.yaml:27:39: field placed map.note
  acme.yaml:30:3: flow orders
  acme.yaml:32:11: branch orders when: true
  acme.yaml:32:11: branch orders when: false
  acme.yaml:33:19: branch orders hold.until: true
  acme.yaml:33:19: branch orders hold.until: false
  acme.yaml:35:17: field orders input.no
  acme.yaml:35:29: field orders input.note
  acme.yaml:35:43: branch orders input.note $when: true
  acme.yaml:35:43: branch orders input.note $when: false
  acme.yaml:39:43: field stock read query.since
  acme.yaml:39:78: field stock read cursor.start.at
  acme.yaml:39:97: field stock read cursor.next.at
  acme.yaml:40:16: branch stock changed: true
  acme.yaml:40:16: branch stock changed: false
  acme.yaml:12:5: error rule erp.error"""
    )


ORDERS = """    examples:
      - {title: a, event: {no: A, note: n}, calls: [{call: erp.order}]}
      - {title: b, event: {no: B}, calls: [{call: erp.order, reply: {status: 422}}], outcome: parked}
      - {title: c, event: {no: T}, outcome: skipped}
      - {title: d, event: {no: X}, outcome: skipped}
      - {title: e, event: {no: H}, outcome: held}
"""
STOCK = """    examples:
      - title: a row that comes twice
        calls:
          - {call: erp.list, reply: {body: {rows: [{sku: A, at: "1"}, {sku: A, at: "2"}]}}}
          - {call: place, sent: {body: {no: A}}}
"""


def test_flows_whose_examples_go_every_way_lack_nothing(tmp_path: Path) -> None:
    report = run_observed(subjects(tmp_path, acme(FLOW % (ORDERS, STOCK))))

    assert report.passed
    assert [spot.text for spot in report.coverage[0].missed] == ["place"]


def test_the_latest_of_a_key_need_not_come_twice(tmp_path: Path) -> None:
    latest = "    delivery: {keep: latest}\n    examples: [{title: a, record: {sku: A}, calls: [{call: place}]}]"

    report = run_observed(subjects(tmp_path, acme(FLOW % ("", latest))))

    assert [spot.text for spot in report.coverage[0].missed if "changed" in spot.text] == []
