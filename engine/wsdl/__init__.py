"""WSDL files beside an integration: their operations, the shapes of what is sent and answered, as JSON Schema too."""
