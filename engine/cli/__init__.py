"""The `engine` command: one file a command."""
