"""Objectives, penalties and reconstruction losses: pure functions of tensors."""
