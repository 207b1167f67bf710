-- app_choices: one row per person and choice that stands: no_scoring, no_ranking, summary_message
-- grain: employee_id, choice
-- truth: a choice is a word of the closed list | choice in ('no_scoring', 'no_ranking', 'summary_message')
with
made as (select * from src_app_choices),
people as (select * from employees),
standing as (
    select m.employee_id, m.choice
    from made as m
    join people as p on p.employee_id = m.employee_id
    where m.chosen
    order by m.employee_id, m.choice
)
select * from standing
