"""A YAML file as data with positions: `load(path) → Document`."""

from engine.document.document import Document, decode, load, parse
from engine.document.place import NOWHERE, Path_, Place, Scalar, Source, place_of

__all__ = ["NOWHERE", "Document", "Path_", "Place", "Scalar", "Source", "decode", "load", "parse", "place_of"]
