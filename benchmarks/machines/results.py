"""Results of settings: kept, gone on with, and as a table."""
import json

from tqdm import tqdm

from benchmarks.shared import report
from course_utils.learning.checkpoints import replacing


def load(path, state):
    """{setting: result} kept for a state, empty for any other."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return kept.get("results", {}) if kept.get("state") == state else {}


def save(path, state, results):
    """Keep the results that passed, all or nothing."""
    passed = {name: result for name, result in results.items() if result["verdict"] == "passed"}
    with replacing(path, "w", encoding="utf-8") as file:
        json.dump({"state": state, "results": passed}, file)


def run_all(chosen, path, state, run):
    """{setting: result} of all settings: those kept in `path` as they are, the others by `run(setting)`."""
    results = load(path, state)
    with tqdm(chosen, unit="setting") as bar:
        for setting in bar:
            bar.set_description(setting.name)
            if setting.name not in results:
                results[setting.name] = run(setting)
                save(path, state, results)
    return {setting.name: results[setting.name] for setting in chosen}


def table(results):
    """A row for each setting."""
    heads = ("setting", "seen in a kernel", "cells with stored outputs", "unit tests", ">minutes")
    return report.table(heads, [
        (name, " ".join(found["seen"].split()).replace("|", "/"), found["outputs"] or found["verdict"],
         found["units"] or "–", f"{found['minutes']:.1f}") for name, found in results.items()])
