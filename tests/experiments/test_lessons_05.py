"""What notebook 05 says of rates: their split into slopes and weights, ReLU at gain √2, and its table of trainings."""
from math import lgamma

import numpy as np
import pytest

from course_utils import LinearRNN, ReluRNN, SigmoidRNN, TanhRNN
from course_utils.experiments import load
from course_utils.experiments.lessons.decay import log_sizes, random_network, rates, slope_averages, spectral_radii
from course_utils.experiments.lessons.latch_gains import first_size
from course_utils.experiments.lessons.matrix_products import growth_of_products
from course_utils.ground.places import DATA

SEEDS = 40


def test_cells_of_one_seed_share_weights_and_inputs():
    (tanh, seen), (relu, read) = (random_network(cell, 3, gain=.7, n_hidden=5) for cell in (TanhRNN, ReluRNN))
    assert np.array_equal(tanh.W_h, relu.W_h) and np.array_equal(tanh.W_x, np.eye(5)) and not tanh.b.any()
    assert np.array_equal(seen.x, read.x) and np.isclose(seen.x.std(), .5, atol=.05)


def test_a_size_is_the_root_mean_square_of_the_singular_values():
    params, trace = random_network(LinearRNN, 0, n_hidden=4, length=2)
    product = np.linalg.matrix_power(params.W_h.T, 2)
    assert np.allclose(10 ** log_sizes(LinearRNN, params, trace)[[0, 2]],
                       [np.sqrt(np.mean(np.linalg.svd(product)[1] ** 2)), 1])


@pytest.mark.parametrize(("cell", "alone", "with_linear"),
                         ((TanhRNN, -.008, .042), (ReluRNN, .001, .051), (SigmoidRNN, -.046, .005)))
def test_the_linear_networks_rate_helps_the_sigmoid_alone(cell, alone, with_linear):
    """The errors of the split at gain 1: the slopes' part, and the slopes' part plus the rate of a linear network."""
    slopes, measured = slope_averages(cell, .5, SEEDS)[1], rates(cell, SEEDS).mean()
    linear = rates(LinearRNN, SEEDS).mean()
    assert slopes - measured == pytest.approx(alone, abs=.006)
    assert slopes + linear - measured == pytest.approx(with_linear, abs=.006)


@pytest.mark.parametrize("gain", (.5, 1., 2., 3.))
@pytest.mark.parametrize("noise", (.1, .5, 1.))
def test_the_weights_part_is_the_logarithm_of_the_gain(gain, noise):
    split = np.log(gain) + slope_averages(TanhRNN, noise, 5, gain=gain)[1]
    assert split == pytest.approx(rates(TanhRNN, 5, gain=gain, noise=noise).mean(), abs=.08)


def test_relu_neither_vanishes_nor_explodes_on_average_at_gain_root_two():
    """He et al. (2015): half of the squared size is lost to units that are off. With 200 units it is nearly exact."""
    large = [log_sizes(ReluRNN, *random_network(ReluRNN, seed, gain=2**.5, n_hidden=200))[0] for seed in range(5)]
    assert abs(np.mean(large)) * np.log(10) / 100 < .04
    found = rates(ReluRNN, 20, gain=2**.5)
    assert np.sum(found > 0) == 10 and np.all(spectral_radii(20, gain=2**.5) > 1)


def test_one_matrix_spreads_more_than_fresh_ones():
    shared, fresh = (growth_of_products(16, one, 100, 40)[-1] for one in (True, False))
    assert shared.std() > 2.5 * fresh.std() and not growth_of_products(4, True, 3, 2)[0].any()


@pytest.mark.parametrize("N", (2, 8))
def test_fresh_matrices_grow_as_the_closed_form_says(N, d=1e-3, n=50, n_products=1000):
    """N‖Wv‖² is a χ² of N degrees: E ln‖Wv‖ = ½ (ln 2/N + ψ(N/2)), Var = ¼ ψ₁(N/2); ψ and ψ₁ are the slopes of ln Γ."""
    below, middle, above = (lgamma(N / 2 + shift) for shift in (-d, 0, d))
    mean, sd = (np.log(2 / N) + (above - below) / (2 * d)) / 2, np.sqrt(above - 2 * middle + below) / (2 * d)
    last = growth_of_products(N, False, n_products, n)[-1]
    assert last.mean() == pytest.approx(n * mean, abs=4 * sd * np.sqrt(n / n_products))
    assert last.std() == pytest.approx(sd * np.sqrt(n), rel=.1)


def test_the_table_says_what_the_notebook_reads_from_it():
    rows = load(DATA / "latch_gains.csv")
    learned = np.array([row["solved_at"] is not None for row in rows]).reshape(4, 6, 10).sum(axis=2)
    assert np.array_equal(learned[0], [10] * 6) and np.array_equal(learned[3], [0, 4, 10, 10, 8, 1])
    assert [(rows[n]["task.length"], rows[n]["gain"], rows[n]["seed"]) for n in (0, 79, 239)] == [
        (10, .5, 0), (30, .75, 9), (100, 3., 9)]
    assert first_size(rows[120]) == pytest.approx(60 * np.log10(.5), abs=.3)


@pytest.mark.parametrize("cell", (LinearRNN, TanhRNN, ReluRNN))
def test_rates_are_the_sizes_that_the_engine_gives(cell):
    """Networks side by side give what each alone gives."""
    alone = [log_sizes(cell, *random_network(cell, seed, gain=1.2, length=30))[0] for seed in range(3)]
    np.testing.assert_allclose(rates(cell, 3, gain=1.2, length=30), np.array(alone) * np.log(10) / 30, rtol=1e-12)
