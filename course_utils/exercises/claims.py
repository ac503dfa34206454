"""What the notes behind the course claim, and a ledger for what a measurement says of each claim.

S0 … S4 are the five sets of notes (`SOURCES`); their claims stand in data/claims.csv, statements met elsewhere in
data/statements.csv, both in words of our own. A verdict is one of `VERDICTS` and is meant to be computed: `weigh` turns
conditions on measured numbers into one, `Ledger.record` keeps it and prints it. The verdicts found last are in
data/verdicts.csv.
"""
from collections import Counter
from dataclasses import dataclass

from ..ground.arguments import a, flag, some, takes
from ..ground.checks import one_of
from ..ground.files import reading
from ..ground.places import DATA
from ..ground.tables import read_table

HOLDS, HOLDS_WHEN, TRUE_IF, FAILS, MISPRINT = VERDICTS = (
    "holds", "holds when", "false as stated, true if", "does not hold", "misprint")
CONDITIONAL = (HOLDS_WHEN, TRUE_IF)  # the verdicts that name a condition
SOURCES = {  # name: (title, the link with which the note itself begins, or nothing)
    "S0": ("CS231n captioning exercise",
           "https://github.com/FortiLeiZhang/cs231n/blob/master/code/cs231n/assignment3/LSTM_Captioning.ipynb"),
    "S1": ("LSTM, gate by gate", ""),
    "S2": ("vanishing and exploding in RNNs", ""),
    "S3": ("mathematics of RNN and LSTM", ""),
    "S4": ("LSTM and GRU, a blog post", "")}


@dataclass(frozen=True)
class Claim:
    """A claim of the notes: number, sources ("S0", …), text, where it is worked out, ((notebook, section), …), and the
    condition under which it is right, in words, for a claim that needs one."""

    number: int
    sources: tuple
    text: str
    where: tuple
    condition: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement met elsewhere: number, text, what kind of counterexample refutes it, ((notebook, section), …)."""

    number: int
    text: str
    counterexample: str
    where: tuple
    sources, condition = (), ""


@dataclass(frozen=True)
class Row:
    """An entry of a ledger: the claim or statement, what was measured, the verdict, and its condition ("" if the
    verdict is none of CONDITIONAL)."""

    claim: object
    measured: str
    verdict: str
    when: str


def _places(text):
    """"notebook: section; notebook: section" as pairs."""
    places = tuple(tuple(place.split(": ", 1)) for place in text.split("; "))
    if any(len(place) != 2 for place in places):
        raise ValueError(f"where is {text!r}, expected notebook: section; …")
    return places


def _read(name, columns, record):
    """What `record` makes of each row of a table in data/. Raises ValueError that names the file."""
    path = DATA / name
    rows = read_table(path, columns, exactly=True)
    with reading(path, "cannot be used", "expected the course's own table"):
        return tuple(record(row) for row in rows)


def read_claims():
    """The claims of data/claims.csv, in order. Raises ValueError for a damaged table, or a source that is not in
    SOURCES."""
    known = tuple(SOURCES)
    return _read("claims.csv", ("number", "sources", "claim", "condition", "where"), lambda row: Claim(
        int(row["number"]), tuple(one_of("source", name, known) for name in row["sources"].split()), row["claim"],
        _places(row["where"]), row["condition"]))


def read_statements():
    """The statements of data/statements.csv, in order. Raises ValueError for a damaged table."""
    return _read("statements.csv", ("number", "statement", "counterexample", "where"), lambda row: Statement(
        int(row["number"]), row["statement"], row["counterexample"], _places(row["where"])))


CLAIMS, STATEMENTS = read_claims(), read_statements()


def stored_verdicts():
    """{number of a claim: verdict} of data/verdicts.csv, which has what notebook 17 said when it was last stored.
    Raises ValueError for a damaged table."""
    return dict(_read("verdicts.csv", ("number", "verdict"), lambda row: (
        int(row["number"]), one_of("verdict", row["verdict"], VERDICTS))))


@takes(always=flag, when=flag, true_if=flag, misprint=flag)
def weigh(always, *, when=False, true_if=False, misprint=False):
    """The verdict that conditions make: "holds" if `always`; else "misprint" if the formula as it must have been meant
    is right; else "false as stated, true if" if what is said without a condition is right under `true_if`; else "holds
    when" if it is right in one reading of its words or under usual conditions, `when`; else "does not hold"."""
    return (HOLDS if always else MISPRINT if misprint else TRUE_IF if true_if else HOLDS_WHEN if when else FAILS)


class Ledger:
    """What was measured of each claim, and the verdict.

    claims: CLAIMS or STATEMENTS, or a part of them; their numbers are unique. name: what a line calls one of them.
    """

    @takes(claims=some(a(Claim, Statement)), name=a(str))
    def __init__(self, claims=CLAIMS, name="claim"):
        self.claims, self.name = {claim.number: claim for claim in claims}, name
        self._found = {}

    def record(self, number, verdict, measured, when=None):
        """Keep a verdict and its measurement in the place of earlier ones, and print both in one line.

        measured: the numbers, in words. when: the condition, for CONDITIONAL verdicts and no others; left out, it is
        the claim's own. Raises ValueError for an unknown number, an unknown verdict, an empty measurement, or a
        condition that is missing or has no place.
        """
        one_of("number", number, tuple(self.claims))
        one_of("verdict", verdict, VERDICTS)
        if when is None:
            when = self.claims[number].condition if verdict in CONDITIONAL else ""
        for text, said, needed in (("measured", measured, True), ("when", when, verdict in CONDITIONAL)):
            if not isinstance(said, str) or bool(said.strip()) != needed:
                expected = "some words" if needed else f"none with the verdict {verdict!r}"
                raise ValueError(f"{text} is {said!r}, expected {expected}")
        self._found[number] = Row(self.claims[number], measured, verdict, when)
        print(f"{self.name} {number} · {verdict}{f' {when}' if when else ''}: {measured}")

    @classmethod
    def stored(cls):
        """The ledger of all claims with the verdicts of data/verdicts.csv, without what was measured."""
        ledger = cls()
        ledger._found = {number: Row(ledger.claims[number], "", verdict, "")
                         for number, verdict in stored_verdicts().items()}
        return ledger

    def changed(self):
        """The numbers of the claims whose verdict is another than in data/verdicts.csv, or is not there."""
        before = stored_verdicts()
        return [row.claim.number for row in self.rows() if row.verdict != before.get(row.claim.number)]

    def missing(self):
        """The numbers without a verdict, in order."""
        return [number for number in self.claims if number not in self._found]

    def rows(self, verdict=None, source=None):
        """The rows in the order of their numbers: all, or those with this verdict, of this source, or both. Raises
        ValueError for an unknown one."""
        for name, chosen, known in (("verdict", verdict, VERDICTS), ("source", source, tuple(SOURCES))):
            if chosen is not None:
                one_of(name, chosen, known)
        rows = (self._found[number] for number in self.claims if number in self._found)
        return [row for row in rows if verdict in (None, row.verdict) and source in (None, *row.claim.sources)]

    def counts(self, source=None):
        """{verdict: how many}, every verdict named."""
        found = Counter(row.verdict for row in self.rows(source=source))
        return {verdict: found[verdict] for verdict in VERDICTS}
