"""The cited lemmas: everything that is taken from the literature without proof.

The list is closed. Each lemma is stated in the same language as the theorems, with a reference; an *existence* lemma
names the symbols that it provides. Each is tested on random instances on its own.
"""

from __future__ import annotations

from types import MappingProxyType

from derivations.proof.lemmas import blocks, decompositions, majorisation, separation, traces
from derivations.proof.lemmas.lemma import CITED, Lemma

LEMMAS = MappingProxyType(CITED)

__all__ = ["LEMMAS", "Lemma", "blocks", "decompositions", "majorisation", "separation", "traces"]
