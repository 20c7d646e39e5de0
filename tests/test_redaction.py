"""Nothing leaks, and nothing is garbled by what does not leak."""

from __future__ import annotations

import pytest

from engine.redaction import Redactor


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("horse-staple", "token=horse-staple&x=1", "token=***&x=1"),
        ("horse staple", "token=horse%20staple and horse+staple", "token=*** and ***"),
        ("horsestaple", "xhorsestaplex", "x***x"),
        ("horse<1>&\"x'", "<p>horse&lt;1&gt;&amp;\"x'</p><p>horse&lt;1&gt;&amp;&quot;x'</p>", "<p>***</p><p>***</p>"),
        ("e", "127.0.0.1 cannot be reached", "127.0.0.1 cannot be reached"),
        ("pw", "user:pw@erp, pwd", "user:***@erp, pwd"),
    ],
)
def test_a_secret_is_struck_out_a_short_one_where_it_is_a_word(secret: str, text: str, shown: str) -> None:
    assert Redactor([secret]).text(text) == shown


def test_named_fields_are_struck_out_at_any_depth_in_any_case() -> None:
    value = {"order": [{"Email": "jo@acme.test", "no": 1}], "email": None, "note": "the pass-word"}

    assert Redactor(["pass-word"], ["email"]).value(value) == {
        "order": [{"Email": "***", "no": 1}],
        "email": "***",
        "note": "the ***",
    }
