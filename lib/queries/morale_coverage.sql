-- morale_coverage: one row per part of the index, in its order: for how many teams it is known in the newest week, and why not
-- roles: boss, lead, hr, presenter   grain: group
-- > part text            pulse, pace, late, tags or recognition
-- > weight number        its weight as it was set when the version was built
-- > worst number         raw value that scores 0
-- > best number          raw value that scores 100
-- > known whole          teams for which it is known
-- > teams whole          teams that are shown
-- > why text             why it is missing in most of the others
with
newest as (select max(w.week) as week from morale_weeks as w),
large as (
    select w.team, w.week
    from morale_weeks as w
    join newest as n on n.week = w.week
    where w.headcount >= $min_group
),
seen as (select p.* from morale_parts as p join large as l on l.team = p.team and l.week = p.week),
reasons as (select s.part, s.why_missing, count(*) as times from seen as s where s.why_missing is not null group by s.part, s.why_missing),
usual as (select r.part, r.why_missing, row_number() over (partition by r.part order by r.times desc, r.why_missing) as nth from reasons as r)
select
    s.part, max(s.weight) as weight, max(s.worst) as worst, max(s.best) as best, count(s.score) as known, count(*) as teams, max(u.why_missing) as why
from seen as s
left join usual as u on u.part = s.part and u.nth = 1
group by s.part
order by max(s.weight) desc, case s.part when 'pulse' then 1 when 'pace' then 2 when 'late' then 3 when 'tags' then 4 else 5 end
