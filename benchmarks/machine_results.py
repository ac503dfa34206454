"""Results of settings: kept, gone on with, and as a table."""
import json
import os

from tqdm import tqdm

HEAD = ("| setting | seen in a kernel | cells with stored outputs | unit tests | minutes |",
        "| --- | --- | --- | --- | --: |")


def load(path, state):
    """{setting: result} kept for a state, empty for any other."""
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return kept.get("results", {}) if kept.get("state") == state else {}


def save(path, state, results):
    """Keep the results that passed, all or nothing."""
    passed = {name: result for name, result in results.items() if result["verdict"] == "passed"}
    half = path.with_suffix(".half")
    half.write_text(json.dumps({"state": state, "results": passed}), encoding="utf-8")
    os.replace(half, path)


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
    return "\n".join((*HEAD, *(_row(name, found) for name, found in results.items())))


def _row(name, found):
    seen = " ".join(found["seen"].split()).replace("|", "/")
    return (f"| {name} | {seen} | {found['outputs'] or found['verdict']} | {found['units'] or '–'} "
            f"| {found['minutes']:.1f} |")
