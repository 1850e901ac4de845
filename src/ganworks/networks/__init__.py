"""Architectures, one file each, holding a `Generator` and a `Discriminator`: plain `nn.Module`s.

`Generator(shape, latent, ...)` maps N×latent to N×shape; `Discriminator(shape, conditions=0, ...)` maps N×shape
(and an N×conditions condition) to logits. The remaining constructor arguments are the network's settings.
"""
