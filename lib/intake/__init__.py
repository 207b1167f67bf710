"""Intake: files of any origin become checked source tables, all or nothing, with a remedy for every row that is refused."""
