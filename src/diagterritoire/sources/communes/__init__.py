"""Readers of communes, inhabitants and zones, one module per producer."""
