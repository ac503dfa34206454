"""What import_time.py found, in a sentence."""
from benchmarks.shared.report import ms

WANTED = 150  # ms beyond NumPy's own import


def section(rows, folder):
    """The sentence under its heading; no figure, so `folder` stays as it is."""
    row, = rows
    low, high = map(ms, row["quartiles"])
    along = f"{', '.join(row['heavy'])} came along" if row["heavy"] else "neither matplotlib nor ipywidgets came along"
    return "\n\n".join([
        "### Importing the package",
        f"`import course_utils` takes **{ms(row['ours'])} ms** beyond NumPy's own {ms(row['numpy'])} ms (wanted: ≤ "
        f"{WANTED}); median of {row['processes']} new processes, quartiles {low} to {high}; {along}."])
