"""Tags: the six care tags, declared once; episodes with their evidence, and the sentences that speak of them."""

from lib.tags.build import build
from lib.tags.compile import by_key, clock, limits, limits_of, readme_table, reminder, rule_sentence, settings, tag_rows
from lib.tags.rules import TAGS
from lib.tags.shape import Tag, short

__all__ = ["TAGS", "Tag", "build", "by_key", "clock", "limits", "limits_of", "readme_table", "reminder", "rule_sentence",
           "settings", "short", "tag_rows"]
