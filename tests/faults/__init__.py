"""Broken and hostile files for the intake tests, each made here from a good one."""
