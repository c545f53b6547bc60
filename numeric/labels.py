"""Labels of any kind as the numbers of their classes."""

import numpy as np


def class_codes(labels, n_samples=None):
    """Integers 0, 1, ..., C - 1 that are equal iff the labels are, (N,).

    Args:
        labels: (N,) sequence of any hashable kind: integers, strings, booleans. None and NaN are refused: it is not
            known whether they are equal.
        n_samples: what N must be; None allows any N >= 1.

    Raises:
        TypeError: a label is not hashable.
        ValueError: labels not one-dimensional, none, of another number than samples, or one of them missing.
    """
    # A list goes through objects: as an array, [1, "1"] would become two equal strings.
    labels = np.asarray(labels) if hasattr(labels, "dtype") else np.asarray(labels, dtype=object)
    if labels.ndim != 1:
        raise ValueError(f"labels must be one-dimensional, one per sample; found shape {labels.shape}")
    if labels.size == 0:
        raise ValueError("labels must hold at least one label; found none")
    if n_samples is not None and labels.size != n_samples:
        raise ValueError(f"labels must have {n_samples} entries, one per sample; found {labels.size}")
    if labels.dtype != object:
        missing = labels != labels  # NaN and NaT
        if missing.any():
            raise ValueError(f"labels must not be missing; found {labels[missing][0]} at {missing.argmax()}")
        return np.unique(labels, return_inverse=True)[1].reshape(-1)
    seen = {}
    codes = np.empty(labels.size, dtype=np.intp)
    for i, label in enumerate(labels):
        if _is_missing(label):
            raise ValueError(f"labels must not be missing; found {label!r} at {i}")
        try:
            codes[i] = seen.setdefault(label, len(seen))
        except TypeError:
            raise TypeError(f"labels must be hashable; found a {type(label).__name__} at {i}") from None
    return codes


def _is_missing(label):
    """None, NaN, NaT, and pandas' NA, whose comparisons have no truth value."""
    if label is None:
        return True
    try:
        return bool(label != label)
    except TypeError:
        return True
    except ValueError:  # an array: refused as not hashable
        return False
