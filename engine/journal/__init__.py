"""The journal: where exchanges are kept."""

from engine.journal.entries import DEFAULT, Entry, Filter, JournalUnusable, NoSuchExchange
from engine.journal.journal import Journal
from engine.journal.search import Search
from engine.journal.waiting import Limits

__all__ = [
    "DEFAULT",
    "Entry",
    "Filter",
    "Journal",
    "JournalUnusable",
    "Limits",
    "NoSuchExchange",
    "Search",
]
