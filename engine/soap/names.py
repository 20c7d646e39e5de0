"""The namespaces of SOAP."""

XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
ENCODING12 = "http://www.w3.org/2003/05/soap-encoding"
MAP = "http://xml.apache.org/xml-soap"

PREFIXES = {"xsd": XSD, "xsi": XSI, "map": MAP, "enc": ENCODING}
"""How encoded values name their types."""

NIL = f"{{{XSI}}}nil"
TYPE = f"{{{XSI}}}type"
ARRAY = f"{{{ENCODING}}}Array"
ARRAY_TYPE = f"{{{ENCODING}}}arrayType"
