"""Short trainings on the adding problem that may end in an overflow (notebook 06)."""
import numpy as np

from ...ground.arguments import a, maybe, real, seed, size, takes
from ...learning.model import init_model
from ...learning.optimisers import Optimiser
from ...learning.training import TrainingDiverged, fit
from ...tasks import Adding

LENGTH, UNITS = 100, 32


@takes(rule=a(Optimiser), seed=seed, clip_norm=maybe(real(above=0)), n=size())
def train_on_adding(cell, rule, seed, clip_norm=None, n=60, **options):
    """n iterations on adding over 100 steps with 32 units: the log, or the `TrainingDiverged` that ended them.
    options: of `init_params`. Raises ValueError as that does."""
    rng = np.random.default_rng(seed)
    model = init_model(cell, Adding.n_inputs, UNITS, Adding.n_outputs, rng, **options)
    try:
        return fit(model, Adding(LENGTH), rule, rng, n, clip_norm=clip_norm, progress=False)
    except TrainingDiverged as error:
        return error
