"""Road networks: compact graph, snapping, search. No file is read here."""
