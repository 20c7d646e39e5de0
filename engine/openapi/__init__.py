"""OpenAPI files beside an integration, and what a live system says otherwise."""
