"""Exact intervals: what the literature's definition says, a second implementation agrees with, and coverage shows."""

import random
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from solver.binomial import interval


def at_least(count: int, draws: int, chance: Fraction) -> Fraction:
    """The probability of count or more, in fractions."""
    return sum(
        (comb(draws, k) * chance**k * (1 - chance) ** (draws - k) for k in range(count, draws + 1)), start=Fraction(0)
    )


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("draws", [1, 2, 9, 100, 10_000, 1_000_000])
def test_the_ends_are_those_of_another_implementation(draws, confidence):
    counts = np.unique(np.linspace(0, draws, 401).astype(int))
    low, high = interval(counts, draws, confidence)
    tail = (1 - confidence) / 2
    expected = np.where(counts == 0, 0.0, np.nan_to_num(beta.ppf(tail, counts, draws - counts + 1)))
    assert low == pytest.approx(expected, abs=1e-11)
    expected = np.where(counts == draws, 1.0, np.nan_to_num(beta.ppf(1 - tail, counts + 1, draws - counts), nan=1.0))
    assert high == pytest.approx(expected, abs=1e-11)


@settings(max_examples=40)
@given(st.integers(1, 16), st.data())
def test_an_end_is_the_chance_under_which_the_count_is_just_in_the_tail(draws, data):
    """Clopper and Pearson's own definition, checked in fractions on either side of each end."""
    count, tail = data.draw(st.integers(0, draws)), Fraction(1, 40)
    low, high = (float(end[0]) for end in interval(np.array([count]), draws, 0.95))
    step = Fraction(1, 10**9)
    if count:
        assert at_least(count, draws, Fraction(low) - step) < tail < at_least(count, draws, Fraction(low) + step)
    if count < draws:
        assert 1 - at_least(count + 1, draws, Fraction(high) + step) < tail
        assert 1 - at_least(count + 1, draws, Fraction(high) - step) > tail
    assert low <= count / draws <= high
    assert (low == 0) == (count == 0)
    assert (high == 1) == (count == draws)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95])
@pytest.mark.parametrize("draws", [1, 7, 40])
def test_the_true_chance_is_covered_at_least_as_often_as_promised_whatever_it_is(draws, confidence):
    """The coverage itself, exact: over every count that could be seen, for many chances."""
    low, high = interval(np.arange(draws + 1), draws, confidence)
    for chance in np.linspace(0.005, 0.995, 67):
        covered = sum(
            comb(draws, k) * chance**k * (1 - chance) ** (draws - k)
            for k in range(draws + 1)
            if low[k] <= chance <= high[k]
        )
        assert covered >= confidence - 1e-9


def test_intervals_of_simulated_counts_cover_as_often_as_promised():
    rng, chance = np.random.default_rng(random.Random(5).randrange(2**32)), 0.137
    low, high = interval(rng.binomial(500, chance, size=4_000), 500, 0.95)
    covered = ((low <= chance) & (chance <= high)).mean()
    assert 0.95 <= covered < 0.99  # wide enough to hold, not so wide that it says nothing


@pytest.mark.parametrize(
    ("counts", "draws", "confidence"), [([3], 2, 0.95), ([-1], 2, 0.95), ([0], 0, 0.95), ([0], 1, 1.0), ([0], 1, 0.0)]
)
def test_numbers_out_of_reach_are_refused(counts, draws, confidence):
    with pytest.raises(ValueError, match=r"confidence|count"):
        interval(np.array(counts), draws, confidence)


def test_every_count_may_have_its_own_number_of_draws():
    low, high = interval(np.array([[0, 1], [2, 3]]), np.array([[4], [9]]), 0.95)
    assert low.shape == (2, 2)
    for (y, x), count in np.ndenumerate(np.array([[0, 1], [2, 3]])):
        one = interval(np.array([count]), (4, 9)[y], 0.95)
        assert (low[y, x], high[y, x]) == pytest.approx((one[0][0], one[1][0]))
