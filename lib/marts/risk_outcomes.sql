-- risk_outcomes: one row per intervention and horizon: whether the person stayed, left, or it cannot be known (yet)
-- grain: intervention_id, days
-- truth: an outcome is a word of the closed list | state in ('stayed', 'left', 'open')
-- truth: nobody stayed for days that have not passed | state <> 'stayed' or opened_on + days <= $as_of + 1
-- truth: horizons are 30, 60 and 90 days | days in (30, 60, 90)
-- Left: notice (else the last day) is known before opened_on + days, of the person's own wish or of unknown kind.  Stayed: these days
-- are over without it.  Whoever was dismissed before they were over stays open: what they would have done is not known.
with
interventions as (select * from risk_interventions),
gone as (select employee_id, given_on, coalesce(kind, '') = 'involuntary' as dismissed from leavings),
horizons as (select * from (values (30), (60), (90)) as v (days)),
followed as (
    select
        i.intervention_id,
        i.employee_id,
        i.kind,
        i.opened_on,
        h.days,
        i.p60_then,
        coalesce(g.given_on < i.opened_on + h.days, false) as over,
        coalesce(g.dismissed, false) as dismissed
    from interventions as i
    cross join horizons as h
    left join gone as g on g.employee_id = i.employee_id
),
told as (
    select
        f.intervention_id,
        f.employee_id,
        f.kind,
        f.opened_on,
        f.days,
        case
            when f.over and not f.dismissed then 'left'
            when f.over then 'open'
            when f.opened_on + f.days <= $as_of + 1 then 'stayed'
            else 'open'
        end as state,
        f.p60_then
    from followed as f
    order by f.employee_id, f.opened_on, f.intervention_id, f.days
)
select * from told
