-- care_draws: one row per person and tag in the pool of a draw, drawn or not
-- grain: draw_id, employee_id, tag
-- truth: nobody of a pool was certain to be drawn or to wait | chance > 0 and chance < 1
-- truth: only who was not drawn was talked with outside of the draw | not (drawn and outside)
-- chance: places ÷ people of the pool, the same for all of them.  outside: HR talked with a person who still waited after not being drawn.  Such
-- rows stay: a draw's two sides are compared as drawn, for whoever takes out the ones HR chose chooses who is compared.
with
kept_draws as (select * from src_care_draws where drawn_on <= $as_of),
people as (select * from employees),
known as (
    select d.employee_id, d.tag, d.drawn_on, d.draw_id, d.drawn, d.chance, d.outside
    from kept_draws as d
    join people as p on p.employee_id = d.employee_id
    order by d.drawn_on, d.draw_id, d.employee_id, d.tag
)
select * from known
