"""Files that a study declares: survey of the professionals, maturity of structures, templates."""
