"""The measures: tables in, table out. No file, map or download is ever seen here."""
