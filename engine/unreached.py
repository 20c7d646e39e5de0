"""Why nothing could be reached, in plain words, whichever library says so."""

from __future__ import annotations

import errno
import re
from typing import NamedTuple


class Why(NamedTuple):
    """The fact, and what to do; `remedy` is empty where the other side's own words say it."""

    fact: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.fact}; {self.remedy}" if self.remedy else self.fact


def _saying(words: str, *numbers: int) -> re.Pattern[str]:
    return re.compile("|".join([words, *(rf"\[Errno {number}\]" for number in numbers)]), re.IGNORECASE)


_KNOWN = (
    (_saying("refused", errno.ECONNREFUSED), Why("connection refused", "see that it runs, and that this is its port")),
    (
        _saying("name or service|name resolution|getaddrinfo|nodename|unknown host|could not be resolved"),
        Why("unknown host", "check its name, and the DNS of this machine"),
    ),
    (
        _saying("timed? ?out|timeout", errno.ETIMEDOUT),
        Why("no answer", "see that it runs, and that the firewall lets this way through"),
    ),
    (
        _saying("unreachable|no route", errno.EHOSTUNREACH, errno.ENETUNREACH),
        Why("no way leads there", "check the network of this machine"),
    ),
)
_MOST = 500


def why(error: BaseException | str) -> Why:
    """What a failure to connect comes to; words that are not known stand as they are, on one line."""
    text = " ".join(str(error).split()) or ("timeout" if isinstance(error, TimeoutError) else type(error).__name__)
    return next((known for pattern, known in _KNOWN if pattern.search(text)), Why(text[:_MOST]))
