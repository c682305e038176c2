"""Travel times as tables: to the sites, of the inhabitants, over the surface."""
