"""Cheap numbers watched during training, one file each: `signals(glance) -> {name: scalar}`.

One that cannot be taken of a game or its data leaves its names out.
"""
