"""HTTP as a client: a fast transport behind httpx's types, its limits, and the translation of its failures."""
