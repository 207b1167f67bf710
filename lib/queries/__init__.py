"""Queries: one parameterised read per need of a page; the header of each .sql file is its contract."""
