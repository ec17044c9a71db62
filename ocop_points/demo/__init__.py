"""The demonstration: real reference data, everything else invented and marked so."""
