"""Coordinated practice: what the professionals in place allow, what it leans on, which aid."""
