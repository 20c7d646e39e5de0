"""What comes in for flows, and is kept before it travels: events that are posted, records that are read."""
