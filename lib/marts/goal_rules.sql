-- goal_rules: one row: the shares of the role's goal that newcomers have in their first three months
-- grain: first_month
-- truth: a share is a share | first_month between 0 and 1 and second_month between 0 and 1 and third_month between 0 and 1
select cast({newcomer_1} as double) as first_month, cast({newcomer_2} as double) as second_month, cast({newcomer_3} as double) as third_month
