"""Captions: layers and captioners against differences and PyTorch, grammar, pictures, decoding, the stored training."""
import os
import signal
import subprocess
import sys
import time
from itertools import product

import numpy as np
import pytest

from course_utils import (
    GRU,
    LSTM,
    Adam,
    TanhRNN,
    fit,
    loss_and_gradients,
    numerical_jacobian,
    predict,
    relative_error,
    share_wrong,
    softmax,
)
from course_utils.captions import (
    DIGITS,
    END,
    FEEDS,
    LAYOUTS,
    LONGEST,
    NULL,
    START,
    WORDS,
    Captions,
    Naming,
    Scene,
    Seen,
    affine,
    affine_back,
    all_right,
    all_scenes,
    archive,
    arrival,
    beam,
    check_captioner,
    decode,
    draw_images,
    embed,
    embed_back,
    encode,
    explain,
    forward,
    greedy,
    held_out,
    images_of,
    init_captioner,
    init_eye,
    init_namer,
    likeliest_next,
    load_archive,
    mistakes,
    on_digits,
    parse,
    principal_components,
    render,
    right,
    sentence,
    stored,
    train_captioner,
    train_namer,
    warp,
)
from course_utils.captions.decoding import Caption, look, step
from course_utils.captions.encoder import N_WINDOWS, STEP, WINDOW
from course_utils.captions.mistakes import kind_of
from course_utils.captions.patches import halve, halve_back, patches, patches_back
from course_utils.captions.pictures import CANVAS, CORNERS, JITTER, SIZE
from course_utils.ground.places import DATA
from course_utils.tasks.digits import N_TRAIN, load_digits

each_cell = pytest.mark.parametrize("cell", (TanhRNN, LSTM, GRU), ids=lambda cell: cell.__name__)
each_feed = pytest.mark.parametrize("feed", FEEDS)


def rng(seed=0):
    return np.random.default_rng(seed)


def small(cell=LSTM, feed="start", tuned=True, seed=0, dtype=float):
    """A small captioner with nothing in it zero and no unit of the eye near its kink."""
    draw = rng(seed)
    model = init_captioner(cell, init_eye(draw, 2, 4, 2, dtype=dtype), 5, draw, feed=feed, tuned=tuned, n_embedded=3,
                           dtype=dtype)
    for array in (*model.weights.values(), *model.encoder.weights.values()):
        array += draw.normal(0, .2, array.shape).astype(dtype)
    for name in ("b_1", "b_2", "b_3"):
        model.encoder.weights[name] += .3
    return model


def gradient_by_differences(model, loss):
    """{name: ∂loss(model)/∂weight} by central differences."""
    def moved(name, value):
        other = model.copy()
        other.weights[name][:] = value
        return loss(other)
    return {name: numerical_jacobian(lambda v, n=name: moved(n, v), array, 1e-6)
            for name, array in model.weights.items()}


# layers

def test_embedding_is_a_one_hot_product_forwards_and_backwards():
    table, words = rng().standard_normal((7, 3)), np.array([[1, 6], [1, 0]])
    np.testing.assert_array_equal(embed(words, table), np.eye(7)[words] @ table)
    w = rng(1).standard_normal((2, 2, 3))
    differences = numerical_jacobian(lambda E: np.sum(w * embed(words, E)), table)
    assert relative_error(embed_back(w, words, 7), differences) < 1e-9
    np.testing.assert_allclose(embed_back(w, words, 7)[1], w[0, 0] + w[1, 0])  # word 1 was read twice
    assert not embed_back(w, words, 7)[[2, 3, 4, 5]].any()


def test_affine_gradients_are_those_of_differences():
    x, W, b, w = (rng(k).standard_normal(shape) for k, shape in enumerate(((4, 2, 3), (3, 5), (5,), (4, 2, 5))))
    found = affine_back(w, x, W)
    for k, (array, f) in enumerate(((x, lambda v: affine(v, W, b)), (W, lambda v: affine(x, v, b)),
                                    (b, lambda v: affine(x, W, v)))):
        assert relative_error(found[k], numerical_jacobian(lambda v, f=f: np.sum(w * f(v)), array)) < 1e-9


@pytest.mark.parametrize("side, size, stride", ((10, 3, 1), (20, 10, 5), (7, 2, 2)))
def test_patches_and_their_transpose(side, size, stride):
    """Each patch is the part of the picture that it should be, and ⟨w, patches v⟩ = ⟨patchesᵀ w, v⟩."""
    picture = rng().standard_normal((2, side, side))
    cut = patches(picture, size, stride)
    n = cut.shape[1]
    assert n == (side - size) // stride + 1
    for i, j in product(range(n), repeat=2):
        part = picture[:, i * stride:i * stride + size, j * stride:j * stride + size]
        np.testing.assert_array_equal(cut[:, i, j], part.reshape(2, -1))
    w = rng(1).standard_normal(cut.shape)
    assert np.sum(w * cut) == pytest.approx(np.sum(patches_back(w, side, stride) * picture), rel=1e-12)


def test_halving_and_its_transpose():
    maps, w = rng().standard_normal((2, 4, 4, 3)), rng(1).standard_normal((2, 2, 2, 3))
    assert halve(maps)[1, 0, 1, 2] == pytest.approx(maps[1, :2, 2:, 2].mean())
    assert np.sum(w * halve(maps)) == pytest.approx(np.sum(halve_back(w) * maps))


@pytest.mark.parametrize("call, words", (
    (lambda: embed(np.array([7]), np.ones((7, 3))), ("words hold 7 … 7", "0 … 6")),
    (lambda: embed(np.array([-1]), np.ones((7, 3))), ("words hold -1",)),
    (lambda: embed(np.array([.5]), np.ones((7, 3))), ("dtype float64", "whole numbers")),
    (lambda: embed(np.array([0]), np.ones(3)), ("table has shape (3,)",)),
    (lambda: init_eye(rng(), 0), ("n_filters is 0",)),
    (lambda: init_eye(rng()).forward(np.zeros((20, 20))), ("pictures has shape (20, 20)", "(B, 20, 20)")),
    (lambda: init_eye(rng()).forward(np.zeros((1, 20, 20), int)), ("dtype int64", "float")),
    (lambda: init_eye(rng()).forward(np.full((1, 20, 20), np.nan)), ("must be finite",)),
    (lambda: principal_components(np.zeros((3, 20, 20)), 4), ("n_features is 4", "1 to 3")),
    (lambda: init_captioner(LSTM, init_eye(rng()), 4, rng(), feed="twice"), ("feed is 'twice'", "'every step'")),
    (lambda: init_captioner(LSTM, init_eye(rng()), 0, rng()), ("n_hidden is 0",)),
    (lambda: forward(small(), Seen(np.zeros((2, 20, 20)), np.ones((3, 1), int))), ("(3, 1)", "(T, 2)")),
    (lambda: loss_and_gradients(small(), Captions().batch(rng(), 2), truncate=2), ("truncate is given",)),
    (lambda: predict(small(), Captions().batch(rng(), 2).x, np.zeros(1)), ("state0 is given",)),
    (lambda: greedy(small(), np.zeros((1, 20, 20)), 0), ("longest is 0",)),
    (lambda: beam(small(), np.zeros((20, 20)), 0), ("width is 0",)),
    (lambda: beam(small(), np.zeros((1, 20, 20)), 2), ("picture has shape (1, 20, 20)",)),
    (lambda: encode(["a dog"]), ("'dog'", "not in the vocabulary")), (lambda: encode([]), ("sentences is empty",)),
    (lambda: sentence(Scene("ring", (1,))), ("layout is 'ring'", "'alone'")),
    (lambda: sentence(Scene("row", (1,))), ("digits are (1,)", "expected 2")),
    (lambda: sentence(Scene("alone", (10,))), ("digit is 10", "0 to 9")),
    (lambda: Captions("test"), ("images is 'test'", "'held out'")),
    (lambda: Captions("last", "last"), ("arrangements is 'last'", "'held out'")),
    (lambda: Captions(warp="much"), ("warp is 'much'",)),
    (lambda: images_of("test"), ("split is 'test'",)),
    (lambda: render([Scene("alone", (1,))], np.array([[0, -1, -1]]), np.zeros((1, 3, 2), int)), ("shows a 0",)),
    (lambda: render([Scene("alone", (0,))], np.array([[0, -1, -1]]), np.full((1, 3, 2), 2)), ("reach 2 pixels",)),
    (lambda: explain(small(), np.zeros((20, 20)), "a dog"), ("'dog'",))))
def test_bad_input_is_refused(call, words):
    with pytest.raises(ValueError) as error:
        call()
    assert all(word in str(error.value) for word in words), error.value


# grammar

def test_every_sentence_has_one_meaning():
    texts = [sentence(scene) for scene in all_scenes()]
    assert len(texts) == len(set(texts)) == 10 + 2 * 100 + 4 * 1000
    assert [parse(text) for text in texts] == list(all_scenes())
    assert parse("a seven above") is None


@pytest.mark.parametrize("scene, text", (
    (Scene("alone", (8,)), "an eight"), (Scene("row", (7, 2)), "a seven left of a two"),
    (Scene("row", (6, 6)), "two sixes side by side"), (Scene("column", (0, 0)), "two zeros in a column"),
    (Scene("above", (7, 3, 3)), "a seven above two threes"), (Scene("left", (2, 2, 2)), "a two left of two twos"),
    (Scene("below", (7, 8, 5)), "a seven below an eight and a five"),
    (Scene("right", (2, 5, 9)), "a two right of a five above a nine")))
def test_sentences_by_hand(scene, text):
    assert sentence(scene) == text


def test_words_read_and_written():
    words, target, mask = encode(["a seven", "a two left of two twos"])
    assert [WORDS[n] for n in words[:, 0]] == ["⟨start⟩", "a", "seven"] + 4 * ["⟨null⟩"]
    assert [WORDS[n] for n in target[:, 0]] == ["a", "seven", "⟨end⟩"] + 4 * ["⟨null⟩"]
    np.testing.assert_array_equal(mask.sum(axis=0), [3, 7])
    assert not mask[target == NULL].any() and mask[target != NULL].all()
    for text in ("a seven", "a two left of two twos"):
        assert decode(encode([text])[1][:, 0]) == text
    assert (WORDS[NULL], WORDS[START]) == ("⟨null⟩", "⟨start⟩")
    assert LONGEST == 10 == max(len(encode([sentence(scene)])[1]) for scene in all_scenes())


def test_a_fifth_is_held_out_and_every_digit_stands_at_every_place_in_training():
    for layout, n in LAYOUTS.items():
        scenes = [scene for scene in all_scenes() if scene.layout == layout]
        kept = [scene for scene in scenes if held_out(scene)]
        assert len(kept) == {1: 0, 2: 18, 3: 200}[n]
        assert n != 2 or not any(scene.digits[0] == scene.digits[1] for scene in kept)
        for place in range(n):
            assert {scene.digits[place] for scene in scenes if not held_out(scene)} == set(range(10))


# pictures and tasks

def test_pictures_are_made_of_the_chosen_images_at_their_places():
    scenes = [Scene("right", (3, 0, 9)), Scene("row", (5, 5))]
    which, shifts = draw_images(scenes, "held out", rng())
    pictures, (images, classes) = render(scenes, which, shifts), load_digits()
    assert pictures.shape == (2, CANVAS, CANVAS) and which[1, 2] == -1
    for picture, scene, chosen, moved in zip(pictures, scenes, which, shifts):
        rest = picture.copy()
        for digit, k, corner, shift in zip(scene.digits, chosen, CORNERS[scene.layout], moved):
            assert classes[k] == digit and k < N_TRAIN and k % 5 == 4
            row, column = np.add(corner, shift)
            np.testing.assert_array_equal(picture[row:row + SIZE, column:column + SIZE], images[k] / 16)
            rest[row:row + SIZE, column:column + SIZE] = 0
        assert not rest.any()


def test_digits_never_overlap_or_leave_the_canvas_and_lie_in_a_window():
    assert set(CORNERS) == set(LAYOUTS)
    starts = [STEP * k for k in range(round(N_WINDOWS**.5))]
    for layout, corners in CORNERS.items():
        assert len(corners) == LAYOUTS[layout]
        for shifts in product(product((-JITTER, JITTER), repeat=2), repeat=len(corners)):
            canvas = np.zeros((CANVAS, CANVAS), int)
            for corner in np.add(corners, shifts):
                assert (corner >= 0).all() and (corner + SIZE <= CANVAS).all()
                canvas[corner[0]:corner[0] + SIZE, corner[1]:corner[1] + SIZE] += 1
                assert all(any(s <= c and c + SIZE <= s + WINDOW for s in starts) for c in corner)
            assert canvas.max() == 1


def test_no_held_out_arrangement_or_image_is_in_a_training_batch(monkeypatch):
    import course_utils.captions.task as module
    seen = []

    def noted(*args):
        seen.append(draw_images(*args))
        return seen[-1]

    monkeypatch.setattr(module, "draw_images", noted)
    scenes = Captions(warp=.1).batch(rng(), 2000).scenes
    trained = set(seen[0][0].ravel()) - {-1}
    assert not any(held_out(scene) for scene in scenes) and {scene.layout for scene in scenes} == set(LAYOUTS)
    scenes = Captions().test(rng(), 500).scenes
    assert all(held_out(scene) for scene in scenes) and not trained & set(seen[1][0].ravel())
    Captions("last", "held out").batch(rng(), 500)
    assert (seen[2][0][seen[2][0] >= 0] >= N_TRAIN).all() and max(trained) < N_TRAIN
    everything = np.concatenate([np.concatenate(images_of(split)) for split in ("training", "held out", "last")])
    np.testing.assert_array_equal(np.sort(everything), np.arange(1797))
    assert [len(np.concatenate(images_of(split))) for split in ("training", "held out", "last")] == [1150, 287, 360]


def test_warping_by_nothing_changes_nothing_and_a_little_changes_a_little():
    images = load_digits()[0][:50] / 16

    class Still:
        def uniform(self, low, high, shape):
            return np.zeros(shape)

    np.testing.assert_allclose(warp(images, .2, Still()), images, atol=1e-12)
    moved = warp(images, .2, rng())
    assert .1 < relative_error(moved.sum((1, 2)), images.sum((1, 2))) < .7 and 0 <= moved.min() <= moved.max() <= 1
    assert all(np.corrcoef(a.ravel(), b.ravel())[0, 1] > .4 for a, b in zip(images, moved))


def test_warping_moves_by_the_pixel():
    class Down:
        def uniform(self, low, high, shape):
            return np.full(shape, 1.0) * [1, 0] if shape[-1] == 2 and shape[1] == 1 else np.zeros(shape)

    images = load_digits()[0][:5] / 16
    moved = warp(images, .2, Down())
    np.testing.assert_allclose(moved[:, :-1], images[:, 1:], atol=1e-12)
    assert not moved[:, -1].any()


# captioners

@each_cell
@each_feed
def test_gradients_of_a_captioner_are_those_of_differences(cell, feed):
    """Of every weight, the eye's among them."""
    model, batch = small(cell, feed), Captions().batch(rng(), 3)
    grads = loss_and_gradients(model, batch).grads
    assert set(grads) == set(model.weights) and "W_1" in grads
    for name, wanted in gradient_by_differences(model, lambda m: loss_and_gradients(m, batch).loss).items():
        assert np.abs(wanted).max() > 1e-6, name
        assert relative_error(grads[name], wanted) < 1e-6, name


def test_gradients_of_a_namer_are_those_of_differences():
    namer, batch = init_namer(small().encoder, rng()), Naming().batch(rng(), 4)
    grads = loss_and_gradients(namer, batch).grads
    assert set(grads) == set(namer.weights)
    for name, wanted in gradient_by_differences(namer, lambda m: loss_and_gradients(m, batch).loss).items():
        assert relative_error(grads[name], wanted) < 1e-6, name


@each_feed
def test_what_follows_the_end_changes_nothing(feed):
    """Other words in the place of ⟨null⟩: the same loss, the same gradients."""
    model, batch = small(feed=feed), Captions().batch(rng(), 6)
    found = loss_and_gradients(model, batch)
    words = np.where(batch.mask, batch.x.words, 7)
    assert (words != batch.x.words).any()
    other = loss_and_gradients(model, batch._replace(x=batch.x._replace(words=words)))
    assert other.loss == found.loss
    for name, array in found.grads.items():
        np.testing.assert_allclose(other.grads[name], array, rtol=1e-12, atol=1e-14)
    assert not found.grads.E[NULL].any()


def test_frozen_encoders_have_no_gradient_and_copies_are_deep():
    model, batch = small(tuned=False), Captions().batch(rng(), 3)
    assert set(loss_and_gradients(model, batch).grads) == set(model.weights) and "W_1" not in model.weights
    other = model.copy()
    for array in (*other.weights.values(), *other.encoder.weights.values()):
        array += 1
    assert loss_and_gradients(model, batch).loss != loss_and_gradients(other, batch).loss
    assert not np.array_equal(model.encoder.weights.W_1, other.encoder.weights.W_1)


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("name", ("LSTM", "RNN"))
def test_a_captioner_is_pytorch_s(name, feed):
    """Loss and gradients by torch's own embedding, linear layers, recurrent layers and masked cross-entropy."""
    torch = pytest.importorskip("torch")
    model, batch = small(LSTM if name == "LSTM" else TanhRNN, feed), Captions().batch(rng(), 5)
    w = {name: torch.tensor(array, requires_grad=True) for name, array in model.weights.items()}
    relu, pictures = torch.relu, torch.tensor(batch.x.pictures)
    windows = pictures.unfold(1, 10, 5).unfold(2, 10, 5).reshape(-1, 1, 10, 10)
    kernel = w["W_1"].T.reshape(-1, 1, 3, 3)
    m = torch.nn.functional.avg_pool2d(relu(torch.nn.functional.conv2d(windows, kernel, w["b_1"])), 2)
    g = relu(m.permute(0, 2, 3, 1).reshape(len(windows), -1) @ w["W_2"] + w["b_2"])
    features = relu(g @ w["W_3"] + w["b_3"]).reshape(len(pictures), -1)
    v = features @ w["W_v"] + w["b_v"]
    x = torch.nn.functional.embedding(torch.tensor(batch.x.words), w["E"])
    if feed == "every step":
        x = torch.cat([x, v.expand(len(x), *v.shape)], dim=-1)
    zero = torch.zeros_like(v)
    h = {"start": torch.tanh(v), "hidden only": v, "every step": zero}[feed][None]
    c = (v if feed == "start" else zero)[None]
    layer = getattr(torch.nn, name)(x.shape[-1], v.shape[-1]).double()
    weights = {"weight_ih_l0": w["W_x"].T, "weight_hh_l0": w["W_h"].T, "bias_ih_l0": w["b"], "bias_hh_l0": 0 * w["b"]}
    states, _ = torch.func.functional_call(layer, weights, (x, (h, c) if name == "LSTM" else h))
    target = torch.tensor(np.where(batch.mask, batch.target, -100))
    outputs = states @ w["W_y"] + w["b_y"]
    loss = torch.nn.functional.cross_entropy(outputs.reshape(-1, len(WORDS)), target.reshape(-1))
    loss.backward()
    found = loss_and_gradients(model, batch)
    assert found.loss == pytest.approx(loss.item(), rel=1e-12)
    for name, array in found.grads.items():
        assert relative_error(array, w[name].grad.numpy()) < 1e-9, name


def test_principal_components_keep_the_variance_they_say():
    pictures = Captions().batch(rng(), 300).x.pictures
    encoder, share = principal_components(pictures, 50)
    features, _ = encoder.forward(pictures)
    assert np.mean(features**2) == pytest.approx(1) and np.abs(features.mean(axis=0)).max() < 1e-10
    C, rows = encoder.weights.C, pictures.reshape(300, -1) - encoder.weights.mean
    seen = rows @ (C / np.linalg.norm(C, axis=0)**2) @ C.T
    assert np.sum(seen**2) / np.sum(rows**2) == pytest.approx(share) and .5 < share < 1
    w = rng(1).standard_normal(features.shape)
    _, back = encoder.backward(w, None, pixels=True)
    shifted = rng(2).standard_normal(pictures.shape)
    assert np.sum(back * shifted) == pytest.approx(np.sum(w * (encoder.forward(pictures + shifted)[0] - features)))


@each_feed
def test_explanations_are_differences(feed):
    """∂ ln p(word)/∂ pixel, feature by feature, and what cannot be: a later word, a later state."""
    model, batch = small(feed=feed), Captions().batch(rng(3), 1)
    text, picture = sentence(batch.scenes[0]), batch.x.pictures[0] + .1
    words, target, _ = encode([text])
    n = len(target)

    def log_p(pixels):
        outputs = predict(model, Seen(pixels[None], words))[0][:, 0]
        return np.log(softmax(outputs))[np.arange(n), target[:, 0]]

    found = explain(model, picture, text)
    np.testing.assert_allclose(found.log_probs, log_p(picture), rtol=1e-10)
    part = (slice(4, 14), slice(5, 15))

    def inside(values):
        whole = picture.copy()
        whole[part] = values
        return log_p(whole)

    differences = numerical_jacobian(inside, picture[part].copy(), 1e-6)
    assert relative_error(found.pixels[(slice(None), *part)], differences) < 1e-6
    assert not np.triu(found.words, 1).any() and not np.triu(found.states, 2).any()
    assert (np.diagonal(found.words) > 0).all() and (np.diagonal(found.states, 1) > 0).all()


@each_feed
def test_arrival_is_the_length_of_a_gradient_by_differences(feed):
    """∂⟨u, h_t⟩/∂v, by moving v through b_v."""
    model, batch = small(feed=feed), Captions().batch(rng(), 1)
    for t in (1, 3):
        u = np.random.default_rng([4, t]).standard_normal((1, 5))
        u /= np.linalg.norm(u)

        def f(b_v, t=t, u=u):
            other = model.copy()
            other.layers.b_v[:] = b_v
            return np.sum(u * forward(other, batch.x).trace.states[0, t])

        wanted = np.linalg.norm(numerical_jacobian(f, model.layers.b_v))
        assert arrival(model, batch.x, t, seed=4)[0] == pytest.approx(wanted, rel=1e-6)
    with pytest.raises(ValueError, match="t is 0, expected from 1 to"):
        arrival(model, batch.x, 0)


def test_shares_on_digits_are_those_of_the_explained_pixels():
    model, scene = small(), Scene("above", (7, 3, 5))
    picture = render([scene], *draw_images([scene], "training", rng()))[0]
    squares = explain(model, picture, sentence(scene)).pixels[[1, 4, 7]]**2  # a seven above a three and a five
    found = on_digits(model, scene, picture)
    for word, (k, (row, column)) in product(range(3), enumerate(CORNERS["above"])):
        part = squares[word, row:row + SIZE, column:column + SIZE].sum() / squares[word].sum()
        assert found[word, k] == pytest.approx(part)
    assert (found.sum(axis=1) <= 1).all()


@pytest.mark.parametrize("scene, text, kind", (
    (Scene("row", (7, 2)), "a seven left of a two", "right"),
    (Scene("row", (7, 2)), "a seven left of a one", "one digit"),
    (Scene("row", (7, 2)), "a seven above a two", "other"), (Scene("row", (7, 2)), "a one left of a one", "other"),
    (Scene("row", (7, 2)), "two ones side by side", "other"), (Scene("row", (7, 2)), "a seven", "other"),
    (Scene("row", (4, 4)), "a four left of a four", "not counted"),
    (Scene("left", (7, 2, 2)), "a seven left of a two above a two", "not counted"),
    (Scene("left", (7, 2, 2)), "a one left of two twos", "one digit")))
def test_kinds_of_mistakes(scene, text, kind):
    assert kind_of(scene, text) == kind


def test_mistakes_are_all_that_differ_from_the_truth():
    model, namer = load_archive().captioners["LSTM, start"], load_archive().namer
    batch = Captions("last", "held out", several=True).batch(rng(), 100)
    texts = [caption.text for caption in greedy(model, batch.x.pictures)]
    found = mistakes(model, namer, batch)
    assert [m.number for m in found] == [b for b in range(100) if texts[b] != sentence(batch.scenes[b])]
    named = predict(namer, batch.x)[0].argmax(axis=-1).T
    for m in found:
        scene = batch.scenes[m.number]
        names = (list(LAYOUTS).index(scene.layout), *scene.digits)
        assert (m.scene, m.text) == (scene, texts[m.number]) and m.kind != "right"
        assert m.misnamed == (tuple(named[m.number, :len(names)]) != names)
    assert {True, False} == {m.misnamed for m in found}


def test_the_likeliest_next_word_is_that_of_the_grammar():
    batch = Captions.describe([Scene("column", (8, 3)), Scene("alone", (8,))], np.zeros((2, 20, 20)))
    found = likeliest_next(batch)
    assert decode(found[[1], 0]) == "eight" and decode(found[[0], 0]) == "a" and (found[~batch.mask] == NULL).all()
    many = Captions().batch(rng(), 300)
    naming = np.isin(many.target, [WORDS.index(word) for word in DIGITS])
    good = likeliest_next(many) == many.target
    assert good[naming].mean() < .3 and .7 < good[many.mask & ~naming].mean() < .85


def test_a_sentence_is_right_if_all_that_is_asked_for_is():
    good, mask = np.array([[True, True], [False, False]]), np.array([[True, True], [True, False]])
    assert all_right(good, mask).tolist() == [False, True]


def test_check_captioner_finds_a_wrong_gradient(monkeypatch):
    import course_utils.captions.captioner as module
    batch = Captions().batch(rng(), 2)
    assert max(check_captioner(small(), batch).values()) < 1e-6
    monkeypatch.setattr(module, "embed_back", lambda d_x, words, n: 0 * embed_back(d_x, words, n))
    errors = check_captioner(small(), batch)
    assert errors["E"] == 1 and errors["W_x"] < 1e-6


# decoding

def test_greedy_writes_the_sentence_exactly_when_every_word_is_right_after_the_right_words():
    model = load_archive().captioners["LSTM, start"]
    task = Captions("held out", "held out", several=True)
    good, mask = right(model, task, 200)
    batch = task.batch(rng(), 200)
    captions = greedy(model, batch.x.pictures)
    exact = np.array([caption.text == sentence(scene) for caption, scene in zip(captions, batch.scenes)])
    np.testing.assert_array_equal(exact, (good | ~mask).all(axis=0))
    assert .7 < exact.mean() < 1
    for caption in captions[:20]:
        assert caption.words[-1] == END and len(caption.words) == len(caption.log_probs) <= LONGEST


def test_beam_of_width_one_is_greedy():
    model, pictures = load_archive().captioners["TanhRNN, start"], Captions().test(rng(), 20).x.pictures
    for picture, caption in zip(pictures, greedy(model, pictures)):
        found, = beam(model, picture, 1)
        assert found.words == caption.words and found.score == pytest.approx(caption.score, rel=1e-9)


def brute_force(model, picture, longest):
    """ln p of every sentence of up to `longest` words, ended by ⟨end⟩ or cut off."""
    found = {}

    def go_on(words, score, state, v):
        if words and (words[-1] == END or len(words) == longest):
            found[words] = score
            return
        log_p, state = step(model, state, v, [words[-1] if words else START])
        for word in range(log_p.shape[1]):
            go_on((*words, word), score + log_p[0, word], state, v)

    go_on((), 0.0, *look(model, picture[None]))
    return found


def test_a_beam_that_drops_nothing_finds_the_most_probable_sentence():
    """A vocabulary of five words, all sentences of up to four: beam by beam, and the probabilities add up to 1."""
    model, picture = small(seed=3), Captions().batch(rng(), 1).x.pictures[0]
    model.layers.E, model.layers.b_y = model.layers.E[:5], model.layers.b_y[:5] * 3
    model.layers.W_y = model.layers.W_y[:, :5] * 6
    everything = brute_force(model, picture, 4)
    assert sum(np.exp(score) for score in everything.values()) == pytest.approx(1)
    best = sorted(everything, key=everything.get, reverse=True)
    found = beam(model, picture, 5**4, 4)
    assert [caption.words for caption in found[:20]] == best[:20]
    assert found[0].score == pytest.approx(everything[best[0]])
    assert len({caption.words for caption in found}) == len(found) == len(everything)
    scores = [beam(model, picture, width, 4)[0].score for width in (1, 3, 5**4)]
    assert scores[0] <= scores[-1] + 1e-12


def test_beams_are_sorted_and_cut_off_where_told():
    model, picture = small(), Captions().batch(rng(), 1).x.pictures[0]
    found = beam(model, picture, 4, 3)
    scores = [caption.score for caption in found]
    assert scores == sorted(scores, reverse=True) and len(found) == 4
    assert all(len(caption.words) <= 3 for caption in found)
    assert Caption((3, END), (-1.0, -2.0)).text == WORDS[3] and Caption((3, 4), (-1.0, -2.0)).score == -3


# training

TINY = {"batch_size": 4, "progress": False, "test_every": None}


def tiny(seed=0):
    return small(tuned=False, seed=seed), Captions(warp=.1), Adam(.01, n_total=30), rng(seed)


def test_a_captioner_s_training_that_stops_and_goes_on_ends_as_if_it_had_not(tmp_path):
    whole, halved, fresh = tiny(), tiny(), tiny()
    log = fit(*whole, 20, **TINY)
    fit(*halved, 9, checkpoint=tmp_path / "c.npz", **TINY)
    assert fit(*fresh, 20, checkpoint=tmp_path / "c.npz", **TINY) == log
    for name, array in whole[0].weights.items():
        np.testing.assert_array_equal(fresh[0].weights[name], array)
    assert log.rho and log.reach and len(log.loss) == 3


def test_a_namer_learns_and_its_log_has_no_states():
    namer, task = init_namer(init_eye(rng(), 4, 16, 8), rng()), Naming()
    log = fit(namer, task, Adam(.01), rng(), 60, **TINY | {"batch_size": 32, "test_every": 30})
    assert log.loss[-1] < .8 * log.loss[0] and not log.rho and not log.reach and log.tested == [30, 60]
    assert share_wrong(namer, task, rng(), 50) > .5


BUILD = """
from pathlib import Path
from course_utils.captions import archive, stored
kinds = (stored.Kind("TanhRNN"), stored.Kind("TanhRNN", encoder="principal components"))
archive.judge = lambda model, *task: stored.judge(model, *task, n=10)
archive.build(Path({path!r}), kinds=kinds, seeds=(0,), progress=False, n_eye=12, n_speech=14)
"""


def start(path):
    return subprocess.Popen([sys.executable, "-c", BUILD.format(path=str(path))])


def test_a_killed_build_goes_on_to_the_same_numbers(tmp_path):
    """SIGKILL once the first checkpoint is there; the next process makes the file that an undisturbed one makes."""
    victim, deadline = start(tmp_path / "a.npz"), time.monotonic() + 60
    while not list((tmp_path / "a.npz.parts").glob("*.npz")) and time.monotonic() < deadline:
        time.sleep(.01)
    os.kill(victim.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    victim.wait(60)
    assert not (tmp_path / "a.npz").exists()
    assert start(tmp_path / "b.npz").wait(120) == 0
    assert start(tmp_path / "a.npz").wait(120) == 0
    one, other = (dict(np.load(tmp_path / name)) for name in ("a.npz", "b.npz"))
    assert set(one) == set(other) and all(np.array_equal(one[name], other[name]) for name in one)
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    assert sorted(path.name for path in tmp_path.glob("[!.]*")) == ["a.csv", "a.npz", "b.csv", "b.npz"]
    found = load_archive(tmp_path / "a.npz")
    assert list(found.captioners) == ["TanhRNN, start", "TanhRNN, start, principal components"]
    assert len(found.rows) == 2 and 0 < found.variance < 1
    for row in found.rows:  # they looked through the eye as it is stored
        assert archive.check_slice(row, tmp_path / "a.npz") < 1e-6


# what is stored

def test_the_stored_table_is_whole_and_documented():
    rows = load_archive().rows
    assert [(row["name"], row["seed"]) for row in rows] == [
        (str(kind), seed) for kind in stored.KINDS for seed in stored.SEEDS]
    assert set(load_archive().captioners) == set(map(str, stored.KINDS))
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert "`captions.npz`" in readme and "`captions.csv`" in readme and archive.COMMAND in readme
    assert archive.COMMAND in (DATA / "captions.csv").read_text(encoding="utf-8")
    assert archive.FILE.stat().st_size < 1.5 * 2**20


def test_first_iterations_come_out_as_stored():
    for row in load_archive().rows[::9]:
        assert archive.check_slice(row) < 1e-4


def test_the_stored_weights_are_as_good_as_the_table_says():
    for row in load_archive().rows:
        if row["seed"] == 0:
            good, mask = right(load_archive().captioners[row["name"]], Captions("held out", "held out", True), 300)
            wanted = row["sentences, held out images, held out arrangements"]
            assert abs((good | ~mask).all(axis=0).mean() - wanted) < .05, row["name"]


def test_a_missing_archive_names_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m course_utils\.captions --out"):
        load_archive(tmp_path / "none.npz")


def test_trainings_begin_the_same_way_every_time():
    losses = [train_namer(3, test_every=None, progress=False, log_every=1)[1].loss for _ in range(2)]
    assert losses[0] == losses[1]
    encoder = init_eye(rng(), dtype=np.float32)
    losses = [train_captioner(stored.Kind(), encoder, seed, 2, test_every=None, progress=False, log_every=1)[1].loss
              for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]
