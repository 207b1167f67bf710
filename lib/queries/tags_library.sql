-- tags_library: one row per tag: its rule, how many people carry it, and where it carries too many
-- roles: hr, boss, presenter   grain: group
-- $week date     Monday of the last completed week
-- $limit number  share of a team above which a rule flags too many
-- > tag text          key of the tag
-- > zh text           name in Chinese
-- > en text           name in English
-- > rule_zh text      rule with its limits, in Chinese
-- > rule_en text      rule with its limits, in English
-- > now_people whole   people who carry it on the company's today
-- > past_people whole  people who carried it on any of the last 182 days
-- > active whole      people employed on the company's today
-- > teams_over whole   teams in which more than the limit carried it in the week, of those large enough to show
-- > most number       largest share of a team in the week
-- > most_team text    the team with that share
with
today as (select b.as_of from build_info as b),
on_board as (select cast(count(*) as integer) as people from employees as e where e.active),
episodes as (
    select
        t.tag,
        count(distinct case when t.until is null then t.employee_id end) as now_people,
        count(distinct t.employee_id) as past_people
    from tag_episodes as t
    cross join today as d
    where t.until is null or t.until > d.as_of - 182
    group by t.tag
),
in_teams as (
    select
        g.tag,
        g.team,
        g.people / g.headcount as share,
        row_number() over (partition by g.tag order by g.people / g.headcount desc, g.headcount desc, g.team) as place
    from team_tag_weeks as g
    where g.week = $week and g.headcount >= greatest($min_group, 5)
),
crowded as (
    select
        i.tag,
        sum(case when i.share > $limit then 1 else 0 end) as teams_over,
        max(i.share) as most,
        max(case when i.place = 1 then i.team end) as most_team
    from in_teams as i
    group by i.tag
),
shown as (
    select
        k.tag,
        k.zh,
        k.en,
        k.rule_zh,
        k.rule_en,
        cast(coalesce(e.now_people, 0) as integer) as now_people,
        cast(coalesce(e.past_people, 0) as integer) as past_people,
        o.people as active,
        cast(coalesce(c.teams_over, 0) as integer) as teams_over,
        c.most,
        c.most_team
    from tags as k
    cross join on_board as o
    left join episodes as e on e.tag = k.tag
    left join crowded as c on c.tag = k.tag
    order by k.sort, k.tag
)
select * from shown
