"""Writing a first integration from a description of a system: a WSDL or an OpenAPI file."""
