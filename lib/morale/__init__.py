"""Morale: what happens to teams; which changes of a week are more than their usual swings."""
