-- person_tags: one row per time that one person carried a tag, oldest first
-- roles: hr   grain: person
-- $id text     employee_id
-- $gone list   employee_ids of people who object to scoring now: of them there is no row
-- > tag text         key of the tag
-- > since date       first day on which the rule was true
-- > until date       last day; null while it holds
-- > strength number  how strong the evidence is
-- > evidence text    the numbers that fired it, as JSON
select t.tag, t.since, t.until, cast(t.strength as double) as strength, cast(t.evidence as varchar) as evidence
from tag_episodes as t
where t.employee_id = $id and not list_contains($gone, t.employee_id)
order by t.since, t.tag
