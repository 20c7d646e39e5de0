"""What a database needs for an integration: its tables, and a role that may do what the plan does, and no more."""
