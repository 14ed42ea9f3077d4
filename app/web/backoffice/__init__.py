"""The back-office: pages for staff and agents, rendered here, usable without JavaScript."""
