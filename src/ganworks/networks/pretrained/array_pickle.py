"""Reading the arrays of a published pickle with an unpickler that knows nothing but arrays."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
import numpy.typing as npt

from ganworks.errors import GanworksError

Arrays = dict[str, npt.NDArray[np.float32]]

# What numpy writes for an array (both names of its module), and all that may be called.
_RECONSTRUCT = np.zeros(1).__reduce__()[0]
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return _ALLOWED[module, name]


def read_arrays(content: bytes) -> Arrays:
    """The float32 arrays of a pickled tree of dicts, by their path (``a/b/c``).

    Raises GanworksError, before anything is called, for a pickle that asks for anything but arrays.
    """
    try:
        tree = _ArrayUnpickler(io.BytesIO(content)).load()
    except Exception as error:  # a broken pickle can fail in any way
        raise GanworksError(f"these weights are not read: {error} where only arrays are allowed") from error
    arrays: Arrays = {}
    _collect(tree, "", arrays)
    return arrays


def _collect(tree: object, path: str, arrays: Arrays) -> None:
    if isinstance(tree, dict):
        for name, branch in tree.items():
            _collect(branch, f"{path}/{name}" if path else str(name), arrays)
    elif isinstance(tree, np.ndarray) and tree.dtype == np.float32:
        arrays[path] = tree
    else:
        raise GanworksError(f"these weights hold a {type(tree).__name__} at {path!r} where float32 arrays belong")
