"""Running plans: sessions, steps, caches, availability."""
