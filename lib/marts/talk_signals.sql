-- talk_signals: one row per talk and signal that its note carried
-- grain: talk, signal
-- truth: a signal is a word of the closed list | signal in ({signal_names})
-- truth: nothing lies after the day of the build | talked_on <= $as_of
with
imported_talks as (select * from src_talks where talked_on <= $as_of and signals <> ''),
people as (select * from employees),
single as (
    select t.employee_id, t.talked_on, unnest(string_split(t.signals, ',')) as signal
    from imported_talks as t
),
known as (
    select s.employee_id, s.talked_on, s.signal
    from single as s
    join people as p on p.employee_id = s.employee_id
    order by s.employee_id, s.talked_on, s.signal
)
select * from known
