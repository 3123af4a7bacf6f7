"""Loads what every worker needs once, before workers are forked from the server."""

import numpy as np
import PIL.Image

__all__ = ["PIL", "np"]
