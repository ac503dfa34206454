"""The table on top of README.md: the main numbers, picked from the sections below it."""
import re

from benchmarks.shared.report import table as in_markdown

HEADLINES = (  # (what, sections: a pattern for their headings, what was wanted, what came out: patterns for their text)
    ("Forward and backward, float64 and float32: PyTorch's time / ours", "Forward and backward, float",
     r"ours: .*?\(wanted: (.*?)\)", r"PyTorch's time / ours: \*\*(.*?)\*\*"),
    ("Forward and backward: JAX's time / ours", "Forward and backward, float",
     r"JAX's: .*?\(wanted: (.*?)\)", r"JAX's: \*\*(.*?)\*\*"),
    ("Forward and backward, B ≥ 32: our time / the floor", "Forward and backward, float",
     r"floor at .*?\(wanted: (.*?)\)", r"floor at .*?\*\*(.*?)\*\*"),
    ("Jacobians as matrices: PyTorch's and JAX's time / ours", "Jacobians as matrices", "",
     r"ours: \*\*(.*?)\*\*"),
    ("All pairs of ‖∂h_t/∂h_k‖: PyTorch's time / ours, one backward pass a row, pair by pair and shared by all k",
     "All pairs", r"Wanted: (.*?) ×", r"one backward pass a row.* (\S+) \|$"),
    ("Training an LSTM, float64 and float32: sequences per second, ours / PyTorch's", "Training an LSTM", "",
     r"^\| float\d\d (?:\| \d+ ){3}\| (.*?) "),
    ("Time against T: exponent, for each task and network", "Time and memory", r"\(wanted: (.*?)\)",
     r"^\|[^|]*\|[^|]*\| (\S+) ±"),
    ("Memory of arrays against T: exponent", "Time and memory", r"\(wanted: (.*?)\)",
     r"^\|[^|]*\|[^|]*\|[^|]*\| (\S+) ±"),
    ("`import course_utils`, beyond NumPy's own import, ms", "Importing the package", r"\(wanted: (.*?)\)",
     r"takes \*\*(.*?) ms"),
    ("All notebooks, one after the other", "The whole course", "", r"other: \*\*(.*?)\*\*"),
    ("Marking of thirty students: times as fast as before", "Marking", r"\(wanted: (.*?)\)", r"\*\*(.*?) times\*\*"),
    ("Trained networks of public packages: how many are read; how far states are from the framework's, float32",
     "Networks of other", "", r"(?:Read|sequences): \*\*(.*?)\*\*"),
    ("Slider of the gate explorer: from its movement to the next frame, 95 %, ms", "From a slider's", r"≤ \d+",
     r"^\| gate explorer[^|]*\|[^|]*\| (\d+)"),
    ("Slider of the gate explorer: from its movement until painted, 95 %, ms", "From a slider's", r"≤ \d+",
     r"^\| gate explorer(?:[^|]*\|){4} (\d+)"),
    ("Readers at once: MB (PSS) of server and kernels, notebook run", r"\d+ readers", "",
     r"^\| server and kernels \| (\d+)"),
    ("One reader moves a slider, then more, then all: from key press until painted, 95 %, ms", r"\d+ readers", "",
     r"^\| \d+ \| \d+ \| (\d+) "),
    ("Readers at once: kernels that died or started again", r"\d+ readers", "", r"started again: (\d+)"),
    ("Habits of readers: each habit on each notebook", "Habits of readers", "", r"(\d+ of \d+ passed)"),
    ("Mutants: killed by the tests", "Mutants", "", r"^\| with .*\((.*?)\)"),
    ("Other machines: cells with stored outputs, under each setting", "Other machines", "",
     r"^\|[^|]*\|[^|]*\| ((?:\d|not)[^|]*?) \|"),
)


def table(page):
    """What was wanted and what came out, a row each with a link to its section."""
    return in_markdown(("what", ">wanted", ">measured"), [_row(page, *headline) for headline in HEADLINES])


def _row(page, what, title, wanted, measured):
    found = re.findall(rf"^#+ ({title}.*)\n((?:(?!#).*\n)*)", page, re.M)
    text = "".join(text for _, text in found)
    return f"[{what}](#{anchor(found[0][0])})", _values(wanted, text), _values(measured, text)


def _values(pattern, text):
    """What a pattern finds, once if it is the same each time; a dash without a pattern."""
    found = re.findall(pattern, text, re.M) if pattern else ["–"]
    return ", ".join(found if len(set(found)) > 1 else found[:1])


def anchor(heading):
    """The name by which GitHub links to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
