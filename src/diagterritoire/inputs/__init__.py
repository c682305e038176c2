"""What a diagnosis stands on, put together: country, roads, residents and the user's own files."""
