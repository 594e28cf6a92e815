"""Sparse matrices made of arrays that are known to be right: scipy checks every array each time."""

from typing import Any, List, Tuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse._sputils import upcast

LARGEST = 2**31 - 1
_EMPTY = vars(coo_matrix((np.zeros(0), (np.zeros(0, np.int32), np.zeros(0, np.int32))), shape=(1, 1)))
PARTS = {"_shape", "maxprint", "row", "col", "data", "has_canonical_format"}
IS_KNOWN = set(_EMPTY) == PARTS
"""Whether a matrix of the installed scipy consists of what `coo` gives it."""


def coo(data: Any, row: Any, col: Any, shape: Tuple[int, int]) -> Any:
    """Return what scipy makes of these arrays; `row` and `col` are int32 and within `shape`."""
    made = coo_matrix.__new__(coo_matrix)
    vars(made).update(_EMPTY, data=data, row=row, col=col, _shape=shape)
    return made


def beside(matrices: List[Any]) -> Any:
    """Return the matrices as one, side by side, entries in the order of `scipy.sparse.hstack` done two by two."""
    kind, width, offsets = matrices[0].dtype, 0, []
    for matrix in matrices:
        kind, width = upcast(kind, matrix.dtype), width + matrix.shape[1]
        offsets.append(width - matrix.shape[1])
    data = np.concatenate([matrix.data for matrix in matrices]).astype(kind, copy=False)
    row = np.concatenate([matrix.row for matrix in matrices])
    col = np.concatenate([matrix.col + np.int32(start) for matrix, start in zip(matrices, offsets)])  # noqa: B905 - `strict` is Python 3.10's
    return coo(data, row, col, (matrices[0].shape[0], width))


def fit(matrices: List[Any]) -> bool:
    """Whether `beside` gives of these what scipy does: plain matrices of one height, not too wide."""
    return (
        all(type(one) is coo_matrix and one.row.dtype == one.col.dtype == np.int32 for one in matrices)
        and len({one.shape[0] for one in matrices}) == 1
        and sum(one.shape[1] for one in matrices) <= LARGEST
    )
