"""Access to GPs, what is missing, why, how evenly, and in some years."""
