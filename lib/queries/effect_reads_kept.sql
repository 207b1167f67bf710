-- effect_reads_kept: one row per read that was made of what care did, newest first
-- roles: boss, hr, presenter   grain: group
-- > read_on date     the day whose knowledge it uses: nothing later
-- > kind text        quarterly (fixed) or live (any other day, held against a stricter bound)
-- > current flag     the newest fixed read; the live one where there is none yet
-- > next_on date     day of the next fixed read
-- > first date       first episode that could be compared; null when there is none
-- > noise number     how far weeks of a person swing, in points of the own usual
-- Outside HR of everybody only the read that counts: reads that lie close differ by a few people, and these people's mean would follow from both.
select r.read_on, r.kind, r.current, r.next_on, r.first, r.noise
from effect_reads as r
where greatest($min_group, $elsewhere) = 1 or r.current
order by r.read_on desc
