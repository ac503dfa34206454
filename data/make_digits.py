"""Make digits.npz: the 8×8 handwritten digits that come with scikit-learn, as two compressed arrays.

    python data/make_digits.py

Run with scikit-learn 1.9.1, which is needed for this alone. images (1797, 8, 8) uint8, grey values 0 … 16; classes
(1797,) uint8.
"""
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("digits.npz")


def main():
    from sklearn.datasets import load_digits

    digits = load_digits()
    np.savez_compressed(FILE, images=digits.images.astype(np.uint8), classes=digits.target.astype(np.uint8))
    print(f"{FILE.name}: {digits.images.shape}, {FILE.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
