"""The configuration: one YAML file, its drop-ins and the environment, strictly checked.

`load_config` and `check_config` import pydantic when called, not before; the types themselves
are in `vedette.engine.config.schema`.
"""

from vedette.engine.config.example import example_config
from vedette.engine.config.load import check_config, load_config

__all__ = ["check_config", "example_config", "load_config"]
