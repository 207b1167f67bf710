"""Snapshot: a story as one HTML file that asks nothing of anybody, opens without a network and stops showing after a day.

What it cannot do: a file that was handed out cannot be called back, and whoever sets a computer's clock back, or reads the file as
text, gets past its date.  That is why nothing is in it that the audience was not shown: no name, no figure of a group below the privacy
limit, nothing a question is asked with, no notes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from html import escape

from lib.story import said, slides
from lib.story.scene import Story
from lib.words import say

_BOOT = """
(() => {
  const told = document.getElementById('told'), story = document.getElementById('story');
  const two = (n) => String(n).padStart(2, '0');
  const today = () => { const d = new Date(); return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`; };
  // A clock that is before the day this was made is wrong: then its date says nothing.
  const over = () => today() > told.dataset.until || today() < told.dataset.since;
  const end = () => { told.textContent = ''; told.remove(); story.remove(); document.title = document.getElementById('over').dataset.title; document.getElementById('over').hidden = false; };
  if (over()) return end();
  const data = JSON.parse(told.textContent);
  told.textContent = '';
  player(story, data, null, null);
  const look = () => { if (told.isConnected && over()) end(); };
  setInterval(look, 15000);
  document.addEventListener('visibilitychange', look);
  addEventListener('pageshow', look);
})();
"""


def snapshot(story: Story, expires: date, made: date) -> bytes:
    """The story as one HTML file, UTF-8.  ``expires`` is the last day on which it shows itself, ``made`` today; a clock that says a day
    before ``made`` shows nothing either (a day of grace for other time zones).

    Raises ValueError when it would have expired already.
    """
    if expires < made:
        raise ValueError(f"a snapshot made on {made} cannot end on {expires}")
    script = slides.script() + _BOOT
    policy = ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
              f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'")
    last = said.day(expires)
    data = slides.slides(story, notes=False, live=False)
    data["source"] = f"{story.source} {say('present.snapshot.until', day=last)}".strip()
    since = date.fromordinal(made.toordinal() - 1)
    return "\n".join((
        "<!doctype html>", f"<html lang='{escape(story.language)}'>", "<head>", "<meta charset='utf-8'>",
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        "<meta name='viewport' content='width=device-width, initial-scale=1'>", "<meta name='robots' content='noindex, nofollow, noarchive'>",
        "<meta name='referrer' content='no-referrer'>", f"<title>{escape(story.title)}</title>",
        f"<style>html,body{{margin:0;height:100%;background:#FAF8F5}}{slides.sheet()}</style>", "</head>", "<body class='kjp'>",
        f"<noscript><p class='kjp-over'>{escape(say('present.snapshot.no_script'))}</p></noscript>", "<main id='story'></main>",
        f"<main id='over' hidden data-title='{escape(say('present.snapshot.over_title'), quote=True)}'><p class='kjp-over'>"
        f"{escape(say('present.snapshot.over', day=last))}</p></main>",
        f"<script type='application/json' id='told' data-until='{expires.isoformat()}' data-since='{since.isoformat()}'>{_inside(data)}</script>",
        f"<script>{script}</script>", "</body>", "</html>", "")).encode()


def _inside(data: object) -> str:
    """JSON that stays inside a script element whatever is in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
