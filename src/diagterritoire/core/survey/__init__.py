"""Survey of the professionals: what may be shown of its answers."""
