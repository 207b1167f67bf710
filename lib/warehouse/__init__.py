"""Warehouse: the published, read-only picture of the company; the only room that opens DuckDB."""
