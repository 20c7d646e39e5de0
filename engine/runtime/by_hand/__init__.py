"""What a person has done once: one flow, a migration, a dry run."""
