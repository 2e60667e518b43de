"""The fitted weights: a reviewed file, made by `scripts/fit_lures.py`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path

import msgspec

from vedette.lure.features import Features
from vedette.model.errors import ConfigError, UnreadableError


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each feature adds to the log odds of a lure among job mail.

    `base_rate` is the share of lures among job mail for which the probabilities are calibrated.
    `lure` and `suspicious` are the probabilities from which a message is called that.
    """

    bias: float
    weights: dict[str, float]
    base_rate: float
    lure: float
    suspicious: float
    fitted_on: str = ""

    def log_odds(self, names: Iterable[str]) -> float:
        """The sum for a message that shows these features."""
        return self.bias + sum(self.weights[name] for name in names)

    def probability(self, names: Iterable[str]) -> float:
        """That a job message with these features is a lure, at the file's base rate."""
        return logistic(self.log_odds(names))


def logistic(log_odds: float) -> float:
    """From log odds to a probability."""
    if log_odds < 0:
        return math.exp(log_odds) / (1 + math.exp(log_odds))
    return 1 / (1 + math.exp(-log_odds))


def prior_weights(features: Features) -> Weights:
    """The weights as people gave them, before any message was counted."""
    weights = {name: feature.prior for name, feature in features.by_name.items()}
    return Weights(-3.0, weights, base_rate=0.1, lure=0.5, suspicious=0.3)


def load_weights(path: Path, features: Features) -> Weights:
    """Read the file and hold it against the list of features. Raises ConfigError with every
    fault, UnreadableError."""
    try:
        weights = msgspec.json.decode(path.read_bytes(), type=Weights)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}; check the path") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: {error}; make it anew with scripts/fit_lures.py"]) from error
    faults = [
        f"{path}: {name}: is in the list of features and has no weight; fit the weights anew"
        for name in features.by_name
        if name not in weights.weights
    ]
    for name, weight in weights.weights.items():
        feature = features.by_name.get(name)
        if feature is None:
            faults.append(f"{path}: {name}: is no feature; fit the weights anew")
        elif not math.isfinite(weight) or (-weight if feature.group == "trust" else weight) < 0:
            faults.append(f"{path}: {name}: {weight} has the wrong sign for its group")
    if faults:
        raise ConfigError(faults)
    return weights


def dump_weights(weights: Weights) -> str:
    """The file's text: one weight a line, so that a review sees what changed."""
    return json.dumps(msgspec.to_builtins(weights), indent=1) + "\n"
