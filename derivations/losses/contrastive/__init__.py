"""Contrast between samples: InfoNCE, SimCLR and NNCLR."""
