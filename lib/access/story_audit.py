"""Story audit: that a story left the app as a file, by whom and as what; never what was in it."""

from __future__ import annotations

from lib.access.story_desk import Meeting, StoryDesk
from lib.ledger import audit


def left(office: StoryDesk, kind: str, meeting: Meeting, scenes: int, template: bool | None = None) -> None:
    """Write that the story of a meeting leaves as a file of this ``kind`` (pptx, pdf, png, csv, html): whether its teams are told as letters,
    and whether in the look of a company's own ``template`` (None: such a file has none).

    Called before the file is handed over: what cannot be written down does not leave.  Raises
    :class:`lib.access.desk.NotAllowed` when the session is over.
    """
    office.here()
    with office.book.writing() as con:
        audit.write(con, office.login, office.role, "story.exported", meeting.id, kind=kind, scenes=scenes, letters=meeting.letters, template=template)
