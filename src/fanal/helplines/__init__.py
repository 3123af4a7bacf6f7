"""Where people find help, as data with a source and a day each."""
