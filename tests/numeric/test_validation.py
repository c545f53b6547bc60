"""Whatever is handed in: the right answer or an error that names the argument; and it is left as it was."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from numeric import (
    classical_mds,
    diagnostics,
    entries,
    kernel_pca,
    pairwise,
    relation_spectrum,
    spectrum,
    squared_similarity,
    validation,
    vicreg,
)

PATH = np.array([[0.0, 2.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
Z = np.array([[1.0, 2.0], [0.0, 1.0], [-1.0, 3.0]])
X = np.array([[1.0, 2.0], [0.5, 1.0], [-1.0, 3.0]])
FORMATS = ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")


def changed(row, column, value, dtype=float):
    G = PATH.astype(dtype)
    G[row, column] = value
    return G


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


BAD_RELATIONS = {
    "nan": (changed(0, 1, np.nan), ValueError, "finite"),
    "infinite": (np.where(PATH == 2, np.inf, PATH), ValueError, "finite"),
    "minus infinity": (np.where(PATH == 2, -np.inf, PATH), ValueError, "finite"),
    "asymmetric": (changed(0, 1, 2.5), ValueError, r"symmetric; found G\[0, 1\] = 2.5 and G\[1, 0\] = 2"),
    "one direction": (changed(2, 0, 1e-8), ValueError, "symmetric"),
    "negative": (np.where(PATH == 1, -1.0, PATH), ValueError, "nonnegative; found an entry of -1"),
    "not square": (PATH[:2], ValueError, r"square.*\(2, 3\)"),
    "empty": (np.zeros((0, 0)), ValueError, "at least one sample"),
    "vector": (PATH[0], ValueError, r"square.*\(3,\)"),
    "cube": (PATH[None], ValueError, "square"),
    "overflow": (PATH * 8e307, ValueError, "row sums"),
    "complex": (PATH + 0j, TypeError, "real numbers; found dtype complex128"),
    "object": (PATH.astype(object), TypeError, "real numbers; found dtype object"),
    "text": (PATH.astype(str), TypeError, "real numbers"),
    "ragged": ([[0.0], [1.0, 2.0]], ValueError, "different lengths"),
    "masked": (np.ma.masked_array(PATH, PATH == 2), TypeError, "masked"),
    "none": (None, TypeError, "real numbers"),
}
USES = {
    "loss": lambda G: vicreg.loss(Z, G),
    "gradient": lambda G: vicreg.gradient(Z, G),
    "loss_and_gradient": lambda G: vicreg.loss_and_gradient(Z, G),
    "optimal_representation": lambda G: vicreg.optimal_representation(G, 2),
    "optimal_weights": lambda G: vicreg.optimal_weights(X, G, 2),
    "bottom_eigenpairs": lambda G: spectrum.bottom_eigenpairs(G, 2),
    "optimality_gap": lambda G: diagnostics.optimality_gap(Z, G),
    "angles_to_optimum": lambda G: diagnostics.angles_to_optimum(Z, G),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize(("G", "error", "message"), BAD_RELATIONS.values(), ids=BAD_RELATIONS.keys())
def test_a_bad_relation_is_refused_by_name(G, error, message, use):
    with pytest.raises(error, match=rf"^G must.*{message}"):
        use(G)


BAD_MATRICES = {name: case for name, case in BAD_RELATIONS.items() if name not in ("negative", "overflow")} | {
    "too large": (
        PATH * 1e200,
        ValueError,
        r"norm of at most 3.4e\+153, so that its square is finite; found .* 2e\+200",
    ),
    "one direction, negative": (changed(2, 0, -1e-8), ValueError, "symmetric"),
    "opposite": (changed(0, 1, -2.0), ValueError, "symmetric"),
}
USES_OF_ANY_SIGN = {
    "loss": lambda G: squared_similarity.loss(Z, G),
    "gradient": lambda G: squared_similarity.gradient(Z, G),
    "loss_and_gradient": lambda G: squared_similarity.loss_and_gradient(Z, G),
    "optimal_representation": lambda G: squared_similarity.optimal_representation(G, 2),
    "optimal_weights": lambda G: squared_similarity.optimal_weights(X, G, 2),
    "top_eigenpairs": lambda G: relation_spectrum.top_eigenpairs(G, 2),
    "optimality_gap": lambda G: diagnostics.optimality_gap(Z, G, method=squared_similarity),
    "angles_to_optimum": lambda G: diagnostics.angles_to_optimum(Z, G, method=squared_similarity),
}


@pytest.mark.parametrize("use", USES_OF_ANY_SIGN.values(), ids=USES_OF_ANY_SIGN.keys())
@pytest.mark.parametrize(("G", "error", "message"), BAD_MATRICES.values(), ids=BAD_MATRICES.keys())
def test_a_bad_matrix_of_any_sign_is_refused_by_name(G, error, message, use):
    with pytest.raises(error, match=rf"^G must.*{message}"):
        use(G)


@pytest.mark.parametrize(("kernel", "error", "message"), BAD_MATRICES.values(), ids=BAD_MATRICES.keys())
def test_a_bad_kernel_is_refused_by_name(kernel, error, message):
    message = message.replace("G", "kernel")
    for use in (lambda: kernel_pca.loss(Z, kernel), lambda: kernel_pca.optimal_representation(kernel, 2)):
        with pytest.raises(error, match=rf"^kernel must.*{message}"):
            use()


BAD_DISTANCES = {name: BAD_RELATIONS[name] for name in BAD_RELATIONS if name not in ("asymmetric", "overflow")} | {
    "asymmetric": (changed(0, 1, 2.5), ValueError, "symmetric; found a pair that differs by 0.5"),
    "one direction": (changed(2, 0, 1e-7), ValueError, "symmetric"),
    "negative": (np.where(PATH == 1, -1.0, PATH), ValueError, "nonnegative; found -1.0"),
    "to itself": (changed(1, 1, 1.0), ValueError, "zero on the diagonal"),
    "sparse": (sp.csr_array(PATH), TypeError, "dense array; found a sparse one"),
    "too large": (PATH * 1e100, ValueError, r"fourth power is finite; found entries of up to 2e\+100"),
}


@pytest.mark.parametrize(("distances", "error", "message"), BAD_DISTANCES.values(), ids=BAD_DISTANCES.keys())
def test_bad_distances_are_refused_by_name(distances, error, message):
    for use in (lambda: classical_mds.loss(Z, distances), lambda: classical_mds.optimal_representation(distances, 2)):
        with pytest.raises(error, match=rf"^distances must.*{message}"):
            use()


SPARSE_BAD_OF_ANY_SIGN = ["nan", "infinite", "asymmetric", "not square", "empty", "complex", "too large", "opposite"]


@pytest.mark.parametrize("case", SPARSE_BAD_OF_ANY_SIGN)
@pytest.mark.parametrize("flavour", ["array", "matrix"])
def test_a_bad_sparse_matrix_of_any_sign_is_refused_by_name(case, flavour):
    G, error, message = BAD_MATRICES[case]
    with pytest.raises(error, match=rf"^G must.*{message}"):
        squared_similarity.loss(Z, getattr(sp, f"csr_{flavour}")(G))


@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_a_matrix_of_any_sign_may_be_asymmetric_by_the_rounding_of_its_largest_entry(kind):
    """Where a scalar product cancels, little of it is certain, its sign included."""
    G = -PATH
    G[0, 2], G[2, 0] = 2e-14, -1e-14
    made = pairwise.symmetric(kind(G))
    made = made.toarray() if sp.issparse(made) else made
    np.testing.assert_array_equal(made, made.T)
    np.testing.assert_allclose(made[0, 2], 5e-15, rtol=1e-14)
    G[0, 2] = 2e-12
    with pytest.raises(ValueError, match="^G must be symmetric"):
        pairwise.symmetric(kind(G))


def test_norms_of_any_size():
    for size in (1e-300, 1.0, 1e300):
        for kind in (np.asarray, sp.csr_array):
            assert entries.frobenius_norm(kind(size * PATH)) == pytest.approx(size * 10**0.5, rel=1e-14)
    assert entries.frobenius_norm(sp.csr_array((3, 3))) == 0
    assert entries.rounding_unit([[1.0]]) == entries.rounding_unit(np.eye(2, dtype=int)) == 2.0**-52
    assert entries.rounding_unit(np.eye(2, dtype=np.float32)) == 2.0**-23
    with pytest.raises(
        ValueError, match="^Z must have a norm of at most 5.8e\\+76, so that its fourth power is finite"
    ):
        validation.representation([[1e77]], 1, power=4)
    with pytest.raises(ValueError, match="^Z must have a norm of at most 3.4e\\+153, so that its square is finite"):
        validation.representation([[1e154]], 1, power=2)
    assert validation.representation([[1e154]], 1) == 1e154


SPARSE_BAD = [
    "nan",
    "infinite",
    "asymmetric",
    "one direction",
    "negative",
    "not square",
    "empty",
    "complex",
    "overflow",
]


@pytest.mark.parametrize("case", SPARSE_BAD)
@pytest.mark.parametrize("flavour", ["array", "matrix"])
def test_a_bad_sparse_relation_is_refused_by_name(case, flavour):
    G, error, message = BAD_RELATIONS[case]
    with pytest.raises(error, match=rf"^G must.*{message}"):
        vicreg.loss(Z, getattr(sp, f"csr_{flavour}")(G))


GOOD_RELATIONS = {
    "int64": PATH.astype(int),
    "int8": PATH.astype(np.int8),
    "uint8": PATH.astype(np.uint8),
    "float32": PATH.astype(np.float32),
    "float16": PATH.astype(np.float16),
    "longdouble": PATH.astype(np.longdouble),
    "list": PATH.tolist(),
    "read-only": read_only(PATH),
    "Fortran": np.asfortranarray(PATH),
    "big-endian": PATH.astype(">f8"),
    "strided": np.kron(PATH, np.ones((2, 2)))[::2, ::2],
    "frame": pd.DataFrame(PATH, index=list("abc"), columns=list("abc")),
    "frame of integers": pd.DataFrame(PATH.astype(int)),
    "sparse integers": sp.csr_array(PATH.astype(int)),
    "duplicates": sp.coo_array(
        ([1.0, 1.0, 2.0, 0.5, 0.5, 1.0], ([0, 0, 1, 1, 1, 2], [1, 1, 0, 2, 2, 1])), shape=(3, 3)
    ),
    "explicit zeros": sp.csr_array(([0.0, 2.0, 2.0, 1.0, 1.0], ([0, 0, 1, 1, 2], [2, 1, 0, 2, 1])), shape=(3, 3)),
    "duplicates in csr": sp.csr_array(([1.0, 1.0, 2.0, 1.0, 1.0], [1, 1, 0, 2, 1], [0, 2, 4, 5]), shape=(3, 3)),
}
for _format in FORMATS:
    for _flavour in ("array", "matrix"):
        GOOD_RELATIONS[f"{_format}_{_flavour}"] = getattr(sp, f"{_format}_{_flavour}")(PATH)


@pytest.mark.parametrize("G", GOOD_RELATIONS.values(), ids=GOOD_RELATIONS.keys())
def test_every_kind_of_relation_gives_the_same_answers_and_is_left_alone(G):
    before = [np.array(part) for part in parts(G)]
    settings = {"alpha": 2.0, "beta": 1.0, "gamma": 0.3}
    np.testing.assert_allclose(vicreg.loss(Z, G, **settings), vicreg.loss(Z, PATH, **settings), rtol=1e-14)
    np.testing.assert_allclose(vicreg.gradient(Z, G, **settings), vicreg.gradient(Z, PATH, **settings), rtol=1e-13)
    ours, wanted = (vicreg.optimal_representation(g, 2, **settings) for g in (G, PATH))
    np.testing.assert_allclose(ours.eigenvalues, wanted.eigenvalues, rtol=1e-14)
    np.testing.assert_allclose(ours.representation, wanted.representation, rtol=1e-12)
    ours, wanted = (vicreg.optimal_weights(X, g, 2, **settings) for g in (G, PATH))
    np.testing.assert_allclose(ours.weights, wanted.weights, rtol=1e-12)
    assert [part.tobytes() for part in before] == [np.array(part).tobytes() for part in parts(G)]


def parts(G):
    """The arrays that hold G, in whatever format."""
    if isinstance(G, pd.DataFrame):
        return [G.to_numpy()]
    if not sp.issparse(G):
        return [G]
    if G.format in ("dok", "lil"):
        return [G.toarray()]
    names = [name for name in ("data", "indices", "indptr", "offsets") if hasattr(G, name)]
    return [getattr(G, name) for name in names] + (list(G.coords) if G.format == "coo" else [])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_asymmetry_by_rounding_is_accepted_and_removed(dtype, kind):
    G = PATH.astype(dtype)
    G[0, 1] *= 1 + 4 * np.finfo(dtype).eps
    H = pairwise.relation(kind(G))
    H = H.toarray() if sp.issparse(H) else H
    np.testing.assert_array_equal(H, H.T)
    np.testing.assert_allclose(H, PATH, rtol=8 * np.finfo(dtype).eps)


def test_an_index_of_a_frame_does_not_matter():
    scores = pd.DataFrame(Z, index=list("xyz"))
    assert vicreg.loss(scores, PATH) == vicreg.loss(Z, PATH)


BAD_REPRESENTATIONS = {
    "vector": (Z[:, 0], ValueError, "two dimensions"),
    "scalar": (1.0, ValueError, "two dimensions"),
    "too few rows": (Z[:2], ValueError, r"3 rows.*\(2, 2\)"),
    "transposed": (Z.T, ValueError, r"3 rows.*\(2, 3\)"),
    "no columns": (Z[:, :0], ValueError, "at least one column"),
    "nan": (np.where(Z == 0, np.nan, Z), ValueError, "finite"),
    "infinite": (np.where(Z == 0, np.inf, Z), ValueError, "finite"),
    "complex": (Z + 0j, TypeError, "real numbers"),
    "text": (Z.astype(str), TypeError, "real numbers"),
    "object": (Z.astype(object), TypeError, "real numbers"),
    "sparse": (sp.csr_array(Z), TypeError, "dense"),
}


@pytest.mark.parametrize(("bad", "error", "message"), BAD_REPRESENTATIONS.values(), ids=BAD_REPRESENTATIONS.keys())
def test_a_bad_representation_or_input_is_refused_by_name(bad, error, message):
    for use in (vicreg.loss, vicreg.gradient, vicreg.loss_and_gradient, diagnostics.optimality_gap):
        with pytest.raises(error, match=rf"^Z must.*{message}"):
            use(bad, PATH)
    with pytest.raises(error, match=rf"^Z must.*{message}"):
        diagnostics.angles_to_optimum(bad, PATH)
    if not sp.issparse(bad):  # inputs may be
        with pytest.raises(error, match=rf"^X must.*{message}"):
            vicreg.optimal_weights(bad, PATH, 2)


@pytest.mark.parametrize(
    "same",
    [Z.astype(int), Z.astype(np.float16), read_only(Z), np.asfortranarray(Z), Z.tolist(), pd.DataFrame(Z)],
)
def test_every_kind_of_representation_gives_the_same_answers(same):
    value, slope = vicreg.loss_and_gradient(same, PATH, alpha=25.0)
    wanted = vicreg.loss_and_gradient(Z, PATH, alpha=25.0)
    assert (value, slope.tolist()) == (wanted[0], wanted[1].tolist())
    assert slope.dtype == np.float64


def test_inputs_are_left_alone():
    copies = Z.copy(), X.copy(), PATH.copy()
    for use in USES.values():
        use(PATH)
    for now, before in zip((Z, X, PATH), copies, strict=True):
        np.testing.assert_array_equal(now, before)


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (0, ValueError),
        (-1, ValueError),
        (True, TypeError),
        (np.True_, TypeError),
        (1.0, TypeError),
        (2.5, TypeError),
    ]
    + [("2", TypeError), (None, TypeError), (np.float64(2), TypeError), (np.array([2]), TypeError)],
)
def test_a_bad_count_is_refused_by_name(bad, error):
    with pytest.raises(error, match=r"^n_components must be an integer >= 1; found"):
        vicreg.optimal_representation(PATH, bad)
    with pytest.raises(error, match=r"^n_components must be an integer >= 1; found"):
        vicreg.optimal_weights(X, PATH, bad)


def test_any_integer_type_is_a_count():
    assert vicreg.optimal_representation(PATH, np.uint8(2)).representation.shape == (3, 2)


INFINITY = float("inf")
OUT_OF_RANGE = [-1.0, float("nan"), INFINITY, -INFINITY, 10**400]
WRONG_KIND = [True, "1", None, 1j, np.array([1.0]), np.True_]


@pytest.mark.parametrize(
    ("name", "bad", "error"),
    [
        (name, bad, error)
        for name in ("alpha", "beta", "gamma")
        for error, found in ((ValueError, OUT_OF_RANGE), (TypeError, WRONG_KIND))
        for bad in found
        if not (name == "beta" and bad is INFINITY)  # exact decorrelation
    ],
)
def test_a_bad_hyper_parameter_is_refused_by_name(name, bad, error):
    for use in (vicreg.loss, vicreg.gradient, vicreg.loss_and_gradient):
        with pytest.raises(error, match=rf"^{name} must be a finite number >=? 0; found"):
            use(Z, PATH, **{name: bad})
    with pytest.raises(error, match=rf"^{name} must be"):
        vicreg.optimal_representation(PATH, 2, **{name: bad})
    with pytest.raises(error, match=rf"^{name} must be"):
        vicreg.optimal_weights(X, PATH, 2, **{name: bad})


def test_zero_is_allowed_for_gamma_only():
    assert vicreg.optimal_representation(PATH, 2, gamma=0).loss == 0
    for name in ("alpha", "beta"):
        with pytest.raises(ValueError, match=rf"^{name} must be a finite number > 0"):
            vicreg.loss(Z, PATH, **{name: 0})


def test_hyper_parameters_are_keyword_only():
    with pytest.raises(TypeError, match="positional"):
        vicreg.loss(Z, PATH, 1.0)
