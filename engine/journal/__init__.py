"""The journal: where exchanges are kept."""

from engine.journal.entries import DEFAULT, AnyJournal, AnySearch, Entry, Filter, JournalUnusable, NoSuchExchange
from engine.journal.journal import Journal
from engine.journal.memory import MemoryJournal
from engine.journal.search import Search
from engine.journal.waiting import Limits

__all__ = [
    "DEFAULT",
    "AnyJournal",
    "AnySearch",
    "Entry",
    "Filter",
    "Journal",
    "JournalUnusable",
    "Limits",
    "MemoryJournal",
    "NoSuchExchange",
    "Search",
]
