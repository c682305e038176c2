"""Readers of roads: OpenStreetMap extracts, Overpass, GraphML."""
