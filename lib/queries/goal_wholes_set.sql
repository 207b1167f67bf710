-- goal_wholes_set: one row per goal that files give the company or a team as a whole
-- roles: boss, lead, hr, presenter   grain: group
-- > level text       company or team
-- > unit text        '' for the company, else the team
-- > metric text      effective, intents, deals, revenue, answered or dials
-- > period text      day, week or month
-- > target number    the whole
select w.level, w.unit, w.metric, w.period, w.target from goal_wholes as w order by w.level, w.unit, w.metric, w.period
