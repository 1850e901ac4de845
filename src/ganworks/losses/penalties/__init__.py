"""Terms added to the discriminator's objective, one file each: `penalty(judgement, ...) -> scalar`.

`differentiates(...)`, given the same settings, says which of the judgement's own logits, "real" or "fake", the
penalty differentiates with respect to their samples; without it both are taken to be.
"""
