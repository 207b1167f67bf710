"""Effect: what care truly did, beside the figure that flatters.

simulate    companies whose truth is known (tests, documents, a page that teaches)
dips        the rule of the performance dip, once more, on arrays
episodes    people, weeks, tags and cares → one row per person and tag episode (the contract of ``care_episodes``)
design      episodes → the numbers that estimators take
levels      levels of many teams in a fit, without a column for each
regress     least squares with jackknife (CR3) errors by cluster
aipw        the second opinion: cross-fitted, doubly robust
matched     the sensitivity line: matched differences with bias correction
estimate    episodes → CareEffect, which carries its comparison
verdict     works / harms / no effect larger than ±x / cannot tell yet, with the checks behind it
hazard      leaving as the outcome: care that switches on when it happened
staggered   teams that started at different times
frames      marts and tags → what the core takes; from when on care could come, who objected
cells       one read: every figure as it could be known on one day, Holm over what is shown together
leaving     the hazard and the curves of a read
programme   precise care against daily chat; HR's time and felt cared for by month
tables      the published tables: columns, types, and how they are filled
build       the fixed reads and the live one, once a build
"""
