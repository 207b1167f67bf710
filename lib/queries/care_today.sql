-- care_today: one row: which company is shown and the last day it knows
-- roles: hr   grain: group
-- > company text  demo or imported
-- > as_of date    the last day with data
select b.company, b.as_of from build_info as b
