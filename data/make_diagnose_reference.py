"""Make diagnose_reference.npz: states and derivatives of PyTorch's networks of several layers, to test
`course_utils.diagnose` against.

    python data/make_diagnose_reference.py

Run with PyTorch 2.13.0 (CPU) and NumPy 2; all in float64. PyTorch (BSD-3-Clause) computes the numbers and none of its
code or data is copied: the file is under this project's licence, BSD-3-Clause. Weights and inputs are drawn by NumPy.

Arrays are named case/name, a case being kind_layers:

    x (T, B, D) · w (T, B, H): L = Σ w ∘ h of the last layer · grad_x = ∂L/∂x
    weight/…: the state_dict · h (layers, T, B, H): hidden states of every layer
    pair/l.t.m.k (B, H, H): ∂h^l_t/∂h^m_k, layers from 0, steps from 1, outputs in rows; h^m_k is replaced by a free
    variable and c^m_k stays
"""
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("diagnose_reference.npz")
SHAPE = (6, 2, 3, 4)  # T, B, D, H
KINDS = {"tanh": ("RNN", {"nonlinearity": "tanh"}), "relu": ("RNN", {"nonlinearity": "relu"}), "lstm": ("LSTM", {}),
         "gru": ("GRU", {})}
CASES = {f"{kind}_{n}": (*KINDS[kind], n) for kind in KINDS for n in (1, 2, 3)}


def pairs_of(n_layers, n_steps):
    """The (l, t, m, k) that are compared: within a layer, across layers, at one step and over many."""
    top = n_layers - 1
    found = {(0, n_steps, 0, 1), (top, n_steps, top, 2), (top, n_steps, 0, 1), (top, 3, 0, 3), (top, 4, top, 3)}
    return sorted(found | {(top, n_steps, min(1, top), 2)})


def run(kind, options, n_layers, shape=SHAPE, seed=0):
    """{name: array} of one network, named as in the file."""
    import torch

    (T, B, D, H), rng = shape, np.random.default_rng([seed, n_layers])
    network = getattr(torch.nn, kind)(D, H, num_layers=n_layers, **options).double()
    for parameter in network.parameters():
        parameter.data = torch.tensor(rng.normal(0, .5, parameter.shape))
    x, w = (torch.tensor(rng.standard_normal((T, B, size))) for size in (D, H))
    x.requires_grad_()
    (w * network(x)[0]).sum().backward()
    layers, states = single_layers(network, kind, options), [x.detach()]
    for layer in layers:
        states.append(layer(states[-1])[0].detach())
    found = {"x": x.detach(), "w": w, "grad_x": x.grad, "h": torch.stack(states[1:])}
    found |= {f"weight/{name}": parameter.detach() for name, parameter in network.named_parameters()}
    for pair in pairs_of(n_layers, T):
        found["pair/" + ".".join(map(str, pair))] = jacobian(layers, states, *pair)
    return {name: tensor.numpy() for name, tensor in found.items()}


def single_layers(network, kind, options):
    """The layers as modules of their own, with the same weights."""
    import torch

    found = []
    for n in range(network.num_layers):
        own = {name: parameter for name, parameter in network.state_dict().items() if name.endswith(f"_l{n}")}
        layer = getattr(torch.nn, kind)(own[f"weight_ih_l{n}"].shape[1], network.hidden_size, **options).double()
        layer.load_state_dict({name.replace(f"_l{n}", "_l0"): value for name, value in own.items()})
        found.append(layer)
    return found


def jacobian(layers, states, upper, t, lower, k):
    """∂h^upper_t/∂h^lower_k (B, H, H) by automatic differentiation, one sequence at a time."""
    import torch

    def outputs(h, b):
        below = states[lower][:, b:b + 1]
        before, final = layers[lower](below[:k])
        c = final[1] if isinstance(final, tuple) else None
        after = []
        if k < len(below):
            after = [layers[lower](below[k:], h[None, None] if c is None else (h[None, None], c))[0]]
        out = torch.cat([before[:k - 1], h[None, None], *after])
        for layer in layers[lower + 1:upper + 1]:
            out = layer(out)[0]
        return out[t - 1, 0]

    n_batch = states[0].shape[1]
    return torch.stack([torch.autograd.functional.jacobian(lambda h, b=b: outputs(h, b), states[lower + 1][k - 1, b])
                        for b in range(n_batch)])


def main():
    everything = {f"{case}/{name}": array for case, options in CASES.items() for name, array in run(*options).items()}
    np.savez_compressed(FILE, **everything)
    print(f"{FILE.name}: {len(everything)} arrays, {FILE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
