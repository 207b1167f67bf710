"""Readers: one per kind of file, all giving blocks of raw values with the row numbers a person sees."""
