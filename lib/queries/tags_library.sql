-- tags_library: one row per tag: its rule, how many people carry it, and where it carries too many
-- roles: hr, boss, presenter, admin   grain: group
-- $week date     Monday of the last completed week
-- $limit number  share of a team above which a rule flags too many
-- > tag text          key of the tag
-- > zh text           name in Chinese
-- > en text           name in English
-- > rule_zh text      rule with its limits, in Chinese
-- > rule_en text      rule with its limits, in English
-- > now_people whole   people who carry it on the company's today; null, as the next two, when they are of too small a group
-- > past_people whole  people who carried it on any of the last 182 days
-- > active whole      people employed on the company's today
-- > teams_over whole   teams in which more than the limit carried it in the week, of those large enough to show
-- > most number       largest share of a team in the week
-- > most_team text    the team with that share
with
today as (select b.as_of from build_info as b),
sizes as (
    select e.team, max(e.department) as department, count(case when e.active then 1 end) as people
    from employees as e
    group by e.team
),
-- teams below the smallest group count in a total only where those of the same department are such a group together
groups as (
    select
        s.team,
        s.people,
        s.people >= $min_group or sum(case when s.people < $min_group then s.people end)
            over (partition by coalesce(s.department, '')) >= $min_group or $min_group <= 1 as counted
    from sizes as s
),
on_board as (select cast(sum(case when g.counted then g.people end) as integer) as people from groups as g),
episodes as (
    select
        t.tag,
        count(distinct case when t.until is null then t.employee_id end) as now_people,
        count(distinct t.employee_id) as past_people
    from tag_episodes as t
    join employees as e on e.employee_id = t.employee_id
    join groups as g on g.team = e.team and g.counted
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
        case when o.people >= $min_group then cast(coalesce(e.now_people, 0) as integer) end as now_people,
        case when o.people >= $min_group then cast(coalesce(e.past_people, 0) as integer) end as past_people,
        case when o.people >= $min_group then o.people end as active,
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
