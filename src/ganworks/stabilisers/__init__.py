"""Stabilisers that any family can use, one file each."""
