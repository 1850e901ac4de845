"""What a paired translation is given where the data are single pictures, one file each.

`make(pictures, ...)` turns uint8 N×C×H×W pictures into uint8 N×C'×H'×W' inputs; it asks by name for `seed` and
`indices` if it draws, and its other arguments are its settings, in the order in which ``name:value:value`` gives them.
"""
