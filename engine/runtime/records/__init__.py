"""Records as flows read them: one or many in pages, and rows that are written back."""
