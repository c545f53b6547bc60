"""The same losses as a person writes them in PyTorch, with their gradients by automatic differentiation."""

import torch

from benchmarks.machine import THREADS

torch.set_num_threads(THREADS)


def loss_and_gradient(loss, Z):
    """The loss of a representation, a tensor (N, K), and its gradient."""
    Z = Z.detach().requires_grad_(True)
    value = loss(Z)
    value.backward()
    return value.detach(), Z.grad


def vicreg(Z):
    """With squared variance and all weights 1, of two views, one above the other."""
    n = len(Z) // 2
    centred = Z - Z.mean(dim=0)
    covariance = centred.T @ centred / len(Z)
    residual = covariance - torch.eye(Z.shape[1], dtype=Z.dtype)
    return (residual**2).sum() + 2 / len(Z) * ((Z[:n] - Z[n:]) ** 2).sum()


def barlow_twins(Z):
    """Of two views, one above the other, with columns scaled together."""
    n = len(Z) // 2
    U = Z / Z.norm(dim=0)
    half = U[:n].T @ U[n:]
    residual = half + half.T - torch.eye(Z.shape[1], dtype=Z.dtype)
    return (residual**2).sum()


def infonce(Z, tau=0.5):
    """NT-Xent: cosines of two views, one above the other, self-pairs excluded."""
    n = len(Z) // 2
    U = torch.nn.functional.normalize(Z, dim=1)
    scores = (U @ U.T / tau).fill_diagonal_(-float("inf"))
    other = torch.arange(len(Z)).roll(n)
    return torch.nn.functional.cross_entropy(scores, other, reduction="sum")
