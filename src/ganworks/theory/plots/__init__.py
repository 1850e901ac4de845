"""What the theory says, to look at: one file per plot, found by looking.

The first line of a plot's docstring is its title, the rest says what to look at; `FORMULA` (mathtext) and `SOURCE` are
written below it; `draw(figure)` draws the rest with ganworks.theory.canvas's colours, into a figure of `SIZE` inches if
it has one.
"""
