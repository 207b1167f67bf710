-- tags_known: one row per tag, its names and its rule in words as built
-- roles: boss, lead, hr, presenter, mentor, employee   grain: group
-- > tag text      key of the tag
-- > zh text       name in Chinese
-- > en text       name in English
-- > rule_zh text  rule with its limits, in Chinese
-- > rule_en text  rule with its limits, in English
select t.tag, t.zh, t.en, t.rule_zh, t.rule_en
from tags as t
order by t.sort, t.tag
