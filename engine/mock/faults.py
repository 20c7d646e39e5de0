"""Faults on demand: `timeout:0.1,500:0.05` of all requests, or the one that a request's header names."""

from __future__ import annotations

import random
from collections.abc import Mapping

HEADER = "engine-fault"
KINDS = ("timeout", "reset", "garbage")


class Faults:
    """Which requests go wrong; the same ones at each run of one seed.

    Args:
        shares: the share of requests that each fault gets, 0 to 1 together.
    """

    def __init__(self, shares: Mapping[str, float], seed: int) -> None:
        self._shares = dict(shares)
        self._chance = random.Random(seed)

    def drawn(self, headers: Mapping[str, str]) -> str | None:
        """The fault of one request: `timeout`, `reset`, `garbage` or a status; None for most.

        Raises:
            ValueError: its header names no fault.
        """
        if HEADER in headers:
            return known(headers[HEADER])
        chance = self._chance.random() if self._shares else 1.0
        for fault, share in self._shares.items():
            chance -= share
            if chance < 0:
                return fault
        return None


def known(fault: str) -> str:
    """A fault itself, if there is one of that name.

    Raises:
        ValueError: there is none.
    """
    if fault not in KINDS and not (fault.isascii() and fault.isdigit() and 300 <= int(fault) <= 599):
        raise ValueError(f'there is no fault "{fault}"; write {", ".join(KINDS)} or a status such as 500')
    return fault


def shares(text: str) -> dict[str, float]:
    """`timeout:0.1,500:0.05` as shares.

    Raises:
        ValueError: it is not written so.
    """
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        fault, colon, share = part.partition(":")
        try:
            found[known(fault)] = float(share)
        except ValueError as error:
            hint = "write fault:share, such as timeout:0.1" if not colon or fault in KINDS or fault.isdigit() else error
            raise ValueError(f'"{part}": {hint}') from None
    if sum(found.values()) > 1 or any(not 0 <= share <= 1 for share in found.values()):
        raise ValueError("the shares of all faults are between 0 and 1 together")
    return found
