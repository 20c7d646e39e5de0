"""The file format, readable as its reference: every class is a part, every field a key."""
