"""What a folder of raw files holds: looked at, completed, read."""
