"""Architectures, one file each, holding a `Generator`, a `Discriminator` or a `Translator`: plain `nn.Module`s.

`Generator(shape, latent, ...)` maps N×latent to N×shape; `Discriminator(shape, conditions=0, ...)` maps N×shape
(and an N×conditions condition) to logits; `Translator(shape, given, ...)` maps images N×given, and those of other
sizes, to N×shape, all in [-1, 1]. The remaining constructor arguments are the network's settings.

A translator says of itself: `scale`, output over input size; `multiple`, what height and width must be divisible by;
`smallest`, their least number of pixels; `local`, whether an output pixel depends, in evaluation mode, on nothing but
input pixels up to `reach` away, so that tiles with such a rim make the whole image; `grid`, the product of its strides
where that is not 1: tiles begin at its multiples.
"""
