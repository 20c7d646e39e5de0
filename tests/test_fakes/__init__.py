"""That the fakes do what the fact sheet says, and misbehave as they are told."""
