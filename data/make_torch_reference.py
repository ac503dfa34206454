"""Make torch_reference.npz: states and gradients of PyTorch's recurrent networks, and of cells of today written in
PyTorch, to test the engine against.

    python data/make_torch_reference.py

Run with PyTorch 2.13.0 (CPU) and NumPy 2; all in float64. PyTorch (BSD-3-Clause) computes the numbers and none of
its code or data is copied: the file is under this project's licence, BSD-3-Clause. Weights, input and initial states
are drawn by NumPy, so that another release of PyTorch changes the results in the last digits at most.

The loss is L = Σ w_output ∘ output + Σ w_final ∘ final states. Arrays are named case/name or case/kind/name:

    x (T, B, D), output (T, B, H) of the last layer; state0, final (K, layers, B, H), for an LSTM h first, then c
    w_output, w_final: the direct gradients of L · grad_x, grad_state0: its total gradients
    weight/…, grad/…: the state_dict and the gradient of each of its entries

`training/…` holds a few steps of each optimiser on an LSTM without biases and a linear readout, with a masked
cross-entropy: x, target, mask, weight/… before; for each optimiser losses (STEPS,) and after/… the weights.

`modern/cell/…` holds a cell that torch.nn lacks, its formula below in PyTorch's own functions (the LRU's in complex
numbers): x, state0, weight/… in the course's layout, w (K, T+1, B, H), states; of L = Σ w ∘ states grad/…, grad_x and
grad_state0; and jacobian (B, K·H, K·H), ∂s_T/∂s_0, by autograd.
"""
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("torch_reference.npz")
SHAPE = (7, 3, 4, 5)  # T, B, D, H
CASES = {  # name: (class in torch.nn, options)
    "rnn_tanh": ("RNN", {"nonlinearity": "tanh", "num_layers": 2}),
    "rnn_relu": ("RNN", {"nonlinearity": "relu", "num_layers": 2}),
    "lstm": ("LSTM", {"num_layers": 2}),
    "lstm_no_bias": ("LSTM", {"bias": False}),
    "gru": ("GRU", {"num_layers": 2}),
    "gru_no_bias": ("GRU", {"bias": False}),
}
MODERN_SHAPE = (6, 2, 3, 3)  # T, B, D, H
MODERN = {  # name: (gates, elementwise weights, states, whether W_h has columns)
    "MinGRU": (2, (), 1, False),
    "MinLSTM": (3, (), 1, False),
    "SLSTM": (4, (), 4, True),
    "RGLRU": (3, ("lam",), 1, False),
    "SelectiveSSM": (10, ("alpha1", "alpha2", "alpha3", "alpha4", "d"), 5, False),
    "LRU": (2, ("nu", "theta", "gamma"), 2, False),
}
STEPS = 6
OPTIMISERS = {  # name: (class in torch.optim, options)
    "sgd": ("SGD", {"lr": .3}),
    "momentum": ("SGD", {"lr": .1, "momentum": .9}),
    "rmsprop": ("RMSprop", {"lr": .03, "alpha": .9}),
    "adam": ("Adam", {"lr": .03}),
}


def run(kind, options, shape=SHAPE, seed=0, dtype=np.float64):
    """{name: array} of one network's forward and backward pass, named as in the file."""
    import torch

    (T, B, D, H), rng = shape, np.random.default_rng(seed)

    def draw(*size, scale=1.0):
        return torch.tensor(rng.normal(0, scale, size).astype(dtype))

    network = getattr(torch.nn, kind)(D, H, **options).to(torch.tensor(np.zeros((), dtype)).dtype)
    for parameter in network.parameters():
        parameter.data = draw(*parameter.shape, scale=.5)
    components = 2 if kind == "LSTM" else 1
    x, state0 = draw(T, B, D).requires_grad_(), draw(components, network.num_layers, B, H).requires_grad_()
    output, final = network(x, tuple(state0) if kind == "LSTM" else state0[0])
    final = torch.stack(final) if kind == "LSTM" else final[None]
    w_output, w_final = draw(*output.shape), draw(*final.shape)
    ((w_output * output).sum() + (w_final * final).sum()).backward()
    found = {"x": x, "state0": state0, "output": output, "final": final, "w_output": w_output, "w_final": w_final,
             "grad_x": x.grad, "grad_state0": state0.grad}
    found |= {f"weight/{name}": parameter for name, parameter in network.named_parameters()}
    found |= {f"grad/{name}": parameter.grad for name, parameter in network.named_parameters()}
    return {name: tensor.detach().numpy() for name, tensor in found.items()}


def modern_step(name, weights, x, s):
    """The new states (K, B, H) of a cell of MODERN."""
    import torch
    from torch.nn.functional import logsigmoid, softplus

    a = x @ weights["W_x"] + weights["b"]
    a = (a + s[0] @ weights["W_h"] if MODERN[name][3] else a).chunk(MODERN[name][0], dim=-1)
    if name == "MinGRU":
        return torch.lerp(s[0], a[1], a[0].sigmoid())[None]
    if name == "MinLSTM":
        i, f = a[0].sigmoid(), a[1].sigmoid()
        return ((f * s[0] + i * a[2]) / (f + i))[None]
    if name == "SLSTM":
        m = torch.maximum(logsigmoid(a[1]) + s[3], a[0])
        keep, write = (logsigmoid(a[1]) + s[3] - m).exp(), (a[0] - m).exp()
        c, n = keep * s[1] + write * a[2].tanh(), keep * s[2] + write
        return torch.stack([a[3].sigmoid() * c / n, c, n, m])
    if name == "RGLRU":
        keep = weights["lam"].sigmoid().pow(8 * a[0].sigmoid())
        return (keep * s[0] + (1 - keep.square()).sqrt() * a[1].sigmoid() * a[2])[None]
    if name == "SelectiveSSM":
        A = -torch.stack([weights[f"alpha{k}"] for k in range(1, 5)]).exp()[:, None]
        dt, u, B, C = softplus(a[0]), a[1], torch.stack(a[2:6]), torch.stack(a[6:])
        new = (dt * A).exp() * s[1:] + dt * B * u
        return torch.cat([((C * new).sum(0) + weights["d"] * u)[None], new])
    turn = torch.exp(torch.complex(-weights["nu"].exp(), weights["theta"].exp()))
    new = turn * torch.complex(s[0], s[1]) + weights["gamma"].exp() * torch.complex(a[0], a[1])
    return torch.stack([new.real, new.imag])


def run_modern(name, shape=MODERN_SHAPE, seed=2):
    """{name: array} of a cell of MODERN, as in the file."""
    import torch

    (T, B, D, H), (n_gates, elementwise, K, recurrent) = shape, MODERN[name]
    rng = np.random.default_rng(seed)
    sizes = {"W_x": (D, n_gates * H), "W_h": (H, n_gates * H * recurrent), "b": (n_gates * H,)}
    sizes |= dict.fromkeys(elementwise, (H,))
    weights = {key: torch.tensor(rng.normal(0, .5, size), requires_grad=True) for key, size in sizes.items()}
    x, w = torch.tensor(rng.normal(size=(T, B, D)), requires_grad=True), torch.tensor(rng.normal(size=(K, T + 1, B, H)))
    state0 = rng.normal(size=(K, B, H))
    if name == "SLSTM":
        state0[2] = np.abs(state0[2]) + .5  # the normaliser
    state0 = torch.tensor(state0, requires_grad=True)

    def states(start):
        found = [start]
        for x_t in x:
            found.append(modern_step(name, weights, x_t, found[-1]))
        return torch.stack(found, 1)

    (w * states(state0)).sum().backward()
    J = torch.autograd.functional.jacobian(lambda start: states(start)[:, -1], state0).numpy()
    found = {"x": x, "state0": state0, "w": w, "states": states(state0), "grad_x": x.grad, "grad_state0": state0.grad}
    found |= {f"weight/{key}": weight for key, weight in weights.items()}
    found |= {f"grad/{key}": weight.grad for key, weight in weights.items() if weight.numel()}
    found = {key: tensor.detach().numpy() for key, tensor in found.items()}
    return found | {"jacobian": np.stack([J[:, b, :, :, b].reshape(K * H, K * H) for b in range(B)])}


def run_training(shape=SHAPE, seed=1):
    """{name: array} of STEPS steps of each optimiser."""
    import torch

    (T, B, D, H), n_classes, rng = shape, 3, np.random.default_rng(seed)
    x, target, mask = rng.normal(size=(T, B, D)), rng.integers(0, n_classes, (T, B)), rng.random((T, B)) < .5
    start = {"weight_ih_l0": (4 * H, D), "weight_hh_l0": (4 * H, H), "W_y": (n_classes, H), "b_y": (n_classes,)}
    start = {name: rng.normal(0, .5, size) for name, size in start.items()}
    found = {"x": x, "target": target, "mask": mask} | {f"weight/{name}": array for name, array in start.items()}
    for name, (kind, options) in OPTIMISERS.items():
        lstm, readout = torch.nn.LSTM(D, H, bias=False).double(), torch.nn.Linear(H, n_classes).double()
        weights = dict(zip(start, (*lstm.parameters(), *readout.parameters())))
        for key, weight in weights.items():
            weight.data = torch.tensor(start[key])
        optimiser, losses = getattr(torch.optim, kind)(weights.values(), **options), []
        for _ in range(STEPS):
            optimiser.zero_grad()
            outputs = readout(lstm(torch.tensor(x))[0])
            loss = torch.nn.functional.cross_entropy(outputs[torch.tensor(mask)], torch.tensor(target[mask]))
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        found[f"{name}/losses"] = np.array(losses)
        found |= {f"{name}/after/{key}": weight.detach().numpy() for key, weight in weights.items()}
    return found


def main():
    everything = {f"{case}/{name}": array for case, (kind, options) in CASES.items()
                  for name, array in run(kind, options).items()}
    everything |= {f"training/{name}": array for name, array in run_training().items()}
    everything |= {f"modern/{name}/{key}": array for name in MODERN for key, array in run_modern(name).items()}
    np.savez_compressed(FILE, **everything)
    print(f"{FILE.name}: {len(everything)} arrays, {FILE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
