"""LightGBM's shared library without its Python package: checked text in, raw scores out.

A row costs a few microseconds through the single-row call of the C interface, against hundreds
through the package; the bits are the same. Only text that was read and checked comes here.
"""

from __future__ import annotations

import ctypes
import threading
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_void_p
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.boosters.tables import tables_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.boosters.tables import Tables
    from models.boosters.trees import Booster

_NAMES = ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll")
_FOLDERS = ("lib", "bin", ".")
_FLOAT64, _ROW_MAJOR = 1, 1
#: For so many rows at once tables are made; on the first of them they must agree with the library.
MANY, _TRIED = 8192, 256
_RAW, _CONTRIBUTIONS = 1, 3
_ONE_THREAD = b"num_threads=1 verbosity=-1 predict_disable_shape_check=false"
_CALLS = (
    "LGBM_BoosterLoadModelFromString",
    "LGBM_BoosterPredictForMat",
    "LGBM_BoosterPredictForMatSingleRowFastInit",
    "LGBM_BoosterPredictForMatSingleRowFast",
    "LGBM_FastConfigFree",
    "LGBM_BoosterFree",
    "LGBM_GetLastError",
)


class LibraryMissing(RuntimeError):
    """LightGBM is not installed, or its library lacks a call that is needed."""


class LibraryFailed(RuntimeError):
    """The library refused what it was asked; its own words are the message."""


def library_path() -> Path:
    """Give where the installed package keeps its library; the package is not imported."""
    spec = find_spec("lightgbm")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for place in (Path(root, folder, name) for folder in _FOLDERS for name in _NAMES):
            if place.is_file():
                return place
    raise LibraryMissing("lightgbm is not installed (pip install 'countermark[models]')")


@cache
def library() -> ctypes.CDLL:
    """Load the library once. Raises LibraryMissing."""
    path = library_path()
    try:
        found = ctypes.CDLL(str(path))
        for name in _CALLS:
            getattr(found, name)
    except (OSError, AttributeError) as error:
        raise LibraryMissing(f"{path.name}: {error}") from error
    found.LGBM_GetLastError.restype = c_char_p
    pointer = POINTER(c_double)
    single = found.LGBM_BoosterPredictForMatSingleRowFast
    single.argtypes = (c_void_p, c_void_p, POINTER(c_int64), pointer)
    found.LGBM_FastConfigFree.argtypes = (c_void_p,)
    found.LGBM_BoosterFree.argtypes = (c_void_p,)
    return found


class Native:
    """A booster inside LightGBM's library; it is freed with this object.

    Threads may share it: each has its own settings and buffers for single rows.
    """

    def __init__(self, booster: Booster) -> None:
        self._library = library()
        self._handle = c_void_p()
        self._width = len(booster.names)
        self._booster = booster
        self._tables: tuple[Tables | None] | None = None
        rounds = c_int()
        self._check(
            self._library.LGBM_BoosterLoadModelFromString(
                c_char_p(booster.text), byref(rounds), byref(self._handle)
            )
        )
        self._own = threading.local()
        if rounds.value != len(booster.trees):
            raise LibraryFailed(f"{rounds.value} trees were loaded of {len(booster.trees)}")

    def row(self, row: NDArray[np.float64]) -> float:
        """Give the raw score of one row."""
        own = self._own.__dict__.get("single")
        if own is None:
            own = self._own.single = _SingleRow(self._library, self._handle, self._width)
        return own.score(row)

    def rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give one raw score a row, on one thread; many rows by tables, with the same bits."""
        wide = self._checked(rows)
        if len(wide) >= MANY:
            tables = self._tables_for(wide[:_TRIED])
            if tables is not None:
                return tables.rows(wide)
        return self._predict(wide, _RAW, 1)[:, 0]

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give exact TreeSHAP values: a column for each feature, and the mean; they add up."""
        return self._predict(self._checked(rows), _CONTRIBUTIONS, self._width + 1)

    def _checked(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        table = np.ascontiguousarray(rows, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != self._width:  # noqa: PLR2004 - rows and columns
            raise ValueError(f"rows of shape {table.shape}, expected {self._width} columns")
        return table

    def _tables_for(self, rows: NDArray[np.float64]) -> Tables | None:
        """Give the tables, made when first needed; None where there are none or they differ."""
        if self._tables is None:
            found = tables_of(self._booster)
            same = found is not None and (found.rows(rows) == self.rows(rows)).all()
            self._tables = (found if same else None,)
        return self._tables[0]

    def _predict(self, table: NDArray[np.float64], kind: int, columns: int) -> NDArray[np.float64]:
        found = np.zeros((len(table), columns))
        if not len(table):
            return found
        length = c_int64()
        self._check(
            self._library.LGBM_BoosterPredictForMat(
                self._handle,
                c_void_p(table.ctypes.data),
                c_int(_FLOAT64),
                c_int32(len(table)),
                c_int32(self._width),
                c_int(_ROW_MAJOR),
                c_int(kind),
                c_int(0),
                c_int(-1),
                c_char_p(_ONE_THREAD),
                byref(length),
                c_void_p(found.ctypes.data),
            )
        )
        if length.value != found.size:
            raise LibraryFailed(f"{length.value} scores came back, not {found.size}")
        return found

    def _check(self, code: int) -> None:
        _check(self._library, code)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.LGBM_BoosterFree(self._handle)


class _SingleRow:
    """One thread's settings and buffers."""

    def __init__(self, library: ctypes.CDLL, handle: c_void_p, width: int) -> None:
        self._library, self._width = library, width
        self._config = c_void_p()
        _check(
            library,
            library.LGBM_BoosterPredictForMatSingleRowFastInit(
                handle,
                c_int(_RAW),
                c_int(0),
                c_int(-1),
                c_int(_FLOAT64),
                c_int32(width),
                c_char_p(_ONE_THREAD),
                byref(self._config),
            ),
        )
        self._row = np.zeros(width)
        self._score, self._length = c_double(), c_int64()
        self._arguments = (
            self._config,
            c_void_p(self._row.ctypes.data),
            byref(self._length),
            byref(self._score),
        )
        self._call = library.LGBM_BoosterPredictForMatSingleRowFast

    def score(self, row: NDArray[np.float64]) -> float:
        if len(row) != self._width:
            raise ValueError(f"a row of {len(row)}, expected {self._width}")
        self._row[:] = row
        if self._call(*self._arguments):
            _check(self._library, -1)
        return self._score.value

    def __del__(self) -> None:
        if getattr(self, "_config", None):
            self._library.LGBM_FastConfigFree(self._config)


def _check(library: ctypes.CDLL, code: int) -> None:
    if code:
        told = library.LGBM_GetLastError() or b""
        raise LibraryFailed(told.decode("utf-8", "replace")[:200])
