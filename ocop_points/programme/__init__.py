"""The programme above single points: support given to them and the duty it brings, supply agreements."""
