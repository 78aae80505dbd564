"""What a lineage reaches, as the sortable spreadsheet that the FDA may ask for (21 CFR 1.1455(c)(3)(ii))."""
