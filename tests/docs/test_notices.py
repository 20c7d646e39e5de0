"""Who is told of what needs a person, in the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from engine.docs.load import load_subjects
from engine.docs.markdown import markdown
from engine.docs.notices import WORDS
from engine.docs.page import page
from engine.notices.notice import Happening

FILE = """
engine: 1
name: told
settings: {people: {type: emails, default: []}}
connections:
  erp: {type: rest, url: "https://erp.example.com", endpoints: {post: {method: POST, path: /}}}
events: {came: {}}
messages: {take: {steps: [{call: erp.post, body: =input}]}}
flows: {orders: {trigger: {event: came}, key: =event.no, send: take}}
notify:
  - {type: email, to: =settings.people, events: [parked, offline]}
  - {type: email, to: [ops@example.com], events: [waiting], flows: [orders], after: 2h, group: 1h}
  - {type: call, call: erp.post, events: [flow_failed, confirm_late, online], body: {text: =notice.text}}
"""


def test_each_entry_is_told(tmp_path: Path) -> None:
    (tmp_path / "told.yaml").write_text(FILE)
    text = markdown(page(load_subjects(tmp_path)["told"])).replace("\\", "")

    told = text[text.index("## Who is told") : text.index('<a id="settings"></a>')]
    assert [line for line in told.splitlines() if line.startswith("|")] == [
        "| How | Of what | Of which flows |",
        "|---|---|---|",
        "| mail to those in the setting `people` (default: nobody), at most every 5m "
        "| a record needs a person; a system is away | all |",
        "| mail to ops@example.com, at most every 1h | a record waits longer than 2h | [orders](#flow-orders) |",
        "| call of `erp.post`, at most every 5m | reading has failed; an answer is overdue; a system is back | all |",
    ]


def test_every_happening_has_words() -> None:
    assert WORDS.keys() == set(get_args(Happening))
