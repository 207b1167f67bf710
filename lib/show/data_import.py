"""Data page, import: choose a file, see how it will be read, mend the mapping, import it, and see what was rejected."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from lib.access.office import HIDDEN, SUFFIXES, Looked, Office, private
from lib.show import cards, data_mapping, data_rejects, data_view, tables
from lib.show.parts import chips, esc, number, percent
from lib.show.plain import plain
from lib.words import language, say

if TYPE_CHECKING:
    from lib.intake.guard import Refused
    from lib.intake.mapping import Mapping
    from lib.intake.suggest import Suggestion

_LOOKED, _DONE = "data.looked", "data.done"
_SHOWN, _SURE, _LIKELY, _NAMED = 8, 0.6, 0.5, 20
_FORCEABLE = ("doubled", "too_few_rows", "truncated")


def show(office: Office) -> None:
    """The whole view, top-down; stops where something must be chosen first."""
    if office.open_to_all:
        return data_view.own_company(office)
    given = _given(office)
    if given is None:
        return _formats()
    content, name, mark = given
    looked = _look(office, content, name, mark)
    if looked is None:
        return None
    mapping = looked.ready or _mapped(office, looked, mark)
    if mapping is None:
        return None
    if looked.ready:
        cards.draw(f"<p>{esc(say('data.import.known_layout', table=data_view.table_label(mapping.table)))}</p>")
    if _preview(office, looked, mapping):
        _import(office, content, looked, mapping, mark, [] if looked.ready else _questions(office, looked, mapping, mark))
    return None


# --- the file ---------------------------------------------------------------------------------------------------------------

def _given(office: Office) -> tuple[bytes | Path, str, str] | None:
    """The chosen file: its content or path, its name to show, and a mark that changes with its content."""
    inbox = office.inbox()
    left, right = st.columns(2, gap="medium")
    with left:
        _translate_uploader()
        upload = st.file_uploader(say("data.import.upload"), type=list(SUFFIXES), key="data.upload")
        st.caption(say("data.import.limit", megabytes=office.upload_limit))
    with right:
        names = ["", *(file.name for file in inbox)]
        sizes = {file.name: file.stat().st_size for file in inbox}
        chosen = st.selectbox(
            say("data.import.inbox", count=len(inbox)), names, key="data.inbox", disabled=upload is not None or not inbox,
            format_func=lambda name: f"{name} · {_size(sizes[name])}" if name else say("data.import.inbox_none" if inbox else "data.import.inbox_empty"))
        st.caption(say("data.import.inbox_help", folder=plain(office.data_dir / "inbox")))
    if upload is not None:
        content = upload.getvalue()
        return content, upload.name, hashlib.sha256(content).hexdigest()[:12]
    if not chosen:
        return None
    file = office.waiting(chosen)
    mark = hashlib.sha256(f"{chosen}:{file.stat().st_size}:{file.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    return file, chosen, mark


def _translate_uploader() -> None:
    """Streamlit's uploader speaks English only: its button is given our word, its line of limits is replaced by a caption."""
    st.html("<style>[data-testid=stFileUploaderDropzoneInstructions]{display:none}"
            "[data-testid=stFileUploaderDropzone] [data-testid=stBaseButton-secondary] p{font-size:0}"
            "[data-testid=stFileUploaderDropzone] [data-testid=stBaseButton-secondary] p::after"
            f"{{content:'{say('data.import.choose_file')}';font-size:15px}}</style>")


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024))} KB"


def _formats() -> None:
    what = "".join(f"<li>{esc(say(f'data.import.formats_{part}'))}</li>" for part in ("files", "report", "order", "rejects"))
    cards.draw(f"<div class='kj-card kj-stack' style='gap:8px'><h2>{esc(say('data.import.formats'))}</h2>"
               f"<ul style='padding-left:20px'>{what}</ul></div>")


def _look(office: Office, content: bytes | Path, name: str, mark: str) -> Looked | None:
    """Open the file once per content and way of reading; a refusal is shown and gives None."""
    from lib.intake.guard import Refused

    options = _reading(mark)
    kept = st.session_state.get(_LOOKED)
    key = (mark, name, tuple(sorted(options.items())))
    if kept is None or kept[0] != key:
        try:
            with st.spinner(say("data.import.opening", file=plain(name))):
                kept = st.session_state[_LOOKED] = (key, office.look(content, name, options), {})
        except Refused as why:
            refused(why, name)
            _reread(mark, None)
            return None
    _facts(kept[1])
    _reread(mark, kept[1])
    return kept[1]


def _suggest(office: Office, looked: Looked, table: str | None) -> Suggestion | None:
    """The suggestion for this file, made once and kept beside it."""
    made = st.session_state[_LOOKED][2]
    if table not in made:
        made[table] = office.suggest(looked, table)
    return made[table]


def _reading(mark: str) -> dict[str, object]:
    """How the viewer asked for the file to be opened; empty as long as nothing was asked."""
    asked: dict[str, object] = {}
    if sheet := st.session_state.get(f"data.sheet.{mark}"):
        asked["sheet"] = sheet
    if row := st.session_state.get(f"data.header.{mark}"):
        asked["header_row"] = int(row)
    if delimiter := st.session_state.get(f"data.delimiter.{mark}"):
        asked["delimiter"] = delimiter
    return asked


def _reread(mark: str, looked: Looked | None) -> None:
    """The few things that may have to be told about how a file is laid out."""
    with st.expander(say("data.import.reading")):
        one, two = st.columns(2)
        if looked is not None and looked.kind == "xlsx" and looked.sheet:
            # The options stay in one order, whichever sheet is open.
            sheets = ["", *sorted({looked.sheet, *looked.other_sheets})]
            one.selectbox(say("data.import.sheet"), sheets, key=f"data.sheet.{mark}",
                          format_func=lambda sheet: sheet or say("data.import.sheet_auto", sheet=looked.sheet))
        else:
            one.selectbox(say("data.import.delimiter"), ["", ",", ";", "\t", "|"], key=f"data.delimiter.{mark}",
                          format_func=lambda d: {"": say("data.import.auto"), "\t": "Tab"}.get(d, d))
        two.number_input(say("data.import.header_row"), 0, 100, 0, key=f"data.header.{mark}", help=say("data.import.header_help"))


def _facts(looked: Looked) -> None:
    pairs = [(say("data.import.kind"), looked.kind.upper())]
    if looked.kind in ("csv", "jsonl"):
        pairs.append((say("data.import.encoding"), {"utf-8-sig": "UTF-8 (BOM)"}.get(looked.encoding, looked.encoding.upper())))
    if looked.sheet:
        pairs.append((say("data.import.sheet"), looked.sheet))
    if looked.other_sheets:
        pairs.append((say("data.import.other_sheets"), data_view.listed(looked.other_sheets)))
    pairs += [(say("data.import.columns"), str(len(looked.headers))), (say("data.import.size"), _size(looked.size))]
    cards.draw(f"<h2>{esc(looked.name)}</h2>{data_view.facts(pairs)}")


# --- the mapping ------------------------------------------------------------------------------------------------------------

def _mapped(office: Office, looked: Looked, mark: str) -> Mapping | None:
    """The mapping as the viewer leaves it: started from a saved one or the suggestion, edited below."""
    from lib.intake.contracts import TABLES

    saved = {mapping.name: mapping for mapping in office.mappings()}
    fitting = next((m.name for m in saved.values() if m.headers and set(m.headers) == set(looked.headers)), "")
    one, two = st.columns(2, gap="medium")
    usable = ["", *(name for name, mapping in saved.items() if set(mapping.sources) <= set(looked.headers))]
    start = two.selectbox(say("data.import.start"), usable, index=usable.index(fitting) if fitting in usable else 0,
                          key=f"data.start.{mark}", format_func=lambda name: name or say("data.import.suggested"))
    best = _suggest(office, looked, None)
    offered = list(TABLES)
    first = saved[start].table if start else best.table if best and best.confidence >= _LIKELY else "employees"
    table = one.selectbox(say("data.import.table"), offered, index=offered.index(first), key=f"data.table.{mark}.{start}",
                          format_func=lambda name: f"{data_view.table_label(name)} · {name}")
    contract = TABLES[table]
    one.caption(contract.zh if language() == "zh" else contract.en)
    made = best if best and best.table == table else _suggest(office, looked, table)
    if not start and made:
        _how_sure(made, best)
    base = saved[start] if start and saved[start].table == table else made.mapping if made else None
    return data_mapping.edit(office, looked, table, base, made if not start else None, f"data.map.{mark}.{start}.{table}")


def _questions(office: Office, looked: Looked, mapping: Mapping, mark: str) -> list[str]:
    """What must be confirmed before a file is read in a way that nobody has saved: which of two tables it is, and what stays unread."""
    if st.session_state.get(f"data.start.{mark}"):
        return []
    asked, best = [], _suggest(office, looked, None)
    if best and best.close and mapping.table in (best.table, best.second):
        asked.append(say("data.import.two", one=data_view.table_label(best.table), two=data_view.table_label(best.second)))
    if unread := [header for header in looked.headers if header not in mapping.sources]:
        asked.append(say("data.import.unread", columns=data_view.listed(unread[:_NAMED]) + (" …" if len(unread) > _NAMED else "")))
    return asked


def _how_sure(made: Suggestion, best: Suggestion | None) -> None:
    """How well the file fits this table, what is still missing, and what nothing takes."""
    from lib.intake.contracts import TABLES

    sure = made.confidence >= _SURE and not made.missing
    doubt = best is not None and made.table == best.table and best.close
    lines = [] if sure and not doubt else [say("data.import.doubt")]
    if made.missing:
        lines.append(say("data.import.lacking", fields=data_view.listed(data_mapping.short(TABLES[made.table].column(name)) for name in made.missing)))
    if made.unused:
        lines.append(say("data.import.unused", columns=data_view.listed(made.unused[:8]) + ("…" if len(made.unused) > 8 else "")))
    chip = chips([say("data.import.sure", share=percent(made.confidence, 0))], "fine" if sure else "watch")
    cards.draw(f"<div class='kj-row'>{chip}<span class='kj-note'>{esc(' · '.join(lines))}</span></div>")


# --- the preview and the import ---------------------------------------------------------------------------------------------

def _preview(office: Office, looked: Looked, mapping: Mapping) -> bool:
    """How the first rows will be read; False when they cannot be."""
    from lib.intake.contracts import TABLES
    from lib.intake.guard import Refused

    contract = TABLES[mapping.table]
    cards.section(say("data.import.preview"), say("data.import.preview_note", rows=len(looked.sample.rows)))
    if lacking := [c for c in contract.must if c.name not in mapping.fields and not (c.unless and c.unless[0] in mapping.fields)]:
        cards.draw(f"<p class='kj-watch'>{esc(say('data.import.choose', fields=data_view.listed(data_mapping.short(c) for c in lacking)))}</p>")
        return False
    try:
        seen = office.preview(looked, mapping)
    except Refused as why:
        refused(why, looked.name, quiet=why.code == "date_order_unclear")
        return False
    bad = seen.rejects["row"].nunique() if len(seen.rejects) else 0
    parts = [say("data.import.will_read", rows=number(len(seen.rows), 0))]
    if seen.left_out:
        parts.append(say("data.import.will_leave", rows=number(seen.left_out, 0)))
    parts.append(say("data.import.will_reject", rows=number(bad, 0)))
    tone = "kj-care" if bad > 0.02 * max(seen.asked, 1) else "kj-soft"
    cards.draw(f"<p class='{tone}'>{esc(' · '.join(parts))}</p>")
    if len(seen.rows):
        if private(mapping.table) & set(seen.rows.columns[seen.rows.notna().any()]):
            cards.draw(f"<p class='kj-note'>{esc(HIDDEN)} {esc(say('data.map.hidden'))}</p>")
        shown = seen.rows.head(_SHOWN).dropna(axis=1, how="all").astype(object)
        cards.draw(tables.html(shown.rename(columns={c.name: data_mapping.short(c) for c in contract.columns})))
    if bad:
        data_rejects.draw(seen.rejects.head(5), looked.name, "data.preview.rejects", download=False)
    return len(seen.rows) > 0


def _import(office: Office, content: bytes | Path, looked: Looked, mapping: Mapping, mark: str, asked: list[str]) -> None:
    """The last step: what is open is confirmed, the mapping may be kept, the file is imported.  ``asked``: see :func:`_questions`."""
    done = st.session_state.get(_DONE)
    done = done[1] if done and done[0] == mark else None
    stuck = done is not None and done.refused is not None and done.refused.code in _FORCEABLE
    with st.container(border=True):
        keep = st.text_input(say("data.import.keep"), value=mapping.name if mapping.name != mapping.table else "", max_chars=80,
                             key=f"data.keep.{mark}", placeholder=say("data.import.keep_hint"), help=say("data.import.keep_help"),
                             disabled=looked.ready is not None)
        force = stuck and st.checkbox(say("data.import.force"), key=f"data.force.{mark}")
        label = data_view.table_label(mapping.table)
        if asked:
            cards.draw("".join(f"<p class='kj-watch'>{esc(sentence)}</p>" for sentence in asked))
        # The key holds what is asked: another question needs another yes.
        said = hashlib.sha256("\n".join([mapping.table, *asked]).encode()).hexdigest()[:8]
        checked = not asked or st.checkbox(say("data.import.checked", table=label), key=f"data.checked.{mark}.{said}")
        if st.button(say("data.import.go", table=label), type="primary" if checked else "secondary", key="data.go", disabled=not checked):
            done = _run(office, content, looked, mapping, keep.strip(), bool(force))
            st.session_state[_DONE] = (mark, done)
            if stuck != (done is not None and done.refused is not None and done.refused.code in _FORCEABLE):
                st.rerun()
    if done is not None:
        data_rejects.report(office, done)


def _run(office: Office, content: bytes | Path, looked: Looked, mapping: Mapping, keep: str, force: bool):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from lib.intake.mapping import BrokenMapping

    if keep:
        mapping = replace(mapping, name=keep)
        try:
            office.save_mapping(mapping, keep)
        except BrokenMapping:
            cards.problem(say("data.import.bad_name"), keep, say("data.import.bad_name_mend"))
            return None
    with st.spinner(say("data.import.running", file=plain(looked.name))):
        return office.import_file(content, looked.name, mapping, force)


def refused(why: Refused, file: str, quiet: bool = False) -> None:
    """Why a file (or its mapping) cannot be read, where, and how to mend it."""
    place = data_rejects.place(file, why.sheet, why.row, why.column)
    if quiet:
        cards.draw(f"<p>{esc(why.sentence(language()))}</p><p class='kj-note'>{esc(why.remedy(language()))}</p>")
    else:
        cards.problem(why.sentence(language()), place, why.remedy(language()))
