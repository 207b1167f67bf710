-- risk_now: one row: whether there is a score, why not, and what the model was made of and is worth; no row in a version without one
-- roles: hr, boss, presenter   grain: group
-- > state text                  ready, hidden or not_ready
-- > why text                    '' or why there is no score
-- > week date                   Monday of the week the scores stand for: they know what was dated before it
-- > first_week date             first week the model learned from
-- > last_week date              last one
-- > rows whole                  weeks of people that it learned from
-- > people whole                people that it learned from
-- > events whole                people of them who gave notice
-- > events_needed whole         so many more are needed for a score; 0 when there are enough
-- > objected whole              people left out since they object to scoring; null for everybody but HR
-- > in_notice whole             people left out since they have given notice; null for everybody but HR
-- > base_rate number            share of weeks of a person that are followed by a notice within 60 days
-- > capacity whole              people a week that HR can talk with
-- > auc number                  chance that who leaves within 60 days is ranked above who stays
-- > auc_low number              95 % interval
-- > auc_high number             its upper end
-- > brier number                mean squared error of the probability
-- > ece number                  mean distance of predicted and actual share
-- > ratio number                predicted / actual notices in the tested weeks
-- > precision number            of the people named within capacity, the share who gave notice within 60 days
-- > precision_low number        95 % interval
-- > precision_high number       its upper end
-- > precision_tags number       the same for the people with most tags
-- > precision_tenure number     the same by tenure alone
-- > precision_base number       the same by lot
-- > precision_gain_low number   95 % interval of the difference between model and tags
-- > precision_gain_high number  its upper end
-- > drift text                  '', calibration or psi
-- > drift_ratio number         predicted / actual notices in the last tested quarter
-- > kind text                   logistic, direct or steps; '' without a score
-- > suspect text                the feature that ranks best alone where the ranking is too good to be true; else ''
-- > psi_feature text            the feature that moved most
-- > psi number                  how far (population stability index)
-- > scored whole                people with a score; null for everybody but HR
-- > above whole                 people above the limit; null for everybody but HR
with
people as (
    select count(*) as scored, count(case when s.band <> 'even' then 1 end) as above
    from risk_scores as s
),
shown as (
    select
        m.state, m.why, m.week, m.first_week, m.last_week, cast(m.rows as bigint) as rows, cast(m.people as bigint) as people,
        cast(m.events as bigint) as events, cast(m.events_needed as bigint) as events_needed,
        cast(case when $min_group = 1 then m.objected end as bigint) as objected,
        cast(case when $min_group = 1 then m.in_notice end as bigint) as in_notice,
        m.base_rate, cast(m.capacity as bigint) as capacity, m.auc, m.auc_low, m.auc_high, m.brier, m.ece, m.ratio,
        m.precision, m.precision_low, m.precision_high, m.precision_tags, m.precision_tenure, m.precision_base,
        m.precision_gain_low, m.precision_gain_high, m.drift, m.drift_ratio, coalesce(m.kind, '') as kind, coalesce(m.suspect, '') as suspect, m.psi_feature, m.psi,
        cast(case when $min_group = 1 then p.scored end as bigint) as scored,
        cast(case when $min_group = 1 then p.above end as bigint) as above
    from risk_model as m
    cross join people as p
)
select * from shown
