"""What the players want, one file each: `discriminator(real, fake)` and `generator(fake[, real])` of logits.

Logits have any shape; losses are scalars (means). A generator's function that names `real` is given the
logits of real samples too. One whose D has targets says by `towards(logits, targets)` what any others cost;
one whose D decides says by `margin(real, fake)` how far it is on the right side of its boundary.
"""
