"""Attrition risk: who may be about to leave, why, how far that can be trusted, and the signs that need no model."""
