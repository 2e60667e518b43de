"""What carries actions out: mail, websites, the network, processes, other systems, people."""
