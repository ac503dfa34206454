"""ONNX files: the nodes RNN, LSTM and GRU of a graph, and onnxruntime's DynamicQuantizeLSTM, by the library `onnx`."""
from collections import ChainMap, Counter
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from ...engine.activations import FAMILIES, activation
from ...engine.cells import CoupledLSTM, activated
from ...ground.checks import as_array
from ..layouts import blocks
from ..layouts.found import Found, choose
from ..network import Layer, Level
from ..weights import as_weight, some

OPS = {"RNN": 1, "GRU": 3, "LSTM": 4, "DynamicQuantizeLSTM": 4}  # gates
SHAPING = ("Identity", "Cast", "Unsqueeze", "Squeeze", "Transpose", "Reshape", "Dropout")  # between two levels
FOLDED = (*SHAPING, "Constant", "Concat", "Slice", "Split", "DequantizeLinear")  # between weights and their node
DEFAULTS = {"RNN": ("tanh",), "GRU": ("sigmoid", "tanh"), "LSTM": ("sigmoid", "tanh", "tanh")}
NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "affine": "affine", "leakyrelu": "leaky_relu",
         "thresholdedrelu": "thresholded_relu", "scaledtanh": "scaled_tanh", "hardsigmoid": "hard_sigmoid",
         "elu": "elu", "softsign": "softsign", "softplus": "softplus"}
STANDARD = ("", "ai.onnx")  # domains
DEQUANTIZE = 19  # the first opset whose DequantizeLinear onnx' evaluator has; since 13 it is the same for int8
FLOATS = (1, 10, 11, 16)  # float32, float16, float64 and bfloat16, as Cast names them
UNCLEAR = ("affine", "scaled_tanh", "thresholded_relu")  # without alpha runtimes take different ones
SIDES = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}


def read_onnx(path, wishes, most_bytes):
    """(`Found`, names of the initializers that are no recurrent weights) of an ONNX file.

    Layout: W (directions, G·H, D), R (directions, G·H, H), B (directions, 2·G·H), input and recurrent biases; gates
    i, o, f, g of an LSTM, z, r, n of a GRU, whose reset stands after the product with linear_before_reset 1; peepholes
    P in the order i, o, f; input_forget 1 couples f to i, f = 1 − i. Weights may stand behind nodes that turn, cut or
    dequantise them. Nodes that feed one another through nothing but changes of shape are levels of one network, also
    those in the branches of an If; `wishes` must say which where there are several, by the name of their first node,
    or of their last where several begin with the same. Raises ImportError where `onnx` is not installed; ValueError for
    a graph without such nodes, for clip, for lengths that are part of the file, for weights that are computed otherwise
    or lie in other files, and for shapes that do not fit, as those of a projected LSTM's export.
    """
    try:
        import onnx
    except ImportError:
        raise ImportError("onnx is needed to read .onnx files: "
                          'pip install "vanishing-gradients-course[diagnose]"') from None
    model = onnx.load(str(path), load_external_data=False)
    opset = max((one.version for one in model.opset_import if one.domain in STANDARD), default=1)
    graph = _Graph(onnx, model.graph, _Shared(most_bytes, most_bytes, opset))
    scopes = [*graph.scopes()]
    nodes = [(scope, node) for scope in scopes for node in scope.recurrent]
    if not nodes:
        raise ValueError("the graph has none of the nodes RNN, LSTM and GRU outside the bodies of Loop and Scan "
                         "(exporters write PyTorch's nn.RNN and single cells as products, and some of Keras' layers as "
                         "Loops); expected one at least, or the weights as they were before the export")
    chosen = _chosen(nodes, wishes)
    found = Found()
    for scope, node in chosen:
        found.assumed += [] if wishes.layers else graph.shared.unsure.get(id(node), [])
        found.levels.append(scope.level(node, wishes, found))
    if not (wishes.layers or wishes.prefix) and (unread := [name for scope in scopes for name in scope.unread()]):
        found.assumed.append(f"that {some(unread)} is no part of the network: bodies of Loop and Scan are not read")
    constants = dict.fromkeys(one.name for scope in scopes for one in scope.graph.initializer)
    return found, tuple(name for name in constants if name not in graph.shared.used)


def _chosen(nodes, wishes):
    """The (scope, node) pairs that are meant, from the input upwards."""
    if wishes.layers:
        names = _named([[pair] for pair in nodes])
        return [names[choose("recurrent nodes", names, name)][0] for name in wishes.layers]
    stacks = _stacks(nodes)
    if wishes.prefix is None and len(stacks) == 1:
        return stacks[0]
    names = _named(stacks)
    return names[choose("recurrent networks", names, wishes.prefix)]


def _stacks(nodes):
    """Lists of (scope, node) that feed one another, from the input upwards."""
    known = {id(node): (scope, node) for scope, node in nodes}
    below = {key: scope.below(node) for key, (scope, node) in known.items()}
    fed = {id(node) for node in below.values() if node is not None}
    found = []
    for key, pair in known.items():
        if key not in fed:
            stack = [pair]
            while (under := below[id(stack[0][1])]) is not None and len(stack) < len(nodes):  # no graph is a ring
                stack.insert(0, known[id(under)])
            found.append(stack)
    return found


def _named(stacks):
    """{name: stack}: the name of its first node, or of its last where several begin with the same; where nodes share a
    name, as in the branches of an If, with the name of the branch before it, and a number if even that is the same."""
    begins = Counter(id(stack[0][1]) for stack in stacks)
    names = [stack[-1 if begins[id(stack[0][1])] > 1 else 0] for stack in stacks]
    often, given, found = Counter(scope.name(node) for scope, node in names), Counter(), {}
    for stack, (scope, node) in zip(stacks, names):
        name = scope.name(node) if often[scope.name(node)] == 1 else f"{scope.graph.name}/{scope.name(node)}"
        given[name] += 1
        found[name if given[name] == 1 else f"{name} {given[name]}"] = stack
    return found


@dataclass
class _Shared:
    """What the graphs of one file share: the memory that is left, the model's opset, the names of the constants that
    were used, and what is not sure of a node."""

    left: int
    most_bytes: int
    opset: int
    used: set = field(default_factory=set)
    unsure: dict = field(default_factory=dict)


class _Graph:
    """A graph's nodes by what they make, and its constants; for a branch of an If, with those of the graph that it
    stands in, `outer`."""

    def __init__(self, onnx, graph, shared, outer=None):
        self.onnx, self.graph, self.shared, self.outer = onnx, graph, shared, outer
        constants, makers = (outer.constants.maps, outer.makers.maps) if outer else ((), ())
        self.constants = ChainMap({one.name: one for one in graph.initializer}, *constants)
        self.makers = ChainMap({name: node for node in graph.node for name in node.output}, *makers)
        self.recurrent = [node for node in graph.node if self._kind(node) in OPS]

    def scopes(self):
        """This graph and the branches of every If in it."""
        yield self
        for node in self.graph.node:
            if node.op_type == "If":
                for own in node.attribute:
                    yield from _Graph(self.onnx, own.g, self.shared, self).scopes()

    def around(self):
        """The nodes of the graphs that this one stands in, and its own."""
        return [*(self.outer.around() if self.outer else ()), *self.graph.node]

    def _kind(self, node):
        """The operator of a node, "" for one that is not ONNX' own, whatever its name."""
        mine = node.domain in STANDARD or (node.op_type, node.domain) == ("DynamicQuantizeLSTM", "com.microsoft")
        return node.op_type if mine else ""

    def name(self, node):
        return node.name or node.output[0] or node.op_type

    def below(self, node):
        """The recurrent node whose sequence this one reads as it is, or None."""
        name, between, seen = node.input[0], [], set()
        while (maker := self.makers.get(name)) is not None and name not in seen:
            kind = self._kind(maker)
            if kind in OPS:
                return maker if name == maker.output[0] and self._fits(maker, between[::-1], node) else None
            if kind not in SHAPING:
                return None
            seen.add(name)
            between.append(maker)
            name = maker.input[0]
        return None

    def _fits(self, below, between, above):
        """Whether what `below` shows comes out of the nodes `between` with the axes that `above` reads."""
        axes = list("BTKH" if self._own(below).get("layout") else "TKBH")  # K: directions
        for node in between:
            axes = self._moved(axes, node, below, above)
            if axes is None:
                return False
        return axes[:2] == list("BT" if self._own(above).get("layout") else "TB") and axes[2:] == ["H"]

    def _moved(self, axes, node, below, above):
        """The axes after a node that changes the shape; None where more may have changed."""
        own, kind, single = self._own(node), node.op_type, self._single(below)
        if kind == "Transpose":
            order = own.get("perm", range(len(axes))[::-1])
            return [axes[n] for n in order] if len(order) == len(axes) else None
        if kind in ("Squeeze", "Unsqueeze"):
            places = own["axes"] if "axes" in own else self.value(node.input[1]) if len(node.input) > 1 else None
            if places is None:
                left = [one for one in axes if one != "1" and not (one == "K" and single)]
                return left if kind == "Squeeze" else None
            places = sorted(int(n) % (len(axes) + len(places) * (kind == "Unsqueeze")) for n in np.ravel(places))
            if kind == "Squeeze":
                left = [one for n, one in enumerate(axes) if n not in places]
                return left if {axes[n] for n in places} <= {"1", "K" if single else "1"} else None
            for n in places:
                axes = [*axes[:n], "1", *axes[n:]]
            return axes
        if kind == "Reshape":
            return self._reshaped(axes, node, below, above)
        if kind == "Cast" and own["to"] not in FLOATS:
            return None
        if kind == "Dropout" and len(node.input) > 2 and node.input[2]:  # which may drop at inference
            keeps = self.value(node.input[2])
            return None if keeps is None or np.any(keeps) else axes
        return axes

    def _reshaped(self, axes, node, below, above):
        """[first, second, "H"] of axes that hold steps, sequences and what is shown, if a Reshape only joins the
        directions; that it keeps steps and sequences apart is `unsure` where its shape does not say so."""
        single = self._single(below)
        width = self._own(below).get("hidden_size", 0) * (2 - single)
        kept = [one for one in axes if one != "1" and not (one == "K" and single)]
        wanted = self.value(node.input[1])
        if kept[2:] not in (["H"], ["K", "H"]) or (wanted is not None and len(wanted) != 3):
            return None
        if wanted is not None:
            first, second, last = map(int, wanted)
            sizes = self._sizes(node.input[0], axes)
            if last not in (-1, 0, width) or (0 in (first, second) and self._own(node).get("allowzero")):
                return None
            if any((new == 0 and axes[n] != kept[n]) or (new > 0 and sizes.get(kept[n], new) != new)
                   for n, new in enumerate((first, second))):
                return None
            same = [new == 0 or new == sizes.get(kept[n]) for n, new in enumerate((first, second))] + [last == width]
            if sum(same) + (-1 in (first, second, last)) == 3:
                return [*kept[:2], "H"]
        self.shared.unsure.setdefault(id(above), []).append(
            f"that {self.name(above)} reads what {self.name(below)} shows step by step: a Reshape between them may mix "
            "steps and sequences")
        return [*kept[:2], "H"]

    def _single(self, node):
        return self._own(node).get("direction", b"forward") != b"bidirectional"

    def _sizes(self, name, axes):
        """{axis: its size} of an array, as far as the file says."""
        shapes = [one.type.tensor_type.shape.dim for one in (*self.graph.value_info, *self.graph.input)
                  if one.name == name]
        return {axis: size.dim_value for shape in shapes if len(shape) == len(axes)
                for axis, size in zip(axes, shape) if size.dim_value}

    def _own(self, node):
        """{name: value} of a node's attributes."""
        return {one.name: self.onnx.helper.get_attribute_value(one) for one in node.attribute}

    def value(self, name):
        """The array of this name if it is a constant, or made of constants by moving them; None otherwise."""
        nodes, wanted, seen = [], [name], set()
        while wanted:
            one = wanted.pop()
            if one in seen or one in self.constants or not one:
                continue
            seen.add(one)
            maker = self.makers.get(one)
            if maker is None or self._kind(maker) not in FOLDED:
                return None
            nodes.append(maker)
            wanted += list(maker.input)
        if not nodes:
            return self._constant(name)
        held = {one for node in nodes for one in node.input if one in self.constants}
        return self._folded(name, nodes, {one: self._constant(one) for one in held})

    def _constant(self, name):
        tensor = self.constants[name]
        if tensor.external_data or tensor.data_location == self.onnx.TensorProto.EXTERNAL:
            raise ValueError(f"{name} lies in another file, expected a model in one file: onnx.save(onnx.load(path), "
                             "'whole.onnx')")
        needed = 8 * int(np.prod(tensor.dims, dtype=object))
        if needed > self.shared.left:
            raise ValueError(f"{name} of shape {tuple(tensor.dims)} needs {needed} bytes, which makes more than the "
                             f"{self.shared.most_bytes} allowed; expected smaller weights, or a larger most_bytes")
        self.shared.left -= needed
        self.shared.used.add(name)
        return self.onnx.numpy_helper.to_array(tensor)

    def _folded(self, name, nodes, held):
        """What the nodes make of the constants, as onnx' own evaluator says."""
        from onnx.reference import ReferenceEvaluator

        helper = self.onnx.helper
        ordered = [node for node in self.around() if any(node is one for one in nodes)]
        graph = helper.make_graph(ordered, "weights", [], [helper.make_empty_tensor_value_info(name)],
                                  [self.onnx.numpy_helper.from_array(array, one) for one, array in held.items()])
        quantised = self.shared.opset >= 13 and any(node.op_type == "DequantizeLinear" for node in nodes)
        opset = max(self.shared.opset, DEQUANTIZE) if quantised else self.shared.opset
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        return np.asarray(ReferenceEvaluator(model).run(None, {})[0])

    def weight(self, node, n, shape=None, what=""):
        """Input number n of a node as float64, None where it is left out."""
        if len(node.input) <= n or not node.input[n]:
            return None
        found = self.value(node.input[n])
        if found is None:
            raise ValueError(f"{what} of {self.name(node)} is computed when the network runs, expected constants")
        found = as_weight(f"{what} of {self.name(node)}", found)
        return found if shape is None else as_array(f"{what} of {self.name(node)}", found, shape)

    def level(self, node, wishes, found):
        """The `Level` of a node."""
        own = self._own(node)
        name, kind = self.name(node), "LSTM" if node.op_type == "DynamicQuantizeLSTM" else node.op_type
        if own.get("clip"):
            raise ValueError(f"{name} clips its pre-activations at {own['clip']:g} (clip), which no cell of this "
                             "course does")
        sides = SIDES[own.get("direction", b"forward").decode()]
        W, R, B = self._weights(node, kind, len(sides), found)
        H = R.shape[2]
        if own.get("hidden_size", H) != H or W.shape[1] != R.shape[1] or R.shape[1] != OPS[kind] * H:
            raise ValueError(f"{name} has W {W.shape}, R {R.shape} and hidden_size {own.get('hidden_size', H)}, "
                             f"expected (directions, {OPS[kind]}·H, D) and (directions, {OPS[kind]}·H, H): PyTorch "
                             "exports a projected LSTM (proj_size) like this, and its projection is lost")
        self._lengths(node, name, found)
        starts = self._starts(node, kind, len(sides), H, own.get("layout", 0), found)
        P = self.weight(node, 7, (len(sides), 3 * H), "P") if kind == "LSTM" else None
        squashed = _activations(name, kind, own, len(sides))
        layers = []
        for d, backwards in enumerate(sides):
            cell, params = _cell(name, kind, own, W[d].T, R[d].T, B[d], None if P is None else P[d])
            cell = activated(cell, **_places(cell, kind, squashed[d])) if squashed[d] else cell
            side = " backward" if backwards else " forward" if len(sides) > 1 else ""
            layers.append(Layer(name + side, wishes.squashed(cell), params, backwards, starts[d]))
        return Level(layers)

    def _weights(self, node, kind, n_sides, found):
        """W, R and B of a node; those of a quantised one are made numbers again."""
        if node.op_type == "DynamicQuantizeLSTM":
            W, R = (_dequantised(*(self.value(node.input[n]) for n in (at, scale, zero)))
                    for at, scale, zero in ((1, 8, 9), (2, 10, 11)))
            found.assumed.append("that its inputs and states are not rounded: onnxruntime quantises them as it runs, "
                                 "here the int8 weights alone are taken as they are")
        else:
            W, R = self.weight(node, 1, (n_sides, "G·H", "D"), "W"), self.weight(node, 2, (n_sides, "G·H", "H"), "R")
        B = self.weight(node, 3, (n_sides, 2 * R.shape[1]), "B")
        return W, R, np.zeros((n_sides, 2 * R.shape[1])) if B is None else B

    def _lengths(self, node, name, found):
        if len(node.input) > 4 and node.input[4]:
            if self.value(node.input[4]) is not None:
                raise ValueError(f"{name} has lengths of its sequences (sequence_lens) in the file, expected a node "
                                 "that takes them when it runs; give yours as lengths")
            found.assumed.append(f"that the sequences have no padding unless lengths are given: {name} takes "
                                 "sequence_lens (--lengths)")

    def _starts(self, node, kind, n_sides, H, batch_first, found):
        """The initial states (K, H) of every direction, None for zero."""
        places = (5, 6) if kind == "LSTM" else (5,)
        given = [node.input[n] if len(node.input) > n else "" for n in places]
        values = [self.value(name) if name else None for name in given]
        sizes = [self._sizes(name, "KBH").get("H", H) for name in given if name and not batch_first]
        if any(size != H for size in sizes):
            raise ValueError(f"{self.name(node)} has {H} units and initial states of {sizes}, expected states of {H}: "
                             "PyTorch exports a projected LSTM (proj_size) like this, and its projection is lost")
        if any(name and value is None for name, value in zip(given, values)):
            found.assumed.append(f"that {self.name(node)} starts from zero: its initial state is made when it runs "
                                 "(h0 and c0 in the data file)")
            return [None] * n_sides
        states = []
        for value, what in zip(values, ("initial_h", "initial_c")):
            if value is None:
                states.append(np.zeros((n_sides, H)))
                continue
            value = as_weight(f"{what} of {self.name(node)}", value)
            value = np.moveaxis(value, 0, 1) if batch_first and value.ndim == 3 else value
            value = as_array(f"{what} of {self.name(node)}", value, (n_sides, "B", H))
            if np.ptp(value, axis=1).any():
                raise ValueError(f"{what} of {self.name(node)} differs between sequences, expected one initial state "
                                 "for all; give yours as h0 and c0 in the data file")
            states.append(value[:, 0])
        return [state if state.any() else None for state in np.stack(states, axis=1)]

    def unread(self):
        """Names of the nodes in whose bodies a network may be that is not read."""
        return [self.name(node) for node in self.graph.node if node.op_type in ("Loop", "Scan")]


def _dequantised(values, scale, zero):
    """(directions, G·H, …) of int8 weights (directions, …, G·H), with one scale a direction or a column."""
    if values is None or scale is None or zero is None:
        raise ValueError("the quantised weights are computed when the network runs, expected constants")
    scale, zero = (np.asarray(array, float).reshape(len(values), 1, -1) for array in (scale, zero))
    return ((values.astype(float) - zero) * scale).swapaxes(1, 2)


def _cell(name, kind, own, W, R, B, P):
    """(cell, params) of one direction; W (D, G·H), R (H, G·H), B (2·G·H,)."""
    H, (given, recurrent) = len(R), np.split(B, 2)
    if kind == "RNN":
        return blocks.plain(name, W, R, given + recurrent)
    if kind == "GRU":
        if not own.get("linear_before_reset", 0):
            return blocks.gru(name, W, R, given + recurrent, "zrn")
        b = given + np.r_[recurrent[:2 * H], np.zeros(H)]
        return blocks.gru(name, W, R, b, "zrn", b_h=recurrent[2 * H:])
    if own.get("input_forget", 0):
        if P is not None:
            raise ValueError(f"{name} has peepholes and a coupled forget gate (P and input_forget), expected one of "
                             "them")
        return _coupled(name, W, R, given + recurrent)
    peepholes = None if P is None else dict(zip(("p_i", "p_o", "p_f"), np.split(P, 3)))
    return blocks.lstm(name, W, R, given + recurrent, "iofg", peepholes=peepholes)


def _coupled(name, W, R, b):
    """f = 1 − i: i's block with its sign turned is f's, as 1 − σ(a) = σ(−a)."""
    H = len(R)
    turned = [np.concatenate([array[..., :H] * -1, array[..., H:]], axis=-1) for array in (W, R, b)]
    return blocks.coupled(name, *turned, "fo?g")


def _activations(name, kind, own, n_sides):
    """For each direction its `Activation`s in the node's order, or None for the defaults."""
    given = [one.decode() for one in own.get("activations", [])]
    if not given:
        return [None] * n_sides
    n = len(DEFAULTS[kind])
    if len(given) != n * n_sides:
        raise ValueError(f"{name} names {len(given)} activations, expected {n * n_sides}")
    alphas, betas = iter(own.get("activation_alpha", [])), iter(own.get("activation_beta", []))
    found = []
    for one in given:
        if one.lower() not in NAMES:
            raise ValueError(f"{name} has the activation {one!r}, expected one of {some(NAMES)}")
        known = FAMILIES.get(NAMES[one.lower()], (None, {}))[1]
        numbers = {key: float(value) for key, values in (("alpha", alphas), ("beta", betas)) if key in known
                   for value in islice(values, 1)}
        if NAMES[one.lower()] in UNCLEAR and "alpha" not in numbers:
            raise ValueError(f"{name} has {one} without activation_alpha, which runtimes read differently; expected "
                             "its alpha")
        found.append(activation(NAMES[one.lower()], **numbers))
    return [found[d * n:(d + 1) * n] for d in range(n_sides)]


def _places(cell, kind, squashed):
    """{gate: activation} of a cell, from a node's list: gates, candidate, what shows the cell state."""
    if kind == "RNN":
        return {"a": squashed[0]}
    others = {"g": 1, "n": 1, "c": 2}
    if cell is CoupledLSTM and (squashed[0].low, squashed[0].high) != (0, 1):
        raise ValueError(f"a coupled forget gate of {squashed[0]} is none of this course's, expected a sigmoid")
    return {gate: squashed[others.get(gate, 0)] for gate in cell.activations}
