-- risk_state: one row: whether there are scores, and if not why
-- roles: hr   grain: group
-- > state text    ready, hidden or not_ready
-- > why text      code of the reason; empty when ready
with
model as (select m.state, coalesce(m.why, '') as why from risk_model as m)
select * from model
