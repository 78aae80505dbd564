"""EPCIS documents (GS1 EPCIS 2.0 as JSON-LD and XML, 1.2 as XML) and events as typed values."""
