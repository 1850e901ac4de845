"""Where a signal stops being normal, and what set each limit: all in one table.

"measured": between healthy and failing trainings of the development half of `python -m benchmarks.doctor`. In brackets
the levels that last for as many lines as count in its held-out half: of 77 healthy trainings, then of those that fail
of it.
"""

from __future__ import annotations

SPACING = 15
"""Steps between two lines that both count: at this distance (images) and more the benchmark's lines lie, and patience
is counted in them."""
PATIENCE = 6
"""Lines of signals for which something must hold before it counts: one bad moment is none."""
LONG = 10
"""The same for what healthy trainings pass through in their beginning."""

FEWEST = 20
"""Samples in a bin of the data, on average, so that its share is known to a fifth or so."""
TOUCHING = 4.0
"""Mean radii between the centres of two bins that are one cluster: the halves of a Gaussian are at most 2.7 apart,
the modes of ring and grid 28 and more."""
WHOLE = 0.6
"""Share of the data: when one cluster holds more the data do not come apart, and the bins themselves are counted."""
DUE = 10
"""Fakes that every cluster should have had, on average, before chance alone no longer leaves it without: of ten due
ones e⁻¹⁰ of clusters get none."""

COLLAPSED = 0.1
"""Diversity of fakes relative to real samples; measured [.20 at least; .002 where G hears no latent]."""
COPIED = 0.75
"""Share of fakes that are near copies of another one; measured [1 in the beginning of a DCGAN, which comes
nearer to the data; .98]."""
MANY, MISSING = 0.25, 0.1
"""Share of the data whose clusters get less than a fifth of their fair share: many at once, or fewer for longer;
measured."""
FINDING = 0.9
"""Of what was missing ten lines ago: a G that lacks less than this is finding its modes; measured."""
UNFAIR = 0.2
"""Of the fair share of a cluster: below, it counts as missing, as modes do in the oracle of the benchmark."""
RESTLESS = 0.25
"""Total variation between the cluster shares of successive lines beyond what their sampling explains; measured [.06
at most; .19 to .90]."""
SETTLING = 650
"""Steps that G may jump about: healthy toys do for 300 at their full rates, and ten lines remember it; measured."""
CERTAIN = 0.99
"""Share of pairs of a real and a fake sample that D ranks rightly: above, it has nothing left to learn; measured."""
APART = 0.55
"""Bound on the JSD of real and fake in nats, of at most log 2 = .693: above, D's loss is next to nothing; measured
[.66 at most, of a D whose G comes nearer to the data; .693]."""
NEARER = 0.85
"""Of the least distance to the data that fakes had ten lines ago: where they come nearer than this, they are
learning; measured."""
FAINT = 0.02
"""Of the strongest gradient that G ever had (90 % quantile): below, it vanishes; measured."""
FOOLED = 0.25
"""The same share when D is wrong more often than a coin; a healthy D that cannot tell stays near ½; measured [.46 at
least; 0]."""
WORSE = 5
"""Scores in a row that grow worse while G's loss falls; by chance one run in (5!)² would."""
STILL = 1e-5
"""Relative change of a player's weights in a step, over what the schedule leaves of its learning rate (the signal
`rate` of the player, 1 in lines without); Adam at usual rates moves them by about 1e-3 [1.7e-3 at least; 1.3e-6]."""
RESTING = 0.01
"""Of the learning rates: at what a schedule leaves of them below, a player may stand still, and single precision
loses what it moves."""
DEAD = 0.8
"""Share of G's rectified units that are silent; measured [.16 at most; 1]."""
MEMORISED = 0.7
"""Chance that D puts a training sample above a held-out one; ½ for a D that generalises; measured [.58 at most;
.88]."""
SATURATED = 0.3
"""Share of G's output at the ends of its range beyond that of real images; measured [0; .50 for a while]."""
CHECKERED = 8.0
"""Energy of fakes at half the sampling frequency relative to real images; of healthy trainings alone, and four
DCGANs of those held out have more for a while [24 at most]."""
DRIFT = 0.35
"""Standard deviation of the logarithm of G's activation statistic over ten lines; above all healthy trainings [.03 at
most; nothing reaches it]."""
EXPLODED = 0.5
"""Relative change of a player's weights in one step: what was learnt is lost; by its meaning [.09 at most, .17 with
fifty times D's rate]."""
