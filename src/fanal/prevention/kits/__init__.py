"""What police and partners use: adverts, letters."""
