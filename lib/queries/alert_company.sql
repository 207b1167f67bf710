-- alert_company: one row: whose ledger the alerts are kept in
-- roles: boss, hr, presenter, admin   grain: group
-- > company text  demo or imported
-- > as_of date    the company's last day with data
select b.company, b.as_of
from build_info as b
