"""How bodies are written and read: one file each, chosen by `format`, or by a reply's Content-Type."""
