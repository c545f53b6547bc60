"""What the libraries compute, step by step as their code does it, in NumPy; fit for complex steps, and not made from the
statements.

Sources: lightly (`ntx_ent_loss.py`, `dcl_loss.py`, `emp_ssl_loss.py`), solo-learn (`losses/simclr.py`, `losses/nnclr.py`),
Kernel-InfoNCE (`simclr_module.py`) and EMP-SSL (`loss.py`, `main.py`).
"""

import numpy as np


def normalize(z):
    return z / np.sqrt((z * z).sum(axis=1, keepdims=True))


def logsumexp(x):
    top = x.real.max(axis=1, keepdims=True)
    return (top + np.log(np.exp(x - top).sum(axis=1, keepdims=True)))[:, 0]


def cross_entropy(logits, labels):
    return (logsumexp(logits) - logits[np.arange(len(logits)), labels]).mean()


def without_diagonal(matrix):
    n = len(matrix)
    return matrix[~np.eye(n, dtype=bool)].reshape(n, n - 1)


def nt_xent(a, b, tau):
    """lightly: logits of the other view first, then those of the same view without self-pairs."""
    a, b = normalize(a), normalize(b)
    n = len(a)
    first = np.concatenate([a @ b.T / tau, without_diagonal(a @ a.T / tau)], axis=1)
    second = np.concatenate([b @ a.T / tau, without_diagonal(b @ b.T / tau)], axis=1)
    return cross_entropy(np.concatenate([first, second]), np.tile(np.arange(n), 2))


def simclr_solo(a, b, tau):
    """solo-learn: positives over positives and negatives, by the indices of the samples."""
    z = normalize(np.concatenate([a, b]))
    index = np.tile(np.arange(len(a)), 2)
    similarity = np.exp(z @ z.T / tau)
    positives = (index[:, None] == index) & ~np.eye(len(z), dtype=bool)
    pos, neg = (similarity * positives).sum(1), (similarity * (index[:, None] != index)).sum(1)
    return -np.log(pos / (pos + neg)).mean()


def nnclr_solo(neighbours, predictions, tau):
    logits = normalize(neighbours) @ normalize(predictions).T / tau
    return cross_entropy(logits, np.arange(len(logits)))


def dcl(a, b, tau):
    """lightly: the negatives of both views under one log-sum-exp, for each view, and their mean."""

    def of_view(out0, out1):
        sim_00, sim_01 = out0 @ out0.T / tau, out0 @ out1.T / tau
        negatives = np.concatenate([without_diagonal(sim_00), without_diagonal(sim_01)], axis=1)
        return (logsumexp(negatives) - np.diagonal(sim_01)).mean()

    a, b = normalize(a), normalize(b)
    return (of_view(a, b) + of_view(b, a)) / 2


def spectral_contrastive(a, b):
    z, n = np.concatenate([a, b]), len(a)
    squares = (z @ z.T) ** 2
    return (squares.sum(axis=1) - np.diagonal(squares)).sum() / (n * (n - 1)) - (a * b).sum() * 2 / n


def cosine_similarity(a, b):
    return (normalize(a) * normalize(b)).sum(axis=1)


def total_coding_rate(z, eps):
    m, p = z.shape
    return np.log(np.linalg.det(np.eye(p) + p / (m * eps) * z.T @ z)) / 2


def tcr(a, b, eps, invariance):
    rate = (total_coding_rate(a, eps) + total_coding_rate(b, eps)) / 2
    return -rate - invariance * cosine_similarity(a, b).mean()


def tcr_lightly(a, b, eps, invariance):
    return tcr(a, b, eps, invariance) + total_coding_rate(a, eps) + total_coding_rate(b, eps)


def emp_ssl(a, b, eps, invariance):
    """Every patch against the mean of the patches."""
    mean = (a + b) / 2
    similarity = sum(cosine_similarity(z, mean).mean() for z in (a, b)) / 2
    return -(total_coding_rate(a, eps) + total_coding_rate(b, eps)) / 2 - invariance * similarity


def emp_ssl_lightly(a, b, eps, invariance):
    z = np.stack([a, b])
    rate = np.mean([total_coding_rate(view, eps) for view in z])
    mean = z.mean(axis=0)
    return rate + invariance * -np.mean([cosine_similarity(view, mean) for view in z])


def by_complex_steps(function, *arguments, step=1e-30):
    """The gradients in the first two arguments, to rounding."""
    found = []
    for n in range(2):
        gradient = np.zeros(arguments[n].shape)
        for position in np.ndindex(gradient.shape):
            moved = [np.array(z, dtype=complex) for z in arguments[:2]]
            moved[n][position] += 1j * step
            gradient[position] = function(*moved, *arguments[2:]).imag / step
        found.append(gradient)
    return found
