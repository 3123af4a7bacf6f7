"""FAMILY: what can be stated about one content; one file and one line here to add a part."""

from fanal.analyzers.interface import Analyzer
from fanal.registry import Registry

ANALYZERS: Registry[type[Analyzer]] = Registry(
    "fanal.analyzers",
    {
        "perceptual": "fanal.analyzers.perceptual:Perceptual",
        "mosaic": "fanal.analyzers.mosaic:MosaicAnalyzer",
        "generator": "fanal.analyzers.generator:Generator",
        "camera": "fanal.analyzers.camera:Camera",
        "credential": "fanal.analyzers.credential:Credential",
        "pixels": "fanal.analyzers.pixels:Pixels",
        "traces": "fanal.analyzers.traces:Traces",
        "features": "fanal.analyzers.features:Features",
        "model_file": "fanal.analyzers.model_file:ModelFile",
    },
)
