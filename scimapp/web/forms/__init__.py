"""Forms check the format of what was typed; the rules are in the directory."""
