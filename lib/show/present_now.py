"""Present now: whether what was made for a meeting may still be shown and leave, and what this viewer holds on the page meanwhile."""

from __future__ import annotations

from lib import words
from lib.access.story_desk import Changed, StoryDesk
from lib.show import sections
from lib.show.present_story import Shown
from lib.show.sections import Held

_WRONG = "out.wrong"


def held(shown: Shown) -> Held:
    """What this viewer holds on the page: another viewer of the same tab begins with nothing."""
    return sections.held_of("present", shown.office.desk)


def same(office: StoryDesk, shown: Shown, least: int) -> None:
    """Raises :class:`Changed` when the story was made for a meeting that is over, with teams told otherwise, or under another smallest group
    (``least``) than there is now."""
    now = office.meeting()
    if (now.id, now.letters, shown.presenter.smallest_group()) != (shown.meeting.id, shown.meeting.letters, least):
        raise Changed(now.made)


def failed(state: Held, why: Exception) -> None:
    """Keep what to say of a file that could not be made; it is made beside the page, where nothing can be drawn."""
    from lib.story import deck_template, fonts
    if isinstance(why, deck_template.Unfit):
        state.state[_WRONG] = f"{why.sentence(words.language())} {why.remedy(words.language())}"
    elif isinstance(why, fonts.NoFont | Changed):
        state.state[_WRONG] = str(why)


def wrong(state: Held) -> str:
    """Why the last file was not made, said once; '' for nothing to say."""
    return str(state.state.pop(_WRONG, ""))
