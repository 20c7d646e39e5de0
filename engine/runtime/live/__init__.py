"""Plans with their settings: what an integration is in one environment."""
