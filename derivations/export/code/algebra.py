"""The algebra of Arrays: sums, products, diagonals and inverses of matrices as steps of a NumPy program."""

from __future__ import annotations

from sympy import Add, Integer, Mul, S, exp, sqrt

from derivations.export.code.array import BOTH, Array, Cell, along, axes, cells, in_order, transposes, turned
from derivations.export.code.program import Program
from derivations.export.code.scalar import ATOM, PRODUCT, SUM

TOTAL = "sum of {0}"  # a sum over all entries, which is a dot product where there are two factors
INVERSE = "np.linalg.inv({0})"
PRODUCT_OF = "{0} @ {1}"


class Algebra(Program):
    """A program of matrices. `size` says how large a dimension is taken to be; where `logarithms` are taken, a sum of
    exponentials is the exponential of its logarithm, which does not overflow.
    """

    def __init__(self, size, logarithms=False):
        super().__init__()
        self.size = size
        self.logarithms = logarithms
        self.low_rank = set()  # the numbers of products over a dimension that is smaller than their own two

    def define(self, array, name, formula, exact=False):
        """The array as one that is stored under a name, with what it is for the comment."""
        array = self.kept(self.whole(array), name)
        value = array.entries if array.entries != 0 else array.diagonal
        if isinstance(value, Cell):
            self.entitle(value, name, formula, exact)
        return array

    def kept(self, array, name):
        """The array, of entries or a diagonal, as the result of a step."""
        part = "entries" if array.entries != 0 else "diagonal"
        value = getattr(array, part)
        return Array(*array.shape, **{part: self.result(value, name)}) if value.atoms(Cell) else array

    def result(self, entries, name):
        """The cell of the result of a step that computes some entries."""
        if isinstance(entries, Cell):
            return entries
        spans = "ss" if turned(entries) == entries and axes(entries) == BOTH else in_order(axes(entries))
        return self.step("{0}", entries, along=spans, name=name)

    # matrices

    def product(self, a, b):
        """(E + D)(F + G), the diagonal parts D and G apart where that is cheaper than to add them."""
        a = a if self._apart(a, b.cols) else self.whole(a)
        b = b if self._apart(b, a.rows) else self.whole(b)
        a, b = self._ready(a, b), self._ready(b, a)
        entries = self._contracted(a, b) + a.entries * turned(b.diagonal) + a.diagonal * b.entries
        if (a.rows, b.cols) == (1, 1):
            return Array(a.rows, b.cols, entries + a.diagonal * b.diagonal)
        return Array(a.rows, b.cols, entries, a.diagonal * b.diagonal)

    def _ready(self, array, other):
        """An array that a diagonal part and the other part are to be multiplied by: computed once for both."""
        _, rest = _number_and_rest(array.entries)
        if not other.mixed or array.diagonal != 0 or isinstance(rest, Cell):
            return array
        return self.kept(array, "combined")

    def _apart(self, array, thin):
        return axes(array.entries) != BOTH or self.size(array.rows) > self.size(thin)

    def entrywise(self, a, b):
        a, b = self.whole(a), self.whole(b)
        diagonal = a.diagonal * (b.diagonal + self.at_diagonal(b.entries)) + self.at_diagonal(a.entries) * b.diagonal
        return Array(*a.shape, a.entries * b.entries, diagonal)

    def whole(self, a):
        """The array with its diagonal part added to the entries, if it has both."""
        return self.spread(a) if a.mixed else a

    def spread(self, a):
        """The array with all in its entries."""
        if a.diagonal == 0:
            return a
        number, vector = _number_and_rest(a.diagonal)
        if vector == 1:
            stored = self.step("np.eye({0})", a.rows, along="ss", shape=a.shape, name="identity")
        else:
            stored = self.step("np.diag({0})", vector, along="ss", shape=a.shape, name="diagonal")
        return Array(*a.shape, a.entries + number * stored)

    def inverse(self, a):
        if a.entries == 0:
            return Array(*a.shape, S.Zero, 1 / a.diagonal)
        if a.rows == 1:
            return Array(*a.shape, 1 / self.spread(a).entries)
        return Array(*a.shape, self.of_square(INVERSE, a, name="inverse"))

    def of_square(self, code, a, *operands, name):
        """A function of a square matrix that is symmetric where the matrix is."""
        stored = self.stored(a)
        along = "ss" if turned(stored) == stored else "rc"
        return self.step(code, stored, *operands, along=along, shape=a.shape, name=name)

    def stored(self, a):
        """The entries of a matrix that is an array of its two dimensions."""
        a = self.spread(a)
        spans = axes(a.entries)
        if spans == BOTH:
            return a.entries
        rows, cols = a.shape
        if a.entries == 0:
            return self.step("np.zeros(({0}, {1}))", rows, cols, along="rc", shape=a.shape, name="constant")
        if not spans:
            return self.step(
                "np.full(({1}, {2}), {0}, dtype=float)",
                a.entries,
                rows,
                cols,
                along="rc",
                shape=a.shape,
                name="constant",
            )
        across, copies = ("[:, None]", cols) if "r" in spans else ("[None, :]", rows)
        if copies == 1:
            return self.step(f"{{0}}{across}", a.entries, along="rc", shape=a.shape, name="matrix", binding=(ATOM,))
        shape = "(1, {1})" if "r" in spans else "({1}, 1)"
        return self.step(f"np.tile({{0}}{across}, {shape})", a.entries, copies, along="rc", shape=a.shape, name="matrix",
                         binding=(ATOM, SUM))  # fmt: skip

    # sums

    def _contracted(self, a, b):
        """sum_j a_ij b_jk."""
        (p, left), (q, right) = _number_and_rest(a.entries), _number_and_rest(b.entries)
        number = p * q
        if number == 0:
            return S.Zero
        if "c" in axes(left) and "r" in axes(right):
            cell = self._matmul(left, right)
            if self.size(a.cols) < min(self.size(a.rows), self.size(b.cols)):
                self.low_rank.add(cell.number)
            return number * cell
        if "c" in axes(left):
            return number * self.summed(left, "c", a.cols) * right
        if "r" in axes(right) and (mean := number * b.rows).is_number and not mean.has(b.rows) and b.rows.is_Symbol:
            return mean * left * self._mean(right)
        return number * left * self.summed(right, "r", b.rows)

    def _matmul(self, left, right):
        if BOTH not in (axes(left), axes(right)):
            return self._reduced(along(left, "r") * right, "()", "")
        if (PRODUCT_OF, (turned(right), turned(left))) in self.known:
            return self.known[PRODUCT_OF, (turned(right), turned(left))].turned
        spans = "r" * ("r" in axes(left)) + "c" * ("c" in axes(right))
        gram = spans == "rc" and turned(left) == right
        shape = tuple(self.dimension(left if axis == "r" else right, axis) for axis in spans)
        return self.step(
            PRODUCT_OF, left, right, along="ss" if gram else spans, shape=shape, name="gram" if gram else "product",
            binding=(PRODUCT, ATOM), level=PRODUCT)  # fmt: skip

    def summed(self, entries, axis, size):
        """The sum over the rows ("r") or the columns ("c")."""
        if axis not in axes(entries):
            return size * entries
        factors = Mul.make_args(entries)
        outside = Mul(*(f for f in factors if axis not in axes(f)))
        vector = Mul(*(f for f in factors if axes(f) == {axis}))
        inside = Mul(*(f for f in factors if axis in axes(f) and axes(f) != {axis}))
        if inside == 1:
            return outside * self._reduced(vector, "()", "")
        if vector != 1:
            pair = (turned(vector), inside) if axis == "r" else (inside, along(vector, "r"))
            return outside * self._matmul(*pair)
        left = "c" if axis == "r" else "r"
        if transposes(turned(inside)) < transposes(inside):
            inside, axis = turned(inside), left
        return outside * self._reduced(inside, f"(axis={'rc'.index(axis)})", left)

    def total(self, a):
        """The sum of all entries."""
        a = self.whole(a)
        if a.entries == 0:
            return self.summed(a.diagonal, "r", a.rows)
        number, entries = _number_and_rest(a.entries)
        if any(axes(f) != BOTH for f in Mul.make_args(entries)):
            return number * self.summed(self.summed(entries, "c", a.cols), "r", a.rows)
        return number * self._reduced(min(entries, turned(entries), key=transposes), "()", "")

    def lengths(self, a):
        """The lengths of the rows, along "r"."""
        entries = self.spread(a).entries
        if axes(entries) != BOTH:
            return sqrt(self.summed(entries**2, "c", a.cols))
        axis = int(transposes(turned(entries)) < transposes(entries))  # the rows of a transpose are columns
        entries = turned(entries) if axis else entries
        code = f"np.linalg.norm({{0}}, axis={1 - axis})"
        return self.step(code, entries, along="r", shape=(a.rows,), name="norms")

    def _reduced(self, entries, over, left):
        if self.logarithms and isinstance(entries, exp):
            inside = over.strip("()")
            code = f"logsumexp({{0}}{inside and ', '}{inside})"
            return exp(self.step(code, entries.args[0], along=left, name="log_sum"))
        if over == "()":
            entries = entries if axes(entries) == BOTH else along(entries, "r")
            return self.step(TOTAL, entries, name="total")
        return self.step(f"{{0}}.sum{over}", entries, along=left, name="sums", binding=(ATOM,))

    def _mean(self, entries):
        over = "axis=0" if axes(entries) == BOTH else ""
        return self.step(f"{{0}}.mean({over})", entries, along="c" * bool(over), name="mean", binding=(ATOM,))

    # diagonals

    def at_diagonal(self, entries):
        """The entries with equal row and column, along "r"."""
        return entries.xreplace({cell: self._diagonal_of(cell) for cell in cells(entries) if cell.along})

    def _diagonal_of(self, cell):
        if cell.axes != BOTH:
            return Cell(cell.number, "r")
        step = self.steps[cell.number]
        if step.code.startswith("np.eye("):
            return Integer(1)
        if step.code.startswith("np.diag("):
            return step.operands[0]
        if cell.number in self.low_rank:
            left, right = step.operands
            return self.summed(left * turned(right), "c", None)
        return self.step("np.diagonal({0})", Cell(cell.number, step.along), along="r", name="diagonal")

    def paired(self, a, b):
        """sum_ij a_ij b_ji, the trace of a product."""
        return self.total(self.entrywise(a, b.turned))

    def trace(self, a):
        return self.summed(self.at_diagonal(a.entries) + a.diagonal, "r", a.rows)


def _number_and_rest(entries):
    """(what depends on neither row nor column, the rest) of a product."""
    if not axes(entries):
        return entries, Integer(1)
    if isinstance(entries, Add):
        return entries.primitive()
    factors = Mul.make_args(entries)
    rest = [f for f in factors if axes(f)]
    return Mul(*(f for f in factors if not axes(f))), Mul(*rest)
