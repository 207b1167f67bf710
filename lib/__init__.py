"""Kanjian: the map of the house, in layer order; imports only point back up this list.

settings        one row per setting, kept in the data folder
words           everything the app says, Chinese and English side by side (``say("page.glance")``)
cores           many small fits on one core
warehouse       published DuckDB versions: open read-only, publish, roll back
ledger          what people write: users, cards, talks, promises, rules, messages; keys and audit (SQLite or PostgreSQL)
intake          files → checked source tables and named rejects
demo            the invented company
marts           checked source tables → the tables everything else reads
queries         one parameterised read per need of a page, with its contract
tags            the six care tags, declared once, compiled to SQL, words and documents
morale          which changes of a team are real
risk            who may leave: panel, hazard model, reasons, how far to trust it     ``python -m lib risk``
effect          what care did, against a comparison, and whether that can be told
care            whom to care for today, what to say, what was due and done
messages        tell HR, where HR reads, that somebody needs them today     ``python -m lib send``
access          who sees what: roles, scope, pseudonyms, and the desk that a page is handed
story           what is shown in a meeting: scenes, and how they leave as deck, paper, sheets and snapshot
show            everything that knows Streamlit, HTML and colour
build           the conductor: files → published version      ``python -m lib build``
serving         start the app and wake it                     ``python -m lib serve``
"""
