"""File formats, whoever produced them: texts, workbooks, GeoPackages, XML, JSON."""
