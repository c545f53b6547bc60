"""Losses as libraries ship them, one function a file; written by the derivations, not to be edited."""
