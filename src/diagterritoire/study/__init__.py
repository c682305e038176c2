"""The diagnosis of one territory: the measures of `core` called in order, and their tables."""
