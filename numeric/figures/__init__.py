"""The project's figures, each a module with a function `draw`; needs matplotlib (extra: figures)."""
