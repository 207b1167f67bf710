"""Ledger: everything that people write in the app, in one SQLite file; a write is acknowledged only when it is committed."""
