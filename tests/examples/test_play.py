"""Examples that pass, each because the code of production does what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.stage import PRICE, acme, told

SHOP = """engine: 1
name: webshop
settings: {url: {type: url}}
connections:
  web: {type: rest, url: =settings.url, endpoints: {put: {method: PUT, path: /stock}}}
messages:
  update:
    input: {type: object, required: [sku], properties: {sku: {type: string}}}
    output: {type: object, required: [done]}
    steps: [{call: web.put, body: =input}]
    reply: {done: =`true`}
"""


def passes(folder: Path, *files: str) -> None:
    assert told(folder, *files) == ""


def test_a_reply_is_built_from_what_the_system_answers(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            PRICE
            + """
      - title: known
        settings: {company: North}
        input: {sku: EMT/05}
        calls:
          - call: erp.price
            sent: {path: {sku: EMT/05}, query: {company: North}}
            reply: {body: {price: "4.125"}}
        reply: {sku: EMT/05, unit_price: 4.125}
      - title: not sold
        input: {sku: B}
        calls: [{call: erp.price, reply: {status: 404}}]
        reply: {sku: B, unit_price: null}
"""
        ),
    )


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        ("connect", "url.example:443 cannot be reached: connection refused"),
        ("timeout", "url.example:443 did not answer within 10 s"),
        ("reset", "url.example:443 broke the connection off: in the middle of its reply"),
        ("tls", "url.example:443 cannot be trusted: its certificate is not accepted"),
        ("dns", "url.example:443 cannot be found: its name is not known"),
        ("garbage", "url.example:443 answered something that is not HTTP: this is no HTTP"),
    ],
)
def test_a_failure_is_told_in_the_words_of_production(tmp_path: Path, cause: str, text: str) -> None:
    passes(
        tmp_path,
        acme(
            PRICE
            + f"""
      - title: away
        input: {{sku: A}}
        calls: [{{call: erp.price, fails: {cause}}}]
        error: {{kind: unreachable, code: {cause}, text: "{text}"}}
""",
            connection="retry: {attempts: 1}",
        ),
    )


def test_a_call_that_is_retried_fails_the_same_way_unless_the_list_goes_on(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            PRICE
            + """
      - title: better the second time
        input: {sku: A}
        calls:
          - {call: erp.price, fails: connect}
          - {call: erp.price, reply: {body: {price: 1}}}
        reply: {sku: A, unit_price: 1}
      - title: never better
        input: {sku: A}
        calls: [{call: erp.price, reply: {status: 503, body: {message: closed}}}]
        error: {kind: refused, text: closed}
"""
        ),
    )


def test_logins_and_probes_answer_by_themselves_and_can_be_given(tmp_path: Path) -> None:
    login = (
        "{type: login, request: {call: erp.log_in, body: {p: =settings.password}}, token: '=reply.sessions[0].token', "
    )
    more = "lifetime: =reply.seconds, headers: {X-Session: '{{ token }} of {{ reply.user.name }}'}}"

    passes(
        tmp_path,
        acme(
            PRICE
            + """
      - title: logged in
        input: {sku: A}
        calls:
          - call: erp.price
            sent: {headers: {x-session: example-token of example}}
            reply: {body: {price: 1}}
        reply: {sku: A, unit_price: 1}
      - title: a login that is refused
        input: {sku: A}
        calls: [{call: erp.log_in, sent: {body: {p: PASSWORD}}, reply: {status: 403, body: {message: no}}}]
        error: {kind: refused, text: "no"}
      - title: a token that has ended
        input: {sku: A}
        calls:
          - {call: erp.price, reply: {status: 401}}
          - {call: erp.price, reply: {body: {price: 1}}}
        reply: {sku: A, unit_price: 1}
      - title: a token that is never accepted
        input: {sku: A}
        calls: [{call: erp.price, reply: {status: 401, body: {message: who are you}}}]
        error: {kind: refused, text: who are you}
      - title: the whole system is away
        input: {sku: A}
        calls: [{call: erp.price, fails: connect}, {call: erp.ping, fails: connect}]
        error: {kind: unreachable, code: offline}
""",
            connection=f"auth: {login}{more}\n    offline: {{probe: erp.ping, lasts: 60s}}",
        ),
    )


def test_a_token_of_oauth_needs_no_call(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            PRICE
            + """
      - title: with a token
        input: {sku: A}
        calls: [{call: erp.price, sent: {headers: {Authorization: Bearer example-token}}, reply: {body: {price: 1}}}]
        reply: {sku: A, unit_price: 1}
""",
            connection="auth: {type: oauth2, token_url: /token, client_id: me, client_secret: =settings.password}",
        ),
    )


def test_an_address_that_a_call_names_needs_no_call(tmp_path: Path) -> None:
    text = acme(
        """
  order:
    steps: [{call: ui.order, body: {no: 1}, save: done}]
    reply: =done
    examples:
      - title: at the address
        calls: [{call: ui.order, sent: {body: {no: 1}}, reply: {body: {ok: 1}}}]
        reply: {ok: 1}
"""
    )
    ui = "  ui:\n    type: rest\n    url: {call: erp.ping, value: =reply.Url}\n"

    passes(
        tmp_path,
        text.replace("messages:\n", ui + "    endpoints: {order: {method: POST, path: /orders}}\nmessages:\n", 1),
    )


def test_time_does_not_pass(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            """
  wait:
    steps:
      - call: erp.ping
        save: state
        repeat: {until: =reply.done, every: 1h, limit: 10h}
        timeout: 1h
    reply: {at: =exchange.at}
    timeout: 7d
    examples:
      - title: done after three hours
        at: "2026-03-01T13:00:00+01:00"
        calls:
          - {call: erp.ping, reply: {body: {done: false}}}
          - {call: erp.ping, reply: {body: {done: false}}, delay: 30m}
          - {call: erp.ping, reply: {body: {done: true}}}
        reply: {at: "2026-03-01T12:00:00.000Z"}
"""
        ),
    )


def test_pages_come_one_by_one_or_all_at_once(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            """
  rows:
    steps: [{call: erp.list, save: rows}]
    reply: =rows[].id
    examples:
      - title: one by one
        calls:
          - {call: erp.list, sent: {query: {page: 1, size: 2}}, reply: {body: {rows: [{id: 1}, {id: 2}]}}}
          - {call: erp.list, sent: {query: {page: 2}}, reply: {body: {rows: [{id: 3}]}}}
        reply: [1, 2, 3]
      - title: all at once
        calls: [{call: erp.list, sent: {query: {}}, reply: {body: {rows: [{id: 1}, {id: 2}, {id: 3}, {id: 4}]}}}]
        reply: [1, 2, 3, 4]
  linked:
    steps: [{call: erp.linked, save: rows}]
    reply: =rows[].id
    examples:
      - title: behind a link
        calls:
          - {call: erp.linked, reply: {body: {rows: [{id: 1}], next: "/linked?after=1"}}}
          - {call: erp.linked, sent: {query: {after: 1}}, reply: {body: {rows: [{id: 2}]}}}
        reply: [1, 2]
"""
        ),
    )


def test_bodies_are_written_in_the_format_of_the_endpoint_and_text_stands_as_it_is(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            """
  letter:
    steps: [{call: erp.letter, save: answer, body: {Letter: {_id: =input.no, Line: =input.lines, Empty: =input.nothing}}}]
    reply: =answer
    examples:
      - title: as data
        input: {no: 7, lines: [one]}
        calls:
          - call: erp.letter
            sent: {body: {Letter: {_id: 7, Line: [one]}}}
            reply: {body: {Answer: {_id: 8, Ok: true}}}
        reply: {Answer: {_id: "8", Ok: "true"}}
      - title: as text
        input: {no: 7, lines: [one, two]}
        calls:
          - call: erp.letter
            sent: {body: {Letter: {_id: "7", Line: [one, two]}}}
            reply: {body: "<Answer><Ok>yes</Ok></Answer>"}
        reply: {Answer: {Ok: "yes"}}
  form:
    steps: [{call: erp.form, save: answer, body: {a: 1, b: [x, y]}}]
    reply: =answer
    examples:
      - title: form there, JSON back
        calls:
          - call: erp.form
            sent: {body: {a: 1, b: [x, y]}, headers: {content-type: application/x-www-form-urlencoded}}
            reply: {headers: {Content-Type: application/json}, body: {ok: 1}}
        reply: {ok: 1}
      - title: a page of HTML
        calls: [{call: erp.form, reply: {headers: {Content-Type: text/html}, body: "<html>closed</html>"}}]
        error: {kind: unreachable, code: garbage, text: {$contains: "<html>closed</html>"}}
"""
        ),
    )


def test_messages_of_other_integrations_are_answered_by_the_example(tmp_path: Path) -> None:
    passes(
        tmp_path,
        SHOP,
        acme(
            """
  push:
    steps: [{call: shop.update, each: =input.skus, body: {sku: =item}, save: done}]
    reply: {done: "=done[].done"}
    examples:
      - title: two
        input: {skus: [A, B]}
        calls:
          - {call: shop.update, sent: {body: {sku: A}}, reply: {body: {done: true}}}
          - {call: shop.update, sent: {body: {sku: B}}, reply: {body: {done: true}}}
        reply: {done: [true, true]}
      - title: refused in the words of the other side
        input: {skus: [A]}
        calls: [{call: shop.update, reply: {status: 422, body: {text: no such item, code: gone}}}]
        error: {kind: refused, text: no such item, code: gone}
      - title: what does not fit its input is not sent
        input: {skus: [1]}
        error: {kind: mapping, text: {$contains: does not fit the input of shop.update}}
""",
            head="uses: {shop: webshop}",
        ),
    )


def test_messages_of_the_same_file_run_themselves(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            """
  total:
    steps: [{call: price, body: {sku: =input.sku}, save: price}]
    reply: {total: =price.unit_price}
    examples:
      - title: through price
        input: {sku: A}
        calls: [{call: erp.price, reply: {body: {price: 2}}}]
        reply: {total: 2}
"""
            + PRICE.replace("    examples:\n", "")
        ),
    )


def test_a_batch_says_which_records_failed(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            """
  batch:
    steps: []
    reply: {done: 1}
    failed: [{index: 1, error: no such item}]
    examples:
      - title: one of two
        reply: {done: 1}
        failed: [{index: 1, error: {$contains: item}}]
"""
        ),
    )


def test_the_same_example_comes_out_the_same_each_time(tmp_path: Path) -> None:
    message = """
  order:
    steps: [{call: erp.order, body: =exchange}]
    examples:
      - title: known
        calls:
          - call: erp.order
            sent:
              body:
                id: example-exchange-0000001
                key: example-exchange-0000001
                number: 1
                at: "2026-01-01T00:00:00.000Z"
                attempt: 1
"""

    passes(tmp_path, acme(message))


def test_what_must_be_a_folder_or_a_database_is_stood_in_for(tmp_path: Path) -> None:
    passes(
        tmp_path,
        """engine: 1
name: nightly
settings: {import_folder: {type: text}, database: {type: text}, user: {type: text}, password: {type: secret}}
connections:
  erp: {type: rest, url: "https://erp.example", endpoints: {ping: {method: GET, path: /}}}
  drop:
    type: files
    folder: =settings.import_folder
    endpoints: {prices: {type: read, match: "*.jsonl", format: json_lines}}
  rows:
    type: sql
    url: =settings.database
    auth: {type: password, username: =settings.user, password: =settings.password}
    tables: {T: {columns: {A: text(3) required}, key: [A]}}
    endpoints: {all: {type: select, table: T}}
messages:
  ping:
    steps: [{call: erp.ping, save: said}]
    reply: =said
    examples: [{title: up, input: {}, calls: [{call: erp.ping, reply: {body: {up: 1}}}], reply: {up: 1}}]
""",
    )


def test_a_reply_that_comes_too_late_is_asked_for_again_as_often_as_the_engine_does(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(
            PRICE
            + """      - title: too late, each time
        input: {sku: A}
        calls: [{call: erp.price, delay: 40s, reply: {body: {price: 1}}}]
        error: {kind: unreachable, code: timeout}
"""
        ),
    )
