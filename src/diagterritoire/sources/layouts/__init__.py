"""Known layouts, and how near to one of them a header is."""
