"""Filters: which directions a loss keeps."""
