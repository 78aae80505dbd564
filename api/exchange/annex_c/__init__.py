"""QB/T 4971-2018 annex C, the XML in which the nodes of the chain and third-party platforms exchange records (9.3), both ways."""
