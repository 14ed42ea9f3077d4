"""An aggregator of identity look-ups."""
