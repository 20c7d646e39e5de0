"""Whether a store that answers now has answered for long enough to believe what it says of other engines."""

from __future__ import annotations


class Contact:
    """For how long the store has been reached without a break.

    While it was away no engine could renew its leases: those that ended say nothing of who is alive, until every engine
    had the time to renew them.

    Args:
        enough: seconds; an engine that is alive renews its leases more often.
    """

    def __init__(self, enough: float) -> None:
        self._enough = enough
        self._since: float | None = None
        self._last = 0.0

    def lost(self) -> None:
        """It was not reached."""
        self._since = None

    def made(self, now: float) -> bool:
        """It was reached; gives whether it has been for long enough."""
        if self._since is None or not 0 <= now - self._last <= self._enough:
            self._since = now  # the first time, or after silence: it may have been away, and answered late
        self._last = now
        return now - self._since >= self._enough
