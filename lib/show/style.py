"""Style: the visual language once, as CSS; colours follow the theme by themselves through ``light-dark()``.

The palette, type scale and 8 px grid are those of the product's look; every colour pair was checked for contrast >= 4.5 : 1.
"""

from __future__ import annotations

import streamlit as st

PALETTE = {
    "ground": ("#FAF8F5", "#16181D"), "card": ("#FFFFFF", "#1E2128"), "line": ("#E7E2DA", "#333842"),
    "text": ("#1F2430", "#ECEAE6"), "soft": ("#5B6270", "#A7ADB8"), "primary": ("#0B6E69", "#5CC2BA"),
    "care": ("#B23A1E", "#F08A6B"), "watch": ("#8A5A00", "#E0B055"), "fine": ("#2F6B3A", "#86C795"),
    "down": ("#2B5FA8", "#7FB0EE"), "up": ("#B4571A", "#F0A56B"), "track": ("#EFEAE2", "#2A2E37"),
}
HEAT = (("#F5EFE6", "#E9B48A", "#B4431F"), ("#24262C", "#8A4A33", "#F2A07F"))
CHANGE = (("#2B5FA8", "#F3EFE8", "#B4571A"), ("#7FB0EE", "#24262C", "#F0A56B"))


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5))


def _between(stops: tuple[str, ...], at: float) -> tuple[int, ...]:
    at = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(at), len(stops) - 2)
    return tuple(round(a + (b - a) * (at - low)) for a, b in zip(_rgb(stops[low]), _rgb(stops[low + 1]), strict=True))


def _ink(rgb: tuple[int, ...]) -> str:
    """Black or white text, whichever contrasts more with the ground (WCAG 2 relative luminance)."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#14161b" if (luminance + 0.05) / 0.0581 >= 1.05 / (luminance + 0.05) else "#ffffff"


def shade(at: float, scale: tuple[tuple[str, ...], ...] = HEAT) -> str:
    """CSS for a cell at position 0–1 of a colour scale: ground and readable ink, for light and dark."""
    light, dark = _between(scale[0], at), _between(scale[1], at)
    pair = lambda a, b: f"light-dark({a},{b})"
    return (f"background:{pair('#%02x%02x%02x' % light, '#%02x%02x%02x' % dark)};"
            f"color:{pair(_ink(light), _ink(dark))}")


_TOKENS = "".join(f"--kj-{name}:light-dark({light},{dark});" for name, (light, dark) in PALETTE.items())

CSS = f""":root,.stApp{{{_TOKENS}}}""" + """
.stApp{font-variant-numeric:tabular-nums}
.stMainBlockContainer{max-width:1200px;padding:20px 32px 64px}
[data-testid="stHeader"]{background:transparent;height:44px;pointer-events:none}
[data-testid="stHeader"] *{pointer-events:auto}
.stAppDeployButton,[data-testid="stToolbarActions"],[data-testid="stMainMenu"],[data-testid="stDecoration"],[data-testid="stStatusWidget"]{display:none!important}
.stElementContainer:has(style:only-child){display:none}
.kj{color:var(--kj-text);font-size:15px;line-height:1.55}
.kj h1,.kj h2,.kj h3,.kj p,.kj ul,.kj ol,.kj dl,.kj dd,.kj figure{margin:0;padding:0;color:inherit;font-family:inherit;letter-spacing:0}
.kj-eyebrow{font-size:13px;color:var(--kj-soft)}
.kj h1{font-size:27px;line-height:1.35;font-weight:650;text-wrap:pretty}
.kj h2{font-size:18px;line-height:1.4;font-weight:650}
.kj h3{font-size:15px;font-weight:650}
.kj-note{font-size:13px;color:var(--kj-soft)}
.kj-card{background:var(--kj-card);border:1px solid var(--kj-line);border-radius:12px;padding:16px 20px}
.kj-grid{display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(220px,1fr))}
.kj-two{display:grid;gap:16px;grid-template-columns:minmax(0,3fr) minmax(0,2fr);align-items:start}
.kj-stack{display:grid;gap:12px}
.kj-row{display:flex;gap:8px;align-items:baseline;flex-wrap:wrap}
.kj-num{font-size:32px;line-height:1.2;font-weight:600}
.kj-unit{font-size:15px;color:var(--kj-soft);font-weight:400;margin-left:2px}
.kj-care{color:var(--kj-care)}.kj-watch{color:var(--kj-watch)}.kj-fine{color:var(--kj-fine)}.kj-soft{color:var(--kj-soft)}
.kj-chip{display:inline-block;border:1px solid var(--kj-line);border-radius:999px;padding:1px 10px;font-size:13px;line-height:20px;background:var(--kj-card);white-space:nowrap}
.kj-chip.kj-care,.kj-chip.kj-watch,.kj-chip.kj-fine{border-color:currentColor}
.kj details{font-size:13px;color:var(--kj-soft)}
.kj details>summary{cursor:pointer;color:var(--kj-primary);list-style:none;display:inline-flex;align-items:center;min-height:24px}
.kj details>summary::-webkit-details-marker{display:none}
.kj details>summary::before{content:"?";display:inline-grid;place-items:center;width:16px;height:16px;border:1px solid currentColor;border-radius:50%;font-size:11px;margin-right:6px;flex:none}
.kj details[open]>summary{margin-bottom:4px}
.kj :focus-visible,.kj-live :focus-visible{outline:2px solid var(--kj-primary);outline-offset:2px;border-radius:4px}
.kj dl.kj-explain{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px}
.kj dl.kj-explain dt{color:var(--kj-soft)}.kj dl.kj-explain dd{color:var(--kj-text)}
.kj-table{width:100%;border-collapse:collapse;font-size:14px}
.kj-table th{font-weight:500;color:var(--kj-soft);text-align:left;font-size:13px}
.kj-table th,.kj-table td{padding:6px 10px;border-bottom:1px solid var(--kj-line);vertical-align:baseline}
.kj-table td.n,.kj-table th.n{text-align:right;white-space:nowrap}
.kj-scroll{overflow-x:auto;max-width:100%}
.kj-bars{display:grid;gap:2px 16px;grid-template-columns:minmax(96px,max-content) minmax(80px,1fr) max-content minmax(0,max-content);align-items:center}
.kj-bars>div{display:contents}
.kj-track{height:10px;border-radius:5px;background:var(--kj-track);position:relative}
.kj-track>i{position:absolute;inset:0 auto 0 0;border-radius:5px;background:var(--kj-primary)}
.kj-track>b{position:absolute;top:-3px;bottom:-3px;width:2px;background:var(--kj-text)}
.kj-heat{border-collapse:separate;border-spacing:2px;font-size:13px}
.kj-heat th{font-weight:500;color:var(--kj-soft);padding:2px 6px;text-align:left;white-space:nowrap}
.kj-heat thead th{text-align:center;white-space:normal;vertical-align:bottom}
.kj-heat td{padding:0;border-radius:6px;min-width:34px;height:30px;text-align:center}
.kj-heat td button{all:unset;box-sizing:border-box;cursor:pointer;display:grid;place-items:center;width:100%;min-height:30px;border-radius:6px;font:inherit;color:inherit}
.kj-heat td button:hover{box-shadow:inset 0 0 0 2px var(--kj-primary)}
.kj-heat td button[aria-pressed=true]{box-shadow:inset 0 0 0 2px var(--kj-text)}
.kj-heat td.none{background:repeating-linear-gradient(45deg,var(--kj-track) 0 4px,transparent 4px 8px);color:var(--kj-soft)}
.kj-live button.kj-pick{all:unset;box-sizing:border-box;cursor:pointer;display:block;width:100%;padding:10px 12px;border-radius:10px}
.kj-live button.kj-pick:hover{background:var(--kj-track)}
.kj-live button.kj-link{all:unset;cursor:pointer;color:var(--kj-primary)}
.kj-live button.kj-link:hover{text-decoration:underline}
.kj-brand{display:flex;gap:10px;align-items:center;min-height:40px;color:var(--kj-soft);font-size:13px}
.kj-brand b{color:var(--kj-text);font-weight:650;font-size:15px}
@media (max-width:640px){
 .stMainBlockContainer{padding:12px 16px 48px}
 .kj h1{font-size:23px}.kj-num{font-size:27px}
 .kj-two{grid-template-columns:minmax(0,1fr)}
 .kj-grid{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.kj-card{padding:12px 14px}
 .kj-live button.kj-pick,.kj details>summary,.kj-heat td button{min-height:44px}
}
@media print{[data-testid="stSidebar"],.stButton,.stDownloadButton{display:none!important}}
"""


def apply() -> None:
    """Send the style sheet; once a run, before anything is drawn."""
    st.html(f"<style>{CSS}</style>")
