"""An animation of one gate of a unit, stage by stage (notebook 09)."""
from ..figures.lessons.gate_page import ORDER, RUN, draw_stage
from ..ground.arguments import among, size, some, takes
from .player import player


@takes(gate=among(*ORDER), steps=some(size(1)), **RUN)
def gate_player(gate, steps, weights, stream, states, gates):
    """Four frames for each of the steps: inputs, weighted sum, gate value, result; see `gate_page` for the run."""
    if not len(steps):
        raise ValueError("steps is empty, expected one at least")

    def frame(ax, k):
        return draw_stage(ax, gate, steps[k // 4], k % 4, weights, stream, states, gates)

    return player(f"gate {gate}", frame, 4 * len(steps), figsize=(8, 1.3), bare=True)
