"""Options on any family, one file each: `stabiliser = TheClass` in a module of this room is found by its name."""
