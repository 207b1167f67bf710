"""Scenes for tests of the ways out: every kind of picture, with what is hard in it: hidden places, gaps, several series, formulas, long words."""

from __future__ import annotations

import io
import zipfile

from lib.story.scene import Line, Picture, Scene, Series, Story, Wish

BARS = Picture("bars", ("电销三组", "门店华东", "招生二组", "=1+2"),
               (Series("需要关怀", (41.7, 33.3, None, 9.5), (19.3, 16.3, None, 3.25), (68.0, 56.3, None, 24.9), "care"),),
               unit="%", asks=("真名甲", "", "", ""), hidden=frozenset({2}), marked=frozenset({0}), lines=(Line(22.1, "全公司"), Line(40.0, "目标")))
PAIRS = Picture("bars", ("一组", "二组", "三组"), (Series("本月", (2.1, -3.4, 0.0), (-0.4, -6.0, -2.0), (4.6, -0.8, 2.0)), Series("看起来", (4.1, None, 1.5), tone="quiet", hatched=True)),
                unit="次/人", digits=1, lines=(Line(0.0, "没有变化"),), signed=True)
BAND = Picture("trend", tuple(f"{1 + place // 4}月{1 + 7 * (place % 4)}日" for place in range(26)),
               (Series("士气", tuple(60.0 + place / 4 for place in range(26)), tuple(57.0 + place / 4 for place in range(26)), tuple(63.0 + place / 4 for place in range(26))),),
               unit="分", marked=frozenset({25}), lines=(Line(62.0, "四周前"),))
GAPS = Picture("trend", ("7月", "8月", "9月", "10月", "11月"), (Series("电销", (60.0, None, 64.0, None, 66.0), (57.0, None, 61.0, None, 63.0), (63.0, None, 67.0, None, 69.0)),
                                                             Series("门店", (50.0, 51.5, None, None, 48.25), tone="care")), unit="分", hidden=frozenset({3}))
DOTS = Picture("dots", ("看起来", "没有关怀", "扣除自然回升"), (Series("只看前后", (8.1, None, None), (4.9, None, None), (11.4, None, None), "quiet", True),
                                                            Series("对照", (None, 4.7, None), tone="quiet"), Series("关怀", (None, None, 0.2), (None, None, -4.4), (None, None, 4.8))),
               unit="个百分点", digits=1, lines=(Line(0.0, "没有差别"),), signed=True, marked=frozenset({2}))
MANY = Picture("dots", tuple(f"{place} 组" for place in range(12)), (Series("差别", tuple(float(place - 5) for place in range(12))),), signed=True)
PICTURES = {"bars": BARS, "pairs": PAIRS, "band": BAND, "gaps": GAPS, "dots": DOTS, "many": MANY}


def scene(kind: str, picture: Picture | None, **more: object) -> Scene:
    """A scene round a picture."""
    told = {"title": f"{kind}:电销三组 42 % 需要关怀,是全公司的近两倍", "footnote": "占在职人数;n = 640 人;2026年11月16日–22日", "n": 640, "period": "", "notes": "先说谁。\n再说多少。",
            "alt": f"{kind} 的图,用话来说"}
    return Scene(Wish(kind), picture=picture, **{**told, **more})      # type: ignore[arg-type]


def story(language: str = "zh") -> Story:
    """All of them, one scene without a picture last."""
    scenes = [scene(kind, picture, hidden_note="1 个组不足 5 人,不显示" if picture.hidden else "", caption="请先看最上面" if kind in ("bars", "gaps") else "",
                    more=("6 人需要关怀", "4 人已有人跟进") if kind in ("band", "gaps") else (), left_out="12 人在休假,不计在内" if kind == "dots" else "") for kind, picture in PICTURES.items()]
    return Story("十一月例会", (*scenes, scene("asks", None, more=("增加 2 名导师", "夜晚加班每周最多两次"))), "2026年11月22日", language, "版本 20261122;少于 5 人不显示;不出现姓名")


def parts(content: bytes) -> dict[str, bytes]:
    """Every part of a file, those of the workbooks inside it too, by path."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            found[name] = archive.read(name)
            if name.endswith(".xlsx"):
                found |= {f"{name}!{inner}": text for inner, text in parts(found[name]).items()}
    return found


def plain(text: str) -> str:
    """Words of a slide as its scene has them: what may not be broken is kept together there."""
    return text.replace("\u00a0", " ").replace("\u2060", "")
