"""What a scenario changes, and what it changes to: pure functions on tables."""
