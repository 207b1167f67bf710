-- risk_signs: one row per person at risk and sign that holds now, by rules that need no model
-- grain: employee_id, sign
-- down_3_months: the mean a worked day of each of the last three times four weeks was lower than the four weeks before it, by more than
--   the setting.  Evidence: months (oldest first, four of them), change (newest against oldest).
-- frequent_leave: so many separate times of leave in the last 13 weeks, of whatever kind.  Evidence: times, days, weeks.
-- pressure_talk: a talk of the last days mentioned pressure.  Evidence: talks, last.
-- fewer_contacts: contacts with colleagues a worked day in the last 4 weeks lie below the person's own weeks before (up to half a year), by at least
--   the setting.  Evidence: now, usual, change.
-- since: the Sunday from which the rule has held without a break (a talk: its day).
with
known as (select * from risk_known),
now_week as (select cast(date_trunc('week', $as_of + 1) as date) as week),
at_risk as (
    select p.person_no, p.employee_id
    from employees as p
    anti join leavings as l on l.employee_id = p.employee_id
    where p.active
),
judged as (
    select
        k.person_no,
        k.week,
        'down_3_months' as sign,
        coalesce(k.month_1 < (1 - {drop}) * k.month_2 and k.month_2 < (1 - {drop}) * k.month_3 and k.month_3 < (1 - {drop}) * k.month_4, false) as holds,
        '{"months": [' || round(k.month_4, 2) || ', ' || round(k.month_3, 2) || ', ' || round(k.month_2, 2) || ', ' || round(k.month_1, 2)
            || '], "change": ' || round(k.month_1 / nullif(k.month_4, 0) - 1, 3) || '}' as evidence
    from known as k
    union all
    select
        k.person_no,
        k.week,
        'frequent_leave',
        coalesce(k.leave_times_13w >= {leave_times}, false),
        '{"times": ' || cast(k.leave_times_13w as integer) || ', "days": ' || cast(k.leave_days_13w as integer) || ', "weeks": 13}'
    from known as k
    union all
    select
        k.person_no,
        k.week,
        'fewer_contacts',
        coalesce(k.contacts_change <= -{contacts}, false),
        '{"now": ' || round(k.contacts_a_day, 2) || ', "usual": ' || round(k.own_contacts_a_day, 2) || ', "change": ' || round(k.contacts_change, 3) || '}'
    from known as k
),
holding as (
    select j.person_no, j.sign, j.evidence
    from judged as j
    join now_week as n on n.week = j.week
    where j.holds
),
broken as (
    select j.person_no, j.sign, max(j.week) as last_quiet
    from judged as j
    where not j.holds
    group by j.person_no, j.sign
),
runs as (
    select j.person_no, j.sign, min(j.week) - 1 as since
    from judged as j
    left join broken as b on b.person_no = j.person_no and b.sign = j.sign
    where j.week > coalesce(b.last_quiet, date '1900-01-01')
    group by j.person_no, j.sign
),
pressed as (
    select k.person_no, min(s.talked_on) as since, max(s.talked_on) as last_on, count(*) as talks
    from known as k
    join now_week as n on n.week = k.week
    join talk_signals as s on s.employee_id = k.employee_id and s.signal = 'pressure' and s.talked_on < n.week and s.talked_on >= n.week - {pressure_days}
    group by k.person_no
),
told as (
    select h.person_no, h.sign, r.since, h.evidence
    from holding as h
    join runs as r on r.person_no = h.person_no and r.sign = h.sign
    union all
    select p.person_no, 'pressure_talk', p.since, '{"talks": ' || p.talks || ', "last": "' || cast(p.last_on as varchar) || '"}'
    from pressed as p
),
signs as (
    select a.employee_id, t.sign, t.since, cast(t.evidence as json) as evidence
    from told as t
    join at_risk as a on a.person_no = t.person_no
    order by a.employee_id, t.sign
)
select * from signs
