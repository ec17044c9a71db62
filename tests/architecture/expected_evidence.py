"""What the evidence package expects."""

SERVICES = {
    "keep_file": "the verb that hangs the file on a record writes it down",
    "hang_on": "the same, of several scans",
}
