-- week_sums: one row per person and week with work or leave: plain sums, before anything is judged
-- grain: person_no, week
-- truth: a week has seven days | worked_days between 0 and 7
-- truth: late evenings are worked days | late_evenings <= worked_days
with
days as (select * from employee_days),
weeks as (
    select
        d.person_no,
        cast(date_trunc('week', d.work_date) as date) as week,
        cast(count(case when d.worked then 1 end) as integer) as worked_days,
        cast(sum(d.dials) as integer) as dials,
        cast(sum(d.answered) as integer) as answered,
        cast(sum(d.rejected) as integer) as rejected,
        sum(case when d.answered is not null then d.rejected end) as rejected_of_answered,
        cast(sum(d.effective) as integer) as effective,
        cast(sum(d.intents) as integer) as intents,
        cast(sum(d.deals) as integer) as deals,
        sum(d.revenue) as revenue,
        cast(count(case when d.late_evening then 1 end) as integer) as late_evenings
    from days as d
    group by d.person_no, cast(date_trunc('week', d.work_date) as date)
)
select * from weeks
