"""The claims of the notes, the ledger of their verdicts, its table, and notebook 17, which fills it."""
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from course_utils.exercises.claims import (
    CLAIMS,
    CONDITIONAL,
    SOURCES,
    STATEMENTS,
    VERDICTS,
    Claim,
    Ledger,
    stored_verdicts,
    weigh,
)
from course_utils.widgets import claims_explorer, ledger_html

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "17_check_the_claims.ipynb"
LINE = re.compile(rf"^(claim|statement) (\d+) · ({'|'.join(sorted(VERDICTS, key=len, reverse=True))})\b(.*?): .", re.M)


def cells():
    """The cells of notebook 17."""
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


def recorded(name):
    """{number: verdict} of the lines that the stored notebook printed for claims or for statements."""
    printed = "".join("".join(output.get("text", "")) for cell in cells() for output in cell.get("outputs", []))
    lines = [(int(number), verdict) for kind, number, verdict, _ in LINE.findall(printed) if kind == name]
    assert len(lines) == len(dict(lines)), "recorded twice"
    return dict(lines)


def headings(path):
    """All headings of a notebook, without what marks a section as optional."""
    text = ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
            if cell["cell_type"] == "markdown"]
    lines = [line for line in "\n".join(text).splitlines() if line.startswith("#")]
    return {line.lstrip("# ").removesuffix(" (optional)") for line in lines}


@pytest.fixture
def ledger():
    """A ledger with five of six claims recorded, a verdict each."""
    found = Ledger([Claim(n, sources, f"claim {n}", (("04_bound", "Slopes"), ("05_compare", "ReLU: paths")))
                    for n, sources in enumerate((("S0",), ("S0", "S2"), ("S2",), ("S3",), ("S3",), ("S4",)), 1)])
    for number, verdict in enumerate(VERDICTS, 1):
        when = "W > 0" if verdict in CONDITIONAL else None
        found.record(number, verdict, f"{number} < 2 & more", when)
    return found


# the tables

def test_there_are_36_claims_and_8_statements_with_numbers_in_order():
    """31 was image captioning, which no note claims anything of."""
    assert [claim.number for claim in CLAIMS] == [n for n in range(1, 38) if n != 31]
    assert [statement.number for statement in STATEMENTS] == list(range(1, 9))
    assert {name for claim in CLAIMS for name in claim.sources} == set(SOURCES) == {"S0", "S1", "S2", "S3", "S4"}


def test_texts_are_short_english_sentences():
    for text in [claim.text for claim in CLAIMS + STATEMENTS]:
        assert 4 <= len(text.split()) <= 24 and text.endswith((".", ").")), text
    assert all(len(statement.counterexample.split()) > 3 for statement in STATEMENTS)


def test_those_verdicts_that_need_a_condition_have_one_in_the_table():
    """Of each claim that the notebook found to hold when, or to be true if, and of no other."""
    needed = {number for number, verdict in stored_verdicts().items() if verdict in CONDITIONAL}
    assert {claim.number for claim in CLAIMS if claim.condition} == needed


def test_a_claim_is_said_by_the_notes_that_say_it():
    """As the sources were read once more: the captions belong to none, the wig to S2, powers of W to S1."""
    said = {claim.number: claim.sources for claim in CLAIMS}
    assert said[4] == ("S0", "S2", "S3") and said[26] == ("S2", "S3", "S4")
    assert said[10] == ("S1",) and said[24] == ("S2",) and said[34] == said[37] == ("S3",)


@pytest.mark.parametrize("claim", CLAIMS + STATEMENTS, ids=lambda claim: f"{type(claim).__name__}-{claim.number}")
def test_a_claim_is_worked_out_in_a_section_that_exists(claim):
    assert claim.where
    for notebook, section in claim.where:
        assert section in headings(ROOT / "notebooks" / f"{notebook}.ipynb"), f"no section {section!r} in {notebook}"


@pytest.mark.parametrize("name", ("claims.csv", "statements.csv"))
def test_the_tables_are_named_in_the_readme(name):
    assert f"`{name}`" in (ROOT / "data" / "README.md").read_text(encoding="utf-8")


# weigh and record

@pytest.mark.parametrize(("conditions", "verdict"), (
    ({"always": True}, "holds"), ({"always": True, "when": True, "misprint": True}, "holds"),
    ({"always": False}, "does not hold"), ({"always": False, "when": True}, "holds when"),
    ({"always": False, "true_if": True}, "false as stated, true if"), ({"always": True, "true_if": True}, "holds"),
    ({"always": False, "when": True, "true_if": True}, "false as stated, true if"),
    ({"always": False, "true_if": True, "misprint": True}, "misprint"),
    ({"always": False, "misprint": True}, "misprint"), ({"always": False, "when": True, "misprint": True}, "misprint")))
def test_conditions_make_a_verdict(conditions, verdict):
    assert weigh(**conditions) == verdict


def test_a_record_is_printed_in_one_line(ledger, capsys):
    capsys.readouterr()
    ledger.record(6, measured="norm 0.5", verdict="holds when", when="the gain is 1")
    assert capsys.readouterr().out == "claim 6 · holds when the gain is 1: norm 0.5\n"
    other = Ledger(STATEMENTS, "statement")
    other.record(3, "does not hold", "slope 9")
    assert capsys.readouterr().out == "statement 3 · does not hold: slope 9\n"


def test_a_condition_that_is_left_out_is_that_of_the_claim(capsys):
    some = Ledger()
    some.record(17, weigh(False, true_if=True), "100 % of the steps")
    some.record(3, weigh(True), "slopes")
    assert capsys.readouterr().out == (
        "claim 17 · false as stated, true if γσ_max ≤ 1: 100 % of the steps\nclaim 3 · holds: slopes\n")


def test_the_stored_ledger_has_every_claim_and_says_which_verdict_has_changed():
    assert Ledger.stored().missing() == [] and Ledger.stored().changed() == []
    some = Ledger()
    some.record(3, "does not hold", "slope 9")
    some.record(9, "holds", "a name")
    assert some.changed() == [3]


def test_a_cell_that_is_run_again_records_in_the_same_place(ledger):
    ledger.record(1, measured="norm 2", verdict="does not hold")
    assert [row.claim.number for row in ledger.rows()] == [1, 2, 3, 4, 5]
    assert ledger.rows()[0].measured == "norm 2" and ledger.counts()["does not hold"] == 2


@pytest.mark.parametrize(("number", "how", "complaint"), (
    (7, {}, "number is 7, expected one of 1, 2, 3, 4, 5, 6"),
    ("6", {}, "number is '6', expected one of"),
    (6, {"verdict": "true"}, "verdict is 'true', expected one of 'holds', 'holds when', 'false as stated, true if',"),
    (6, {"verdict": True}, "verdict is True, expected one of"),
    (6, {"measured": " "}, "measured is ' ', expected some words"),
    (6, {"measured": .5}, "measured is 0.5, expected some words"),
    (6, {"verdict": "holds when"}, "when is '', expected some words"),
    (6, {"verdict": "false as stated, true if"}, "when is '', expected some words"),
    (6, {"when": "W is small"}, "when is 'W is small', expected none with the verdict 'holds'")))
def test_a_wrong_record_is_refused_and_changes_nothing(number, how, complaint, ledger, capsys):
    capsys.readouterr()
    with pytest.raises(ValueError, match=re.escape(complaint)):
        ledger.record(number, **{"measured": "norm 0.5", "verdict": "holds"} | how)
    assert ledger.missing() == [6] and len(ledger.rows()) == 5 and capsys.readouterr().out == ""


# rows

def test_rows_are_filtered_and_in_order(ledger):
    def numbers(**chosen):
        return [row.claim.number for row in ledger.rows(**chosen)]

    assert numbers() == [1, 2, 3, 4, 5]
    assert numbers(source="S0") == [1, 2] and numbers(source="S2") == [2, 3] and numbers(source="S4") == []
    assert [numbers(verdict=verdict) for verdict in VERDICTS] == [[1], [2], [3], [4], [5]]
    assert numbers(verdict="holds when", source="S2") == [2] and numbers(verdict="holds", source="S2") == []
    assert ledger.counts() == dict.fromkeys(VERDICTS, 1)
    assert ledger.counts("S0") == dict(zip(VERDICTS, (1, 1, 0, 0, 0)))
    for wrong in ({"verdict": "hold"}, {"source": "S5"}):
        with pytest.raises(ValueError, match="expected one of"):
            ledger.rows(**wrong)


def test_rows_come_in_the_order_of_claims_whatever_the_order_of_records():
    ledger = Ledger()
    for number in (9, 3, 32):
        ledger.record(number, measured="x", verdict="holds")
    assert [row.claim.number for row in ledger.rows()] == [3, 9, 32] and len(ledger.missing()) == 33


# the table and the explorer

def table(html):
    """(caption, rows of texts) of the HTML, which must be well-formed and accessible."""
    box = ET.fromstring(html)
    assert box.get("role") == "region" and box.get("tabindex") == "0"
    assert box.get("aria-label") == box.findtext(".//caption")
    assert [cell.get("scope") for cell in box.findall(".//thead/tr/th")] == ["col"] * 6
    lines = box.findall(".//tbody/tr")
    return box.findtext(".//caption"), [["".join(cell.itertext()) for cell in line] for line in lines]


def test_the_table_has_a_row_for_each_claim_and_escapes_its_text(ledger):
    html = ledger_html(ledger)
    assert "1 &lt; 2 &amp; more" in html and html == ledger_html(ledger)
    caption, rows = table(html)
    assert caption == "5 of 6 claims"
    assert rows[1] == ["2", "claim 2", "S0, S2", "holds when W > 0", "2 < 2 & more", "04, Slopes; 05, ReLU: paths"]
    assert rows[2][3] == "false as stated, true if W > 0"
    caption, rows = table(ledger_html(ledger, "holds when", "S2"))
    assert caption == "1 of 6 claims: verdict holds when; source S2, vanishing and exploding in RNNs" and len(rows) == 1


def test_a_table_of_statements_has_their_counterexamples():
    stated = Ledger(STATEMENTS, "statement")
    stated.record(3, measured="slope 9", verdict="does not hold")
    html = ledger_html(stated)
    assert "<th scope=\"col\"" in html and ">counterexample</th>" in html and ">who says it</th>" not in html
    assert table(html)[1][0][2] == "another function of that range"


def test_the_explorer_filters_by_verdict_and_source(ledger):
    explorer = claims_explorer(ledger)
    data, source = explorer.state["data"], explorer.controls["source"].options[1]
    html = data["before"] + "\n".join(row["html"] for row in data["rows"]) + data["after"]
    assert table(html)[1] == table(ledger_html(ledger))[1] and data["total"] == 6
    numbers = [table(data["before"] + row["html"] + data["after"])[1][0][0] for row in data["rows"]]
    for chosen in ({}, {"verdict": "misprint"}, {"verdict": "misprint", "source": source}, {"source": source}):
        explorer.set(**explorer.start | chosen)
        fitting = [n for n, row in zip(numbers, data["rows"]) if all(row["fits"][name].count(value)
                                                                     for name, value in chosen.items())]
        assert fitting == [str(row.claim.number) for row in explorer.found]
    assert fitting == ["1", "2"]


# the notebook

def test_the_notebook_records_every_claim_and_statement_once():
    assert sorted(recorded("claim")) == [claim.number for claim in CLAIMS]
    assert recorded("claim") == stored_verdicts(), "data/verdicts.csv, which the first picture shows, is an old one"
    assert sorted(recorded("statement")) == [statement.number for statement in STATEMENTS]


def test_no_verdict_is_written_by_hand():
    """Every record of the notebook takes its verdict from `weigh`."""
    source = "\n".join("".join(cell["source"]) for cell in cells() if cell["cell_type"] == "code")
    numbers = re.findall(r"\.record\((\d+), weigh\(", source)
    assert len(numbers) == source.count(".record(") == len(CLAIMS) + len(STATEMENTS)


def test_the_stored_tables_hold_what_was_recorded():
    """Both static tables, row by row; and the counts in the answer."""
    found = [table("".join(output["data"]["text/html"])) for cell in cells() for output in cell.get("outputs", [])
             if "course-table" in "".join(output.get("data", {}).get("text/html", ""))]
    assert [caption for caption, _ in found] == ["36 of 36 claims", "8 of 8 statements"]
    for name, (_, rows) in zip(("claim", "statement"), found):
        verdicts = recorded(name)
        assert [int(row[0]) for row in rows] == sorted(verdicts)
        assert all(row[3].startswith(verdicts[int(row[0])]) for row in rows)


def test_the_answer_counts_as_the_ledger_does():
    verdicts = list(recorded("claim").values())
    words = {3: "three", 6: "six", 11: "eleven", 13: "thirteen"}
    holds, when, true_if, fails, misprints = (words[verdicts.count(verdict)] for verdict in VERDICTS)
    answer = next("".join(cell["source"]) for cell in cells() if "".join(cell["source"]).startswith("## The answer"))
    assert (f"{holds} hold, {when} hold in one reading or under usual conditions, {true_if} are false as stated and "
            f"true with a condition, {fails} do not hold, and {misprints} are misprinted") in " ".join(answer.split())
