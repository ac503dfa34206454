"""Everything of the package that reads a file: {name: (good file, what reads it, kinds of damage)}."""
import numpy as np
from damaging import damaged_arrays, damaged_bytes, damaged_table

from course_utils import LSTM, Adam, TanhRNN, fit, init_model
from course_utils.captions import archive, load_archive
from course_utils.captions.captioner import init_captioner
from course_utils.captions.encoder import PrincipalComponents, init_eye
from course_utils.captions.namer import init_namer
from course_utils.captions.stored import KINDS
from course_utils.diagnose.sequences import read_sequences
from course_utils.engine.cells import find_cell
from course_utils.engine.params import Params
from course_utils.exercises import claims
from course_utils.exercises.glossary import FILE as GLOSSARY
from course_utils.exercises.glossary import read_glossary
from course_utils.experiments import load, sweep
from course_utils.experiments.lessons.patients import reference
from course_utils.experiments.results import save
from course_utils.experiments.runs import run
from course_utils.ground.places import DATA
from course_utils.learning.checkpoints import load_model, save_model
from course_utils.tasks import Latch, digits
from course_utils.tasks.text import NextSymbol

ROW = {"task": "latch", "task.length": 6, "cell": "TanhRNN", "hidden": 3, "n_iterations": 10, "test_every": 10}


def trainee(seed=0):
    rng = np.random.default_rng(seed)
    return init_model(LSTM, 1, 3, 2, rng), Latch(6), Adam(.01), rng


def model(path):
    save_model(path, init_model(LSTM, 2, 3, 1, np.random.default_rng(0)), {"loss": np.ones(4)}, text="hello", n=[1, 2])


def checkpoint(path):
    fit(*trainee(), 20, test_every=10, checkpoint=path, progress=False)


def restored(path):
    """A training of one more iteration; a model that is refused is left as it was."""
    model, *rest = trainee(1)
    before = model.copy()
    try:
        fit(model, *rest, 21, test_every=10, checkpoint=path, checkpoint_every=1e9, progress=False)
    except ValueError:
        assert all(np.array_equal(model.weights[name], array) for name, array in before.weights.items()), "half read"
        raise


def carry(seed=0):
    rng = np.random.default_rng(seed)
    return init_model(TanhRNN, 2, 3, 2, rng, dtype=np.float32), NextSymbol(np.arange(60) % 2, 2, 5), Adam(.01), rng


def carried_checkpoint(path):
    fit(*carry(), 4, carry=True, batch_size=3, checkpoint=path, progress=False)


def carried_restored(path):
    fit(*carry(1), 5, carry=True, batch_size=3, checkpoint=path, checkpoint_every=1e9, progress=False)


def captions(path):
    """A small archive and its table."""
    rng = np.random.default_rng(0)
    namer = init_namer(init_eye(rng, 2, 3, 2), rng)
    pca = PrincipalComponents(Params(mean=np.zeros(400), C=rng.normal(size=(400, 3))))
    encoders = {"eye": namer.encoder, "principal components": pca}
    judged = archive.load_archive().named
    rows = [judged | {"seed": 0}]
    arrays = {f"namer/{name}": array for name, array in namer.weights.items()} | {"variance": np.array(.5)}
    arrays |= {f"pca/{name}": array for name, array in pca.weights.items()}
    arrays |= {f"curve/namer/0/{name}": np.ones(3) for name in ("loss", "wrong")}
    for kind in (KINDS[0], KINDS[2], KINDS[5]):
        one = init_captioner(find_cell(kind.cell), encoders[kind.encoder], 3, rng, feed=kind.feed)
        arrays |= {f"{kind}/{name}": array for name, array in one.weights.items()}
        arrays |= {f"curve/{kind}/0/{name}": np.ones(3) for name in ("loss", "wrong")}
        rows.append(judged | {"name": str(kind), **kind._asdict(), "seed": 0})
    archive.write(path, arrays, rows)


def captions_table(path):
    """The table alone is damaged."""
    captions(path.with_suffix(".npz"))


def sequences(path):
    np.savez(path, x=np.random.default_rng(0).normal(size=(5, 2, 3)), lengths=np.array([5, 3]))


def sequences_npy(path):
    np.save(path, np.random.default_rng(0).normal(size=(5, 2, 3)))


def table(path):
    save(path, [run(ROW | {"seed": seed}) for seed in range(2)], "the command")


def swept(path):
    """What a sweep does with the table: no row of it is computed again."""
    sweep([ROW | {"seed": seed} for seed in range(2)], path, jobs=1, progress=False)


def copied(source):
    return lambda path: path.write_bytes(source.read_bytes())


def claim_files(name):
    def read(path):
        old, claims.DATA = claims.DATA, path.parent
        try:
            (path.parent / f"{name}.csv").write_bytes(path.read_bytes())
            {"claims": claims.read_claims, "statements": claims.read_statements,
             "verdicts": claims.stored_verdicts}[name]()
        finally:
            claims.DATA = old
    return read


def digit_file(path):
    with np.load(digits.FILE) as file:
        np.savez_compressed(path, images=file["images"], classes=file["classes"])


def read_digits(path):
    old, digits.FILE = digits.FILE, path
    digits.load_digits.cache_clear()
    try:
        digits.load_digits()
    finally:
        digits.FILE = old
        digits.load_digits.cache_clear()


def reference_file(path):
    np.savez(path, **{"lstm/weight/weight_hh_l0": np.ones((8, 2)), "lstm/x": np.ones((3, 1, 2)), "gru/x": np.ones(2)})


ARRAYS, TABLE = (damaged_bytes, damaged_arrays), (damaged_bytes, damaged_table)
LOADERS = {
    "load_model": (".npz", model, load_model, ARRAYS),
    "fit": (".npz", checkpoint, restored, ARRAYS),
    "fit, carried": (".npz", carried_checkpoint, carried_restored, ARRAYS),
    "load_archive": (".npz", captions, load_archive, ARRAYS),
    "table of load_archive": (".csv", captions_table, lambda path: load_archive(path.with_suffix(".npz")), TABLE),
    "read_sequences": (".npz", sequences, read_sequences, ARRAYS),
    "read_sequences, npy": (".npy", sequences_npy, read_sequences, (damaged_bytes,)),
    "load": (".csv", table, load, TABLE),
    "sweep": (".csv", table, swept, TABLE),
    "read_glossary": (".csv", copied(GLOSSARY), read_glossary, TABLE),
    "read_claims": (".csv", copied(DATA / "claims.csv"), claim_files("claims"), TABLE),
    "read_statements": (".csv", copied(DATA / "statements.csv"), claim_files("statements"), TABLE),
    "stored_verdicts": (".csv", copied(DATA / "verdicts.csv"), claim_files("verdicts"), TABLE),
    "load_digits": (".npz", digit_file, read_digits, ARRAYS),
    "reference": (".npz", reference_file, lambda path: reference(path, "lstm"), ARRAYS),
}
