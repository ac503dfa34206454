"""Make torch_reference.npz: states and gradients of PyTorch's recurrent networks, to test the engine against.

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
    np.savez_compressed(FILE, **everything)
    print(f"{FILE.name}: {len(everything)} arrays, {FILE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
