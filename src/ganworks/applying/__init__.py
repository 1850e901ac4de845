"""Translating picture files into picture files, and refusing before anything is written."""
