"""What a notebook renders: the formulas of the fragment, between dollars, without macros."""

import re

import pytest

from derivations.catalogue import results
from derivations.export.latex.article import fragment
from derivations.export.latex.mathjax import rendered

RESULTS = ("vicreg-gradient", "vicreg-matrix-form", "dirichlet-energy", "infonce-gradient", "tcr-gradient", "duality")
READ = {"aligned", "smallmatrix", "cases"}  # the environments that MathJax has


@pytest.mark.parametrize("id", RESULTS)
def test_a_result_is_rendered_without_macros_and_environments_of_its_own(id):
    source = rendered(results()[id])
    assert not re.search(r"\\(lemmaref|betweenfactors|cite|ref|item|emph|qedhere|csname|\[|\])", source)
    assert set(re.findall(r"\\begin\{(\w+)\}", source)) <= READ
    assert source.count("$$") % 2 == 0
    assert source.replace("$$", "").count("$") % 2 == 0
    between = re.split(r"\$\$.*?\$\$|\$.*?\$", source, flags=re.DOTALL)
    assert not any("\\" in words for words in between)


@pytest.mark.parametrize("id", RESULTS)
def test_its_displays_are_those_of_the_fragment(id):
    result = results()[id]
    displays = [d.split() for d in re.findall(r"\$\$(.*?)\$\$", rendered(result), flags=re.DOTALL)]
    statement = fragment(result).partition(r"\begin{proof}")[0]
    assert displays
    assert displays == [d.split() for d in re.findall(r"\\\[(.*?)\\\]", statement, flags=re.DOTALL)]
