"""The type of a sparse matrix's indices, without asking numpy for the limits of int32 at each matrix."""

import sys
from typing import Any

import numpy as np
from scipy.sparse import _sputils

USUAL = _sputils.get_index_dtype
LARGEST = 2**31 - 1
SMALL = np.int32


def get_index_dtype(arrays: Any = (), maxval: Any = None, check_contents: bool = False) -> Any:  # noqa: FBT001, FBT002
    """Return scipy's answer; at once if it must be int32."""
    if isinstance(arrays, tuple) and (maxval is None or maxval <= LARGEST) and all(map(_is_small, arrays)):
        return SMALL
    return USUAL(arrays, maxval, check_contents)


def _is_small(array: Any) -> bool:
    return type(array) is np.ndarray and array.dtype == SMALL


def install() -> None:
    """Have scipy's own modules ask here."""
    if USUAL(maxval=1) is not SMALL:
        return
    for name, module in list(sys.modules.items()):
        if name.startswith("scipy.sparse.") and vars(module).get("get_index_dtype") is USUAL:
            module.get_index_dtype = get_index_dtype  # type: ignore[attr-defined]
