"""Kanjian: the map of the house, in layer order; every arrow points back up this list."""
