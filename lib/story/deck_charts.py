"""Deck charts: a picture as one chart of PowerPoint, to be edited there: its numbers are in its workbook, its intervals are error bars.

``bars``   horizontal bars; lines to compare with are drawn over the chart at their place on its fixed scale (no program but PowerPoint
           draws a line across horizontal bars right), their numbers are in the workbook
``trend``  lines; the interval is a band where it is known everywhere, else error bars; where the days under it are too many, every so
           many-th is written, by the labels of a line that is not seen (LibreOffice leaves none out and breaks them into single signs)
``dots``   points with error bars over their labels, a hatched series as columns behind them; many labels, or two figures at one
           label, become bars, which stand side by side where points would cover each other

Only what PowerPoint and LibreOffice draw alike is used.  A place under the privacy limit has no number anywhere: what is seen of it is a
hatched shape over the chart with words in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lib.story.deck_room import GAP, Room, banded
from lib.story.deck_sheet import Sheet, code
from lib.story.deck_text import Voice, attr, fit, scheme
from lib.story.measure import width
from lib.story.pen import written
from lib.story.scene import Line, Picture, Series
from lib.words import say_in

TONES = {"primary": "accent1", "care": "accent2", "watch": "accent3", "fine": "accent4", "quiet": "tx1~55"}
DASHES = {"primary": "solid", "care": "lgDash", "watch": "sysDot", "fine": "lgDashDot", "quiet": "dash"}
MARKERS = {"primary": "circle", "care": "triangle", "watch": "diamond", "fine": "square", "quiet": "circle"}
SPACES = ('xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
          'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
DRAWING = 'xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"'
GREY = "tx1*60"     # not by being seen through: LibreOffice draws such a marker white
PALE = 60
ONE_LINE = '<a:bodyPr wrap="none" lIns="0" rIns="0" anchor="ctr"/>'
# A figure that was moved behind its interval needs no line back to its bar.
NO_LEADERS = ('<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
              '<c15:showLeaderLines val="0"/></c:ext></c:extLst>')
UPRIGHT = '<a:bodyPr rot="-60000000" vert="horz"/>'     # the program may turn or skip labels that do not fit


@dataclass(frozen=True)
class Drawn:
    """A chart as the parts of a file: its XML, its workbook, and the shapes over it (None: there are none)."""

    xml: bytes
    workbook: bytes
    shapes: bytes | None


def chart(picture: Picture, voice: Voice, wide: float, high: float, scale: float, made: datetime) -> Drawn:
    """The picture as a chart of ``wide`` × ``high`` points; ``scale`` is 1 on a slide of 960 points, ``made`` goes into the workbook."""
    drawn = _Chart(picture, voice, wide, high, scale)
    xml = drawn.xml()
    drawn.sheet.add(say_in(voice.language, "deck.note"), [drawn.hidden if place in picture.hidden else "" for place in range(len(picture.labels))])
    return Drawn(xml.encode("utf-8"), drawn.sheet.workbook(made), drawn.shapes())


class _Chart(Room):
    """One picture on its way into XML, with the columns of its workbook."""

    def __init__(self, picture: Picture, voice: Voice, wide: float, high: float, scale: float):
        super().__init__(picture, wide, high, scale)
        self.voice, self.hidden = voice, say_in(voice.language, "deck.hidden")
        self.code = code(picture.digits, self.unit, picture.signed)
        self.sheet = Sheet(picture.labels, self.code, say_in(voice.language, "deck.label"))
        self.values = [self.sheet.add(self._name(series), values) for series, values, _, _ in self.rows]
        self.tones = self._tones()
        self.numbers = 0
        self.silent: list[int] = []        # numbers of the series that it leaves out

    def _name(self, series: Series) -> str:
        long = self.picture.unit and not self.unit
        return say_in(self.voice.language, "deck.with_unit", name=series.name, unit=self.picture.unit) if long else series.name

    def _tones(self) -> dict[int, str]:
        """The colour of each series; two of one tone get two colours."""
        found: dict[int, str] = {}
        free = ["accent5", "accent6", "accent3", "accent4"]
        for series in self.picture.series:
            own = TONES[series.tone]
            found[id(series)] = next((one for one in (own, *free) if one not in found.values() or series.hatched), own)
        return found

    # --- series ---------------------------------------------------------------------------------------------------------------

    def _head(self, column: str, told: bool = True) -> str:
        """Number, order and name of the next series; not ``told``: the legend does not name it."""
        number, self.numbers = self.numbers, self.numbers + 1
        if not told:
            self.silent.append(number)
        return f'<c:idx val="{number}"/><c:order val="{number}"/>{self.sheet.name(column)}'

    def _words(self, size: float, bold: bool = False, colour: str = "tx1", frame: str = "<a:bodyPr/>") -> str:
        return (f'<c:txPr>{frame}<a:lstStyle/><a:p><a:pPr>{self.voice.properties("a:defRPr", size, bold, colour)}</a:pPr>'
                f'<a:endParaRPr lang="{self.voice.lang}"/></a:p></c:txPr>')

    def _shown(self, value: bool, name: bool = False) -> str:
        return (f'<c:showLegendKey val="0"/><c:showVal val="{int(value)}"/><c:showCatName val="{int(name)}"/><c:showSerName val="0"/><c:showPercent val="0"/>'
                '<c:showBubbleSize val="0"/>')

    def _label(self, place: int, at: str, moved: tuple[float, float] = (0.0, 0.0), bold: bool = True, colour: str = "tx1") -> str:
        """The figure at one place, ``moved`` right and down by so many points."""
        x, y = moved[0] / self.wide, moved[1] / self.high
        layout = f'<c:layout><c:manualLayout><c:x val="{x:.5f}"/><c:y val="{y:.5f}"/></c:manualLayout></c:layout>' if abs(x) + abs(y) > 0.001 else ""
        return (f'<c:dLbl><c:idx val="{place}"/>{layout}<c:numFmt formatCode={attr(self.code)} sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
                f'{self._words(self.value_size, bold, colour, ONE_LINE)}<c:dLblPos val="{at}"/>{self._shown(True)}</c:dLbl>')

    def _labels(self, each: str, position: str) -> str:
        return (f'<c:dLbls>{each}<c:numFmt formatCode={attr(self.code)} sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
                f'{self._words(self.value_size, True, frame=ONE_LINE)}<c:dLblPos val="{position}"/>{self._shown(position == "outEnd")}{NO_LEADERS}</c:dLbls>')

    def _errors(self, at: int, line: str, direction: str = "") -> str:
        """Error bars of a row: how far its interval reaches down and up, from two columns of their own."""
        series, values, low, high = self.rows[at]
        if not low:
            return ""
        down, up = self._reach(values, low, -1), self._reach(values, high, 1)
        say = lambda key: say_in(self.voice.language, key, name=series.name)
        self.sheet.add(say("deck.low"), low)
        self.sheet.add(say("deck.high"), high)
        minus, plus = self.sheet.add(say("deck.minus"), down), self.sheet.add(say("deck.plus"), up)
        return (f'<c:errBars>{direction}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
                f'<c:plus>{self.sheet.numbers(plus)}</c:plus><c:minus>{self.sheet.numbers(minus)}</c:minus><c:spPr>{line}</c:spPr></c:errBars>')

    @staticmethod
    def _reach(values: tuple[float | None, ...], ends: tuple[float | None, ...], way: int) -> tuple[float | None, ...]:
        # Rounded: 0.1 + 0.2 is not 0.30000000000000004 in a sheet that people read.
        return tuple(None if value is None or end is None else round(max((end - value) * way, 0.0), 9) for value, end in zip(values, ends, strict=True))

    def _ink(self, series: Series, place: int | None = None) -> str:
        tone = self.tones[id(series)]
        pale = place is not None and self.picture.marked and place not in self.picture.marked
        return f"{tone.partition('~')[0]}~{PALE if '~' not in tone else 35}" if pale else tone

    @staticmethod
    def _fill(ink: str, hatched: bool) -> str:
        if not hatched:
            return f"<a:solidFill>{scheme(ink)}</a:solidFill><a:ln><a:noFill/></a:ln>"
        return (f'<a:pattFill prst="wdUpDiag"><a:fgClr>{scheme(ink)}</a:fgClr><a:bgClr>{scheme("bg1")}</a:bgClr></a:pattFill>'
                f'<a:ln w="12700"><a:solidFill>{scheme(ink)}</a:solidFill></a:ln>')

    @staticmethod
    def _line(points: float, ink: str, dash: str = "solid", cap: str = "flat") -> str:
        return f'<a:ln w="{round(points * 12700)}" cap="{cap}"><a:solidFill>{scheme(ink)}</a:solidFill><a:prstDash val="{dash}"/><a:round/></a:ln>'

    # --- the three forms --------------------------------------------------------------------------------------------------------

    def xml(self) -> str:
        plot = {"bars": self._bars, "trend": self._trend, "dots": self._dots}[self.form]()
        box = ((self.left, "x"), (self.top, "y"))
        inner = ('<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
                 + "".join(f'<c:{name} val="{value / (self.wide if name == "x" else self.high):.5f}"/>' for value, name in box)
                 + f'<c:w val="{(self.right - self.left) / self.wide:.5f}"/><c:h val="{(self.bottom - self.top) / self.high:.5f}"/></c:manualLayout></c:layout>')
        return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {SPACES}><c:date1904 val="0"/><c:lang val="{self.voice.lang}"/>'
                f'<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{inner}{plot}<c:spPr><a:noFill/></c:spPr></c:plotArea>'
                f'{self._legend()}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
                f'{self._words(self.size)}</c:chartSpace>')

    def _bars(self) -> str:
        rows = ""
        for at, (series, values, low, high) in enumerate(self.rows):
            head = self._head(self.values[at])
            points = "".join(f'<c:dPt><c:idx val="{place}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>{self._fill(self._ink(series, place), series.hatched)}</c:spPr></c:dPt>'
                             for place in range(len(values)) if values[place] is not None and self._ink(series, place) != self._ink(series))
            each = "".join(self._label(place, "outEnd", (self._aside(value, low[place] if low else None, high[place] if high else None), 0.0),
                                       bold=not series.hatched and (not self.picture.marked or place in self.picture.marked))
                           for place, value in enumerate(values) if value is not None)
            rows += (f'<c:ser>{head}<c:spPr>{self._fill(self._ink(series), series.hatched)}</c:spPr><c:invertIfNegative val="0"/>{points}'
                     f'{self._labels(each, "outEnd")}{self._errors(at, self._line(1.5 * self.scale, "tx1"))}{self.sheet.categories()}'
                     f'<c:val>{self.sheet.numbers(self.values[at])}</c:val></c:ser>')
        gap = 45 if self.beside else 60
        main = (f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{rows}<c:gapWidth val="{gap}"/>'
                f'<c:overlap val="{0 if self.beside else 100}"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>')
        for line in self.lines:
            self.sheet.add(line.name, [float(line.value)] * len(self.picture.labels))
        return main + self._category("1001", "1002", "l", turned=True) + self._value("1002", "1001", "t", seen=False)

    def _past(self, value: float, low: float | None, high: float | None, plot: float) -> float:
        """How far, in points, a figure is moved from the end of its bar so that it stands behind the interval; ``plot``: how long the axis is."""
        end = high if value >= 0 else low
        if end is None:
            return 0.0
        reach = max(end - value, 0.0) if value >= 0 else min(end - value, 0.0)
        return reach / (self.most - self.low) * plot + (4 if value >= 0 else -4) * self.scale

    def _aside(self, value: float, low: float | None, high: float | None) -> float:
        """How far a figure is moved from the end of its bar: behind the interval, and behind a line across that would strike it through."""
        plot = self.right - self.left
        at = lambda number: self.left + (number - self.low) / (self.most - self.low) * plot
        moved, long = self._past(value, low, high, plot), width(written(self.picture, value), self.value_size, True) + GAP / 2
        for line in sorted(self.lines, key=lambda one: one.value) if value >= 0 else ():
            start = at(value) + moved
            if start - 2 < at(line.value) < start + long and at(line.value) + 4 + long < self.wide:
                moved += at(line.value) + 3 - start
        return moved

    def _clear(self, value: float) -> float:
        """How far up a figure beside a point is moved so that no line strikes it through, in points."""
        near = self.value_size * 0.55 / (self.bottom - self.top) * (self.most - self.low)
        return -self.value_size * 0.7 if any(abs(line.value - value) < near for line in self.lines) else 0.0

    def _trend(self) -> str:
        whole = banded(self.picture)
        band = self._band(next(at for at, (_, _, low, _) in enumerate(self.rows) if low)) if whole else ""
        rows = ""
        for at, (series, values, _, _) in enumerate(self.rows):
            head, ink = self._head(self.values[at]), self._ink(series)
            seen = [place for place, value in enumerate(values) if value is not None]
            told = sorted({place for place in self.picture.marked if place in seen} | set(seen[-1:]))
            alone = [place for place in seen if place - 1 not in seen and place + 1 not in seen]
            points = "".join(f'<c:dPt><c:idx val="{place}"/><c:marker><c:symbol val="{MARKERS[series.tone]}"/><c:size val="{10 if place in told else 7}"/>'
                             f'<c:spPr><a:solidFill>{scheme(ink)}</a:solidFill><a:ln w="9525"><a:solidFill>{scheme("bg1")}</a:solidFill></a:ln></c:spPr></c:marker>'
                             f'<c:bubble3D val="0"/><c:spPr>{self._line(2.75 * self.scale, ink, self._dash(series))}</c:spPr></c:dPt>'
                             for place in sorted({*told, *alone}))
            each = "".join(self._label(place, "r" if place == len(values) - 1 else "t", colour=ink if len(self.rows) > 1 else "tx1") for place in told)
            bars = "" if whole else self._errors(at, self._line(1.25 * self.scale, f"{ink.partition('~')[0]}~60"), '<c:errDir val="y"/>')
            rows += (f'<c:ser>{head}<c:spPr>{self._line(2.75 * self.scale, ink, self._dash(series), "rnd")}</c:spPr><c:marker><c:symbol val="none"/></c:marker>'
                     f'{points}{self._labels(each, "r")}{bars}{self.sheet.categories()}<c:val>{self.sheet.numbers(self.values[at])}</c:val><c:smooth val="0"/></c:ser>')
        rows += self._level() + self._days()
        lines = f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{rows}<c:marker val="1"/><c:axId val="1001"/><c:axId val="1002"/></c:lineChart>'
        return band + lines + self._category("1001", "1002", "b") + self._value("1002", "1001", "l", seen=True, between="midCat")

    def _dash(self, series: Series) -> str:
        return "sysDash" if series.hatched else DASHES[series.tone] if len(self.rows) > 1 else "solid"

    def _band(self, at: int) -> str:
        """The interval as a band: an unseen area up to its lower end, and over it one as high as the interval."""
        series, _, low, high = self.rows[at]
        say = lambda key: say_in(self.voice.language, key, name=series.name)
        base = self.sheet.add(say("deck.low"), low)
        self.sheet.add(say("deck.high"), high)
        rows = (f'<c:ser>{self._head(base, told=False)}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{self.sheet.categories()}'
                f'<c:val>{self.sheet.numbers(base)}</c:val></c:ser>')
        span = self.sheet.add(say_in(self.voice.language, "deck.interval"), self._reach(low, high, 1))
        tone = self.tones[id(series)].partition("~")[0]
        rows += (f'<c:ser>{self._head(span)}<c:spPr><a:solidFill>{scheme(f"{tone}~22")}</a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>{self.sheet.categories()}'
                 f'<c:val>{self.sheet.numbers(span)}</c:val></c:ser>')
        return f'<c:areaChart><c:grouping val="stacked"/><c:varyColors val="0"/>{rows}<c:axId val="1001"/><c:axId val="1002"/></c:areaChart>'

    def _level(self) -> str:
        """Lines to compare with, as level lines of points."""
        rows = ""
        for line in self.lines:
            column = self.sheet.add(line.name, [float(line.value)] * len(self.picture.labels))
            rows += (f'<c:ser>{self._head(column)}<c:spPr>{self._line(1.75 * self.scale, "tx1~65", "dash")}</c:spPr><c:marker><c:symbol val="none"/></c:marker>'
                     f'{self.sheet.categories()}<c:val>{self.sheet.numbers(column)}</c:val><c:smooth val="0"/></c:ser>')
        return rows

    def _days(self) -> str:
        """Every so many-th day, counted from the last, under the axis: the labels of a line that lies on it and is not seen."""
        if self.every == 1:
            return ""
        count = len(self.picture.labels)
        column = self.sheet.add(say_in(self.voice.language, "deck.axis"), [self.low] * count)
        told = [place for place in range(count) if (count - 1 - place) % self.every == 0 and self.stands(place)]
        each = "".join(f'<c:dLbl><c:idx val="{place}"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{self._words(self.label_size, frame=ONE_LINE)}'
                       f'<c:dLblPos val="b"/>{self._shown(False, name=True)}</c:dLbl>' for place in told)
        return (f'<c:ser>{self._head(column, told=False)}<c:spPr><a:ln w="9525"><a:noFill/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>'
                f'<c:dLbls>{each}{self._shown(False)}</c:dLbls>{self.sheet.categories()}<c:val>{self.sheet.numbers(column)}</c:val><c:smooth val="0"/></c:ser>')

    def _dots(self) -> str:
        columns = rows = ""
        # Columns first: the legend counts them before the points.
        for at, (series, values, low, high) in sorted(enumerate(self.rows), key=lambda one: not one[1][0].hatched):
            head, ink = self._head(self.values[at]), self._ink(series)
            each = "".join(self._label(place, "outEnd" if series.hatched else "r", (0.0, -self._past(value, low[place] if low else None, high[place] if high else None, self.bottom - self.top)
                                       if series.hatched else self._clear(value)), bold=not series.hatched and (not self.picture.marked or place in self.picture.marked),
                                       colour="tx2" if series.hatched else "tx1") for place, value in enumerate(values) if value is not None)
            thick = self._line((1.5 if series.hatched else 2.5) * self.scale, ink)
            if series.hatched:
                columns += (f'<c:ser>{head}<c:spPr>{self._fill(ink, True)}</c:spPr><c:invertIfNegative val="0"/>{self._labels(each, "outEnd")}'
                            f'{self._errors(at, thick)}{self.sheet.categories()}<c:val>{self.sheet.numbers(self.values[at])}</c:val></c:ser>')
                continue
            mark = lambda place, series=series: (f'<c:marker><c:symbol val="{MARKERS[series.tone]}"/><c:size val="{round(13 * self.scale)}"/><c:spPr>'
                                                 f'<a:solidFill>{scheme(GREY if series.tone == "quiet" else self._ink(series, place))}</a:solidFill>'
                                                 f'<a:ln w="19050"><a:solidFill>{scheme("bg1")}</a:solidFill></a:ln></c:spPr></c:marker>')
            points = "".join(f'<c:dPt><c:idx val="{place}"/>{mark(place)}<c:bubble3D val="0"/></c:dPt>'
                             for place in range(len(values)) if values[place] is not None and self._ink(series, place) != ink)
            rows += (f'<c:ser>{head}<c:spPr><a:ln w="28575"><a:noFill/></a:ln></c:spPr>{mark(None)}{points}{self._labels(each, "r")}'
                     f"""{self._errors(at, thick, '<c:errDir val="y"/>')}{self.sheet.categories()}<c:val>{self.sheet.numbers(self.values[at])}</c:val><c:smooth val="0"/></c:ser>""")
        rows += self._level()
        bars = (f'<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{columns}<c:gapWidth val="180"/>'
                '<c:overlap val="0"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>') if columns else ""
        lines = (f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{rows}<c:marker val="1"/><c:axId val="1001"/><c:axId val="1002"/></c:lineChart>'
                 if rows else "")
        return bars + lines + self._category("1001", "1002", "b") + self._value("1002", "1001", "l", seen=True)

    # --- axes, legend, what stands over it --------------------------------------------------------------------------------------------

    def _category(self, own: str, other: str, side: str, turned: bool = False) -> str:
        return (f'<c:catAx><c:axId val="{own}"/><c:scaling><c:orientation val="{"maxMin" if turned else "minMax"}"/></c:scaling><c:delete val="0"/>'
                f'<c:axPos val="{side}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
                f'<c:tickLblPos val="{"low" if self.every == 1 else "none"}"/><c:spPr>{self._line(1, "tx1~50")}</c:spPr>{self._words(self.label_size, frame=UPRIGHT)}<c:crossAx val="{other}"/>'
                f'<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="60"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>')

    def _value(self, own: str, other: str, side: str, seen: bool, between: str = "between") -> str:
        grid = f'<c:majorGridlines><c:spPr>{self._line(0.75, "tx1~14")}</c:spPr></c:majorGridlines>' if seen else ""
        step = f'<c:majorUnit val="{self.marks[1] - self.marks[0]:.10g}"/>' if seen and len(self.marks) > 1 else ""
        form = code(self.places(), self.unit, self.picture.signed) if seen else "General"
        return (f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/><c:max val="{self.most:.10g}"/><c:min val="{self.low:.10g}"/></c:scaling>'
                f'<c:delete val="{int(not seen)}"/><c:axPos val="{side}"/>{grid}<c:numFmt formatCode={attr(form)} sourceLinked="0"/><c:majorTickMark val="none"/>'
                f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{self._words(self.size * 0.86, colour="tx2")}'
                f'<c:crossAx val="{other}"/><c:crosses val="autoZero"/><c:crossBetween val="{between}"/>{step}</c:valAx>')

    def _legend(self) -> str:
        if not self.legend_wide:
            return ""
        silent = "".join(f'<c:legendEntry><c:idx val="{number}"/><c:delete val="1"/></c:legendEntry>' for number in self.silent)
        return (f'<c:legend><c:legendPos val="t"/>{silent}<c:layout><c:manualLayout><c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0"/><c:y val="0"/>'
                f'<c:w val="{self.legend_wide / self.wide:.5f}"/><c:h val="{self.legend_high / self.high:.5f}"/></c:manualLayout></c:layout>'
                f'<c:overlay val="0"/>{self._words(self.legend_size, colour="tx2")}</c:legend>')

    def shapes(self) -> bytes | None:
        """A hatched strip over each hidden place, that says so, and the lines across bars with their names; they move and grow with the chart."""
        made = [*(self._line_across(at, line) for at, line in enumerate(sorted(self.lines, key=lambda one: one.value)) if self.form == "bars"),
                *(self._strip(place) for place in sorted(self.picture.hidden))]
        if not made:
            return None
        anchors = "".join(shape.replace("@id@", str(nth)) for nth, shape in enumerate((part for parts in made for part in parts), start=2))
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:userShapes {SPACES} {DRAWING}>{anchors}</c:userShapes>'.encode()

    def _shape(self, box: tuple[float, float, float, float], name: str, look: str, words: str = "", frame: str = "", kind: str = "rect") -> str:
        """One shape over the chart; ``box``: left, top, right and bottom in points."""
        left, top, right, bottom = box
        ends = "".join(f"<cdr:{end}><cdr:x>{x / self.wide:.5f}</cdr:x><cdr:y>{y / self.high:.5f}</cdr:y></cdr:{end}>" for end, x, y in (("from", left, top), ("to", right, bottom)))
        text = f"<cdr:txBody><a:bodyPr{frame} lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\" anchor=\"ctr\"/><a:lstStyle/>{words}</cdr:txBody>" if words else ""
        return (f'<cdr:relSizeAnchor>{ends}<cdr:sp macro="" textlink=""><cdr:nvSpPr><cdr:cNvPr id="@id@" name={attr(name)} descr={attr(name)}/><cdr:cNvSpPr/></cdr:nvSpPr>'
                f'<cdr:spPr><a:xfrm><a:off x="{round(left * 12700)}" y="{round(top * 12700)}"/><a:ext cx="{round((right - left) * 12700)}" cy="{round((bottom - top) * 12700)}"/></a:xfrm>'
                f'<a:prstGeom prst="{kind}"><a:avLst/></a:prstGeom>{look}</cdr:spPr>{text}</cdr:sp></cdr:relSizeAnchor>')

    def _line_across(self, at: int, line: Line) -> tuple[str, str]:
        """A line across the bars from its name down; the names stand in two rows by turns."""
        x = self.left + (line.value - self.low) / (self.most - self.low) * (self.right - self.left)
        high, rows = self.legend_size * 1.3, self.names
        wide = min(width(line.name, self.legend_size) * 1.15, self.wide)
        left = min(max(x - wide / 2, 0), self.wide - wide)
        top = self.top - high * (rows - at % rows)
        words = self.voice.paragraph(line.name, self.legend_size, False, "tx2", '<a:pPr algn="ctr"/>', latin=True)
        return (self._shape((x, top + high, x, self.bottom), line.name, self._line(1.5 * self.scale, "tx1~65", "dash"), kind="line"),
                self._shape((left, top, left + wide, top + high), line.name, "<a:noFill/><a:ln><a:noFill/></a:ln>", words, ' wrap="none"'))

    def _strip(self, place: int) -> tuple[str]:
        left, top, right, bottom = box = self.span(place)
        upright = self.form != "bars" and right - left < width(self.hidden, self.size * 0.8)
        wide, high = (bottom - top, right - left) if upright else (right - left, bottom - top)
        size = fit([self.hidden], wide - 8, high, (self.size * 0.86, self.size * 0.75, self.size * 0.65), least=4.0)
        look = (f'<a:pattFill prst="wdUpDiag"><a:fgClr>{scheme("tx1*25")}</a:fgClr><a:bgClr>{scheme("bg1")}</a:bgClr></a:pattFill>'
                f'<a:ln w="9525"><a:solidFill>{scheme("tx1*35")}</a:solidFill><a:prstDash val="dash"/></a:ln>')
        words = self.voice.paragraph(self.hidden, size, True, "tx1", '<a:pPr algn="ctr"/>', latin=True)
        return (self._shape(box, f"{self.picture.labels[place]}: {self.hidden}", look, words, f'{" vert=" + attr("vert270") if upright else ""} wrap="square"'),)
