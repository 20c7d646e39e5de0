"""What a message would send: built by the code of production, shown instead of sent."""

from engine.preview.preview import Preview, preview
from engine.preview.requests import Request

__all__ = ["Preview", "Request", "preview"]
