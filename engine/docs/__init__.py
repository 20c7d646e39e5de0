"""Documentation from the spec: `engine docs`, and what `engine show` prints."""
