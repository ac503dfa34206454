// Norms of small matrices.

// log10 of the norm of the blocks (R × H, side by side); order: 2 for the largest singular value, or 'fro'.
function logNorm(blocks, R, H, order) {
  let largest = 0;
  for (const block of blocks) for (const value of block) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return -Infinity;
  const C = blocks.length * H, A = new Float64Array(R * C);
  for (let b = 0; b < blocks.length; b++) {
    for (let r = 0; r < R; r++) for (let j = 0; j < H; j++) A[r * C + b * H + j] = blocks[b][r * H + j] / largest;
  }
  return Math.log10(largest) + Math.log10(order === 2 ? largestSingularValue(A, R, C) : frobenius(A));
}

function frobenius(A) {
  let sum = 0;
  for (const value of A) sum += value * value;
  return Math.sqrt(sum);
}

// The largest singular value is the root of the largest eigenvalue of A Aᵀ (or of Aᵀ A, whichever is smaller), found to
// the last bits whatever the gap to the next one: the matrix is made tridiagonal, which is exact up to rounding, and the
// eigenvalue is enclosed by bisection.
function largestSingularValue(A, R, C) {
  const n = Math.min(R, C), S = new Float64Array(n * n), byRows = R <= C, length = Math.max(R, C);
  const [one, other] = byRows ? [C, 1] : [1, C];  // from one vector to the next, and along a vector
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += A[a * one + k * other] * A[b * one + k * other];
      S[a * n + b] = S[b * n + a] = sum;
    }
  }
  return Math.sqrt(largestEigenvalue(...tridiagonal(S, n)));
}

// Householder's reflections of a symmetric matrix: [diagonal, squares of what stands beside it]. Its largest eigenvalue
// is 1 at least, which what stands beside the diagonal does not change if its square is below NOTHING.
const NOTHING = 1e-40;
function tridiagonal(S, n) {
  const diagonal = new Float64Array(n), squares = new Float64Array(n), u = new Float64Array(n), q = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = S[k * n + k];
    let square = 0;
    for (let i = k + 1; i < n; i++) square += (u[i] = S[i * n + k]) ** 2;
    if (k + 1 < n) squares[k + 1] = square;
    if (k + 2 >= n || square < NOTHING) continue;
    u[k + 1] += u[k + 1] < 0 ? -Math.sqrt(square) : Math.sqrt(square);
    let length = 0, along = 0;
    for (let i = k + 1; i < n; i++) length += u[i] ** 2;
    for (let i = k + 1; i < n; i++) {
      q[i] = 0;
      for (let j = k + 1; j < n; j++) q[i] += S[i * n + j] * u[j];
      q[i] *= 2 / length;
      along += q[i] * u[i];
    }
    for (let i = k + 1; i < n; i++) q[i] -= along / length * u[i];
    for (let i = k + 1; i < n; i++) for (let j = k + 1; j < n; j++) S[i * n + j] -= u[i] * q[j] + q[i] * u[j];
  }
  return [diagonal, squares];
}

// Sylvester's law of inertia: x lies above all eigenvalues if and only if every pivot of T − x is negative.
function largestEigenvalue(diagonal, squares) {
  const above = x => {
    let pivot = diagonal[0] - x;
    for (let i = 1; i < diagonal.length && pivot < 0; i++) pivot = diagonal[i] - x - squares[i] / pivot;
    return pivot < 0;
  };
  let low = Math.max(...diagonal), high = diagonal.reduce((sum, value) => sum + value, 0) * (1 + 1e-12);
  while (high - low > 4e-16 * high) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (above(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
