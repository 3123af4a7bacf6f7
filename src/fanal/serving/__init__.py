"""What every service of this machine shares: where it listens, how it ends, how long it waits."""
