"""Basins of patients, catchments and the six analyses of an aire de santé."""
