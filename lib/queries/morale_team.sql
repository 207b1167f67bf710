-- morale_team: one row per part of one team's index in the newest completed week
-- roles: boss, lead, hr, presenter   grain: group
-- $nth whole             the team's place among all teams by name
-- > part text            pulse, pace, late, tags or recognition
-- > raw number           as it was counted; null when it is missing
-- > unit text            its unit
-- > score number         0–100 between the two anchors
-- > before number        mean score of a month earlier (the weeks 5 to 8 before)
-- > weight number        weight as set when the version was built
-- > worst number         raw value that scores 0
-- > best number          raw value that scores 100
-- > share number         share of the index that it makes up here; null when it is missing
-- > moved number         points of the change that it brought
-- > why_missing text     why it is missing
-- > team text            its name
-- > measure text         what its goals are counted in; null where it has none
with
places as (select t.team, row_number() over (order by t.team) as nth from teams as t)
select p.part, p.raw, p.unit, p.score, p.before, p.weight, p.worst, p.best, p.share, p.moved, p.why_missing, p.team, g.metric as measure
from morale_parts as p
join morale_weeks as w on w.team = p.team and w.week = p.week
join places as l on l.team = p.team
left join goal_team_weeks as g on g.team = p.team and g.week = p.week
where l.nth = $nth and w.headcount >= $min_group and p.week = (select max(n.week) from morale_weeks as n)
order by p.weight desc, case p.part when 'pulse' then 1 when 'pace' then 2 when 'late' then 3 when 'tags' then 4 else 5 end
