"""Failure modes, one file each."""
