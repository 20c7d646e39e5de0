"""SOAP: envelopes both ways, in the types of a WSDL or without one. lxml is imported when the first is written or read."""
