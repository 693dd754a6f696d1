"""A sealed model as an MLflow model folder, and how MLflow loads it again.

The folder is text beside the archive as it is; `mlflow` itself is not needed to write it. Loading
(`mlflow.pyfunc.load_model`) comes back here, and the archive is opened as scoring opens it: hashes,
signature, own reader, trial, golden rows. Nothing is pickled. The layout is that of MLflow's
"MLmodel" format, https://mlflow.org/docs/latest/ml/model/ (flavor `python_function`).
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from models.artefact.containers import parts_of_zip
from models.artefact.opening import open_artefact
from models.coefficient.features import FeatureKind
from service import keys, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from models.artefact.opening import Artefact
    from models.coefficient.scoring import WinModel

ARCHIVE, FOLDER, OUTPUT = "model.zip", "artefact", "p_win"


def folder(archive: bytes, opened: Artefact) -> Mapping[str, bytes]:
    """Give the files of the MLflow folder by name; the same model gives the same bytes."""
    origin = opened.manifest.origin
    software = [
        f"{name}=={version}"
        for name, version in sorted(origin.software.items())
        if name != "python"
    ]
    python = origin.software.get("python", platform.python_version())
    described = {
        "flavors": {
            "python_function": {
                "data": FOLDER,
                "env": {"virtualenv": "python_env.yaml"},
                "loader_module": __name__,
                "python_version": python,
            },
            "countermark": {"data": f"{FOLDER}/{ARCHIVE}", "sha256": opened.sha256},
        },
        "metadata": {
            "author": origin.author,
            "code": origin.code_commit,
            "data_sha256": origin.data_sha256,
            "sha256": opened.sha256,
        },
        "model_uuid": opened.sha256[:32],
        "signature": _signature(opened.win),
    }
    environment = {
        "python": python,
        "build_dependencies": ["pip"],
        "dependencies": ["-r requirements.txt"],
    }
    texts = {
        "MLmodel": yaml.safe_dump(described, allow_unicode=True, sort_keys=True),
        "python_env.yaml": yaml.safe_dump(environment, sort_keys=True),
        "requirements.txt": "\n".join(["countermark[models,service]", *software]) + "\n",
    }
    files = {name: text.encode() for name, text in texts.items()}
    return {**files, f"{FOLDER}/{ARCHIVE}": archive}


def _signature(win: WinModel) -> dict[str, str | None]:
    """Give the columns that are asked for; a blank cell is NaN, or no word."""
    inputs = [
        {
            "name": one.name,
            "type": "string" if one.kind is FeatureKind.CATEGORY else "double",
            "required": False,
        }
        for one in win.features.features
    ]
    outputs = [{"name": OUTPUT, "type": "double", "required": True}]
    return {"inputs": json.dumps(inputs), "outputs": json.dumps(outputs), "params": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyfunc:
    """What MLflow calls: P(win) of each row, calibrated and with the offset at packing."""

    win: WinModel

    def predict(self, model_input: Any, params: Any = None) -> NDArray[np.float64]:
        """Score a DataFrame, or columns by name. Raises FeaturesRefused for a missing column."""
        del params
        words = {self.win.features.names[place] for place in self.win.features.category_places}
        columns = {
            name: _words(model_input[name]) if name in words else np.asarray(model_input[name])
            for name in self.win.features.names
            if name in model_input
        }
        return self.win.p_win(self.win.features.matrix(columns))


def _words(column: Any) -> list[str]:
    return [cell if isinstance(cell, str) else "" for cell in column]


def _load_pyfunc(path: str) -> Pyfunc:
    """Open the archive by the keys that are trusted here. Raises ArtefactRefused."""
    archive = (Path(path) / ARCHIVE).read_bytes()
    trusted = keys.trusted_models(settings.load())
    return Pyfunc(win=open_artefact(parts_of_zip(archive), trusted=trusted).win)
