"""The spectral filter theorem."""
