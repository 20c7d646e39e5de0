"""What an engine does by itself until it is stopped."""
