"""Care: who needs somebody today, what to say, what was done, and whether what was due was done."""
