"""What the figures of notebook 04 show is what their formulas say."""
import numpy as np
import pytest
from good_lesson_04 import GOOD
from matplotlib.figure import Figure

from course_utils import LinearRNN, TanhRNN, init_params
from course_utils.experiments.lessons.twins import twin_distance
from course_utils.figures.lessons.ellipses import plot_ellipse, plot_power_norms, plot_powers
from course_utils.figures.lessons.products import plot_bounds, plot_gain_map, plot_running_products
from course_utils.figures.lessons.regimes import plot_regimes
from course_utils.figures.lessons.tanh_cobweb import plot_tanh_cobweb

FEEDING = np.array([[.9, 0.], [1., .9]])


@pytest.fixture
def ax():
    return Figure().add_subplot()


def written(ax):
    """All texts on the axes."""
    return [*(text.get_text() for text in ax.texts), *(ax.get_title(loc) for loc in ("left", "center", "right"))]


@pytest.mark.parametrize("draw", [function for function in GOOD if function.__name__.startswith("plot_")])
def test_the_axes_come_back(draw):
    arguments = GOOD[draw]()
    assert draw(**arguments) is arguments["ax"]


def test_the_farthest_point_of_the_ellipse_is_sigma_max_away(ax):
    circle, ellipse = plot_ellipse(ax, FEEDING).lines
    assert np.linalg.norm(circle.get_data(), axis=0) == pytest.approx(1)
    assert np.linalg.norm(ellipse.get_data(), axis=0).max() == pytest.approx(np.linalg.norm(FEEDING, 2), rel=1e-4)
    assert [r"$\sigma_\max$ = 1.53" in text or r"$\rho$ = 0.90" in text for text in written(ax)].count(True) == 2


def test_a_rotation_has_no_real_eigenvector_to_draw(ax):
    turned = .9 * np.array([[0., -1.], [1., 0.]])
    assert len([text for text in plot_ellipse(ax, turned).texts if text.get_text() == ""]) == 1
    assert len([text for text in plot_ellipse(Figure().add_subplot(), FEEDING).texts if text.get_text() == ""]) == 2


def test_the_powers_have_the_norms_that_are_written_above_them(ax):
    plot_powers(ax, FEEDING, [0, 1, 9])
    assert [text.get_text() for text in ax.texts] == ["1.00", "1.53", "3.91"]
    for line, norm in zip(ax.lines, (1, 1.5296, 3.9126)):
        x, y = line.get_data()
        assert np.hypot(x - x.mean(), y - y.mean()).max() == pytest.approx(norm, rel=.01)


def test_the_norms_lie_between_the_powers_of_rho_and_of_sigma(ax):
    norms, rho, sigma = (line.get_ydata() for line in plot_power_norms(ax, FEEDING, 60).lines)
    assert norms.argmax() == 9 and np.all(rho <= norms * (1 + 1e-9)) and np.all(norms <= sigma * (1 + 1e-9))


@pytest.mark.parametrize("w", (.5, .9, 1.5, 2.))
def test_the_tangent_has_the_slope_at_the_fixed_point(ax, w):
    plot_tanh_cobweb(ax, w, n=2000)
    x, y = ax.lines[-1].get_data()
    h = .4
    for _ in range(2000):
        h = np.tanh(w * h)
    slope = w * (1 - h ** 2)
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(slope)
    assert f"slope {slope:.2f}" in ax.get_title()


def test_running_products_begin_at_zero_and_end_at_the_sum_of_logarithms(ax):
    factors = np.array([[.5, 1.5], [1.5, 1.5]])
    *each, mean, _ = plot_running_products(ax, factors).lines
    assert [line.get_ydata()[0] for line in each] == [0, 0]
    assert [line.get_ydata()[-1] for line in each] == pytest.approx(np.log([.75, 2.25]))
    assert mean.get_ydata()[-1] == pytest.approx(np.log([.75, 2.25]).mean())
    with pytest.raises(ValueError, match="-1 among its entries"):
        plot_running_products(ax, -factors / factors.max())


def test_bounds_are_one_at_the_right_end_and_powers_on_the_left(ax):
    bound, radius, measured = (line.get_ydata() for line in plot_bounds(ax, np.array([-2., -1., 0.]), 2., 1.2).lines)
    assert bound == pytest.approx(np.log10([4, 2, 1])) and radius == pytest.approx(np.log10([1.44, 1.2, 1]))
    assert measured.tolist() == [-2, -1, 0]


def test_on_the_map_time_runs_to_the_right(ax):
    plot_gain_map(ax, np.array([[0., -1.], [0., 1.]]), np.array([.5, 2.]))
    left, right = ax.get_xlim()
    assert left > right
    with pytest.raises(ValueError, match=r"gains has shape \(3,\)"):
        plot_gain_map(ax, np.array([[0., -1.], [0., 1.]]), np.array([.5, 1., 2.]))


def test_regimes_are_counted_by_where_they_end(ax):
    plot_regimes(ax, np.array([[0., 0., 0.], [.5, -.5, -.6]]), np.array([-2., -1., -3.]))
    assert [text.get_text() for text in ax.texts] == ["1 runs, $\\lambda_1$ = −2.00", "2 runs, $\\lambda_1$ = −2.00"]


def test_twins_part_in_a_chaotic_network_and_not_in_a_linear_one():
    shares = {}
    for cell, gain in ((TanhRNN, 2.), (LinearRNN, 1.2)):
        params = init_params(cell, 1, 64, np.random.default_rng(1), recurrent="gaussian", gain=gain)
        shares[cell] = twin_distance(cell, params, np.random.default_rng(2).standard_normal(64) / 2, 1e-8, 400)
        assert shares[cell][0] == pytest.approx(1e-8)
    assert shares[TanhRNN][-1] > .1
    assert shares[LinearRNN] == pytest.approx(1e-8, rel=1e-3)
