"""Pulse slips: one sheet of paper per team, a QR code per slip, as a file of its own that asks nobody for anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import segno

from lib.show.parts import esc
from lib.words import LANGUAGES, say_in

_CSS = """
body{font:14px/1.5 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Segoe UI",system-ui,sans-serif;color:#1F2430;margin:24px}
h1{font-size:20px;margin:0 0 4px}p{margin:0 0 4px}
main{display:grid;grid-template-columns:repeat(3,1fr);gap:0;margin-top:16px}
section{border:1px dashed #5B6270;padding:14px;text-align:center;break-inside:avoid}
svg{width:132px;height:132px}small{display:block;color:#5B6270;font-size:11px;word-break:break-all}
@media print{body{margin:8mm}}
"""


def sheet(links: Sequence[str], team: str, wave: str, closes: str) -> str:
    """The whole file as HTML: what to do with the slips, then one slip per link, in both languages."""
    facts = {"team": team, "wave": wave, "closes": closes, "n": len(links)}
    head = "".join(f"<h1>{esc(say_in(language, 'pulse.slips.title', **facts))}</h1><p>{esc(say_in(language, 'pulse.slips.how', **facts))}</p>"
                   f"<p>{esc(say_in(language, 'pulse.slips.sheet', **facts))}</p>"
                   for language in LANGUAGES)
    both = lambda key: "".join(f"<p>{esc(say_in(language, key, **facts))}</p>" for language in LANGUAGES)
    slips = "".join(f"<section>{both('pulse.slips.scan')}{_code(link)}<small>{esc(link)}</small>{both('pulse.slips.once')}</section>" for link in links)
    return (f"<!doctype html><html lang=zh><head><meta charset=utf-8><title>{esc(say_in('zh', 'pulse.slips.title', **facts))}</title>"
            f"<style>{_CSS}</style></head><body>{head}<main>{slips}</main></body></html>")


def _code(link: str) -> str:
    return segno.make(link, error="m", micro=False).svg_inline(scale=4, omitsize=True)


def as_link(html: str, words: str, name: str) -> str:
    """The sheet as a link that saves it: the file is inside the link and lies on no server."""
    content = b64encode(html.encode()).decode()
    return f"<a class='kj-link' download='{esc(name)}' href='data:text/html;charset=utf-8;base64,{content}'>{esc(words)}</a>"
