"""Where to place new sites: exact answers by integer programs, existing sites staying."""
