"""
Exact confidence intervals for a chance that was seen ``count`` times in ``draws`` independent trials.

The interval of Clopper and Pearson: its ends are the chances under which so many, or so few, would just be seen with
probability (1 − confidence) / 2. It covers the true chance at least as often as it says, whatever the chance and the
number of trials; nothing is approximated by a normal curve.

Source: C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial,
Biometrika 26 (1934), doi:10.1093/biomet/26.4.404; the binomial tail as an incomplete beta function and its continued
fraction: NIST Digital Library of Mathematical Functions, 8.17.5 and 8.17.22.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TERMS = 100_000
"""More terms than the fraction needs for any number of trials that fits a machine: about √draws of them."""


def interval(counts: NDArray[np.int64], draws: NDArray[np.int64] | int, confidence: float) -> tuple[Floats, Floats]:
    """
    The exact interval for each count.

    Parameters
    ----------
    counts
        int64, any shape: 0 … draws.
    draws
        How many trials, one number or one for each count, ≥ 1.
    confidence
        0 < confidence < 1, the probability with which an interval covers at the least.

    Returns
    -------
    tuple
        float64 of the same shape: the lower and the upper end.

    Raises
    ------
    ValueError
        Numbers out of these limits.
    """
    seen = np.asarray(counts, dtype=np.int64)
    tried = np.broadcast_to(np.asarray(draws, dtype=np.int64), seen.shape)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; expected between 0 and 1")
    if seen.size and (seen.min() < 0 or (seen > tried).any() or tried.min() < 1):
        raise ValueError("every count must be in 0 … draws, and draws at least 1")
    tail = (1 - confidence) / 2
    return _lower(seen, tried, tail), 1 - _lower(tried - seen, tried, tail)


def _lower(counts: NDArray[np.int64], draws: NDArray[np.int64], tail: float) -> Floats:
    """The chance under which ``counts`` or more are seen with probability ``tail``; 0 where nothing was seen."""
    found = np.zeros(counts.shape)
    some = counts > 0
    a, b = counts[some].astype(np.float64), ((draws - counts)[some] + 1).astype(np.float64)
    low, high = np.zeros(a.shape), np.ones(a.shape)
    for _ in range(60):
        middle = (low + high) / 2
        beyond = _at_least(middle, a, b) > tail
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    found[some] = low
    return found


def _at_least(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularized incomplete beta function I_x(a, b), 0 < x < 1: a or more of a + b − 1 trials of chance x."""
    flip = x > (a + 1) / (a + b + 2)
    own, p, q = np.where(flip, 1 - x, x), np.where(flip, b, a), np.where(flip, a, b)
    logs = np.array([math.lgamma(s + t) - math.lgamma(s) - math.lgamma(t) for s, t in zip(p, q, strict=True)])
    value: Floats = np.exp(logs + p * np.log(own) + q * np.log1p(-own)) / (p * _fraction(own, p, q))
    return np.where(flip, 1 - value, value)


def _fraction(x: Floats, a: Floats, b: Floats) -> Floats:
    """1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, from the front by the modified method of Lentz."""
    tiny = 1e-300
    value = np.ones(x.shape)
    c, d = np.ones(x.shape), np.zeros(x.shape)
    for term in range(1, TERMS):
        m = term // 2
        if term % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 + step * d, 1 + step / c
        d = 1 / np.where(np.abs(d) < tiny, tiny, d)
        c = np.where(np.abs(c) < tiny, tiny, c)
        value = value * c * d
        if not x.size or np.abs(c * d - 1).max() < 1e-15:
            break
    return value
