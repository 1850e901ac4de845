"""GAN families, one file each: who plays, in which turns, for which loss."""
