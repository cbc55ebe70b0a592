"""Forms: they check the form of what was typed; rules stay in the directory."""
