-- my_tags: one row per tag that the viewer carries today
-- roles: employee, mentor   grain: person
-- > tag text      key of the tag
-- > since date    first day on which the rule was true
-- > evidence text the numbers that fired it, as JSON
with
holding as (
    select t.tag, t.since, cast(t.evidence as varchar) as evidence
    from tag_episodes as t
    where t.until is null
    order by t.since desc, t.tag
)
select * from holding
