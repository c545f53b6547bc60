"""Attempts to derive a falsehood from block matrices and slices."""

from sympy import (
    BlockMatrix,
    HadamardProduct,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
)
from sympy.matrices.expressions.slice import MatrixSlice

from derivations.implementations import spectral_contrastive
from derivations.implementations.contrastive import of_dcl, of_simclr
from derivations.implementations.shipped import K, N, Z_a, Z_b
from derivations.implementations.views import G, everyone_else, negatives, nonzero
from derivations.language.atoms import LogSumExp, SpectralTrace
from derivations.language.norms import Absolute, RowNorms
from derivations.language.propositions import AtMost, Candidates, Positive, Symmetric, UnitLength
from derivations.losses.coding_rate import collapse as tcr_collapse
from derivations.proof import rules
from derivations.proof.store import replay, store
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, equation, nonnegative, x

M = MatrixSymbol("M", 2 * N, 2 * N)
Z = BlockMatrix([[Z_a], [Z_b]])
one, zero, every, ones = Identity(N), ZeroMatrix(N, N), OneMatrix(N, N), OneMatrix(2 * N, 1)
first, second = (ZERO, N, ONE), (N, 2 * N, ONE)
attempt = Attempts()


@attempt
def the_order_of_blocks_does_not_matter():
    return equation(Z, BlockMatrix([[Z_b], [Z_a]]))


@attempt
def what_is_not_on_the_diagonal_does_not_matter():
    return equation(BlockMatrix([[one, every], [every, one]]), Identity(2 * N))


@attempt
def half_an_identity():
    return equation(BlockMatrix([[one, zero], [zero, zero]]), Identity(2 * N))


@attempt
def a_sum_over_one_part_only():
    return equation(MatMul(BlockMatrix([[every, zero], [zero, every]]), ones), MatMul(2 * N, ones))


@attempt
def rows_of_one_view_against_the_other():
    return equation(Trace(MatMul(Transpose(Z), G, Z)), Trace(MatMul(Transpose(Z), Z)))


@attempt
def every_matrix_of_this_size_is_symmetric_by_its_blocks():
    return rules.normal_form(Symmetric(M))


@attempt
def a_matrix_is_its_diagonal_blocks():
    kept = [[MatrixSlice(M, first, first), zero], [zero, MatrixSlice(M, second, second)]]
    return equation(M, BlockMatrix(kept))


@attempt
def a_slice_is_the_other_slice():
    return equation(MatrixSlice(M, first, first), MatrixSlice(M, second, second))


@attempt
def a_slice_that_may_end_past_the_end():
    beyond = MatrixSlice(M, (N, N + K, ONE), first)
    return equation(beyond, beyond)


@attempt
def the_trace_of_a_block_off_the_diagonal():
    return equation(Trace(BlockMatrix([[zero, one], [one, zero]])), 2 * N)


@attempt
def negatives_of_one_sample():
    """At N = 1 there are none."""
    return rules.adjoint(of_dcl, Z_a, nonzero)


@attempt
def more_negatives_than_there_are():
    return equation(MatMul(negatives, ones), MatMul(2 * N - 1, ones))


@attempt
def the_positive_is_among_the_negatives():
    return equation(HadamardProduct(negatives, G), G)


@attempt
def the_log_sum_exp_of_other_candidates():
    scores = MatMul(Z, Transpose(Z))
    return equation(LogSumExp(scores, everyone_else), LogSumExp(scores, negatives), [Candidates(negatives)])


@attempt
def the_gradient_of_the_cosine_of_a_row_that_may_be_zero():
    return rules.adjoint(of_simclr, Z_a, [Positive(RowNorms(Z_b))])


@attempt
def the_gradient_of_a_kink_in_a_block():
    """At Z_a = 0."""
    rows = Transpose(OneMatrix(2 * N, 1))
    return rules.adjoint(Trace(MatMul(rows, BlockMatrix([[Absolute(Z_a)], [Z_b]]), OneMatrix(K, 1))), Z_a)


@attempt
def the_gradient_of_a_function_of_eigenvalues_that_depends_on_the_unknown():
    """2 tr(M) I for tr(M)^2, and not tr(M) I."""
    eigenvalues = SpectralTrace(Lambda(x, x * Trace(M)), M)
    return rules.adjoint(exp(Trace(M)) + eigenvalues, M)


@attempt
def blocks_below_zero_are_nonnegative():
    return nonnegative(Trace(BlockMatrix([[MatMul(-1, every), zero], [zero, one]])))


@attempt
def the_published_squares():
    """As many times the published ones as there are pairs."""
    own, at_scale, _ = spectral_contrastive.compared.theorems
    return equation(own.statement.lhs, at_scale.statement.rhs + ONE, own.hypotheses)


@attempt
def a_rate_above_its_least_value():
    bound, *_ = tcr_collapse.least.theorems
    return rules.combination(AtMost(bound.statement.lhs + ONE, bound.statement.rhs), [bound])


@attempt
def the_least_rate_of_rows_of_any_length():
    bound, *_ = tcr_collapse.least.theorems
    return rules.discharge(bound, rules.normal_form(UnitLength(tcr_collapse.Z)))


@attempt
def a_tangent_for_a_chord():
    """All eigenvalues with one weight, whatever they are."""
    Z, c = tcr_collapse.Z, tcr_collapse.c
    used = [tcr_collapse.tangents(N, ONE / N)]
    return tcr_collapse.of_eigenvalues(
        AtMost(log(1 + c * N) / 2, tcr_collapse.rate), used, [ONE], facts=[UnitLength(Z)]
    )


@attempt
def a_stored_block_in_another_place():
    document = store([equation(MatMul(G, Z), BlockMatrix([[Z_b], [Z_a]]))])
    for node in document["expressions"]:
        if "blocks" in node:
            node["blocks"].reverse()
            break
    return replay(document)


test_it_is_refused = all_refused(attempt)


def test_what_is_true_is_stored_and_replayed():
    document = store(
        [equation(MatMul(G, Z), BlockMatrix([[Z_b], [Z_a]])), equation(MatrixSlice(Z, second, (ZERO, K, ONE)), Z_b)]
    )
    assert len(replay(document)) == 2
    assert MatAdd(every, MatMul(-1, one)) in negatives.definition.blocks
