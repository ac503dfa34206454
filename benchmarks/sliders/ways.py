"""Ways of following a slider with a picture, as source of notebook cells; PLOT is what two of them share."""
from benchmarks.shared import earlier

PLOT = '''
import ipywidgets
import matplotlib.pyplot as plt
from course_utils.experiments.curves import gate_curves
from course_utils.figures.plotting import use_course_style
from course_utils.widgets import gate_explorer
use_course_style()
START = gate_explorer().start

def arrays(b_f):
    found = gate_curves(START | {"b_f": b_f})
    gates = [found["gates"][name].mean(axis=1) for name in "ifo"]
    return [gates, found["memory"].T, [found["total"], found["direct"], found["reference"]]]

def slider():
    return ipywidgets.FloatSlider(value=0.0, min=-10.0, max=10.0, step=.1, description="forget bias")

def figure(b_f):
    fig, axes = plt.subplots(1, 3, figsize=(7.6, 4))
    return fig, [ax.plot(curve)[0] for ax, curves in zip(axes, arrays(b_f)) for curve in curves]
'''
IMAGE = '''
fig, lines = figure(0.0)
control, image = slider(), ipywidgets.Image(format="png")

def update(change=None):
    for line, curve in zip(lines, (curve for curves in arrays(control.value) for curve in curves)):
        line.set_ydata(curve)
    for ax in fig.axes:
        ax.relim()
        ax.autoscale_view()
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png")
    image.value = buffer.getvalue()

control.observe(update, "value")
update()
plt.close(fig)
ipywidgets.VBox([control, image])
'''
INTERACT = '''
def plot(b_f=0.0):
    figure(b_f)
    plt.show()

ipywidgets.interact(plot, b_f=slider());
'''
OURS = "gate explorer (computed in the browser)"
THEN = f"the same at commit {earlier.COMMIT} (SVG string from the kernel)"
WAYS = {OURS: "gate_explorer()",
        "one matplotlib figure, redrawn as PNG into an Image": "import io\n" + IMAGE,
        "interact, a new inline figure each time": INTERACT}
