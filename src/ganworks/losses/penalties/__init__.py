"""Terms added to the discriminator's objective, one file each: `penalty(judgement, ...) -> scalar`."""
