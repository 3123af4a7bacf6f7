"""Reports that law asks of an operator; no path leads here from a decision."""
