"""Reasons: what each fact adds to a person's log-odds, exactly, and how far other samples of the same company would say the same.

The log-odds of 60 days are a sum: ``base`` (what they would be for the mean row of the person's team) plus one contribution per
feature, ``b · (part of the person − mean part of the team)``.  All columns of a feature (bends, categories, "not known") count as one.
A contribution says what goes together with leaving, not what causes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.risk import metrics
from lib.risk import model as models
from lib.risk.model import Model

REFITS = 6
TOP = 3
FIRM = 0.65         # a badge is firm when the first three reasons keep their place in this share of the refits
LEAST_TEAM = 5      # a team of fewer people at risk is compared with the company


@dataclass(frozen=True)
class Reasons:
    """Rows × features: ``contribution`` (log-odds), ``place`` (1 pushes upward most), ``kept``; ``base`` per row; ``team`` numbers the
    group that a row is compared with, ``centre`` (groups × features) its mean parts."""

    keys: list[str]
    base: np.ndarray
    contribution: np.ndarray
    place: np.ndarray
    team: np.ndarray
    centre: np.ndarray


def groups(teams: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of the group that each row is compared with (its team; the last number: the whole company), and how many there are."""
    _, at, size = np.unique(teams.astype(str), return_inverse=True, return_counts=True)
    return np.where(size[at] >= LEAST_TEAM, at, len(size)), len(size) + 1


def means(parts: np.ndarray, team: np.ndarray, count: int) -> np.ndarray:
    """Mean parts of each group, of the whole company for the last one."""
    size = np.maximum(np.bincount(team, minlength=count), 1)[:, None]
    summed = np.column_stack([np.bincount(team, parts[:, at], minlength=count) for at in range(parts.shape[1])]) if parts.shape[1] else np.zeros((count, 0))
    out = summed / size
    out[-1] = parts.mean(axis=0) if len(parts) else 0.0
    return out


def places(contribution: np.ndarray) -> np.ndarray:
    """1 for the largest push upward of each row, and so on."""
    order = np.argsort(-contribution, axis=1, kind="stable")
    out = np.empty_like(order)
    np.put_along_axis(out, order, np.arange(1, contribution.shape[1] + 1)[None, :], axis=1)
    return out


def of(parts: np.ndarray, keys: list[str], intercept: float, teams: np.ndarray, line: models.Platt) -> Reasons:
    """The reasons of rows with these parts of ``eta``, compared with their team."""
    team, count = groups(teams)
    centre = means(parts, team, count)
    contribution = line.b * (parts - centre[team])
    base = line.a + line.b * (intercept + centre.sum(axis=1))
    return Reasons(keys, base[team], contribution, places(contribution), team, centre)


def refits(model: Model, matrix: np.ndarray, label: np.ndarray, person: np.ndarray, times: int = REFITS) -> list[Model]:
    """The model fitted anew to ``times`` bootstrap samples of persons: its coefficients; knots, penalties and held bends stay (learning them
    anew too moves the kept share of first three reasons by about a hundredth; trees are refitted whole)."""
    drawn = metrics.Clusters(person, draws=times)
    return models.samples(model, matrix, label, drawn.weights[:, drawn.at].astype(float))


def kept(reasons: Reasons, parts_of_refits: list[np.ndarray]) -> np.ndarray:
    """Rows × features: the share of refits in which the feature is among the row's first :data:`TOP`."""
    count = np.zeros(reasons.contribution.shape)
    for parts in parts_of_refits:
        centre = means(parts, reasons.team, len(reasons.centre))
        count += places(parts - centre[reasons.team]) <= TOP
    return count / max(len(parts_of_refits), 1)


def overlap(reasons: Reasons, kept_share: np.ndarray) -> np.ndarray:
    """Per row, the mean share in which its first three reasons are kept."""
    top = reasons.place <= TOP
    return np.where(top, kept_share, 0.0).sum(axis=1) / np.maximum(top.sum(axis=1), 1)
