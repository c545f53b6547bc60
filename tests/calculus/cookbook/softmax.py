"""Log-sum-exp, cross-entropies, regressions and attention."""

from sympy import (
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Trace,
    exp,
    log,
)

from tests.calculus.cookbook import arrays as by_hand
from tests.calculus.cookbook.case import Case
from tests.calculus.cookbook.notation import (
    A,
    D,
    V,
    W,
    Y,
    Z,
    b,
    column,
    column_K,
    each,
    row,
    tau,
    total,
    u,
    x,
    y,
)

exponentials = each(exp(y), Z)
normaliser = DiagMatrix(HadamardPower(exponentials * column_K, -1))
scores = Z * D * Z.T
weights = each(exp(y), scores)
attention = DiagMatrix(HadamardPower(weights * column, -1)) * weights
TABLE = [
    Case(
        "log-sum-exp",
        log((row * x.applyfunc(exp))[0, 0]),
        x,
        lambda x: by_hand.log(by_hand.exp(x).sum()),
        1 / Trace(row * each(exp(y), x)) * each(exp(y), x),
    ),
    Case(
        "log-sum-exp-with-temperature",
        tau * log(Trace(row * each(exp(y / tau), x))),
        x,
        lambda x, tau: tau * by_hand.log(by_hand.exp(x / tau).sum()),
        1 / Trace(row * each(exp(y / tau), x)) * each(exp(y / tau), x),
    ),
    Case(
        "log-sum-exp-of-rows",
        total(each(log(y), exponentials * column_K)),
        Z,
        lambda Z: by_hand.log(by_hand.exp(Z).sum(axis=1)).sum(),
        normaliser * exponentials,
    ),
    Case(
        "cross-entropy",
        total(each(log(y), exponentials * column_K)) - Trace(Y.T * Z),
        Z,
        lambda Y, Z: -by_hand.log((Y * by_hand.softmax(Z)).sum(axis=1)).sum(),
        normaliser * exponentials - Y,
    ),
    Case(
        "multinomial-regression",
        total(each(log(y), each(exp(y), A * Z) * column_K)) - Trace(Y.T * A * Z),
        Z,
        lambda Y, A, Z: -by_hand.log((Y * by_hand.softmax(A @ Z)).sum(axis=1)).sum(),
        A.T * (DiagMatrix(HadamardPower(each(exp(y), A * Z) * column_K, -1)) * each(exp(y), A * Z) - Y),
        longer=1.1,
    ),
    Case(
        "logistic-regression",
        total(each(log(1 + exp(-y)), HadamardProduct(b, Z * u))),
        u,
        lambda b, Z, u: by_hand.log(1 + by_hand.exp(-b * (Z @ u))).sum(),
        -Z.T * HadamardProduct(b, each(1 / (1 + exp(y)), HadamardProduct(b, Z * u))),
        longer=1.1,
    ),
    Case(
        "attention-in-the-values",
        Trace(W.T * attention * V),
        V,
        lambda W, Z, D, V: (W * (by_hand.softmax(Z @ D @ Z.T) @ V)).sum(),
        weights.T * DiagMatrix(HadamardPower(weights * column, -1)) * W,
        longer=1.1,
    ),
    Case("attention", Trace(W.T * attention * Z), Z, lambda W, Z, D: (W * (by_hand.softmax(Z @ D @ Z.T) @ Z)).sum()),
    Case(
        "attention-in-the-form",
        Trace(W.T * attention * V),
        D,
        lambda W, Z, D, V: (W * (by_hand.softmax(Z @ D @ Z.T) @ V)).sum(),
    ),
]
