"""Scoring a run or any images against real ones: which samples, by what protocol, how sure, on what scale."""
