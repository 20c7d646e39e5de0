"""Messages answered: an engine of live integrations, one exchange after another, each recorded."""
