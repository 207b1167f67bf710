-- alert_ledger: one row per tag: what became of its reminders, what HR said of them, and what followed within 90 days
-- roles: hr, boss, admin   grain: group
-- > tag text              key of the tag
-- > people whole          people HR was reminded of; null, as every figure of its own group, when these are fewer than the smallest group
-- > raised whole          reminders: cards that name the tag
-- > done whole            of these, a talk was logged
-- > declined whole        HR declined, with a reason
-- > waiting whole         open or put off
-- > expired whole         the reason ended before anybody acted
-- > answers whole         HR said whether the reminder was useful
-- > useful whole          and found it useful
-- > judged whole          people whose first reminder is 90 days old, and who had not given notice before it
-- > lost whole            and who gave notice within those 90 days
-- > measured whole        people with at least 4 weeks of performance before and after their first reminder
-- > change number         mean change of their performance, the up to 12 weeks after against the 8 weeks before, as a share
-- > spread number         standard deviation of these changes
with
today as (select b.as_of from build_info as b),
told as (
    select distinct r.tag, c.card_id, c.employee_id, c.raised_on, c.state, c.useful
    from care_reminders as r
    join care_cards as c on c.card_id = r.card_id
    where r.tag <> ''
),
sums as (
    select
        t.tag,
        count(distinct t.employee_id) as people,
        count(*) as raised,
        count(case when t.state = 'done' then 1 end) as done,
        count(case when t.state = 'declined' then 1 end) as declined,
        count(case when t.state in ('open', 'snoozed') then 1 end) as waiting,
        count(case when t.state = 'expired' then 1 end) as expired,
        count(t.useful) as answers,
        count(case when t.useful then 1 end) as useful
    from told as t
    group by t.tag
),
first_told as (
    select t.tag, t.employee_id, min(t.raised_on) as raised_on
    from told as t
    group by t.tag, t.employee_id
),
old_enough as (
    select f.tag, f.employee_id, f.raised_on, l.given_on, l.kind
    from first_told as f
    cross join today as d
    left join leavings as l on l.employee_id = f.employee_id
    where f.raised_on + 90 <= d.as_of and (l.given_on is null or l.given_on > f.raised_on)
),
stayed_or_left as (
    select
        o.tag,
        count(*) as judged,
        count(case when o.given_on <= o.raised_on + 90 then 1 end) as lost
    from old_enough as o
    -- a leaving that was not the person's own wish says nothing about care
    where not coalesce(o.given_on <= o.raised_on + 90 and o.kind <> 'voluntary', false)
    group by o.tag
),
weeks_around as (
    select
        o.tag,
        o.employee_id,
        avg(case when w.week + 6 < o.raised_on then w.performance end) as usual,
        count(case when w.week + 6 < o.raised_on then w.performance end) as weeks_before,
        avg(case when w.week > o.raised_on then w.performance end) as later,
        count(case when w.week > o.raised_on then w.performance end) as weeks_after
    from old_enough as o
    join employee_weeks as w on w.employee_id = o.employee_id
    where w.week >= cast(date_trunc('week', o.raised_on) as date) - 56 and w.week + 6 <= o.raised_on + 90
    group by o.tag, o.employee_id
),
changes as (
    select a.tag, count(*) as measured, avg(a.later / a.usual - 1) as change, stddev_samp(a.later / a.usual - 1) as spread
    from weeks_around as a
    where a.weeks_before >= 4 and a.weeks_after >= 4 and a.usual > 0
    group by a.tag
),
shown as (
    select
        k.tag,
        s.people >= $min_group as large,
        s.answers >= $min_group as answered,
        o.judged >= $min_group as judgeable,
        c.measured >= $min_group as measurable,
        s.* exclude (tag),
        o.judged,
        o.lost,
        c.measured,
        c.change,
        c.spread
    from tags as k
    left join sums as s on s.tag = k.tag
    left join stayed_or_left as o on o.tag = k.tag
    left join changes as c on c.tag = k.tag
    order by k.sort, k.tag
)
select
    h.tag,
    case when h.large then h.people end as people,
    case when h.large then h.raised end as raised,
    case when h.large then h.done end as done,
    case when h.large then h.declined end as declined,
    case when h.large then h.waiting end as waiting,
    case when h.large then h.expired end as expired,
    case when h.large and h.answered then h.answers end as answers,
    case when h.large and h.answered then h.useful end as useful,
    case when h.judgeable then h.judged end as judged,
    case when h.judgeable then h.lost end as lost,
    case when h.measurable then h.measured end as measured,
    case when h.measurable then h.change end as change,
    case when h.measurable then h.spread end as spread
from shown as h
