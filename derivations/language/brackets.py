"""Brackets of LaTeX, as high as what they hold."""

from __future__ import annotations

TALL = (r"\frac", r"\sum", r"\left", r"\begin")


def bracketed(content):
    """`content`, in mathematics of LaTeX, between round brackets."""
    if any(mark in content for mark in TALL):
        return rf"\mathopen{{}}\left({content}\right)"
    return f"({content})"
