"""The review desk: pages for a browser on the same machine; shows nothing clear unless asked."""
