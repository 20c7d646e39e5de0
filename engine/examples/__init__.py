"""Running the examples of messages offline, through the code of production; and serving them as a mock."""
